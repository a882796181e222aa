"""What is expected of a hospital, against a plain count; and quantiles of stays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.audit.monitoring.baseline import E6, expected_e6, reference_set, upper_limit

CASES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), min_size=1, max_size=40)


def plainly(cases: list[tuple[int, int, bool]], hospital: int, least: int) -> tuple[Fraction, int]:
    """Case by case: the rate of the others in its group, in its category (two groups each), in all; cases compared."""
    total, compared = Fraction(0), 0
    for own, group, _ in cases:
        if own != hospital:
            continue
        for same in (
            [c for c in cases if c[1] == group],
            [c for c in cases if c[1] // 2 == group // 2],
            cases,
        ):
            others = [c for c in same if c[0] != hospital]
            if len(others) >= least:
                total += Fraction(sum(c[2] for c in others), len(others))
                compared += 1
                break
    return total, compared


@given(CASES, st.integers(1, 6))
def test_expected_events(cases: list[tuple[int, int, bool]], least: int) -> None:
    hospital, group, event = (np.array(column) for column in zip(*cases, strict=True))
    levels = (group.astype(np.int64), group.astype(np.int64) // 2, np.zeros(len(cases), dtype=np.int64))

    found, covered = expected_e6(hospital.astype(np.int64), levels, event.astype(np.bool_), 3, least)

    for place in range(3):
        total, compared = plainly(cases, place, least)
        assert abs(Fraction(int(found[place]), E6) - total) <= Fraction(len(cases), E6)
        assert int(covered[hospital == place].sum()) == compared


@pytest.mark.parametrize(
    ("stays", "limit"),
    [(list(range(1, 21)), 19), (list(range(1, 20)), 19), (list(range(1, 41)), 38), ([5], 5), ([1, 1, 9], 9)],
)
def test_the_limit_is_a_stay_that_nineteen_of_twenty_do_not_exceed(stays: list[int], limit: int) -> None:
    values = np.array(stays[::-1], dtype=np.int64)

    assert upper_limit(values, np.zeros(len(stays), dtype=np.int64), 950).tolist() == [limit] * len(stays)


def test_limits_are_those_of_each_set() -> None:
    values, sets = np.array([1, 9, 2, 8], dtype=np.int64), np.array([0, 2, 0, 2], dtype=np.int64)

    assert upper_limit(values, sets, 950).tolist() == [2, 9, 2, 9]


def test_a_small_group_is_judged_by_what_is_above_it() -> None:
    group = np.array([0, 0, 0, 1, 2], dtype=np.int64)
    category = np.array([0, 0, 0, 0, 1], dtype=np.int64)
    levels = (group, category, np.zeros(5, dtype=np.int64))

    assert reference_set(levels, 3).tolist() == [0, 0, 0, 1, 2]
    assert reference_set(levels, 5).tolist() == [2, 2, 2, 2, 2]
    assert reference_set(levels, 6).tolist() == [2, 2, 2, 2, 2]
