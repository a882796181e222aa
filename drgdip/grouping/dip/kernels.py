"""The compiled driver of DIP grouping."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.grouping.dip.layers import conditions_hold
from drgdip.grouping.dip.parameters import CONSERVATIVE
from drgdip.grouping.dip.rules import (
    COMPREHENSIVE,
    CORE_CONSERVATIVE,
    CORE_OPERATION,
    EXACT_MATCH,
    NO_MATCH,
    UNGROUPED,
    comprehensive_group,
    comprehensive_type,
    comprehensive_types,
    is_full_match,
    match_operations,
    meets_main,
    operation_mark,
)

#: Place of core groups among the layers.
CORE = 3


@rule
def tie_value(key: Any, group: Any, match: Any, operations: Any, cost_fen: Any, ties: Any) -> Any:
    """The value of one tie-break key (positions of TIE_KEYS); the larger wins."""
    if key == 0:
        return np.int64(is_full_match(operations, group, ties))
    if key == 1:
        return np.int64(meets_main(operations, group, ties))
    if key == 2:
        return np.int64(ties.term_offset[group + 1] - ties.term_offset[group])
    if key == 3:
        return np.int64(match == EXACT_MATCH)
    if key == 4:
        return ties.relative_weight_e4[group]
    if key == 5:
        return -abs(cost_fen - ties.mean_cost_fen[group])
    if key == 6:
        return -ties.type_rank[ties.group_treatment_type[group]]
    if key == 7:
        return ties.group_cases[group]
    return -np.int64(ties.group_rank[group])


@rule
def beats(group: Any, match: Any, other: Any, other_match: Any, operations: Any, cost: Any, ties: Any) -> Any:
    """Whether one candidate comes before another by the policy's ordered keys."""
    for key in ties.tie_keys:
        mine = tie_value(key, group, match, operations, cost, ties)
        theirs = tie_value(key, other, other_match, operations, cost, ties)
        if mine != theirs:
            return mine > theirs
    return False


@rule
def better(best: Any, second: Any, matches: Any, group: Any, operations: Any, cost: Any, ties: Any) -> Any:
    """Place a candidate among the best two; ``matches`` are those of best, second and candidate."""
    best_match, second_match, match = matches
    if best < 0 or beats(group, match, best, best_match, operations, cost, ties):
        return group, best, match, best_match
    if second < 0 or beats(group, match, second, second_match, operations, cost, ties):
        return best, group, best_match, match
    return best, second, best_match, second_match


@rule
def leftover(
    principal: Any,
    operations: Any,
    cost: Any,
    age_days: Any,
    age_years: Any,
    weight_g: Any,
    diagnoses: Any,
    others: Any,
    last: Any,
    step: Any,
    tables: Any,
    parameters: Any,
) -> Any:
    """The best two conservative groups of a step, for a stay whose operations no group of the step meets."""
    best, second = np.int32(-1), np.int32(-1)
    matches = (EXACT_MATCH, EXACT_MATCH, EXACT_MATCH)
    category = tables.diagnosis_core_category[principal]
    first, usual = np.int32(0), np.int32(0)
    if category >= 0:
        first, usual = tables.core_offset[category], tables.core_offset[category + 1] - tables.core_offset[category]
    extra, more = tables.extra_offset[principal], tables.extra_offset[principal + 1] - tables.extra_offset[principal]
    for k in range(usual + more):
        group = tables.core_group[first + k] if k < usual else tables.extra_group[extra + k - usual]
        if (
            parameters.core_step[group] == step
            and tables.term_offset[group] == tables.term_offset[group + 1]
            and conditions_hold(
                group,
                tables.has_bounds[group],
                tables.bounds,
                tables.diagnosis_term_offset,
                tables.diagnosis_alternative_offset,
                tables.diagnosis_alternative,
                age_days,
                age_years,
                weight_g,
                diagnoses,
                others,
                last,
            )
        ):
            best, second, _, _ = better(best, second, matches, group, operations, cost, parameters.ties)
    group = comprehensive_group(
        tables.comprehensive_group,
        tables.diagnosis_comprehensive_category[principal],
        tables.diagnosis_letter_category[principal],
        1 << CONSERVATIVE,
        parameters.comprehensive_step,
        step,
    )
    if group >= 0:
        best, second, _, _ = better(best, second, matches, group, operations, cost, parameters.ties)
    return best, second


@kernel
def assign(
    diagnosis_id: Any,
    diagnosis_offset: Any,
    procedure_id: Any,
    procedure_offset: Any,
    total_cost_fen: Any,
    age_days: Any,
    age_years: Any,
    birth_weight_g: Any,
    tables: Any,
    parameters: Any,
    group_id: Any,
    reason: Any,
    runner_up: Any,
) -> None:
    """Write group, reason and runner-up of every stay that is ungrouped so far."""
    # What every stay looks at is taken out of the tuples once: a member of a tuple is counted at each use.
    core_category, core_offset, core_group = tables.diagnosis_core_category, tables.core_offset, tables.core_group
    extra_offset, extra_group, has_bounds = tables.extra_offset, tables.extra_group, tables.has_bounds
    term_offset, alternative_offset = tables.term_offset, tables.alternative_offset
    alternative, by_category = tables.alternative_procedure, tables.alternative_wildcard
    whole_category, whole_group = tables.diagnosis_comprehensive_category, tables.comprehensive_group
    letter_category, treatment_type = tables.diagnosis_letter_category, tables.procedure_treatment_type
    group_kind, group_type = tables.group_kind, tables.group_treatment_type
    bounds, other_offset = tables.bounds, tables.diagnosis_term_offset
    other_alternative_offset, other_alternative = tables.diagnosis_alternative_offset, tables.diagnosis_alternative
    main_first, wildcard, required = parameters.main_first, parameters.wildcard, parameters.required_bits
    core_step, whole_step, other_core = parameters.core_step, parameters.comprehensive_step, parameters.other_core
    has_core, for_none, any_operation = parameters.has_core, parameters.for_none, parameters.any_operation
    ties, whole_types = parameters.ties, parameters.comprehensive_types
    for i in range(len(group_id)):
        if reason[i] != UNGROUPED:
            continue
        first, last = diagnosis_offset[i], diagnosis_offset[i + 1]
        start, end = procedure_offset[i], procedure_offset[i + 1]
        principal = diagnosis_id[first]
        present, types = np.int64(0), 0
        for k in range(start, end):
            present |= operation_mark(procedure_id[k])
            if any_operation or k == start:
                types |= 1 << comprehensive_type(treatment_type[procedure_id[k]], parameters.intervention_as)
        types = comprehensive_types(types)
        best, second = np.int32(-1), np.int32(-1)
        category = core_category[principal]
        usual, usual_end = np.int32(0), np.int32(0)
        if category >= 0:
            usual, usual_end = core_offset[category], core_offset[category + 1]
        candidates = usual_end - usual
        if other_core:
            candidates += extra_offset[principal + 1] - extra_offset[principal]
        for step in range(len(has_core)):
            if start == end and not for_none[step]:
                continue
            best_match, second_match = NO_MATCH, NO_MATCH
            for k in range(candidates if has_core[step] else 0):
                place = usual + k
                if place < usual_end:
                    group = core_group[place]
                else:
                    group = extra_group[extra_offset[principal] + place - usual_end]
                if required[group] & ~present != 0 or core_step[group] != step:
                    continue
                # A group without terms is for stays without operations, one with terms for others.
                terms = term_offset[group + 1] - term_offset[group]
                if (terms == 0) != (start == end):
                    continue
                match = EXACT_MATCH
                if terms > 0:
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
                if has_bounds[group] and not conditions_hold(
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
                    ties,
                )
            if types & whole_types[step]:
                group = comprehensive_group(
                    whole_group, whole_category[principal], letter_category[principal], types, whole_step, step
                )
                if group >= 0 and best < 0:
                    best = group
                elif group >= 0:
                    best, second, best_match, second_match = better(
                        best,
                        second,
                        (best_match, second_match, EXACT_MATCH),
                        group,
                        procedure_id[start:end],
                        total_cost_fen[i],
                        ties,
                    )
            if best < 0 and end > start and parameters.unmatched:
                best, second = leftover(
                    principal,
                    procedure_id[start:end],
                    total_cost_fen[i],
                    age_days[i],
                    age_years[i],
                    birth_weight_g[i],
                    diagnosis_id,
                    first + 1,
                    last,
                    step,
                    tables,
                    parameters,
                )
            if best >= 0:
                break
        if best >= 0:
            group_id[i], runner_up[i] = best, second
            if group_kind[best] != CORE:
                reason[i] = COMPREHENSIVE[group_type[best]]
            else:
                reason[i] = CORE_OPERATION if term_offset[best] < term_offset[best + 1] else CORE_CONSERVATIVE
