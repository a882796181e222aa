"""Scalar rules of DIP grouping (DIP technical specification, ch. 3 s. 3, after settlement arithmetic 1.4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.grouping.dip.parameters import CONSERVATIVE, INTERVENTION

CORE_OPERATION = number("core_operation")
CORE_CONSERVATIVE = number("core_conservative")
#: By treatment type.
COMPREHENSIVE = (
    number("comprehensive_surgery"),
    number("comprehensive_therapeutic"),
    number("comprehensive_diagnostic"),
    number("comprehensive_conservative"),
)
UNGROUPED = number("ungrouped")
PRINCIPAL_EXCLUDED = number("principal_excluded")
#: By layer before the core groups.
FIRST_LAYERS = (number("pre_group"), number("merge_group"), number("assisted_group"))

NO_MATCH, WILDCARD_MATCH, EXACT_MATCH = range(3)

#: Marks in a word of :func:`operation_mark`; two operations may share one.
BITS = 63


@rule
def operation_mark(operation: Any) -> Any:
    """The mark of an operation. In one word for all of a stay, what a group requires and the stay lacks is seen at once."""
    return np.int64(1) << (np.int64(operation) % BITS)


@rule
def match_operation(
    operation: Any, term: Any, alternative_offset: Any, alternative: Any, by_category: Any, wildcard: Any
) -> Any:
    """How one operation meets one term of a combination: not, by a sub-category code, or by its own code."""
    best = NO_MATCH
    for k in range(alternative_offset[term], alternative_offset[term + 1]):
        if alternative[k] == operation:
            if by_category[k] == 0:
                return EXACT_MATCH
            if wildcard:
                best = WILDCARD_MATCH
    return best


@rule
def match_term(
    procedures: Any,
    start: Any,
    end: Any,
    term: Any,
    alternative_offset: Any,
    alternative: Any,
    by_category: Any,
    wildcard: Any,
) -> Any:
    """The best match of the operations ``start : end`` with one term."""
    best = NO_MATCH
    for k in range(start, end):
        best = max(best, match_operation(procedures[k], term, alternative_offset, alternative, by_category, wildcard))
        if best == EXACT_MATCH:
            break
    return best


@rule
def match_operations(
    procedures: Any,
    start: Any,
    end: Any,
    first_term: Any,
    last_term: Any,
    alternative_offset: Any,
    alternative: Any,
    by_category: Any,
    main_first: Any,
    wildcard: Any,
) -> Any:
    """How a stay meets a combination: every term must be present; one without terms is for stays without operations."""
    if first_term == last_term:
        return EXACT_MATCH if start == end else NO_MATCH
    best = EXACT_MATCH
    for term in range(first_term, last_term):
        reach = min(start + 1, end) if main_first and term == first_term else end
        found = match_term(procedures, start, reach, term, alternative_offset, alternative, by_category, wildcard)
        if found == NO_MATCH:
            return NO_MATCH
        best = min(best, found)
    return best


@rule
def is_full_match(operations: Any, group: Any, ties: Any) -> Any:
    """Whether every operation of the stay is named by the group's combination."""
    for operation in operations:
        named = False
        for term in range(ties.term_offset[group], ties.term_offset[group + 1]):
            if meets(operation, term, ties):
                named = True
                break
        if not named:
            return 0
    return 1


@rule
def meets(operation: Any, term: Any, ties: Any) -> Any:
    """Whether one operation meets one term in any way."""
    found = match_operation(
        operation, term, ties.alternative_offset, ties.alternative_procedure, ties.alternative_wildcard, ties.wildcard
    )
    return found != NO_MATCH


@rule
def meets_main(operations: Any, group: Any, ties: Any) -> Any:
    """Whether the combination's first term is met by the stay's first operation."""
    first = ties.term_offset[group]
    if len(operations) == 0 or first == ties.term_offset[group + 1]:
        return 0
    return 1 if meets(operations[0], first, ties) else 0


@rule
def comprehensive_type(kind: Any, intervention_as: Any) -> Any:
    """The treatment type that picks a comprehensive group, by that of an operation; conservative if unknown."""
    if kind == INTERVENTION:
        return intervention_as
    return kind if kind >= 0 else CONSERVATIVE


@rule
def comprehensive_types(types: Any) -> Any:
    """Types whose comprehensive group a stay may have, one bit each, by those of its operations; else conservative."""
    operations = types & ((1 << CONSERVATIVE) - 1)
    return operations if operations else 1 << CONSERVATIVE


@rule
def comprehensive_group(groups: Any, category: Any, letter: Any, types: Any, step_of: Any, step: Any) -> Any:
    """The group of a step for the first of the types that has one: of the diagnosis' category, else of its letter."""
    for place in (category, letter):
        if place >= 0:
            for kind in range(CONSERVATIVE + 1):
                if types >> kind & 1 and step_of[kind] == step and groups[place, kind] >= 0:
                    return groups[place, kind]
    return np.int32(-1)
