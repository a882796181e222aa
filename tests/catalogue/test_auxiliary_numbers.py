"""Coefficients of the auxiliary directory from history: by hand, on both sides of every limit, and by the reference."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN
from drgdip.catalogue.auxiliary_numbers import (
    AuxiliaryRule,
    Part,
    auxiliary_coefficients,
    fall_e4,
    falls_enough,
    gather_subtypes,
)
from drgdip.tables.auxiliary import Classification, CoefficientRow, SubtypeRow
from drgdip.tables.auxiliary_compile import compile_auxiliary
from drgdip.tables.code_system import CodeSystem
from drgdip.valuation.auxiliary import classification_parameters
from tests.catalogue.histories import history_of
from tests.catalogue.test_statistics import GROUPS, YEARS, gathered
from tests.reference import building
from tests.reference.building import Stay

CLASSES = Classification(
    (
        SubtypeRow("age", "child", "儿童", "child", age_years="0-17"),
        SubtypeRow("age", "old", "老年", "old", age_years="66-"),
        SubtypeRow("icu", "long", "久", "long", icu_hours="48-"),
    ),
    (),
    (),
)
DIAGNOSES = CodeSystem(("K35.300",), ("阑尾炎",))
PROCEDURES = CodeSystem(("47.0100",), ("切除",))
DIRECTORY = compile_auxiliary(CLASSES, (), {}, DIAGNOSES, PROCEDURES)
ANY = AuxiliaryRule(("age", "icu"), 1, 1, Fraction(0))


def stays(*cost_and_age: tuple[int, int], group: str = "A", year: int = 2025) -> list[tuple[Stay, int]]:
    return [(Stay(year, group, 3, 310, 100 * cost), age) for cost, age in cost_and_age]


def rows(
    history: Sequence[tuple[Stay, int]],
    rule: AuxiliaryRule = ANY,
    icu: Sequence[int] | None = None,
    excluded: Sequence[bool] = (False,) * 3,
) -> list[CoefficientRow]:
    own = [stay for stay, _ in history]
    more = {"age_years": [age for _, age in history], "icu_hours": icu or [-1] * len(own)}
    grouped = history_of(own, GROUPS, **more)
    parameters = classification_parameters(DIRECTORY, rule.types, np.full(3, 100, dtype=np.int64), 100)
    sums = gather_subtypes(*grouped, len(GROUPS), YEARS, parameters, len(DIRECTORY.subtypes))
    return auxiliary_coefficients(GROUPS, excluded, gathered(own), DIRECTORY, sums, rule)


# Two children of 300 yuan, two others of 100: mean 200. Split by age nothing varies any more.
SPLIT = stays((300, 5), (300, 17), (100, 18), (100, 65))


def test_mean_of_the_sub_type_by_mean_of_the_group() -> None:
    assert rows(SPLIT) == [CoefficientRow("A", "age", "child", "1.5000", "2", "300.00", "1.0000")]


def test_only_the_last_year_counts() -> None:
    assert rows([*SPLIT, *stays((9000, 5), (1, 5), year=2024)]) == rows(SPLIT)


def test_cheaper_sub_types_have_none() -> None:
    assert rows(stays((100, 70), (300, 40))) == []
    assert rows(stays((300, 70), (300, 40), (300, 40))) == []


def test_several_types_each_have_their_own() -> None:
    found = rows(SPLIT, icu=[48, 47, -1, -1])

    # One stay of 300 against a mean of 200; the fall: total 4 · 100² = 40000, within (300, 100, 100) = 26666.7.
    assert [(row.type, row.subtype, row.coefficient) for row in found] == [
        ("age", "child", "1.5000"), ("icu", "long", "1.5000"),
    ]  # fmt: skip
    assert found[1].cv_fall == "0.1835"  # 1 − √(2/3) = 0.18350


def test_types_that_are_not_used_have_none() -> None:
    assert {row.type for row in rows(SPLIT, ANY._replace(types=("icu",)), icu=[48, 47, -1, -1])} == {"icu"}


@pytest.mark.parametrize(
    ("rule", "there"),
    [
        (ANY._replace(minimum_group_cases=4), True),
        (ANY._replace(minimum_group_cases=5), False),
        (ANY._replace(minimum_subtype_cases=2), True),
        (ANY._replace(minimum_subtype_cases=3), False),
        (ANY._replace(minimum_fall=Fraction(1)), True),
    ],
)
def test_limits(rule: AuxiliaryRule, there: bool) -> None:
    assert bool(rows(SPLIT, rule)) == there


def test_variation_must_fall_enough() -> None:
    # Costs 10, 10 and 30, 34: mean 21, deviations 121, 121, 81, 169 = 492; within 0 and 8. √(8/492) = 0.12751….
    history = stays((10, 40), (10, 40), (30, 5), (34, 5))

    assert rows(history)[0].cv_fall == "0.8724"
    assert rows(history, ANY._replace(minimum_fall=Fraction("0.8724")))
    assert rows(history, ANY._replace(minimum_fall=Fraction("0.8725"))) == []


def test_excluded_groups_have_none() -> None:
    assert rows(SPLIT, excluded=(True, False, False)) == []  # V19


def test_outliers_are_what_it_is_about() -> None:
    # Nothing is trimmed: the one dear child stays in.
    found = rows(stays(*[(100, 40)] * 99, (10_000, 5)))

    # 10000 ÷ ((9900 + 10000) / 100 = 199) = 50.2513.
    assert found[0].coefficient == "50.2513"


def part(costs: Sequence[int]) -> Part:
    return Part(len(costs), sum(costs), sum(cost * cost for cost in costs))


costs = st.lists(st.integers(1, 50) | st.integers(1, MAX_CASE_FEN), max_size=8)


@given(costs, costs, costs, st.integers(0, 10_000))
def test_falls_are_those_of_the_reference(first: list[int], second: list[int], rest: list[int], limit_e4: int) -> None:
    whole = first + second + rest
    assume(len(set(whole)) > 1)
    left = building.fall(whole, [first, second, rest])
    parts = [part(own) for own in (first, second) if own]
    published = fall_e4(part(whole), parts)

    assert falls_enough(part(whole), parts, Fraction(limit_e4, 10_000)) == (
        left <= Fraction(10_000 - limit_e4, 10_000) ** 2
    )
    # What is published is reached, one more would not be.
    assert (
        Fraction(10_000 - published - 1, 10_000) ** 2 < left <= Fraction(10_000 - published, 10_000) ** 2 or left == 0
    )


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 90), st.sampled_from(GROUPS)), min_size=1, max_size=40))
def test_coefficients_are_those_of_the_reference(found: list[tuple[int, int, str]]) -> None:
    history = [one for cost, age, group in found for one in stays((cost, age), group=group)]
    expected: list[Any] = []
    for group in GROUPS:
        own = [(cost, age) for cost, age, name in found if name == group]
        for key, ages in (("child", range(18)), ("old", range(66, 200))):
            part_costs = [cost for cost, age in own if age in ages]
            if part_costs:
                ratio = Fraction(sum(part_costs), len(part_costs)) / Fraction(sum(c for c, _ in own), len(own))
                coefficient = building.relative_weight_e4(ratio, Fraction(1), 1)
                if coefficient > 10_000:
                    expected.append((group, key, f"{coefficient // 10_000}.{coefficient % 10_000:04d}"))

    assert [(row.dip_code, row.subtype, row.coefficient) for row in rows(history)] == expected
