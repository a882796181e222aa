"""Criteria of groups: is it homogeneous and stable; does it belong to primary care, or to Chinese medicine.

Every threshold is compared exactly. Source: DIP technical specification, ch. 3 and ch. 8 (settlement arithmetic 1.3, 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from drgdip.base.scaled import E4
from drgdip.catalogue.statistics import ROWS_AT_A_TIME, GroupStatistics, Stays, varies_at_most
from drgdip.catalogue.weights import GroupWeights
from drgdip.tables.dip_catalogue import Group

#: What a group can miss, or lack for a list, in the order it is looked at.
Criterion = Literal["core", "cases", "variation", "drift", "years", "level_cases", "level_share", "operations"]


class QualityRule(NamedTuple):
    """What a core group should meet: variation at most, drift between years at most, stays in every year."""

    maximum_variation: Fraction
    maximum_drift: Fraction


def missed_criteria(
    groups: Sequence[Group], statistics: GroupStatistics, weights: GroupWeights, rule: QualityRule
) -> list[tuple[Criterion, ...]]:
    """What each group misses; only core groups are judged by variation, as comprehensive ones are mixed by nature."""
    return [tuple(_missed(place, group, statistics, weights, rule)) for place, group in enumerate(groups)]


def _missed(
    place: int, group: Group, statistics: GroupStatistics, weights: GroupWeights, rule: QualityRule
) -> Iterable[Criterion]:
    if group.kind != "comprehensive" and not _homogeneous(place, statistics, rule.maximum_variation):
        yield "variation"
    drift = int(weights.drift_e4[place])
    if drift * rule.maximum_drift.denominator > rule.maximum_drift.numerator * E4:
        yield "drift"
    if not statistics.all_cases[place].all():
        yield "years"


def _homogeneous(place: int, statistics: GroupStatistics, limit: Fraction) -> bool:
    cases, cost = int(statistics.cases[place].sum()), int(statistics.cost_fen[place].sum())
    return varies_at_most(cases, cost, statistics.square(place), limit)


class PrimaryCareRule(NamedTuple):
    """When a group belongs to primary care.

    levels : codes of the tiers that care for it. minimum_cases : stays at all levels. minimum_level_cases,
    minimum_level_share : stays at those levels, and their share of all.
    """

    maximum_variation: Fraction
    levels: tuple[int, ...]
    minimum_cases: int
    minimum_level_cases: int
    minimum_level_share: Fraction
    operations: bool


def primary_care_lacks(
    groups: Sequence[Group], statistics: GroupStatistics, rule: PrimaryCareRule
) -> list[tuple[Criterion, ...]]:
    """What each group lacks for primary care; nothing: it is one of its groups.

    Only core groups can be (settlement arithmetic 1.3: a subset of core; CV ≤ 0.7 suggested).
    """
    return [tuple(_lacks_primary_care(place, group, statistics, rule)) for place, group in enumerate(groups)]


def _lacks_primary_care(
    place: int, group: Group, statistics: GroupStatistics, rule: PrimaryCareRule
) -> Iterable[Criterion]:
    if group.kind != "core":
        yield "core"
    by_level = statistics.tier_cases[place].sum(axis=0)
    cases, at_levels = int(by_level.sum()), int(by_level[list(rule.levels)].sum())
    if cases < rule.minimum_cases:
        yield "cases"
    if not _homogeneous(place, statistics, rule.maximum_variation):
        yield "variation"
    if at_levels < rule.minimum_level_cases:
        yield "level_cases"
    if at_levels * rule.minimum_level_share.denominator < rule.minimum_level_share.numerator * cases:
        yield "level_share"
    if group.operations and not rule.operations:
        yield "operations"


class ChineseMedicineRule(NamedTuple):
    """When a group belongs to Chinese medicine: share of its stays that have an operation of ``operations`` (codes or
    their beginnings), and the fewest stays of the group.
    """

    operations: tuple[str, ...]
    minimum_cases: int
    minimum_share: Fraction


def chinese_medicine_lacks(
    groups: Sequence[Group], statistics: GroupStatistics, treated: np.ndarray, rule: ChineseMedicineRule
) -> list[tuple[Criterion, ...]]:
    """What each group lacks for Chinese medicine; ``treated``: its stays with such an operation, int64 (G,)."""
    return [
        tuple(_lacks_chinese_medicine(group, int(cases), int(with_operation), rule))
        for group, cases, with_operation in zip(groups, statistics.all_cases.sum(axis=1), treated, strict=True)
    ]


def _lacks_chinese_medicine(group: Group, cases: int, treated: int, rule: ChineseMedicineRule) -> Iterable[Criterion]:
    if group.kind != "core":
        yield "core"
    if cases < rule.minimum_cases:
        yield "cases"
    if treated * rule.minimum_share.denominator < rule.minimum_share.numerator * cases:
        yield "operations"


def stays_with_operation(
    history: Stays, group_id: np.ndarray, groups: int, years: tuple[int, ...], chosen: np.ndarray
) -> np.ndarray:
    """Stays by group that have one of the ``chosen`` procedures (int8 by procedure id), int64 (G,)."""
    from drgdip.catalogue.cell_kernels import add_with_operation, cells_of

    counts = np.zeros(groups + 1, dtype=np.int64)
    for first in range(0, len(group_id), ROWS_AT_A_TIME):
        last = min(first + ROWS_AT_A_TIME, len(group_id))
        stays = history.rows(first, last)
        cell = cells_of(np.asarray(group_id[first:last]), stays["year"], years[0], len(years), groups)
        add_with_operation(cell, len(years), stays["procedure_id"], stays["procedure_offset"], chosen, counts)
    return counts[:groups]


def chosen_procedures(codes: Sequence[str], beginnings: Sequence[str]) -> np.ndarray:
    """1 for each procedure whose code begins with one of ``beginnings``, int8."""
    return np.array([code.startswith(tuple(beginnings)) for code in codes], dtype=np.int8)
