"""What a grouped history holds, by group and year: stays, costs, squares of costs, days; before and after trimming.

Everything is a whole number and adds up: what belongs to no group is kept beside the groups, so that sums over groups
and the region's own are the same stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isqrt
from typing import NamedTuple, Protocol

import numpy as np

from drgdip.base.scaled import E4
from drgdip.catalogue.trim import Bounds, TrimRule, no_bounds, trim_bounds

#: Stays that one compiled call sums up.
ROWS_AT_A_TIME = 1 << 20
#: Insurance types are numbers of three digits.
_TYPES = 1000


class Stays(Protocol):
    """What the numbers are found from: columns of stays, a piece at a time (:mod:`drgdip.catalogue.history`)."""

    @property
    def hospital_codes(self) -> tuple[str, ...]:
        """Codes of hospitals; ``hospital_id`` is the position."""

    def rows(self, first: int, last: int) -> Mapping[str, np.ndarray]:
        """Columns of the stays from ``first`` to ``last``; offsets of flat columns begin at 0."""


class Sums(NamedTuple):
    """Sums by cell, (group + 1) × year; ``_high`` and ``_low`` are the two words of a sum of squares in fen².

    cases, cost_fen : (cells, levels), of what trimming keeps, as are stay_days and square_high, square_low : (cells,).
    ``all_…`` : the same of all stays.
    """

    cases: np.ndarray
    cost_fen: np.ndarray
    stay_days: np.ndarray
    square_high: np.ndarray
    square_low: np.ndarray
    all_cases: np.ndarray
    all_cost_fen: np.ndarray
    all_square_high: np.ndarray
    all_square_low: np.ndarray


class GroupStatistics(NamedTuple):
    """Statistics of G groups over Y years at four levels of hospitals (the codes of ``hospital_tier``).

    cases, cost_fen, stay_days : int64 (G, Y), of stays that trimming keeps. tier_cases, tier_cost_fen : int64 (G, Y, 4),
    the same by level. all_cases, all_cost_fen : int64 (G, Y), before trimming. squares, all_squares : sums of squared
    costs in fen², two unsigned words each (2, G, Y). ungrouped_cases, ungrouped_cost_fen : int64 (Y, 4), never trimmed.
    bounds : which costs were kept. insurance_types : P codes; pool_cases : int64 (P, G + 1, Y, 4), of all stays, the
    last row those of no group; pool_cost_fen : int64 (P, 2, Y), of grouped and of ungrouped stays. hospital_cases, hospital_cost_fen : int64 (hospitals, Y),
    of all stays.
    """

    years: tuple[int, ...]
    cases: np.ndarray
    cost_fen: np.ndarray
    stay_days: np.ndarray
    squares: np.ndarray
    tier_cases: np.ndarray
    tier_cost_fen: np.ndarray
    all_cases: np.ndarray
    all_cost_fen: np.ndarray
    all_squares: np.ndarray
    ungrouped_cases: np.ndarray
    ungrouped_cost_fen: np.ndarray
    bounds: Bounds
    insurance_types: tuple[int, ...]
    pool_cases: np.ndarray
    pool_cost_fen: np.ndarray
    hospital_cases: np.ndarray
    hospital_cost_fen: np.ndarray

    @property
    def region_tier_cases(self) -> np.ndarray:
        """Stays of the region by year and level, int64 (Y, 4): those kept of all groups, and the ungrouped ones."""
        return self.tier_cases.sum(axis=0) + self.ungrouped_cases

    @property
    def region_tier_cost_fen(self) -> np.ndarray:
        """Their cost, int64 (Y, 4)."""
        return self.tier_cost_fen.sum(axis=0) + self.ungrouped_cost_fen

    @property
    def trimmed_cases(self) -> np.ndarray:
        """Stays that trimming leaves out, int64 (G, Y)."""
        return self.all_cases - self.cases

    def square(self, group: int, before: bool = False) -> int:
        """Sum of squared costs of a group over all years, fen²; ``before`` trimming if asked."""
        high, low = (self.all_squares if before else self.squares)[:, group]
        return sum((int(h) << 64) + int(part) for h, part in zip(high, low, strict=True))

    def variation_e4(self, group: int, before: bool = False) -> int | None:
        """Coefficient of variation of a group's costs over all years; None without stays."""
        cases, cost = (self.all_cases, self.all_cost_fen) if before else (self.cases, self.cost_fen)
        return variation_e4(int(cases[group].sum()), int(cost[group].sum()), self.square(group, before))


def squared_deviations(cases: int, total: int, square: int) -> int:
    """``cases`` times the sum of squared deviations from the mean, exact: n Σx² − (Σx)²."""
    return cases * square - total * total


def variation_e4(cases: int, total: int, square: int) -> int | None:
    """Coefficient of variation, four decimals, half-up: standard deviation of all stays divided by their mean.

    ``cases`` stays are the whole history and no sample, so the deviation divides by their number. None where there is
    no stay or no cost. Source: DIP technical specification, ch. 8 (settlement arithmetic 10: sd / mean).
    """
    if total <= 0:
        return None
    # sd / mean = √(n Σx² − (Σx)²) / Σx. floor(x + ½) is floor((floor(2x) + 1) / 2).
    twice = isqrt(4 * E4 * E4 * squared_deviations(cases, total, square) // (total * total))
    return (twice + 1) // 2


def varies_at_most(cases: int, total: int, square: int, limit: Fraction) -> bool:
    """Whether the coefficient of variation is at most ``limit``; compared exactly, by squares."""
    deviations = squared_deviations(cases, total, square)
    return deviations * limit.denominator**2 <= limit.numerator**2 * total * total


def gather(
    history: Stays,
    group_id: np.ndarray,
    groups: int,
    years: tuple[int, ...],
    trim: TrimRule | None,
    *,
    trim_within_year: bool = True,
) -> GroupStatistics:
    """Sum up a history whose stays have a group (−1 none, else below ``groups``).

    years : the years that count, oldest first and without gap; stays of others are left out. trim : None keeps all.
    The result does not depend on the order of stays.
    """
    from drgdip.catalogue.cell_kernels import add_hospitals, add_pools, add_stays

    cells, span = (groups + 1) * len(years), len(years)
    grid = _Grid(history, group_id, groups, years)
    width = 1 if trim_within_year else span
    bounds = trim_bounds(grid.costs, cells, groups * span, trim, width) if trim else no_bounds(cells)
    sums = _empty(cells)
    types = _insurance_types(grid)
    pools = np.full(_TYPES, -1, dtype=np.int8)
    pools[list(types)] = np.arange(len(types))
    by_pool = np.zeros((len(types), cells, 4), dtype=np.int64), np.zeros((len(types), 2, span), dtype=np.int64)
    hospitals = len(history.hospital_codes)
    by_hospital = np.zeros((hospitals, span), dtype=np.int64), np.zeros((hospitals, span), dtype=np.int64)
    for cell, stays in grid.pieces():
        cost, tier = stays["total_cost_fen"], stays["hospital_tier"]
        add_stays(cell, tier, cost, stays["length_of_stay_days"], bounds.width, *bounds[:2], sums)
        add_pools(cell, tier, cost, pools[_insurance_type(stays)], *by_pool, span)
        add_hospitals(cell, stays["hospital_id"], cost, *by_hospital, span)
    return _statistics(sums, groups, years, bounds, types, by_pool, by_hospital)


class _Grid:
    """A history in pieces, each stay with its cell."""

    def __init__(self, history: Stays, group_id: np.ndarray, groups: int, years: tuple[int, ...]) -> None:
        self.history, self.group_id, self.groups, self.years = history, group_id, groups, years

    def pieces(self) -> Iterator[tuple[np.ndarray, Mapping[str, np.ndarray]]]:
        """Cells and columns of stays, a piece at a time."""
        from drgdip.catalogue.cell_kernels import cells_of

        for first in range(0, len(self.group_id), ROWS_AT_A_TIME):
            last = min(first + ROWS_AT_A_TIME, len(self.group_id))
            stays = self.history.rows(first, last)
            group_id = np.asarray(self.group_id[first:last])
            yield cells_of(group_id, stays["year"], self.years[0], len(self.years), self.groups), stays

    def costs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Cells and costs of stays, a piece at a time."""
        return ((cell, stays["total_cost_fen"]) for cell, stays in self.pieces())


def _insurance_types(grid: _Grid) -> tuple[int, ...]:
    seen = np.zeros(_TYPES, dtype=bool)
    for cell, stays in grid.pieces():
        seen |= np.bincount(_insurance_type(stays)[cell >= 0], minlength=len(seen)).astype(bool)
    return tuple(int(code) for code in np.flatnonzero(seen) if code)


def _insurance_type(stays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Types of three digits; whatever else stands there is 0 and belongs to no pool."""
    given = stays["insurance_type"]
    return np.where((given > 0) & (given < _TYPES), given, 0)


def _empty(cells: int) -> Sums:
    def by_level() -> np.ndarray:
        return np.zeros((cells, 4), dtype=np.int64)

    def words() -> np.ndarray:
        return np.zeros(cells, dtype=np.uint64)

    days = np.zeros(cells, dtype=np.int64)
    return Sums(by_level(), by_level(), days, words(), words(), by_level(), by_level(), words(), words())


def _statistics(
    sums: Sums,
    groups: int,
    years: tuple[int, ...],
    bounds: Bounds,
    types: tuple[int, ...],
    by_pool: tuple[np.ndarray, np.ndarray],
    by_hospital: tuple[np.ndarray, np.ndarray],
) -> GroupStatistics:
    def of_groups(values: np.ndarray) -> np.ndarray:
        return values.reshape(groups + 1, len(years), *values.shape[1:])[:groups]

    def of_none(values: np.ndarray) -> np.ndarray:
        return values.reshape(groups + 1, len(years), 4)[groups]

    return GroupStatistics(
        years=years,
        cases=of_groups(sums.cases.sum(axis=1)),
        cost_fen=of_groups(sums.cost_fen.sum(axis=1)),
        stay_days=of_groups(sums.stay_days),
        squares=np.stack([of_groups(sums.square_high), of_groups(sums.square_low)]),
        tier_cases=of_groups(sums.cases),
        tier_cost_fen=of_groups(sums.cost_fen),
        all_cases=of_groups(sums.all_cases.sum(axis=1)),
        all_cost_fen=of_groups(sums.all_cost_fen.sum(axis=1)),
        all_squares=np.stack([of_groups(sums.all_square_high), of_groups(sums.all_square_low)]),
        ungrouped_cases=of_none(sums.all_cases),
        ungrouped_cost_fen=of_none(sums.all_cost_fen),
        bounds=bounds,
        insurance_types=types,
        pool_cases=by_pool[0].reshape(len(types), groups + 1, len(years), 4),
        pool_cost_fen=by_pool[1],
        hospital_cases=by_hospital[0],
        hospital_cost_fen=by_hospital[1],
    )
