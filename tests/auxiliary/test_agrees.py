"""The compiled stage and the plain reference agree on random classifications, and row order does not matter."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.policy.values import AuxiliaryType
from drgdip.tables.auxiliary import (
    AUXILIARY_TYPES,
    Classification,
    CoefficientRow,
    ListRow,
    ScoreRow,
    SubtypeRow,
)
from drgdip.tables.auxiliary_compile import compile_auxiliary
from drgdip.valuation.auxiliary import auxiliary_parameters, select_coefficients
from tests.auxiliary.sample import DIAGNOSES, PROCEDURES, columns, tables, values
from tests.reference.auxiliary import Patient, score, subtype, what_counts

LISTS = ("one", "two", "three")
COLUMN = dict(zip(AUXILIARY_TYPES, ("cci", "severity", "tumour", "age", "icu"), strict=True))


@st.composite
def ranges(draw: st.DrawFn, most: int) -> str:
    if draw(st.booleans()):
        return ""
    low, high = sorted((draw(st.integers(0, most)), draw(st.integers(0, most))))
    return draw(st.sampled_from((f"{low}-{high}", f"{low}-", f"-{high}")))


def some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", "", *values))


@st.composite
def rows(draw: st.DrawFn) -> SubtypeRow:
    lists = some("one", "two/three")
    return SubtypeRow(
        type=draw(st.sampled_from(AUXILIARY_TYPES)),
        subtype=draw(st.sampled_from(("a", "b", "c"))),
        name_zh="分型",
        name_en="sub-type",
        principal=draw(some("one", "!one", "two/!three")),
        other_diagnoses=draw(lists),
        another_category=draw(some("0", "1")),
        operations=draw(lists),
        discharge_ways=draw(some("5", "4/5")),
        age_days=draw(ranges(30)),
        age_years=draw(ranges(3)),
        icu_hours=draw(ranges(50)),
        stay_days=draw(ranges(5)),
        cci_score=draw(ranges(6)),
        cost_multiple=draw(some("3", "0.5")),
    )


def prefixes(codes: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.builds(lambda code, length: code[:length], st.sampled_from(codes), st.integers(1, 7))


@st.composite
def classifications(draw: st.DrawFn) -> Classification:
    codes = prefixes(DIAGNOSES) | prefixes(PROCEDURES)
    lists = [ListRow(name, draw(codes)) for name in LISTS for _ in range(draw(st.integers(1, 3)))]
    scores = draw(st.lists(st.builds(
        ScoreRow, st.sampled_from(LISTS), st.sampled_from(("1", "2", "6")), some("one", "two/three"), st.just("甲"), st.just("A")
    ), max_size=3))  # fmt: skip
    return Classification(tuple(draw(st.lists(rows(), max_size=8))), tuple(lists), tuple(scores))


STAYS = st.fixed_dictionaries({
    "group": st.sampled_from(("A", "B", "none")),
    "diagnoses": st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=4),
    "operations": st.lists(st.sampled_from(PROCEDURES), max_size=2),
    "age_days": st.integers(-1, 30),
    "age_years": st.integers(-1, 3),
    "icu_hours": st.integers(-1, 50),
    "stay_days": st.integers(0, 5),
    "discharge_way": st.sampled_from((-1, 1, 4, 5)),
    "cost_fen": st.sampled_from((499_999, 500_000, 2_999_999, 3_000_000, 6_000_000)),
})  # fmt: skip
STANDARDS = {"A": Fraction(1_000_000), "B": Fraction(2_000_000), "none": Fraction(1_000_000)}
LIMITS = st.none() | st.sampled_from((9_000, 12_000))


def patient(stay: dict[str, Any]) -> Patient:
    known = {name: None if isinstance(value, int) and value < 0 else value for name, value in stay.items()}
    return Patient(
        known["diagnoses"], known["operations"], known["age_days"], known["age_years"], known["icu_hours"],
        known["stay_days"], known["discharge_way"], Fraction(known["cost_fen"]), STANDARDS[known["group"]],
    )  # fmt: skip


@settings(max_examples=60)
@given(
    classifications(),
    st.lists(STAYS, min_size=1, max_size=8),
    st.data(),
    st.permutations(AUXILIARY_TYPES),
    st.integers(0, 5),
    LIMITS,
    LIMITS,
)
def test_agrees(
    given_rules: Classification,
    stays: list[dict[str, Any]],
    data: st.DataObject,
    order: list[AuxiliaryType],
    used: int,
    floor: int | None,
    cap: int | None,
) -> None:
    keys = sorted({(group, row.type, row.subtype) for row in given_rules.subtypes for group in ("A", "B")})
    chosen = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    amounts = [data.draw(st.sampled_from(("0.9", "1.1", "1.1", "1.3"))) for _ in chosen]
    coefficients = [CoefficientRow(*key, amount) for key, amount in zip(chosen, amounts, strict=True)]
    plain = tables()
    directory = compile_auxiliary(given_rules, coefficients, plain.group_ids, plain.diagnoses, plain.procedures)
    from dataclasses import replace

    types = tuple(order[:used])
    parameters = auxiliary_parameters(
        replace(plain, auxiliary=directory), values(types=types, floor_e4=floor, cap_e4=cap)
    )
    result = select_coefficients(columns(stays), parameters)
    lists = [row._asdict() for row in given_rules.lists]
    conditions = [row._asdict() for row in given_rules.subtypes]
    names = [*(found.code for found in directory.subtypes), None]
    for i, stay in enumerate(stays):
        one = patient(stay)
        points = score(one, lists, [row._asdict() for row in given_rules.scores])
        found = {kind: subtype(kind, one, points, conditions, lists) for kind in types}
        own = {
            key[1:]: Fraction(amount) for key, amount in zip(chosen, amounts, strict=True) if key[0] == stay["group"]
        }
        amount, name = what_counts(found, own, types, floor and Fraction(floor, 10_000), cap and Fraction(cap, 10_000))
        assert result["cci_score"][i] == points
        for kind, column in COLUMN.items():
            expected = f"{kind}/{found[kind]}" if found.get(kind) else None
            assert names[result[f"{column}_subtype_id"][i]] == expected
        assert names[result["auxiliary_subtype_id"][i]] == name
        assert result["auxiliary_coefficient_e4"][i] == amount * 10_000


@settings(max_examples=30)
@given(classifications(), st.lists(STAYS, min_size=2, max_size=6), st.data())
def test_a_stay_is_classified_by_itself(
    given_rules: Classification, stays: list[dict[str, Any]], data: st.DataObject
) -> None:
    from dataclasses import replace

    plain = tables()
    directory = compile_auxiliary(given_rules, [], plain.group_ids, plain.diagnoses, plain.procedures)
    parameters = auxiliary_parameters(replace(plain, auxiliary=directory), values())
    order = data.draw(st.permutations(range(len(stays))))
    straight = select_coefficients(columns(stays), parameters)
    moved = select_coefficients(columns([stays[i] for i in order]), parameters)

    for name, column in straight.items():
        assert moved[name].tolist() == [column[i] for i in order]
