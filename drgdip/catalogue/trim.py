"""Trimming: which costs of a group are taken for the rule, and which for outliers.

Source: DIP technical specification, ch. 5 s. 4 (1) (settlement arithmetic 2.2), vector V14: costs outside the 2.5 % and
97.5 % quantiles are left out. It defines neither estimator nor ties; linear interpolation with both bounds included is
this project's choice, as is to trim within each group and year and to leave small ones alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

#: Costs that stand in memory at a time, whatever the size of the history: eight bytes each.
COSTS_AT_A_TIME = 1 << 24


class TrimRule(NamedTuple):
    """Quantiles that bound the costs which are kept, and the fewest stays that are trimmed at all.

    Quantiles have at most four decimals, so that products with costs stay within 64 bits. With at least three stays,
    and quantiles outside the middle half, some stay is always kept.
    """

    low: Fraction
    high: Fraction
    minimum_cases: int


class Bounds(NamedTuple):
    """Lowest and highest cost that are kept, in fen, by cell of ``width`` neighbouring cells; both included."""

    lowest_fen: np.ndarray
    highest_fen: np.ndarray
    width: int


#: Gives the pieces of a history anew at each call: cell (−1 none) and cost of each stay.
Pieces = Callable[[], Iterable[tuple[np.ndarray, np.ndarray]]]


def no_bounds(cells: int) -> Bounds:
    """Bounds that keep every cost."""
    from drgdip.catalogue.cell_kernels import NO_LIMIT

    return Bounds(np.zeros(cells, dtype=np.int64), np.full(cells, NO_LIMIT, dtype=np.int64), 1)


def trim_bounds(pieces: Pieces, cells: int, trimmed: int, rule: TrimRule | None, width: int = 1) -> Bounds:
    """Bounds by cell. Cells from ``trimmed`` on (what belongs to no group) keep all costs.

    ``width`` neighbouring cells (the years of a group) are trimmed as one. The history is read once to count and once
    for every COSTS_AT_A_TIME stays, so that memory does not grow with it.
    """
    from drgdip.catalogue.cell_kernels import count_cells, order_bounds, place_costs

    bounds = no_bounds(cells // width)._replace(width=width)
    if rule is None:
        return bounds
    counts = np.zeros(cells // width, dtype=np.int64)
    for cell, _ in pieces():
        count_cells(cell, width, counts)
    for first, last in _batches(counts[: trimmed // width], rule.minimum_cases):
        start = np.zeros(last - first + 1, dtype=np.int64)
        np.cumsum(counts[first:last], out=start[1:])
        costs, free = np.empty(start[-1], dtype=np.int64), start[:-1].copy()
        for cell, cost_fen in pieces():
            place_costs(cell, width, cost_fen, first, last, free, costs)
        quantiles = (rule.low.numerator, rule.low.denominator, rule.high.numerator, rule.high.denominator)
        place = slice(first, last)
        order_bounds(costs, start, *quantiles, rule.minimum_cases, bounds.lowest_fen[place], bounds.highest_fen[place])
    return bounds


def _batches(counts: np.ndarray, minimum: int) -> Iterator[tuple[int, int]]:
    """Ranges of cells whose costs are held together; nothing if no cell is large enough to be trimmed."""
    if not len(counts) or int(counts.max()) < minimum:
        return
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + COSTS_AT_A_TIME, side="right")))
        yield first, last
        first = last
