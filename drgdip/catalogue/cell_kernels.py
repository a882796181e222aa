"""Compiled loops over a grouped history: which cell a stay belongs to, a cell's costs in order, and sums by cell.

A cell is a group in a year; the last row of cells holds what belongs to no group. Squares of costs outgrow 64 bits and
are kept in two words (:mod:`drgdip.base.wide`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.base.wide import add_wide, multiply_words

#: The upper bound of a cell that nothing is trimmed from.
NO_LIMIT = np.iinfo(np.int64).max


@kernel
def cells_of(group_id: Any, year: Any, first_year: Any, years: Any, groups: Any) -> Any:
    """``row × years + year`` of every stay, int32; ungrouped stays stand in row ``groups``, other years are −1."""
    cell = np.empty(len(group_id), dtype=np.int32)
    for i in range(len(group_id)):
        place = np.int64(year[i]) - first_year
        row = np.int64(group_id[i])
        if row < 0:
            row = groups
        cell[i] = row * years + place if 0 <= place < years else -1
    return cell


@kernel
def count_cells(cell: Any, width: Any, counts: Any) -> None:
    """Add stays to ``counts``; ``width`` neighbouring cells are counted as one."""
    for i in range(len(cell)):
        if cell[i] >= 0:
            counts[cell[i] // width] += 1


@kernel
def place_costs(cell: Any, width: Any, cost_fen: Any, first: Any, last: Any, free: Any, costs: Any) -> None:
    """Put the costs of cells ``first <= cell < last`` where the next free place of their cell is."""
    for i in range(len(cell)):
        if cell[i] < 0:
            continue
        place = cell[i] // width
        if first <= place < last:
            costs[free[place - first]] = cost_fen[i]
            free[place - first] += 1


@kernel
def order_bounds(
    costs: Any, start: Any, low: Any, low_unit: Any, high: Any, high_unit: Any, minimum: Any, lowest: Any, highest: Any
) -> None:
    """Lowest and highest cost that quantiles keep, per cell; cells below ``minimum`` stays keep all.

    ``costs`` of cell ``j`` stand from ``start[j]`` to ``start[j + 1]`` and are put in order. Quantiles ``low / low_unit``
    and ``high / high_unit`` lie between two costs on a straight line; as costs are whole, the lower one is rounded up
    and the higher one down, and nothing else is compared. Settlement arithmetic 2.2, V14.
    """
    for j in range(len(start) - 1):
        n = start[j + 1] - start[j]
        if n < minimum or n == 0:
            continue
        ordered = costs[start[j] : start[j + 1]]
        ordered.sort()
        below = low * (n - 1) // low_unit
        rest = low * (n - 1) - below * low_unit
        gap = ordered[min(below + 1, n - 1)] - ordered[below]
        lowest[j] = ordered[below] + (rest * gap + low_unit - 1) // low_unit
        below = high * (n - 1) // high_unit
        rest = high * (n - 1) - below * high_unit
        gap = ordered[min(below + 1, n - 1)] - ordered[below]
        highest[j] = ordered[below] + rest * gap // high_unit


@kernel
def add_stays(
    cell: Any, tier: Any, cost_fen: Any, stay_days: Any, width: Any, lowest: Any, highest: Any, sums: Any
) -> None:
    """Add stays to the sums of their cells: all of them, and those that trimming keeps."""
    for i in range(len(cell)):
        at = cell[i]
        if at < 0:
            continue
        cost = cost_fen[i]
        level = tier[i]
        square_high, square_low = multiply_words(np.uint64(cost), np.uint64(cost))
        sums.all_cases[at, level] += 1
        sums.all_cost_fen[at, level] += cost
        sums.all_square_high[at], sums.all_square_low[at] = add_wide(
            sums.all_square_high[at], sums.all_square_low[at], square_high, square_low
        )
        if lowest[at // width] <= cost <= highest[at // width]:
            sums.cases[at, level] += 1
            sums.cost_fen[at, level] += cost
            sums.stay_days[at] += stay_days[i]
            sums.square_high[at], sums.square_low[at] = add_wide(
                sums.square_high[at], sums.square_low[at], square_high, square_low
            )


@kernel
def add_pools(cell: Any, tier: Any, cost_fen: Any, pool: Any, cases: Any, cost: Any, years: Any) -> None:
    """Count stays by pool, cell and level; add costs by pool, 0 grouped or 1 not, and year. A pool of −1 is none."""
    groups = cases.shape[1] // years - 1
    for i in range(len(cell)):
        if cell[i] >= 0 and pool[i] >= 0:
            cases[pool[i], cell[i], tier[i]] += 1
            cost[pool[i], 1 if cell[i] >= groups * years else 0, cell[i] % years] += cost_fen[i]


@kernel
def add_hospitals(cell: Any, hospital: Any, cost_fen: Any, cases: Any, cost: Any, years: Any) -> None:
    """Count stays and add costs by hospital and year."""
    for i in range(len(cell)):
        if cell[i] >= 0:
            cases[hospital[i], cell[i] % years] += 1
            cost[hospital[i], cell[i] % years] += cost_fen[i]


@kernel
def add_with_operation(cell: Any, years: Any, procedures: Any, offset: Any, chosen: Any, counts: Any) -> None:
    """Count stays by row of cells that have a chosen procedure; an unknown procedure (−1) is none."""
    for i in range(len(cell)):
        if cell[i] < 0:
            continue
        for place in range(offset[i], offset[i + 1]):
            if procedures[place] >= 0 and chosen[procedures[place]]:
                counts[cell[i] // years] += 1
                break


@kernel
def add_subtypes(cell: Any, year: Any, years: Any, subtype: Any, cost_fen: Any, sums: Any) -> None:
    """Add stays of one year to the sums of their group and sub-type of each type; −1 is no sub-type."""
    groups = sums.cases.shape[0]
    for i in range(len(cell)):
        row = cell[i] // years
        if cell[i] < 0 or row >= groups or cell[i] % years != year:
            continue
        cost = cost_fen[i]
        high, low = multiply_words(np.uint64(cost), np.uint64(cost))
        for kind in range(len(subtype)):
            at = subtype[kind, i]
            if at >= 0:
                sums.cases[row, at] += 1
                sums.cost_fen[row, at] += cost
                sums.square_high[row, at], sums.square_low[row, at] = add_wide(
                    sums.square_high[row, at], sums.square_low[row, at], high, low
                )
