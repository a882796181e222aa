"""Settlement arithmetic 1.4: which group takes a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from drgdip.policy.values import Grouping
from tests.reference.catalogue import Catalogue, case_count, mean_cost_fen, relative_weight_e4

Group = Mapping[str, Any]
#: Keys that say how well the operations fit; all others choose among groups that fit alike.
FIT_KEYS = ("full_match", "main_op", "max_ops")


class Grouped(NamedTuple):
    """The group that takes a case and the second best core group, each None if there is none."""

    group: Group | None
    reason: str
    runner_up: Group | None


class Operations(NamedTuple):
    """Operations of a case in its order, and what decides whether one meets a listed code."""

    codes: tuple[str, ...]
    procedure_codes: frozenset[str]
    wildcard: bool

    def meets(self, operation: str, listed: str) -> bool:
        """A listed code is met by itself; one of four digits that is no procedure, by all of its sub-category."""
        if listed in self.procedure_codes:
            return operation == listed
        return self.wildcard and len(listed) == 5 and operation[:5] == listed

    def meets_any(self, operation: str, term: Sequence[str]) -> bool:
        return any(self.meets(operation, listed) for listed in term)


def group_case(
    catalogue: Catalogue, diagnosis: str, operations: Sequence[str], total_cost_fen: int, rules: Grouping
) -> Grouped:
    """Core groups first, then the comprehensive group of the main operation's type, then none."""
    done = Operations(tuple(operations), frozenset(catalogue.procedure_codes), rules.subcategory_wildcard)
    candidates = core_candidates(catalogue, diagnosis, done, rules)
    if candidates:
        best, *others = sorted(candidates, key=lambda group: preference(group, done, total_cost_fen, rules))
        reason = "core_operation" if terms(best) else "core_conservative"
        return Grouped(best, reason, others[0] if others else None)
    wanted = comprehensive_type(catalogue, operations, rules)
    for group in catalogue.groups:
        if (
            group["kind"] == "comprehensive"
            and group["diagnosis_category"] == diagnosis[:3].upper()
            and group["treatment_type"] == wanted
        ):
            return Grouped(group, f"comprehensive_{wanted}", None)
    return Grouped(None, "ungrouped", None)


def terms(group: Group) -> list[list[str]]:
    """``A/B+C`` is [[A, B], [C]]: one of the first and the second."""
    return [term.split("/") for term in group["operations"].split("+")] if group["operations"] else []


def core_candidates(catalogue: Catalogue, diagnosis: str, done: Operations, rules: Grouping) -> list[Group]:
    return [
        group
        for group in catalogue.groups
        if group["kind"] == "core"
        and group["diagnosis_category"] == diagnosis[:5].upper()
        and is_met(group, done, rules.main_op_first)
    ]


def is_met(group: Group, done: Operations, main_op_first: bool) -> bool:
    """Every term has an operation, the first one the main operation if the policy says so."""
    wanted = terms(group)
    if not wanted:
        return not done.codes
    if main_op_first and not (done.codes and done.meets_any(done.codes[0], wanted[0])):
        return False
    return all(any(done.meets_any(operation, term) for operation in done.codes) for term in wanted)


def preference(group: Group, done: Operations, total_cost_fen: int, rules: Grouping) -> list[Any]:
    """What candidates are sorted by: the policy's keys in order, smaller is better."""
    order: list[str] = []
    for key in rules.tie_break:
        if key not in FIT_KEYS and "exact" not in order:
            order.append("exact")
        order.append(key)
    return [_rank(key, group, done, total_cost_fen, rules) for key in order]


def _rank(key: str, group: Group, done: Operations, total_cost_fen: int, rules: Grouping) -> Any:
    wanted = terms(group)
    match key:
        case "full_match":
            return not all(any(done.meets_any(operation, term) for term in wanted) for operation in set(done.codes))
        case "main_op":
            return not (wanted and done.codes and done.meets_any(done.codes[0], wanted[0]))
        case "max_ops":
            return -len(wanted)
        case "exact":
            return not is_met(group, done._replace(wildcard=False), rules.main_op_first)
        case "max_rw":
            return -relative_weight_e4(group)
        case "min_cost_gap":
            return abs(total_cost_fen - mean_cost_fen(group))
        case "type_order":
            kinds = list(rules.type_order)
            return kinds.index(group["treatment_type"]) if group["treatment_type"] in kinds else len(kinds)
        case "max_n":
            return -case_count(group)
        case "id":
            return group["dip_code"]
    raise ValueError(key)


def comprehensive_type(catalogue: Catalogue, operations: Sequence[str], rules: Grouping) -> str:
    """By the type of the main operation; none, or one of unknown type, is conservative."""
    kind = catalogue.procedure_types.get(operations[0], "") if operations else ""
    if kind == "intervention":
        kind = rules.intervention_as
    return kind if kind in ("surgery", "therapeutic", "diagnostic") else "conservative"
