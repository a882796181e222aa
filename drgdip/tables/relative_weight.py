"""Relative weights from costs: three methods, related operations, and changes that keep total points.

Nothing is rounded before the weight itself: means are exact fractions of one money unit, whichever it is.
Source: DIP technical specification, ch. 3 table 3-3 and ch. 5 s. 1 (settlement arithmetic 1.1, 1.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4

MeanMode = Literal["avg_of_avgs", "pooled"]
Exact = int | Fraction


def weighted_mean(
    means: Sequence[Exact | None],
    year_weights: Sequence[Exact],
    cases: Sequence[Exact] | None = None,
    mode: MeanMode = "avg_of_avgs",
) -> Fraction:
    """Mean cost of several years, weighted 1 : 2 : 7 or as given; exact.

    ``avg_of_avgs`` weighs yearly means by year only, ``pooled`` by year and number of cases (where ``cases`` are not
    known, every year counts as one). A year without cases (None, or no case) drops out and the others are
    renormalised. Vectors V01, V03, V05.

    Raises ValueError if no year is left.
    """
    counts = [1] * len(means) if cases is None else list(cases)
    total, whole = Fraction(0), Fraction(0)
    for mean, weight, count in zip(means, year_weights, counts, strict=True):
        if mean is None or count == 0:
            continue
        share = Fraction(weight) * (count if mode == "pooled" else 1)
        total += share * mean
        whole += share
    if whole == 0:
        raise ValueError("no year has cases")
    return total / whole


def relative_weight_e4(mean: Exact, base: Exact, scale: Exact, mode: RoundingMode = "half_up") -> int:
    """``mean / base × scale``, four decimals.

    ``base`` is the regional mean (average-cost method), the mean of the benchmark disease, or the fixed amount worth
    one point (standard quota, scale 1). Vectors V01, V02, V04.
    """
    weight = Fraction(mean) * scale / base
    return divide(weight.numerator * E4, weight.denominator, mode)


class RelatedOperation(NamedTuple):
    """By how much a related operation raises mean cost (four decimals), and whether it forms its own group."""

    increase_e4: int
    splits: bool


def related_operation(
    mean_without: Exact, mean_with: Exact, threshold: Exact, mode: RoundingMode = "half_up"
) -> RelatedOperation:
    """Test whether stays with a related operation cost so much more that they form a group of their own.

    Compared exactly; the threshold itself splits. Source: DIP technical specification, table 3-3, vectors V06, V07.
    """
    increase = Fraction(mean_with - mean_without) / mean_without
    return RelatedOperation(divide(increase.numerator * E4, increase.denominator, mode), increase >= threshold)


class Rebased(NamedTuple):
    """The exact factor on all unchanged weights, and all weights, four decimals."""

    factor: Fraction
    weights_e4: dict[str, int]


def rebase_factor(fixed: Exact, rest: Exact, total: Exact) -> Fraction:
    """What ``rest`` is to be multiplied by, so that together with ``fixed`` it comes to ``total``; exact.

    That totals stay constant follows the Interim Measures, art. 15 (settlement arithmetic 1.2, vector V08).

    Raises ValueError if nothing is left that can take up a difference.
    """
    if fixed + rest == total:
        return Fraction(1)
    if not rest:
        raise ValueError("no other group can take up the difference")
    return Fraction(total - fixed) / rest


def rebase_weights(
    weights_e4: Mapping[str, int],
    cases: Mapping[str, int],
    changes_e4: Mapping[str, int],
    mode: RoundingMode = "half_up",
) -> Rebased:
    """Change some weights and scale all others so that total points (weight × cases) stay the same.

    To scale the rest in proportion is this project's choice. Vector V08.

    Raises ValueError for a change of an unknown group, or if no other group can take up the difference.
    """
    unknown = sorted(set(changes_e4) - set(weights_e4))
    if unknown:
        raise ValueError(f"no such group: {unknown[0]}")
    total = sum(weight * cases[group] for group, weight in weights_e4.items())
    rest = sum(weight * cases[group] for group, weight in weights_e4.items() if group not in changes_e4)
    changed = sum(changes_e4[group] * cases[group] for group in changes_e4)
    factor = rebase_factor(changed, rest, total)
    scaled = {
        group: changes_e4[group] if group in changes_e4 else divide(weight * factor.numerator, factor.denominator, mode)
        for group, weight in weights_e4.items()
    }
    return Rebased(factor, scaled)
