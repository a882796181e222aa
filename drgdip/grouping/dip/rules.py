"""Scalar rules of DIP grouping (DIP technical specification, ch. 3 s. 3, after settlement arithmetic 1.4)."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number

SURGERY, THERAPEUTIC, DIAGNOSTIC, CONSERVATIVE, INTERVENTION = range(5)

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

NO_MATCH, WILDCARD_MATCH, EXACT_MATCH = range(3)


@rule
def match_operation(operation: Any, term: Any, tables: Any, wildcard: Any) -> Any:
    """How one operation meets one term of a combination: not, by a sub-category code, or by its own code."""
    best = NO_MATCH
    for k in range(tables.alternative_offset[term], tables.alternative_offset[term + 1]):
        if tables.alternative_procedure[k] == operation:
            if tables.alternative_wildcard[k] == 0:
                return EXACT_MATCH
            if wildcard:
                best = WILDCARD_MATCH
    return best


@rule
def match_term(operations: Any, term: Any, tables: Any, wildcard: Any) -> Any:
    """The best match of any operation of the stay with one term."""
    best = NO_MATCH
    for operation in operations:
        found = match_operation(operation, term, tables, wildcard)
        if found > best:
            best = found
    return best


@rule
def match_core(operations: Any, group: Any, tables: Any, main_first: Any, wildcard: Any) -> Any:
    """How a stay meets a core group: every term must be present; a group without operations takes stays without any."""
    first, last = tables.term_offset[group], tables.term_offset[group + 1]
    if first == last:
        return EXACT_MATCH if len(operations) == 0 else NO_MATCH
    best = EXACT_MATCH
    for term in range(first, last):
        considered = operations[:1] if main_first and term == first else operations
        found = match_term(considered, term, tables, wildcard)
        if found == NO_MATCH:
            return NO_MATCH
        best = min(best, found)
    return best


@rule
def is_full_match(operations: Any, group: Any, tables: Any, wildcard: Any) -> Any:
    """Whether every operation of the stay is named by the group's combination."""
    for operation in operations:
        named = False
        for term in range(tables.term_offset[group], tables.term_offset[group + 1]):
            if match_operation(operation, term, tables, wildcard) != NO_MATCH:
                named = True
                break
        if not named:
            return 0
    return 1


@rule
def meets_main(operations: Any, group: Any, tables: Any, wildcard: Any) -> Any:
    """Whether the combination's first term is met by the stay's first operation."""
    first = tables.term_offset[group]
    if len(operations) == 0 or first == tables.term_offset[group + 1]:
        return 0
    return 1 if match_operation(operations[0], first, tables, wildcard) != NO_MATCH else 0


@rule
def comprehensive_type(operations: Any, tables: Any, intervention_as: Any) -> Any:
    """The treatment type that picks a comprehensive group: that of the main operation, conservative without one."""
    if len(operations) == 0:
        return CONSERVATIVE
    kind = tables.procedure_treatment_type[operations[0]]
    if kind == INTERVENTION:
        return intervention_as
    return kind if kind >= 0 else CONSERVATIVE
