"""Settlement arithmetic 1.2, 1.3, 1.5, 2.1–2.3: the numbers of a catalogue from stays that have a group, plainly.

One stay after another, exact fractions, nothing compiled; written from the documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import floor, isqrt
from typing import NamedTuple

from tests.reference.numbers import e4, rounded


class Stay(NamedTuple):
    """A stay of a year with its group (None: none)."""

    year: int
    group: str | None
    tier: int
    insurance: int
    cost_fen: int
    days: int = 1
    hospital: int = 0


def quantile(costs: Sequence[int], q: Fraction) -> Fraction:
    """By linear interpolation between the two nearest costs in order."""
    ordered = sorted(costs)
    position = q * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def kept(stays: Sequence[Stay], low: Fraction, high: Fraction, minimum: int, within_year: bool) -> list[Stay]:
    """Stays whose costs lie between the quantiles of their group, both included; small groups and no group: all."""
    parts: dict[object, list[Stay]] = defaultdict(list)
    for stay in stays:
        parts[(stay.group, stay.year if within_year else 0)].append(stay)
    left = []
    for (group, _), members in parts.items():  # type: ignore[misc]
        costs = [stay.cost_fen for stay in members]
        if group is None or len(members) < minimum:
            left += members
            continue
        first, last = quantile(costs, low), quantile(costs, high)
        left += [stay for stay in members if first <= stay.cost_fen <= last]
    return left


def weighted_mean(stays: Sequence[Stay], years: Sequence[int], weights: Sequence[int], mode: str) -> Fraction | None:
    """Mean cost in fen over years: of yearly means (avg_of_avgs), or of stays that count as often as their year."""
    total, whole = Fraction(0), 0
    for year, weight in zip(years, weights, strict=True):
        costs = [stay.cost_fen for stay in stays if stay.year == year]
        if not costs:
            continue
        if mode == "pooled":
            total += weight * sum(costs)
            whole += weight * len(costs)
        else:
            total += weight * Fraction(sum(costs), len(costs))
            whole += weight
    return total / whole if whole else None


def of_group(stays: Sequence[Stay], group: str | None) -> list[Stay]:
    return [stay for stay in stays if stay.group == group]


def relative_weight_e4(mean: Fraction, base: Fraction, scale: int) -> int:
    return e4(mean / base * scale)


def variation_e4(costs: Sequence[int]) -> int | None:
    """Standard deviation ÷ mean, the deviation of all stays; None without cost."""
    if not sum(costs):
        return None
    mean = Fraction(sum(costs), len(costs))
    variance = sum((cost - mean) ** 2 for cost in costs) / len(costs)
    return root_e4(variance / mean**2)


def root_e4(square: Fraction) -> int:
    """Square root, four decimals, half-up: the largest n with (n − ½)² at most the square at that scale."""
    scaled = square * 10**8
    n = isqrt(floor(scaled))
    return n + 1 if (n + Fraction(1, 2)) ** 2 <= scaled else n


def level_coefficient_e4(
    stays: Sequence[Stay], tier: int, years: Sequence[int], weights: Sequence[int], mode: str
) -> int | None:
    part = weighted_mean([stay for stay in stays if stay.tier == tier], years, weights, mode)
    whole = weighted_mean(stays, years, weights, mode)
    return None if part is None or not whole else e4(part / whole)


def opening_point_value_e4(costs_fen: Sequence[int], points_e4: Sequence[int], weights: Sequence[int]) -> int:
    """Yuan per point, four decimals."""
    cost = sum(w * Fraction(c, 100) for w, c in zip(weights, costs_fen, strict=True))
    points = sum(w * Fraction(p, 10_000) for w, p in zip(weights, points_e4, strict=True))
    return e4(cost / points)


def points_e4(stays: Sequence[Stay], weight_e4: dict[str, int], k_e4: Sequence[int], exempt: set[str]) -> int:
    """Points of stays of groups: RW × K, each rounded; RW alone for primary care."""
    return sum(
        rounded(Fraction(weight_e4[stay.group] * (10_000 if stay.group in exempt else k_e4[stay.tier]), 10_000))
        for stay in stays
        if stay.group is not None
    )


def ungrouped_points_e4(stays: Sequence[Stay], base_fen: Fraction, scale: int, factor: Fraction) -> int:
    """Points of a year's stays of no group, by cost; rounded once."""
    return e4(factor * scale * sum(stay.cost_fen for stay in stays if stay.group is None) / base_fen)


def fall(costs: Sequence[int], parts: Sequence[Sequence[int]]) -> Fraction:
    """What is left of the variance when each stay is compared with the mean of its own part: within ÷ total."""
    mean = Fraction(sum(costs), len(costs))
    total = sum((cost - mean) ** 2 for cost in costs)
    within = Fraction(0)
    for part in parts:
        if part:
            own = Fraction(sum(part), len(part))
            within += sum((cost - own) ** 2 for cost in part)
    return within / total
