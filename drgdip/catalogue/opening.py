"""The point value at the opening of a year, by pool.

What the years of the history cost, divided by the points that they have under the new catalogue. Source: DIP technical
specification, ch. 5 s. 4 (settlement arithmetic 2.1), vector V10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from drgdip.base.rounding import HALF_UP, divide
from drgdip.catalogue.coefficients import Levels
from drgdip.catalogue.statistics import GroupStatistics
from drgdip.catalogue.weights import GroupWeights
from drgdip.clearing.point_value import OpeningPointValue, opening_point_value_e4


class PoolOpening(NamedTuple):
    """One pool: stays, cost (fen) and points (four decimals) by year, and what follows from them.

    value : None for a pool without points in the years.
    """

    pool: str
    cases: tuple[int, ...]
    cost_fen: tuple[int, ...]
    points_e4: tuple[int, ...]
    value: OpeningPointValue | None


def standard_points_e4(weights: GroupWeights, levels: Levels, primary_care: Sequence[bool]) -> np.ndarray:
    """Points of a stay of normal cost by group and level, int64 (G, 4): RW × K, and RW alone for primary care.

    Settlement arithmetic 2.5, vectors V20, V21.
    """
    from drgdip.valuation.rules import standard_points

    exempt = list(primary_care)
    return np.array(
        [
            [
                standard_points(int(rw), 10_000 if exempt[g] else levels.coefficient_e4(tier), 10_000, HALF_UP)
                for tier in range(4)
            ]
            for g, rw in enumerate(weights.relative_weight_e4)
        ],
        dtype=np.int64,
    ).reshape(-1, 4)


def opening_point_values(
    statistics: GroupStatistics,
    weights: GroupWeights,
    points_e4: np.ndarray,
    pools: Mapping[str, Sequence[int]],
    year_weights: Sequence[int],
    ungrouped_factor: Fraction,
) -> list[PoolOpening]:
    """Opening point value of each pool, from all stays of the history, trimmed or not.

    points_e4 : points of a stay by group and level. pools : name -> insurance types; types of no pool are left out.
    ungrouped_factor : a stay of no group has this share of the points that its cost is worth.
    """
    return [
        _of_pool(name, [i for i, code in enumerate(statistics.insurance_types) if code in types], statistics, weights,
                 points_e4, year_weights, ungrouped_factor)
        for name, types in pools.items()
    ]  # fmt: skip


def _of_pool(
    name: str,
    members: Sequence[int],
    statistics: GroupStatistics,
    weights: GroupWeights,
    points_e4: np.ndarray,
    year_weights: Sequence[int],
    factor: Fraction,
) -> PoolOpening:
    counts = statistics.pool_cases[members].sum(axis=0)
    cost = statistics.pool_cost_fen[members].sum(axis=0)
    each = points_e4.astype(object)
    share = factor * weights.base.scale * 10_000 / weights.base.cost_fen
    points = []
    for year in range(len(statistics.years)):
        ungrouped = share * int(cost[1, year])
        grouped = int((counts[:-1, year].astype(object) * each).sum())
        points.append(grouped + divide(ungrouped.numerator, ungrouped.denominator))
    costs = tuple(int(amount) for amount in cost.sum(axis=0))
    value = opening_point_value_e4(costs, points, year_weights) if any(points) else None
    cases = tuple(int(n) for n in counts.sum(axis=(0, 2)))
    return PoolOpening(name, cases, costs, tuple(points), value)
