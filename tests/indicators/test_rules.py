"""Formulas of indicators and warnings, by hand and on both sides of every limit."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.audit.indicators.period import last_point_values_e4
from drgdip.audit.indicators.rules import (
    case_mix_e4,
    coefficient_of_variation_above,
    consumption_index_e4,
    execution,
    quotient_e4,
)
from drgdip.statement.finished_run import FinishedRun


@pytest.mark.parametrize(
    ("spent", "level"),
    [(5149, "none"), (5150, "yellow"), (5499, "yellow"), (5500, "red"), (0, "none")],
)
def test_a_limit_that_is_reached_counts(spent: int, level: str) -> None:
    # 10,000.00 a year, half of it due: 1.03 is 51.50 of 50.00, 1.10 is 55.00.
    assert execution(spent, 10_000, 5_000, 10_300, 11_000).level == level


def test_the_year_at_this_pace() -> None:
    assert execution(42_308_000_000, 80_000_000_000, 5_000, 10_300, 11_000) == (10_577, "yellow", 84_616_000_000)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, 3333), (2, 3, 6667), (1, 20_000, 1), (0, 5, 0), (5, 0, None)]
)
def test_quotients(part: int, whole: int, expected: int | None) -> None:
    assert quotient_e4(part, whole) == expected


def test_nothing_grouped_has_no_indices() -> None:
    assert case_mix_e4(0, 0) is None
    assert consumption_index_e4([], 0) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 10**7), st.integers(1, 10**7)), min_size=1, max_size=6))
def test_the_index_of_the_whole_city_by_plain_fractions(groups: list[tuple[int, int, int]]) -> None:
    """groups : stays of one's own, their sum, the sum of as many more of the city."""
    parts = [(own, own + more, 2 * stays) for stays, own, more in groups]
    grouped = sum(stays for stays, _, _ in groups)
    exact = sum(Fraction(own * 2 * stays, own + more) for stays, own, more in groups) / grouped

    found = consumption_index_e4(parts, grouped)

    assert found is not None
    assert abs(Fraction(found, 10_000) - exact) <= Fraction(1, 20_000) + Fraction(len(groups), 10**12)


def test_variation_is_compared_exactly() -> None:
    # 1 and 3: mean 2, deviation 1, coefficient one half.
    assert not coefficient_of_variation_above(2, 4, 10, 5_000)
    assert coefficient_of_variation_above(2, 4, 10, 4_999)
    assert not coefficient_of_variation_above(3, 6, 12, 1)


def test_a_pool_that_pays_no_points_has_no_point_value_that_could_fall() -> None:
    """A pool by item alone has 0 in its statement; one that had points in January keeps the point value of January."""

    def month(**values: int) -> FinishedRun:
        return cast(
            FinishedRun, SimpleNamespace(rows=[SimpleNamespace(pool=p, point_value_e4=v) for p, v in values.items()])
        )

    assert last_point_values_e4([month(a=50_000, b=0, c=70_000), month(a=60_000, b=0, c=0)]) == {
        "a": 60_000,
        "c": 70_000,
    }
