"""Relative weights of groups from their history, by the three official methods.

Means stay exact fractions until the weight itself is rounded, once, to four decimals. Source: DIP technical
specification, ch. 5 s. 1; Interim Measures, art. 15 (settlement arithmetic 1.2), vectors V01–V05.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.rounding import divide
from drgdip.base.text import Text
from drgdip.catalogue.statistics import GroupStatistics
from drgdip.tables.relative_weight import MeanMode, relative_weight_e4, weighted_mean

WeightMethod = Literal["average_cost", "benchmark", "quota"]


class WeightRule(NamedTuple):
    """How weights are found.

    year_weights : oldest first. scale : points of a group that costs what one group of weight 1 does. benchmark : code
    of the benchmark group. quota_fen : what one point is worth, by the quota method.
    """

    method: WeightMethod
    mean_mode: MeanMode
    year_weights: tuple[int, ...]
    scale: int
    benchmark: str | None = None
    quota_fen: int | None = None


class Base(NamedTuple):
    """What means are divided by: an exact cost in fen that is worth ``scale`` points."""

    cost_fen: Fraction
    scale: int


class GroupWeights(NamedTuple):
    """Weights of all groups.

    base : what they were divided by. region_mean_fen : weighted mean cost of the region, exact. mean_fen : weighted mean
    cost by group, exact, None without stays. mean_cost_fen, relative_weight_e4 : int64 (G,), rounded half-up; 0 without
    stays. drift_e4 : int64 (G,), the furthest that a single year's weight lies from the weight, as a share of it; −1
    with stays of less than two years.
    """

    base: Base
    region_mean_fen: Fraction
    mean_fen: tuple[Fraction | None, ...]
    mean_cost_fen: np.ndarray
    relative_weight_e4: np.ndarray
    drift_e4: np.ndarray


def mean_over_years(costs: Sequence[int], cases: Sequence[int], rule: WeightRule) -> Fraction | None:
    """Mean cost over years in the mode of the rule, exact; None without stays."""
    means = [Fraction(cost, count) if count else None for cost, count in zip(costs, cases, strict=True)]
    if not any(cases):
        return None
    return weighted_mean(means, rule.year_weights, list(cases), rule.mean_mode)


def weigh(statistics: GroupStatistics, codes: Sequence[str], rule: WeightRule) -> GroupWeights:
    """Weights of all groups of a history; ``codes`` in the order of groups.

    Raises UsageError if there is no stay at all, or the benchmark group is none that has stays.
    """
    region = mean_over_years(
        statistics.region_tier_cost_fen.sum(axis=1).tolist(), statistics.region_tier_cases.sum(axis=1).tolist(), rule
    )
    if not region:
        raise UsageError(
            Text("历史病例中没有可用于测算的费用。", "The history has no cost that weights could be found from."),
            Text("请检查病例文件与年度。", "Check the case files and the years."),
        )
    costs, cases = statistics.cost_fen.tolist(), statistics.cases.tolist()
    means = [mean_over_years(cost, count, rule) for cost, count in zip(costs, cases, strict=True)]
    base = _base(region, dict(zip(codes, means, strict=True)), rule)
    weights = [0 if mean is None else relative_weight_e4(mean, base.cost_fen, base.scale) for mean in means]
    yearly = _yearly_base(statistics, codes, rule)
    return GroupWeights(
        base,
        region,
        tuple(means),
        np.array([0 if mean is None else divide(mean.numerator, mean.denominator) for mean in means], dtype=np.int64),
        np.array(weights, dtype=np.int64),
        np.array([_drift_e4(*group, base, yearly) for group in zip(costs, cases, means, strict=True)], dtype=np.int64),
    )


def _base(region: Fraction, means: dict[str, Fraction | None], rule: WeightRule) -> Base:
    if rule.method == "quota" and rule.quota_fen:
        return Base(Fraction(rule.quota_fen), 1)
    if rule.method == "average_cost":
        return Base(region, rule.scale)
    mean = means.get(rule.benchmark or "")
    if mean is None:
        raise UsageError(
            Text(f"基准病种 {rule.benchmark} 不在目录中或没有病例。",
                 f"The benchmark group {rule.benchmark} is not in the catalogue or has no stays."),
            Text("请指定目录中病例充足的病种。", "Name a group of the catalogue that has enough stays."),
        )  # fmt: skip
    return Base(mean, rule.scale)


def _yearly_base(statistics: GroupStatistics, codes: Sequence[str], rule: WeightRule) -> list[Fraction | None]:
    """What a single year's weights are divided by, by the same method; a quota is the same in every year."""
    if rule.method == "quota" and rule.quota_fen:
        return [Fraction(rule.quota_fen)] * len(statistics.years)
    if rule.method == "benchmark":
        place = list(codes).index(rule.benchmark or "")
        costs, cases = statistics.cost_fen[place], statistics.cases[place]
    else:
        costs, cases = statistics.region_tier_cost_fen.sum(axis=1), statistics.region_tier_cases.sum(axis=1)
    return [Fraction(int(cost), int(n)) if n else None for cost, n in zip(costs, cases, strict=True)]


def _drift_e4(
    costs: Sequence[int],
    cases: Sequence[int],
    mean: Fraction | None,
    base: Base,
    yearly: Sequence[Fraction | None],
) -> int:
    """|weight of a year ÷ weight − 1|, the largest over years; scales cancel."""
    shares = [
        abs(Fraction(cost, count) / whole * base.cost_fen / mean - 1)
        for cost, count, whole in zip(costs, cases, yearly, strict=True)
        if count and whole and mean
    ]
    furthest = max(shares, default=Fraction(0))
    return divide(furthest.numerator * 10_000, furthest.denominator) if len(shares) > 1 else -1
