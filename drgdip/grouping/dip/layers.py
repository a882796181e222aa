"""Rules of the layers before the core groups, where the first row that holds decides; conditions of rows of any layer.

Source: DIP technical specification 3.0, ch. 3 s. 3 (after settlement arithmetic 1.3–1.4).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.grouping.dip.parameters import ASKS_CONDITIONS, ASKS_DIAGNOSIS, ASKS_OPERATIONS
from drgdip.grouping.dip.rules import FIRST_LAYERS, NO_MATCH, PRINCIPAL_EXCLUDED, match_operations, operation_mark

#: Bits of ``has_bounds``: ranges that a row asks for. Terms of other diagnoses say themselves that they are asked.
AGE_DAYS, AGE_YEARS, BIRTH_WEIGHT = 1, 2, 4


@rule
def holds_code(codes: Any, start: Any, end: Any, wanted: Any) -> Any:
    """Whether a code is among ``codes[start : end]``, which ascend."""
    while start < end:
        middle = (start + end) // 2
        if codes[middle] == wanted:
            return True
        if codes[middle] < wanted:
            start = middle + 1
        else:
            end = middle
    return False


@rule
def holds_any(codes: Any, start: Any, end: Any, stay_codes: Any, first: Any, last: Any) -> Any:
    """Whether any of a stay's codes ``first : last`` is among ``codes[start : end]``."""
    for k in range(first, last):  # noqa: SIM110 - compiled
        if holds_code(codes, start, end, stay_codes[k]):
            return True
    return False


@rule
def in_bounds(value: Any, low: Any, high: Any) -> Any:
    """Both ends belong to the range; what is missing (below 0) lies in none."""
    return value >= 0 and low <= value and value <= high


@rule
def conditions_hold(
    group: Any,
    asked: Any,
    bounds: Any,
    term_offset: Any,
    alternative_offset: Any,
    alternative: Any,
    age_days: Any,
    age_years: Any,
    weight_g: Any,
    diagnoses: Any,
    others: Any,
    last: Any,
) -> Any:
    """Whether ages, birth weight and other diagnoses, the stay's ``others : last``, are as a row asks."""
    if asked & AGE_DAYS and not in_bounds(age_days, bounds[group, 0], bounds[group, 1]):
        return False
    if asked & AGE_YEARS and not in_bounds(age_years, bounds[group, 2], bounds[group, 3]):
        return False
    if asked & BIRTH_WEIGHT and not in_bounds(weight_g, bounds[group, 4], bounds[group, 5]):
        return False
    for term in range(term_offset[group], term_offset[group + 1]):
        if not holds_any(alternative, alternative_offset[term], alternative_offset[term + 1], diagnoses, others, last):
            return False
    return True


@kernel
def assign_first(
    diagnosis_id: Any,
    diagnosis_offset: Any,
    procedure_id: Any,
    procedure_offset: Any,
    age_days: Any,
    age_years: Any,
    birth_weight_g: Any,
    tables: Any,
    parameters: Any,
    group_id: Any,
    reason: Any,
    runner_up: Any,
) -> None:
    """Write the group of every stay that a row before the core groups takes: the first that holds, and the next.

    Rows for the principal diagnosis, and those for any if a stay has a code that one of them asks for, are two lists
    in the order of ``group_order``, read as one.
    """
    listed_offset, listed, opened = parameters.listed_offset, parameters.listed_group, parameters.open_group
    asked, first_bits, required, order = (
        parameters.asked,
        parameters.first_bits,
        parameters.required_bits,
        tables.group_order,
    )
    main_first, wildcard, always_open = parameters.main_first, parameters.wildcard, parameters.always_open
    procedure_opens, diagnosis_opens, group_kind = tables.procedure_opens, tables.diagnosis_opens, tables.group_kind
    term_offset, alternative_offset = tables.term_offset, tables.alternative_offset
    alternative, by_category = tables.alternative_procedure, tables.alternative_wildcard
    any_offset, any_diagnosis = tables.any_diagnosis_offset, tables.any_diagnosis
    has_bounds, bounds, other_offset = tables.has_bounds, tables.bounds, tables.diagnosis_term_offset
    other_alternative_offset, other_alternative = tables.diagnosis_alternative_offset, tables.diagnosis_alternative
    for i in range(len(group_id)):
        first, last = diagnosis_offset[i], diagnosis_offset[i + 1]
        start, end = procedure_offset[i], procedure_offset[i + 1]
        principal = diagnosis_id[first]
        if reason[i] == PRINCIPAL_EXCLUDED:
            continue
        j, listed_end, k, open_end = listed_offset[principal], listed_offset[principal + 1], 0, len(opened)
        if open_end and not always_open:
            opens = False
            for place in range(start, end):
                opens |= procedure_opens[procedure_id[place]]
            for place in range(first, last):
                opens |= diagnosis_opens[diagnosis_id[place]]
            open_end = open_end if opens else 0
        if j == listed_end and open_end == 0:
            continue
        present = np.int64(0)
        for place in range(start, end):
            present |= operation_mark(procedure_id[place])
        while j < listed_end or k < open_end:
            if k >= open_end or (j < listed_end and order[listed[j]] < order[opened[k]]):
                group = listed[j]
                j += 1
            else:
                group = opened[k]
                k += 1
            asks = asked[group]
            if asks & ASKS_OPERATIONS:
                if start == end or first_bits[group] & present == 0 or required[group] & ~present != 0:
                    continue
                match = match_operations(
                    procedure_id,
                    start,
                    end,
                    term_offset[group],
                    term_offset[group + 1],
                    alternative_offset,
                    alternative,
                    by_category,
                    main_first[group],
                    wildcard,
                )
                if match == NO_MATCH:
                    continue
            if asks & ASKS_DIAGNOSIS and not holds_any(
                any_diagnosis, any_offset[group], any_offset[group + 1], diagnosis_id, first, last
            ):
                continue
            if asks & ASKS_CONDITIONS and not conditions_hold(
                group,
                has_bounds[group],
                bounds,
                other_offset,
                other_alternative_offset,
                other_alternative,
                age_days[i],
                age_years[i],
                birth_weight_g[i],
                diagnosis_id,
                first + 1,
                last,
            ):
                continue
            if group_id[i] >= 0:
                runner_up[i] = group
                break
            group_id[i], reason[i] = group, FIRST_LAYERS[group_kind[group]]
