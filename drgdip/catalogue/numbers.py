"""All numbers of a catalogue from a grouped history, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from drgdip.catalogue.auxiliary_numbers import auxiliary_coefficients, gather_subtypes
from drgdip.catalogue.coefficients import (
    DiseaseCoefficients,
    Levels,
    disease_coefficients,
    level_coefficients,
)
from drgdip.catalogue.criteria import (
    Criterion,
    chinese_medicine_lacks,
    chosen_procedures,
    missed_criteria,
    primary_care_lacks,
    stays_with_operation,
)
from drgdip.catalogue.number_rules import NumberRules
from drgdip.catalogue.opening import PoolOpening, opening_point_values, standard_points_e4
from drgdip.catalogue.statistics import GroupStatistics, Stays, gather
from drgdip.catalogue.weights import GroupWeights, weigh
from drgdip.tables.auxiliary import Classification, CoefficientRow
from drgdip.tables.auxiliary_compile import compile_auxiliary
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.dip_catalogue import Group


class CatalogueNumbers(NamedTuple):
    """Results, by group in the order of groups unless said otherwise.

    missed : criteria that a group misses. primary_care_lacks, chinese_medicine_lacks : what a group lacks for the list,
    nothing if it is on it; None where the list is not made. points_e4 : points of a stay by group and level.
    auxiliary : rows of ``auxiliary.csv``. opening : by pool.
    """

    statistics: GroupStatistics
    weights: GroupWeights
    missed: list[tuple[Criterion, ...]]
    primary_care_lacks: list[tuple[Criterion, ...]] | None
    chinese_medicine_lacks: list[tuple[Criterion, ...]] | None
    levels: Levels
    diseases: list[DiseaseCoefficients]
    points_e4: np.ndarray
    auxiliary: list[CoefficientRow]
    opening: list[PoolOpening]

    @property
    def primary_care(self) -> list[bool]:
        """Whether a group belongs to primary care."""
        return _on_list(self.primary_care_lacks, len(self.missed))

    @property
    def chinese_medicine(self) -> list[bool]:
        """Whether a group belongs to Chinese medicine."""
        return _on_list(self.chinese_medicine_lacks, len(self.missed))


class Codes(NamedTuple):
    """The code lists of the history, and the conditions of the auxiliary directory's sub-types."""

    diagnoses: CodeSystem
    procedures: CodeSystem
    classification: Classification | None = None


def find_numbers(
    history: Stays, group_id: np.ndarray, groups: Sequence[Group], codes: Codes, rules: NumberRules
) -> CatalogueNumbers:
    """Numbers of ``groups`` from a history whose stays have their group's position, −1 none.

    Raises UsageError if the history has no cost, or the benchmark group no stays.
    """
    names = [group.dip_code for group in groups]
    statistics = gather(
        history, group_id, len(groups), rules.years, rules.trim, trim_within_year=rules.trim_within_year
    )
    weights = weigh(statistics, names, rules.weights)
    lists = _lists(history, group_id, groups, codes, statistics, rules)
    care, medicine = (_on_list(lacks, len(groups)) for lacks in lists)
    levels = level_coefficients(statistics, weights, rules.weights, rules.levels)
    points_e4 = standard_points_e4(weights, levels, care)
    pools = rules.pools or {str(code): (code,) for code in statistics.insurance_types}
    return CatalogueNumbers(
        statistics=statistics,
        weights=weights,
        missed=missed_criteria(groups, statistics, weights, rules.quality),
        primary_care_lacks=lists[0],
        chinese_medicine_lacks=lists[1],
        levels=levels,
        diseases=disease_coefficients(groups, statistics, weights, care, rules.weights, rules.disease),
        points_e4=points_e4,
        auxiliary=_auxiliary(history, group_id, names, medicine, codes, statistics, weights, rules),
        opening=opening_point_values(
            statistics, weights, points_e4, pools, rules.weights.year_weights, rules.ungrouped_factor
        ),
    )


def _on_list(lacks: Sequence[tuple[Criterion, ...]] | None, groups: int) -> list[bool]:
    return [False] * groups if lacks is None else [not missing for missing in lacks]


def _lists(
    history: Stays,
    group_id: np.ndarray,
    groups: Sequence[Group],
    codes: Codes,
    statistics: GroupStatistics,
    rules: NumberRules,
) -> tuple[list[tuple[Criterion, ...]] | None, list[tuple[Criterion, ...]] | None]:
    care = primary_care_lacks(groups, statistics, rules.primary_care) if rules.primary_care else None
    if rules.chinese_medicine is None:
        return care, None
    chosen = chosen_procedures(codes.procedures.codes, rules.chinese_medicine.operations)
    treated = stays_with_operation(history, group_id, len(groups), rules.years, chosen)
    return care, chinese_medicine_lacks(groups, statistics, treated, rules.chinese_medicine)


def _auxiliary(
    history: Stays,
    group_id: np.ndarray,
    names: Sequence[str],
    excluded: Sequence[bool],
    codes: Codes,
    statistics: GroupStatistics,
    weights: GroupWeights,
    rules: NumberRules,
) -> list[CoefficientRow]:
    if rules.auxiliary is None or codes.classification is None:
        return []
    from drgdip.valuation.auxiliary import classification_parameters

    directory = compile_auxiliary(codes.classification, (), {}, codes.diagnoses, codes.procedures)
    region_fen = int(weights.region_mean_fen)
    parameters = classification_parameters(directory, rules.auxiliary.types, weights.mean_cost_fen, region_fen)
    sums = gather_subtypes(history, group_id, len(names), rules.years, parameters, len(directory.subtypes))
    return auxiliary_coefficients(names, excluded, statistics, directory, sums, rules.auxiliary)
