"""Few-row rules: relative weights, settlement year, single cases, exact distribution."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.apportion import largest_remainder
from drgdip.quality_control.attribution import settlement_year
from drgdip.tables.relative_weight import rebase_weights, related_operation, relative_weight_e4, weighted_mean

# --- relative weights (1.1, 1.2) --------------------------------------------------------------------


def test_means_of_years_by_year_or_by_case() -> None:
    """V01: (8000 + 2 × 9000 + 7 × 10000) ÷ 10; V03: years weighted by cases too."""
    means = [8000, 9000, 10_000]

    assert weighted_mean(means, [1, 2, 7]) == 9600
    assert weighted_mean(means, [1, 2, 7], [100, 200, 100], "pooled") == 9500
    assert weighted_mean(means, [1, 2, 7], [100, 200, 100]) == 9600


def test_a_year_without_cases_drops_out() -> None:
    """V05: 2 : 7 remain."""
    expected = Fraction(2 * 9000 + 7 * 10_000, 9)

    assert weighted_mean([None, 9000, 10_000], [1, 2, 7]) == expected
    assert weighted_mean([0, 9000, 10_000], [1, 2, 7], [0, 5, 5]) == expected
    assert weighted_mean([None, 9000, 10_000], [1, 2, 7], [0, 1, 1], "pooled") == expected


def test_a_group_without_any_year_has_no_mean() -> None:
    with pytest.raises(ValueError, match="no year"):
        weighted_mean([None, None], [1, 2])


def test_a_relative_weight_is_rounded_once() -> None:
    """V01, V02, V04, V05."""
    assert relative_weight_e4(9600, 7800, 1000) == 12_307_692
    assert relative_weight_e4(9600, 7800, 1) == 12_308
    assert relative_weight_e4(9600, 70, 1) == 1_371_429
    assert relative_weight_e4(Fraction(88_000, 9), 7800, 1000) == 12_535_613


def test_a_related_operation_splits_at_the_threshold() -> None:
    """V06, V07; one fen either side of ten per cent."""
    limit = Fraction(1, 10)

    assert related_operation(2_803_300, 2_884_900, limit) == (291, False)
    assert related_operation(2_803_300, 4_400_300, limit) == (5_697, True)
    assert [related_operation(100_000, cost, limit).splits for cost in (109_999, 110_000, 110_001)] == [
        False,
        True,
        True,
    ]


def test_rebasing_keeps_total_points() -> None:
    """V08."""
    got = rebase_weights(
        {"A": 10_000_000, "B": 8_000_000, "C": 20_000_000}, {"A": 500, "B": 1000, "C": 100}, {"A": 11_000_000}
    )

    assert got.factor == Fraction(95, 100)
    assert got.weights_e4 == {"A": 11_000_000, "B": 7_600_000, "C": 19_000_000}


@given(
    st.dictionaries(
        st.sampled_from("ABCDEFGH"), st.tuples(st.integers(10**6, 10**8), st.integers(1, 1000)), min_size=3
    ),
    st.integers(90, 110),
)
def test_rebased_points_differ_only_by_rounding(groups: dict[str, tuple[int, int]], percent: int) -> None:
    """Invariant 7 of settlement arithmetic 12: half a ten-thousandth for each case."""
    weights, cases = {g: w for g, (w, _) in groups.items()}, {g: n for g, (_, n) in groups.items()}
    first = min(groups)

    got = rebase_weights(weights, cases, {first: weights[first] * percent // 100})

    before = sum(weights[g] * cases[g] for g in groups)
    after = sum(got.weights_e4[g] * cases[g] for g in groups)
    assert 2 * abs(after - before) <= sum(cases.values())


def test_rebasing_refuses_what_it_cannot_balance() -> None:
    with pytest.raises(ValueError, match="no such group"):
        rebase_weights({"A": 1}, {"A": 1}, {"B": 2})
    with pytest.raises(ValueError, match="no other group"):
        rebase_weights({"A": 1}, {"A": 1}, {"A": 2})
    assert rebase_weights({"A": 1}, {"A": 1}, {"A": 1}).weights_e4 == {"A": 1}


# --- settlement year (2.9) -------------------------------------------------------------------------

END_OF_JANUARY = (1, 31)


@pytest.mark.parametrize(
    ("settled", "year"),
    [
        (date(2025, 12, 28), 2025),
        (date(2026, 1, 20), 2025),  # V115
        (date(2026, 1, 31), 2025),
        (date(2026, 2, 1), 2026),
        (date(2026, 2, 3), 2026),  # V116
        (date(2027, 1, 31), 2026),
        (date(2027, 2, 1), 2027),
    ],
)
def test_a_late_settlement_moves_to_the_year_that_is_open(settled: date, year: int) -> None:
    assert settlement_year(date(2025, 12, 28), settled, "discharge", END_OF_JANUARY) == year


def test_by_settlement_date_there_is_no_cut_off() -> None:
    """V117."""
    assert settlement_year(date(2025, 12, 28), date(2026, 1, 20), "settlement", END_OF_JANUARY) == 2026
    assert settlement_year(date(2025, 12, 28), date(2027, 6, 1), "discharge", None) == 2025


def test_a_cut_off_on_a_leap_day() -> None:
    """29 February stands for the end of February in common years."""
    settled = [date(2026, 2, 28), date(2026, 3, 1)]

    assert [settlement_year(date(2025, 12, 28), day, "discharge", (2, 29)) for day in settled] == [2025, 2026]


# --- single cases (2.6, 2.8) -----------------------------------------------------------------------


def test_largest_remainder() -> None:
    """V75: one million yuan over 10 000.3, 10 000.2 and 10 000.2 points."""
    assert largest_remainder(100_000_000, [100_003, 100_002, 100_002], ["A", "B", "C"]) == [
        33_333_556,
        33_333_222,
        33_333_222,
    ]


def test_ties_go_to_the_smaller_key_whatever_the_order() -> None:
    assert largest_remainder(100, [1, 1, 1], ["b", "c", "a"]) == [33, 33, 34]
    assert largest_remainder(101, [1, 1, 1], ["b", "c", "a"]) == [34, 33, 34]
    assert largest_remainder(-100, [1, 1, 1], ["b", "c", "a"]) == [-33, -33, -34]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_parts_add_up_and_are_within_one_of_their_share(total: int, weights: list[int]) -> None:
    if total and not any(weights):
        with pytest.raises(ValueError, match="zero"):
            largest_remainder(total, weights, [str(i) for i in range(len(weights))])
        return

    parts = largest_remainder(total, weights, [str(i) for i in range(len(weights))])

    assert sum(parts) == total
    whole = sum(weights)
    assert (
        all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))
        or not whole
    )
