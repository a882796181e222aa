"""Small random DIP editions of all layers, stays near their rows, and grouping choices; grouped by kernel and reference.

Codes are few, so that rows tie and shadow each other; ages and weights stand at the ends of ranges, and one beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from drgdip.base.reasons import reason
from drgdip.grouping.dip import assign_groups, grouping_parameters
from drgdip.policy import values as v
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from drgdip.tables.dip_compile import Exclusions
from tests.reference.catalogue import Catalogue
from tests.reference.grouping import Grouped, Patient, group_stay

Draw = st.DrawFn

DIAGNOSES = ("K35.300", "K35.301x002", "K35.800", "K36.x00", "a46.x00", "J18.900", "P07.100", "I10.x00")
CATEGORIES = ("K35", "K35.3", "K35.8", "K35.301x002", "A46.X", "a46.x00", "J18.9", "P07", "P07.1", "I10", "Q99")
CORE_CATEGORIES = ("K35.3", "K35.3", "K35.3", "K35.8", "A46.X", "K36.X", "K35.3/K35.8", "K35.300", "J18")
PROCEDURES = ("47.0100", "47.0101", "47.0900", "47.0901", "54.5100", "54.2100", "39.7900", "38.9300")
LISTED = (*PROCEDURES, "47.01", "47.09", "99.9999")
TYPES = ("surgery", "intervention", "therapeutic", "diagnostic", "conservative")
OPERATION_TYPES = ("surgery", "therapeutic", "diagnostic")
TIE_BREAKS = ("full_match", "main_op", "max_ops", "max_rw", "min_cost_gap", "type_order", "max_n")
RANGES = {"age_days": ("0-28", "29-", "-28"), "age_years": ("0-0", "18-", "-17", "66-80"),
          "birth_weight_g": ("-999", "1000-1499", "1500-")}  # fmt: skip
NUMBERS = {"age_days": (None, 0, 28, 29), "age_years": (None, 0, 17, 18, 65, 66, 80, 81),
           "birth_weight_g": (None, 0, 999, 1000, 1499, 1500)}  # fmt: skip


class Stay(NamedTuple):
    """One stay as people write it."""

    patient: Patient
    operations: tuple[str, ...]
    cost_fen: int


def some(draw: Draw, values: Sequence[Any], odds: int = 3) -> Any:
    """One of the values, or more often nothing."""
    return draw(st.sampled_from(["", *values])) if draw(st.integers(0, odds)) == 0 else ""


@st.composite
def combinations(draw: Draw, least: int = 0) -> str:
    term = st.lists(st.sampled_from(LISTED), min_size=1, max_size=2, unique=True).map("/".join)
    return "+".join(draw(st.lists(term, min_size=least, max_size=3, unique=True)))


@st.composite
def rows(draw: Draw, code: str, kind: str) -> dict[str, str]:
    row = {
        "dip_code": code,
        "kind": kind,
        "treatment_type": "",
        "diagnosis_category": "K35.3",
        "operations": draw(combinations()),
        "points": draw(st.sampled_from(["1000", "1000", "1500"])),
        "mean_cost_yuan": draw(st.sampled_from(["8000", "9000"])),
        "cases": draw(st.sampled_from(["15", "40"])),
        "primary_care": "0",
        "operation_place": some(draw, ("main", "any")),
    }
    row |= {name: some(draw, ranges) for name, ranges in RANGES.items()}
    others = st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2, unique=True).map("/".join)
    row["other_diagnoses"] = some(draw, [draw(others), draw(others) + "+" + draw(others)])
    if kind == "core":
        row["diagnosis_category"] = draw(st.sampled_from(CORE_CATEGORIES))
        if row["operations"]:
            row["treatment_type"] = draw(st.sampled_from((*TYPES, "", "")))
        else:
            row["treatment_type"] = "conservative"
        return row
    row["diagnosis_category"] = draw(st.sampled_from(["*", draw(others), draw(others)]))
    row["diagnosis_place"] = some(draw, ("any", "principal"), 1)
    return row


@st.composite
def catalogues(draw: Draw) -> Catalogue:
    least = draw(st.sampled_from([0, 4, 8]))
    kinds = draw(st.lists(st.sampled_from(["pre", "merge", "assisted", *["core"] * 6]), min_size=least, max_size=12))
    codes = draw(st.permutations([f"{letter}{number}" for letter in "GZa" for number in range(1, 9)]))
    groups = [draw(rows(code, kind)) for code, kind in zip(codes, kinds, strict=False)]
    cells = [
        (category, kind) for category in ("K35", "A46", "J18", "K", "P") for kind in (*OPERATION_TYPES, "conservative")
    ]
    whole = draw(st.lists(st.sampled_from(cells), max_size=10, unique=True))
    for code, (category, kind) in zip(codes[len(groups) :], whole, strict=False):
        groups.append({"dip_code": code, "kind": "comprehensive", "treatment_type": kind, "diagnosis_category": category,
                       "operations": "", "points": draw(st.sampled_from(["700", "1500"])), "mean_cost_yuan": "8500",
                       "cases": "30", "primary_care": "0"})  # fmt: skip
    if not groups:
        groups = [draw(rows("G1", "core"))]
    groups = draw(st.permutations(groups))
    types = {code: kind for code in PROCEDURES if (kind := draw(st.sampled_from((*TYPES, ""))))}
    excluded = draw(st.sets(st.sampled_from(DIAGNOSES), max_size=1)) if draw(st.booleans()) else set()
    unused = draw(st.sets(st.sampled_from(PROCEDURES), max_size=2)) if draw(st.booleans()) else set()
    return Catalogue(groups, 1000, "8000", types, frozenset(DIAGNOSES), frozenset(PROCEDURES), excluded, unused)


@st.composite
def choices(draw: Draw) -> v.Grouping:
    keys = draw(st.lists(st.sampled_from(TIE_BREAKS), max_size=4, unique=True))
    return v.Grouping(
        draw(st.booleans()),
        (*keys, "id"),
        tuple(draw(st.permutations(TYPES))),
        draw(st.booleans()),
        draw(st.sampled_from(["surgery", "therapeutic"])),
        7_000,
        draw(st.sampled_from([v.LAYERS, v.LAYERS, v.LAYERS, ("pre", "core"), ("assisted", "core", "comprehensive")])),
        draw(steps()),
        draw(st.sampled_from(["no_operation", "unmatched"])),
        draw(st.sampled_from(["main_operation", "any_operation"])),
    )


@st.composite
def steps(draw: Draw) -> tuple[tuple[v.GroupClass, ...], ...]:
    """The national order, or classes cut into steps in any order, some perhaps left out."""
    if draw(st.integers(0, 2)) == 0:
        return v.NATIONAL_STEPS
    names = draw(st.permutations(v.GROUP_CLASSES))[: draw(st.integers(5, 8))]
    cuts = sorted(draw(st.sets(st.integers(1, len(names) - 1), max_size=5)))
    parts = [names[first:last] for first, last in zip([0, *cuts], [*cuts, len(names)], strict=True)]
    return tuple(tuple(name for name in v.GROUP_CLASSES if name in part) for part in parts)


@st.composite
def stays(draw: Draw, catalogue: Catalogue) -> Stay:
    """Mostly codes that some row asks for."""
    cores = [group for group in catalogue.groups if group["kind"] == "core" and group["operations"]]
    row = draw(st.sampled_from([*catalogue.groups, *cores, *cores, None]))
    more = draw(st.lists(st.sampled_from(PROCEDURES), max_size=2))
    operations, diagnoses = list(more), draw(st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=3))
    if row is not None:
        wanted = [draw(st.sampled_from(term.split("/"))) for term in row["operations"].split("+") if term]
        done = [code for listed in wanted for code in PROCEDURES if code.startswith(listed)]
        operations = draw(st.sampled_from([done, [*done, *more], [*more, *done]]))
        fitting = [code for code in DIAGNOSES for one in row["diagnosis_category"].split("/")
                   if code.upper().startswith(one.upper())]  # fmt: skip
        others = [code for one in row.get("other_diagnoses", "").replace("+", "/").split("/") if one
                  for code in DIAGNOSES if code.upper().startswith(one.upper())]  # fmt: skip
        diagnoses = [*([draw(st.sampled_from(fitting))] if fitting else diagnoses[:1]), *diagnoses[1:], *others]
        if draw(st.integers(0, 3)) == 0:
            diagnoses = draw(st.permutations(diagnoses))
    numbers = {name: draw(st.sampled_from(values)) for name, values in NUMBERS.items()}
    cost = draw(st.sampled_from([850_000, 849_999, 850_001, 100]))
    return Stay(Patient(tuple(diagnoses), **numbers), tuple(operations), cost)


class Case(NamedTuple):
    """An edition, what a policy chooses, and stays."""

    catalogue: Catalogue
    rules: v.Grouping
    stays: list[Stay]


@st.composite
def cases(draw: Draw) -> Case:
    catalogue = draw(catalogues())
    return Case(
        catalogue, draw(choices()), draw(st.lists(stays(catalogue), min_size=draw(st.sampled_from([1, 4])), max_size=8))
    )


def compiled(catalogue: Catalogue) -> DipTables:
    """The catalogue for the engine."""
    groups = [Group(**{"name": group["dip_code"], **group}) for group in catalogue.groups]
    exclusions = Exclusions(tuple(catalogue.principal_excluded), tuple(catalogue.operations_unused))
    systems = CodeSystem.of(DIAGNOSES), CodeSystem.of(PROCEDURES)
    return compile_dip(groups, *systems, dict(catalogue.procedure_types), 1000, "8000", exclusions)


def columns_of(given: Sequence[Stay]) -> dict[str, np.ndarray]:
    """What grouping reads."""
    numbers = {
        name: [-1 if (value := getattr(stay.patient, name)) is None else value for stay in given] for name in NUMBERS
    }
    return {
        "diagnosis_id": ids([stay.patient.diagnoses for stay in given], DIAGNOSES),
        "diagnosis_offset": offsets([stay.patient.diagnoses for stay in given]),
        "procedure_id": ids([stay.operations for stay in given], PROCEDURES),
        "procedure_offset": offsets([stay.operations for stay in given]),
        "total_cost_fen": np.array([stay.cost_fen for stay in given], dtype=np.int64),
        "age_days": np.array(numbers["age_days"], dtype=np.int16),
        "age_years": np.array(numbers["age_years"], dtype=np.int16),
        "birth_weight_g": np.array(numbers["birth_weight_g"], dtype=np.int32),
    }


def ids(parts: Sequence[Sequence[str]], codes: Sequence[str]) -> np.ndarray:
    return np.array([codes.index(code) for part in parts for code in part], dtype=np.int32)


def offsets(parts: Sequence[Sequence[str]]) -> np.ndarray:
    return np.cumsum([0, *map(len, parts)]).astype(np.int32)


Result = list[tuple[str | None, str, str | None]]


def by_engine(case: Case) -> Result:
    """Group, reason and runner-up of every stay by the kernel."""
    tables = compiled(case.catalogue)
    result = assign_groups(columns_of(case.stays), tables.groups, grouping_parameters(case.rules, tables.groups))
    names = dict(enumerate(tables.group_codes))
    return [
        (names.get(group), reason(why).key, names.get(second))
        for group, why, second in zip(*(result[name].tolist() for name in result), strict=True)
    ]


def by_reference(case: Case) -> Result:
    """The same by the plain reading."""
    found = (
        group_stay(case.catalogue, stay.patient, stay.operations, stay.cost_fen, case.rules) for stay in case.stays
    )
    return [(_code(one), one.reason, one.runner_up and one.runner_up["dip_code"]) for one in found]


def _code(found: Grouped) -> str | None:
    return found.group and found.group["dip_code"]
