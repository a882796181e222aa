"""The compiled driver of the auxiliary directory."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.valuation.auxiliary.rules import (
    NONE,
    ONE_E4,
    comorbidity_score,
    highest,
    limited,
    reaches,
    shares,
    within,
)

#: Why a coefficient counts, or none does: positions in ``parameters.reasons``.
HIGHEST, NO_SUBTYPE, UNGROUPED, EXCLUDED_GROUP, EXCLUDED_CARE = 0, 1, 2, 3, 4


@rule
def lists_of_others(diagnoses: Any, arrays: Any) -> Any:
    """The lists of all other diagnoses, and of those of another category than the principal one."""
    lists, of_another_category = np.int64(0), np.int64(0)
    for i in range(1, len(diagnoses)):
        if diagnoses[i] >= 0:
            found = arrays.diagnosis_lists[diagnoses[i]]
            lists |= found
            if diagnoses[0] < 0 or (arrays.diagnosis_category[diagnoses[i]] != arrays.diagnosis_category[diagnoses[0]]):
                of_another_category |= found
    return lists, of_another_category


@rule
def lists_of(codes: Any, lists: Any) -> Any:
    """The lists that some of the codes belong to."""
    found = np.int64(0)
    for code in codes:
        if code >= 0:
            found |= lists[code]
    return found


@rule
def row_holds(
    row: Any, principal: Any, others: Any, operations: Any, way: Any, measures: Any, money: Any, arrays: Any
) -> Any:
    """Whether every condition of a row holds. ``measures`` in the order of RANGES; ``money``: cost, reference, fees."""
    if not shares(arrays.row_principal[row], principal) or arrays.row_not_principal[row] & principal:
        return False
    if not shares(arrays.row_other[row], others[arrays.row_other_category[row]]):
        return False
    if not shares(arrays.row_operation[row], operations) or not shares(arrays.row_discharge[row], way):
        return False
    for i in range(len(measures)):
        if not within(measures[i], arrays.row_range[row, i, 0], arrays.row_range[row, i, 1]):
            return False
    ratios = arrays.row_ratio_e4[row]
    cost, reference, treatment, drugs = money
    return (
        reaches(cost, reference, ratios[0]) and reaches(treatment, cost, ratios[1]) and reaches(drugs, cost, ratios[2])
    )


@kernel
def classify(
    group_id: Any, diagnoses: Any, diagnosis_offset: Any, procedures: Any, procedure_offset: Any,
    age_days: Any, age_years: Any, icu_hours: Any, stay_days: Any, discharge_way: Any, cost_fen: Any,
    treatment_fen: Any, drug_fen: Any, parameters: Any,
) -> Any:  # fmt: skip
    """Score, and sub-type of each type, of every stay; shapes (n,) and (types, n). Fees may be of length 0: missing."""
    n = len(group_id)
    arrays = parameters.arrays
    score = np.empty(n, dtype=np.int16)
    types = len(parameters.type_first)
    subtype = np.full((types, n), NONE, dtype=np.int16)
    measures = np.empty(5, dtype=np.int64)
    for i in range(n):
        own = diagnoses[diagnosis_offset[i] : diagnosis_offset[i + 1]]
        others = lists_of_others(own, arrays)
        principal = lists_of(own[:1], arrays.diagnosis_lists)
        operations = lists_of(procedures[procedure_offset[i] : procedure_offset[i + 1]], arrays.procedure_lists)
        found = comorbidity_score(others[0], arrays.score_list, arrays.score_weight, arrays.score_unless)
        score[i] = found
        measures[0], measures[1], measures[2] = age_days[i], age_years[i], icu_hours[i]
        measures[3], measures[4] = stay_days[i], found
        way = np.int64(0)
        if discharge_way[i] > 0:
            way = np.int64(1) << np.int64(discharge_way[i])
        reference = parameters.ungrouped_reference_fen
        if group_id[i] >= 0:
            reference = parameters.reference_cost_fen[group_id[i]]
        money = (
            np.int64(cost_fen[i]),
            np.int64(reference),
            np.int64(treatment_fen[i] if len(treatment_fen) else NONE),
            np.int64(drug_fen[i] if len(drug_fen) else NONE),
        )
        for kind in range(types):
            for row in range(parameters.type_first[kind], parameters.type_end[kind]):
                if row_holds(row, principal, others, operations, way, measures, money, arrays):
                    subtype[kind, i] = arrays.row_subtype[row]
                    break
    return score, subtype


@kernel
def select(group_id: Any, medical_type: Any, subtype: Any, parameters: Any) -> Any:
    """The sub-type that counts, its coefficient, and why; shapes (n,)."""
    n = len(group_id)
    chosen = np.full(n, NONE, dtype=np.int16)
    coefficient = np.full(n, ONE_E4, dtype=np.int64)
    why = np.empty(n, dtype=np.int16)
    candidates = np.empty(len(parameters.type_order), dtype=np.int64)
    for i in range(n):
        group = group_id[i]
        if group < 0:
            why[i] = parameters.reasons[UNGROUPED]
            continue
        if parameters.excluded_group[group]:
            why[i] = parameters.reasons[EXCLUDED_GROUP]
            continue
        excluded = False
        for care in parameters.excluded_medical_type:
            excluded |= medical_type[i] == care
        if excluded:
            why[i] = parameters.reasons[EXCLUDED_CARE]
            continue
        for position in range(len(parameters.type_order)):
            number = subtype[parameters.type_order[position], i]
            candidates[position] = parameters.coefficient_e4[group, number] if number >= 0 else NONE
        best = highest(candidates)
        why[i] = parameters.reasons[HIGHEST if best >= 0 else NO_SUBTYPE]
        if best >= 0:
            chosen[i] = subtype[parameters.type_order[best], i]
            coefficient[i] = limited(candidates[best], parameters.floor_e4, parameters.cap_e4)
    return chosen, coefficient, why
