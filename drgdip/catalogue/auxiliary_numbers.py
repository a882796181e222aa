"""Coefficients of the auxiliary directory from the last year of history: sub-type by sub-type, group by group.

Nothing is trimmed here: long, dear and deadly stays are what the directory is about. Source: DIP technical
specification, ch. 5 s. 2 (settlement arithmetic 1.5): mean cost of the sub-type ÷ mean cost of the group, where group
and sub-type have enough stays and the coefficient of variation falls markedly when the group is split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4, format_scaled
from drgdip.catalogue.statistics import ROWS_AT_A_TIME, GroupStatistics, Stays
from drgdip.tables.auxiliary import AUXILIARY_TYPES, MAX_COEFFICIENT_E4, CoefficientRow
from drgdip.tables.auxiliary_compile import AuxiliaryDirectory

if TYPE_CHECKING:
    from drgdip.valuation.auxiliary import AuxiliaryParameters


class AuxiliaryRule(NamedTuple):
    """What a coefficient needs: stays of the group and of the sub-type in the last year, and a fall of the coefficient
    of variation, all at least this much; ``types`` of the directory that are tried.
    """

    types: tuple[str, ...]
    minimum_group_cases: int
    minimum_subtype_cases: int
    minimum_fall: Fraction


class SubtypeSums(NamedTuple):
    """Sums of the last year's stays by group and sub-type, (G, S); squares in two words, fen²."""

    cases: np.ndarray
    cost_fen: np.ndarray
    square_high: np.ndarray
    square_low: np.ndarray


class Part(NamedTuple):
    """Stays, their cost, and the sum of squared costs, of a group or a part of it."""

    cases: int
    cost_fen: int
    square: int

    def deviations(self) -> Fraction:
        """Sum of squared deviations from the mean."""
        return self.square - Fraction(self.cost_fen**2, self.cases) if self.cases else Fraction(0)


def gather_subtypes(
    history: Stays,
    group_id: np.ndarray,
    groups: int,
    years: tuple[int, ...],
    parameters: AuxiliaryParameters,
    subtypes: int,
) -> SubtypeSums:
    """Sum up the last year's stays by group and sub-type. ``parameters`` say what the sub-types are."""
    from drgdip.catalogue.cell_kernels import add_subtypes, cells_of
    from drgdip.valuation.auxiliary import classify_cases
    from drgdip.valuation.auxiliary.columns import SUBTYPES

    shape = (groups, subtypes)
    sums = SubtypeSums(
        np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
    )
    for first in range(0, len(group_id), ROWS_AT_A_TIME):
        last = min(first + ROWS_AT_A_TIME, len(group_id))
        stays = history.rows(first, last)
        own = np.asarray(group_id[first:last])
        cell = cells_of(own, stays["year"], years[0], len(years), groups)
        found = classify_cases({**stays, "group_id": own}, parameters)
        subtype = np.stack([found[column.name] for column in SUBTYPES])
        add_subtypes(cell, len(years) - 1, len(years), subtype, stays["total_cost_fen"], sums)
    return sums


def auxiliary_coefficients(
    codes: Sequence[str],
    excluded: Sequence[bool],
    statistics: GroupStatistics,
    directory: AuxiliaryDirectory,
    sums: SubtypeSums,
    rule: AuxiliaryRule,
) -> list[CoefficientRow]:
    """Rows of ``auxiliary.csv``: coefficients above one that meet every limit, by group and order of sub-types.

    ``excluded`` groups (Chinese medicine, bed-days) have none (vector V19).
    """
    return [
        row
        for place, code in enumerate(codes)
        if not excluded[place] and int(statistics.all_cases[place, -1]) >= rule.minimum_group_cases
        for row in _of_group(place, code, statistics, directory, sums, rule)
    ]


def _of_group(
    place: int,
    code: str,
    statistics: GroupStatistics,
    directory: AuxiliaryDirectory,
    sums: SubtypeSums,
    rule: AuxiliaryRule,
) -> Iterator[CoefficientRow]:
    whole = Part(
        int(statistics.all_cases[place, -1]),
        int(statistics.all_cost_fen[place, -1]),
        _square(statistics.all_squares[0][place, -1], statistics.all_squares[1][place, -1]),
    )
    if not whole.cost_fen:
        return
    for kind in (name for name in AUXILIARY_TYPES if name in rule.types):
        parts = {
            number: Part(
                int(sums.cases[place, number]),
                int(sums.cost_fen[place, number]),
                _square(sums.square_high[place, number], sums.square_low[place, number]),
            )
            for number, subtype in enumerate(directory.subtypes)
            if subtype.type == kind and sums.cases[place, number]
        }
        if not falls_enough(whole, list(parts.values()), rule.minimum_fall):
            continue
        fall = format_scaled(fall_e4(whole, list(parts.values())), 4)
        for number, part in parts.items():
            coefficient = divide(part.cost_fen * whole.cases * E4, part.cases * whole.cost_fen)
            if part.cases >= rule.minimum_subtype_cases and E4 < coefficient <= MAX_COEFFICIENT_E4:
                mean = divide(part.cost_fen, part.cases)
                yield CoefficientRow(
                    code,
                    kind,
                    directory.subtypes[number].key,
                    format_scaled(coefficient, 4),
                    str(part.cases),
                    format_scaled(mean, 2),
                    fall,
                )


def _square(high: np.uint64, low: np.uint64) -> int:
    return (int(high) << 64) + int(low)


def _rest(whole: Part, parts: Sequence[Part]) -> Part:
    """The stays of a group that are of no sub-type."""
    return Part(
        whole.cases - sum(part.cases for part in parts),
        whole.cost_fen - sum(part.cost_fen for part in parts),
        whole.square - sum(part.square for part in parts),
    )


def _deviations(whole: Part, parts: Sequence[Part]) -> tuple[Fraction, Fraction]:
    """Sums of squared deviations: from the group's mean, and each stay from the mean of its own part."""
    within = sum((part.deviations() for part in (*parts, _rest(whole, parts))), Fraction(0))
    return whole.deviations(), within


def falls_enough(whole: Part, parts: Sequence[Part], minimum: Fraction) -> bool:
    """Whether the coefficient of variation falls by at least the share ``minimum``; compared exactly, by squares.

    The deviation that is left is that of each stay from the mean of its own sub-type (or of those with none).
    """
    before, after = _deviations(whole, parts)
    return before > 0 and after <= (1 - minimum) ** 2 * before


def fall_e4(whole: Part, parts: Sequence[Part]) -> int:
    """1 − √(within ÷ total), four decimals, cut: what is published never promises more than there is."""
    before, after = _deviations(whole, parts)
    if not before:
        return 0
    left = after / before * E4 * E4
    root = isqrt(left.numerator // left.denominator)
    exact = root * root * left.denominator == left.numerator
    return E4 - root if exact else E4 - root - 1
