"""The compiled driver of DIP grouping."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.grouping.dip.rules import (
    COMPREHENSIVE,
    CORE_CONSERVATIVE,
    CORE_OPERATION,
    EXACT_MATCH,
    NO_MATCH,
    UNGROUPED,
    comprehensive_type,
    is_full_match,
    match_core,
    meets_main,
)


@rule
def tie_value(key: Any, group: Any, match: Any, operations: Any, cost_fen: Any, tables: Any, parameters: Any) -> Any:
    """The value of one tie-break key (positions of TIE_KEYS); the larger wins."""
    if key == 0:
        return np.int64(is_full_match(operations, group, tables, parameters.wildcard))
    if key == 1:
        return np.int64(meets_main(operations, group, tables, parameters.wildcard))
    if key == 2:
        return np.int64(tables.term_offset[group + 1] - tables.term_offset[group])
    if key == 3:
        return np.int64(match == EXACT_MATCH)
    if key == 4:
        return tables.relative_weight_e4[group]
    if key == 5:
        return -abs(cost_fen - tables.mean_cost_fen[group])
    if key == 6:
        return -parameters.type_rank[tables.group_treatment_type[group]]
    if key == 7:
        return tables.group_cases[group]
    return -np.int64(tables.group_rank[group])


@rule
def beats(
    group: Any, match: Any, other: Any, other_match: Any, operations: Any, cost: Any, tables: Any, parameters: Any
) -> Any:
    """Whether one candidate comes before another by the policy's ordered keys."""
    for key in parameters.tie_keys:
        mine = tie_value(key, group, match, operations, cost, tables, parameters)
        theirs = tie_value(key, other, other_match, operations, cost, tables, parameters)
        if mine != theirs:
            return mine > theirs
    return False


@rule
def best_core(operations: Any, category: Any, cost: Any, tables: Any, parameters: Any) -> Any:
    """The best and second-best core group of a category that the stay meets, −1 where there is none."""
    best, second = np.int32(-1), np.int32(-1)
    best_match, second_match = NO_MATCH, NO_MATCH
    for k in range(tables.core_offset[category], tables.core_offset[category + 1]):
        group = tables.core_group[k]
        match = match_core(operations, group, tables, parameters.main_op_first, parameters.wildcard)
        if match == NO_MATCH:
            continue
        if best < 0 or beats(group, match, best, best_match, operations, cost, tables, parameters):
            second, second_match = best, best_match
            best, best_match = group, match
        elif second < 0 or beats(group, match, second, second_match, operations, cost, tables, parameters):
            second, second_match = group, match
    return best, second


@kernel
def assign(
    diagnosis_id: Any,
    diagnosis_offset: Any,
    procedure_id: Any,
    procedure_offset: Any,
    total_cost_fen: Any,
    tables: Any,
    parameters: Any,
) -> Any:
    """Group, reason and runner-up of every stay; shapes (n,)."""
    n = len(total_cost_fen)
    group_id = np.full(n, -1, dtype=np.int32)
    reason = np.full(n, UNGROUPED, dtype=np.int16)
    runner_up = np.full(n, -1, dtype=np.int32)
    for i in range(n):
        principal = diagnosis_id[diagnosis_offset[i]]
        operations = procedure_id[procedure_offset[i] : procedure_offset[i + 1]]
        category = tables.diagnosis_core_category[principal]
        if category >= 0:
            best, second = best_core(operations, category, total_cost_fen[i], tables, parameters)
            if best >= 0:
                group_id[i], runner_up[i] = best, second
                reason[i] = CORE_OPERATION if len(operations) > 0 else CORE_CONSERVATIVE
                continue
        category = tables.diagnosis_comprehensive_category[principal]
        if category >= 0:
            kind = comprehensive_type(operations, tables, parameters.intervention_as)
            group = tables.comprehensive_group[category, kind]
            if group >= 0:
                group_id[i] = group
                reason[i] = COMPREHENSIVE[kind]
    return group_id, reason, runner_up
