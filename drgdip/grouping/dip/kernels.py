"""The compiled driver of DIP grouping."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.grouping.dip.rules import (
    COMPREHENSIVE,
    CONSERVATIVE,
    CORE_CONSERVATIVE,
    CORE_OPERATION,
    EXACT_MATCH,
    NO_MATCH,
    UNGROUPED,
    comprehensive_type,
    is_full_match,
    match_core,
    meets_main,
    operation_bits,
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
def better(
    best: Any, second: Any, matches: Any, group: Any, operations: Any, cost: Any, tables: Any, parameters: Any
) -> Any:
    """Place a candidate among the best two; ``matches`` are those of best, second and candidate."""
    best_match, second_match, match = matches
    if best < 0 or beats(group, match, best, best_match, operations, cost, tables, parameters):
        return group, best, match, best_match
    if second < 0 or beats(group, match, second, second_match, operations, cost, tables, parameters):
        return best, group, best_match, match
    return best, second, best_match, second_match


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
    # What every stay looks at is taken out of the tuples once: a member of a tuple is counted at each use.
    core_category, core_offset, core_group = tables.diagnosis_core_category, tables.core_offset, tables.core_group
    term_offset, alternative_offset = tables.term_offset, tables.alternative_offset
    alternative, by_category = tables.alternative_procedure, tables.alternative_wildcard
    whole_category, whole_group = tables.diagnosis_comprehensive_category, tables.comprehensive_group
    treatment_type = tables.procedure_treatment_type
    main_first, wildcard, required = parameters.main_op_first, parameters.wildcard, parameters.required_bits
    for i in range(n):
        principal = diagnosis_id[diagnosis_offset[i]]
        start, end = procedure_offset[i], procedure_offset[i + 1]
        best, second = np.int32(-1), np.int32(-1)
        best_match, second_match = NO_MATCH, NO_MATCH
        category = core_category[principal]
        if category >= 0:
            present = operation_bits(procedure_id, start, end)
            for k in range(core_offset[category], core_offset[category + 1]):
                group = core_group[k]
                if required[group] & ~present != 0:
                    continue
                match = match_core(
                    procedure_id,
                    start,
                    end,
                    term_offset[group],
                    term_offset[group + 1],
                    alternative_offset,
                    alternative,
                    by_category,
                    main_first,
                    wildcard,
                )
                if match != NO_MATCH:
                    if best < 0:
                        best, best_match = group, match
                        continue
                    best, second, best_match, second_match = better(
                        best,
                        second,
                        (best_match, second_match, match),
                        group,
                        procedure_id[start:end],
                        total_cost_fen[i],
                        tables,
                        parameters,
                    )
        if best >= 0:
            group_id[i], runner_up[i] = best, second
            reason[i] = CORE_OPERATION if end > start else CORE_CONSERVATIVE
            continue
        category = whole_category[principal]
        if category >= 0:
            kind = CONSERVATIVE
            if end > start:
                kind = comprehensive_type(treatment_type[procedure_id[start]], parameters.intervention_as)
            group = whole_group[category, kind]
            if group >= 0:
                group_id[i] = group
                reason[i] = COMPREHENSIVE[kind]
    return group_id, reason, runner_up
