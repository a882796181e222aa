"""Settlement arithmetic 1.4: which group takes a stay, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from drgdip.policy.values import Grouping
from tests.reference.catalogue import Catalogue, case_count, mean_cost_fen, relative_weight_e4

Group = Mapping[str, Any]
#: Keys that say how well the operations fit; all others choose among groups that fit alike.
FIT_KEYS = ("full_match", "main_op", "max_ops")
#: Layers that come before core and comprehensive groups, in the national order, and what they are called.
FIRST_LAYERS = ("pre", "merge", "assisted")
OPERATION_TYPES = ("surgery", "therapeutic", "diagnostic")


class Grouped(NamedTuple):
    """The group that takes a stay and the next best of the same step, each None if there is none."""

    group: Group | None
    reason: str
    runner_up: Group | None


class Patient(NamedTuple):
    """What groups ask of a stay beside operations; None where it is not known."""

    diagnoses: tuple[str, ...]
    age_days: int | None = None
    age_years: int | None = None
    birth_weight_g: int | None = None


class Operations(NamedTuple):
    """Operations of a stay in its order, and what decides whether one meets a listed code."""

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


class Index:
    """The rows that can matter to a diagnosis, looked up and not searched; finds the same rows as a search."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.groups, self.listed = catalogue.groups, catalogue.procedure_codes
        self.codes = frozenset(catalogue.procedure_codes)
        self.first = [group for kind in FIRST_LAYERS for group in catalogue.groups if group["kind"] == kind]
        self.core: dict[str, list[Group]] = {}
        self.comprehensive: dict[str, list[Group]] = {}
        for group in catalogue.groups:
            if group["kind"] == "core":
                for start in {category[:3].upper() for category in group["diagnosis_category"].split("/")}:
                    self.core.setdefault(start, []).append(group)
            elif group["kind"] == "comprehensive":
                self.comprehensive.setdefault(group["diagnosis_category"].upper(), []).append(group)
        self.types: dict[str, str] = {}


_INDEXES: dict[int, Index] = {}


def index_of(catalogue: Catalogue) -> Index:
    """The index of a catalogue, made once for the same list of groups."""
    known = _INDEXES.get(id(catalogue.groups))
    if known is None or known.groups is not catalogue.groups or known.listed is not catalogue.procedure_codes:
        if len(_INDEXES) > 8:
            _INDEXES.clear()
        known = _INDEXES[id(catalogue.groups)] = Index(catalogue)
    return known


def group_case(
    catalogue: Catalogue, diagnosis: str, operations: Sequence[str], total_cost_fen: int, rules: Grouping
) -> Grouped:
    """A stay of which only principal diagnosis and operations are known."""
    return group_stay(catalogue, Patient((diagnosis,)), operations, total_cost_fen, rules)


def group_stay(
    catalogue: Catalogue, patient: Patient, operations: Sequence[str], total_cost_fen: int, rules: Grouping
) -> Grouped:
    """Exclusion lists, then the first layers row by row, then the policy's steps, then none."""
    if patient.diagnoses[0] in catalogue.principal_excluded:
        return Grouped(None, "principal_excluded", None)
    used = tuple(code for code in operations if code not in catalogue.operations_unused)
    done = Operations(used, index_of(catalogue).codes, rules.subcategory_wildcard)
    first = first_layers(catalogue, patient, done, rules)
    if first:
        return Grouped(first[0], f"{first[0]['kind']}_group", first[1] if len(first) > 1 else None)
    for step in rules.steps:
        found = step_candidates(catalogue, patient, done, step, rules)
        if found:
            best, *others = sorted(found, key=lambda group: preference(group, catalogue, done, total_cost_fen, rules))
            return Grouped(best, reason_of(best), others[0] if others else None)
    return Grouped(None, "ungrouped", None)


def reason_of(group: Group) -> str:
    if group["kind"] == "comprehensive":
        return f"comprehensive_{group['treatment_type']}"
    return "core_operation" if terms(group) else "core_conservative"


# --- one row -------------------------------------------------------------------------------------


def terms(group: Group) -> list[list[str]]:
    """``A/B+C`` is [[A, B], [C]]: one of the first and the second."""
    return [term.split("/") for term in group["operations"].split("+")] if group["operations"] else []


def in_category(code: str, category: str) -> bool:
    """A category of three characters, a sub-category of four and the dot, or one code; letters of either case."""
    if category == "*":
        return True
    if len(category) in (3, 5):
        return code[: len(category)].upper() == category.upper()
    return code.upper() == category.upper()


def in_any_category(code: str, categories: str) -> bool:
    return any(in_category(code, category) for category in categories.split("/"))


def conditions_hold(group: Group, patient: Patient) -> bool:
    """Ages, birth weight and other diagnoses that the row asks for; what is not known does not fulfil it.

    Nothing weighs 0 g: that is a weight that was not recorded (national rules of DRG: XSRTZ > 0).
    """
    numbers = (("age_days", patient.age_days), ("age_years", patient.age_years),
               ("birth_weight_g", patient.birth_weight_g or None))  # fmt: skip
    if not all(in_range(number, group.get(column, "")) for column, number in numbers):
        return False
    wanted = group.get("other_diagnoses", "")
    return not wanted or all(
        any(in_any_category(code, term) for code in patient.diagnoses[1:]) for term in wanted.split("+")
    )


def in_range(number: int | None, limits: str) -> bool:
    """``0-28``, ``29-``, ``-999``: both ends belong to it."""
    if not limits:
        return True
    least, most = limits.split("-")
    return number is not None and (not least or number >= int(least)) and (not most or number <= int(most))


def operations_met(group: Group, done: Operations, main_first: bool) -> bool:
    """Every term has an operation, the first one the main operation if that is asked for."""
    wanted = terms(group)
    place = group.get("operation_place", "")
    first_is_main = place == "main" or (not place and main_first)
    if first_is_main and not (done.codes and done.meets_any(done.codes[0], wanted[0])):
        return False
    return all(any(done.meets_any(operation, term) for operation in done.codes) for term in wanted)


# --- the layers before core groups ---------------------------------------------------------------


def first_layers(catalogue: Catalogue, patient: Patient, done: Operations, rules: Grouping) -> list[Group]:
    """Rows of the first layers that hold, in the order in which they count."""
    rows = index_of(catalogue).first
    return [group for group in rows if group["kind"] in rules.layers and row_holds(group, patient, done)]


def row_holds(group: Group, patient: Patient, done: Operations) -> bool:
    looked_at = patient.diagnoses if group.get("diagnosis_place", "") == "any" else patient.diagnoses[:1]
    return (
        any(in_any_category(code, group["diagnosis_category"]) for code in looked_at)
        and conditions_hold(group, patient)
        and (not terms(group) or operations_met(group, done, main_first=True))
    )


# --- core and comprehensive groups ---------------------------------------------------------------


def step_candidates(
    catalogue: Catalogue, patient: Patient, done: Operations, step: Iterable[str], rules: Grouping
) -> list[Group]:
    """Groups of one step that hold; conservative ones for stays with operations only if the policy says so, last."""
    classes = {name for name in step if name.split("_")[0] in rules.layers}
    cores = [
        group
        for group in index_of(catalogue).core.get(patient.diagnoses[0][:3].upper(), ())
        if in_any_category(patient.diagnoses[0], group["diagnosis_category"])
        and conditions_hold(group, patient)
        and core_class(catalogue, group, rules) in classes
    ]
    conservative = [group for group in cores if not terms(group)]
    found = [group for group in cores if terms(group) and operations_met(group, done, rules.main_op_first)]
    found += [] if done.codes else conservative
    found += comprehensive(catalogue, patient, wanted_types(catalogue, done.codes, rules), classes)
    if not found and rules.conservative_takes == "unmatched":
        found = conservative + comprehensive(catalogue, patient, ["conservative"], classes)
    return found


def core_class(catalogue: Catalogue, group: Group, rules: Grouping) -> str:
    """By its treatment type; operations of unknown type come after all others."""
    if not terms(group):
        return "core_conservative"
    kind = treatment_type(catalogue, group)
    kind = rules.intervention_as if kind == "intervention" else kind
    return f"core_{kind}" if kind in OPERATION_TYPES else "core_diagnostic"


def treatment_type(catalogue: Catalogue, group: Group) -> str:
    """As published, else that of all operations that meet the first term, if they share one."""
    if group["treatment_type"] or not terms(group):
        return str(group["treatment_type"]) or "conservative"
    known = index_of(catalogue).types
    if group["operations"] not in known:
        known[group["operations"]] = type_of_operations(catalogue, group)
    return known[group["operations"]]


def type_of_operations(catalogue: Catalogue, group: Group) -> str:
    """The type of all operations that meet the first term, if they share one."""
    every = Operations((), frozenset(catalogue.procedure_codes), True)
    met = [code for code in catalogue.procedure_codes if every.meets_any(code, terms(group)[0])]
    kinds = {catalogue.procedure_types.get(code, "") for code in met}
    return kinds.pop() if len(kinds) == 1 else ""


def comprehensive(catalogue: Catalogue, patient: Patient, kinds: Sequence[str], classes: set[str]) -> list[Group]:
    """The group of the diagnosis' category for the first type that has one, else of its chapter's letter."""
    code = patient.diagnoses[0].upper()
    rows = {
        (group["diagnosis_category"].upper(), group["treatment_type"]): group
        for category in (code[:3], code[:1])
        for group in index_of(catalogue).comprehensive.get(category, ())
        if conditions_hold(group, patient)
    }
    for category in (code[:3], code[:1]):
        for kind in kinds:
            if f"comprehensive_{kind}" in classes and (category, kind) in rows:
                return [rows[category, kind]]
    return []


def wanted_types(catalogue: Catalogue, operations: Sequence[str], rules: Grouping) -> list[str]:
    """Types whose comprehensive group a stay may have; none known is conservative."""
    looked_at = operations if rules.comprehensive_by == "any_operation" else operations[:1]
    kinds = [catalogue.procedure_types.get(code, "") for code in looked_at]
    kinds = [rules.intervention_as if kind == "intervention" else kind for kind in kinds]
    return [kind for kind in OPERATION_TYPES if kind in kinds] or ["conservative"]


# --- tie-breaks ----------------------------------------------------------------------------------


def preference(group: Group, catalogue: Catalogue, done: Operations, total_cost_fen: int, rules: Grouping) -> list[Any]:
    """What candidates are sorted by: the policy's keys in order, smaller is better."""
    order: list[str] = []
    for key in rules.tie_break:
        if key not in FIT_KEYS and "exact" not in order:
            order.append("exact")
        order.append(key)
    return [_rank(key, group, catalogue, done, total_cost_fen, rules) for key in order]


def _rank(key: str, group: Group, catalogue: Catalogue, done: Operations, total_cost_fen: int, rules: Grouping) -> Any:
    wanted = terms(group)
    match key:
        case "full_match":
            return not all(any(done.meets_any(operation, term) for term in wanted) for operation in set(done.codes))
        case "main_op":
            return not (wanted and done.codes and done.meets_any(done.codes[0], wanted[0]))
        case "max_ops":
            return -len(wanted)
        case "exact":
            return bool(wanted) and not operations_met(group, done._replace(wildcard=False), rules.main_op_first)
        case "max_rw":
            return -relative_weight_e4(group)
        case "min_cost_gap":
            return abs(total_cost_fen - mean_cost_fen(group))
        case "type_order":
            kinds, kind = list(rules.type_order), treatment_type(catalogue, group)
            return kinds.index(kind) if kind in kinds else len(kinds)
        case "max_n":
            return -case_count(group)
        case "id":
            return group["dip_code"]
    raise ValueError(key)
