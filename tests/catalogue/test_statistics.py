"""Sums by group and year, before and after trimming, against hand-made values and the plain reference."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN
from drgdip.catalogue import statistics as module
from drgdip.catalogue import trim
from drgdip.catalogue.statistics import gather, variation_e4, varies_at_most
from drgdip.catalogue.trim import TrimRule
from tests.catalogue.histories import history_of
from tests.reference import building
from tests.reference.building import Stay

YEARS = (2023, 2024, 2025)
GROUPS = ("A", "B", "C")
TRIM = TrimRule(Fraction("0.025"), Fraction("0.975"), 1)


def gathered(stays: Sequence[Stay], rule: TrimRule | None = None, **more: Any) -> module.GroupStatistics:
    return gather(*history_of(stays, GROUPS), len(GROUPS), YEARS, rule, **more)


def one_year(costs_fen: Sequence[int]) -> list[Stay]:
    return [Stay(2025, "A", 3, 310, cost) for cost in costs_fen]


# V14: 1000, 2000 … 40000 yuan and one bill of 900000: quantiles 2000 and 40000, 39 stays are kept, mean 21000.
V14 = [100_000 * i for i in range(1, 41)] + [90_000_000]


def test_trimming_keeps_what_the_worked_example_keeps() -> None:
    found = gathered(one_year(V14), TRIM)

    assert (found.bounds.lowest_fen[2], found.bounds.highest_fen[2]) == (200_000, 4_000_000)
    assert (found.cases[0].tolist(), found.cost_fen[0].tolist()) == ([0, 0, 39], [0, 0, 39 * 2_100_000])
    assert (found.all_cases[0, 2], found.all_cost_fen[0, 2]) == (41, sum(V14))
    assert found.trimmed_cases.sum() == 2


def test_a_bill_one_fen_beyond_a_quantile_is_trimmed() -> None:
    # Five costs: the 25 % quantile is the second, the 75 % quantile the fourth, whatever lies outside.
    quartiles = TrimRule(Fraction(1, 4), Fraction(3, 4), 1)

    assert gathered(one_year([10, 20, 30, 40, 50]), quartiles).cost_fen[0, 2] == 20 + 30 + 40
    assert gathered(one_year([20, 20, 30, 40, 40]), quartiles).cost_fen[0, 2] == 150
    assert gathered(one_year([19, 20, 30, 40, 41]), quartiles).cost_fen[0, 2] == 90


def test_quantiles_between_two_costs_are_compared_exactly() -> None:
    # 2.5 % of three costs lies a twentieth of the way from the first to the second: 10 + 0.05 · 100 = 15.
    low = TrimRule(Fraction("0.025"), Fraction(1), 1)

    assert gathered(one_year([10, 110, 200]), low).bounds.lowest_fen[2] == 15
    assert gathered(one_year([10, 111, 200]), low).bounds.lowest_fen[2] == 16  # 15.05: a bill of 15 is below
    assert gathered(one_year([10, 91, 200]), TrimRule(Fraction(0), Fraction("0.975"), 1)).bounds.highest_fen[2] == 194


def test_groups_below_the_smallest_number_are_left_alone() -> None:
    assert gathered(one_year([1, 5, 9]), TRIM._replace(minimum_cases=4)).cases[0, 2] == 3
    assert gathered(one_year([1, 5, 9]), TRIM._replace(minimum_cases=3)).cases[0, 2] == 1


def test_years_are_trimmed_each_on_their_own_or_together() -> None:
    stays = [Stay(2024, "A", 3, 310, cost) for cost in (1, 2, 3)] + [
        Stay(2025, "A", 3, 310, cost) for cost in (7, 8, 9)
    ]

    assert gathered(stays, TRIM).cost_fen[0].tolist() == [0, 2, 8]
    assert gathered(stays, TRIM, trim_within_year=False).cost_fen[0].tolist() == [0, 2 + 3, 7 + 8]


def test_stays_without_a_group_are_kept_beside_and_never_trimmed() -> None:
    stays = [Stay(2025, None, 1, 390, cost) for cost in V14] + [
        Stay(2025, "B", 1, 390, 500),
        Stay(2022, "A", 1, 390, 7),
    ]
    found = gathered(stays, TRIM)

    assert found.ungrouped_cases.tolist() == [[0] * 4, [0] * 4, [0, 41, 0, 0]]
    assert found.ungrouped_cost_fen[2, 1] == sum(V14)
    assert found.region_tier_cases.sum() == 42  # the stay of 2022 belongs to no year
    assert found.pool_cost_fen.tolist() == [[[0, 0, 500], [0, 0, sum(V14)]]]


def test_levels_pools_hospitals_and_days() -> None:
    stays = [
        Stay(2023, "A", 3, 310, 1000, days=4, hospital=0),
        Stay(2023, "A", 2, 390, 500, days=6, hospital=1),
        Stay(2025, "B", 2, 390, 300, days=1, hospital=1),
    ]
    found = gathered(stays)

    assert found.tier_cost_fen[0, 0].tolist() == [0, 0, 500, 1000]
    assert found.stay_days[:, :].tolist() == [[10, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert found.insurance_types == (310, 390)
    assert found.pool_cases[1, :, :, 2].tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert found.hospital_cost_fen.tolist() == [[1000, 0, 0], [500, 0, 300]]


def test_a_stay_without_an_insurance_type_is_in_no_pool() -> None:
    found = gathered([Stay(2025, "A", 3, code, 1000) for code in (-1, 0, 310, 5000)])

    assert (found.cases[0, 2], found.insurance_types, found.pool_cases.sum()) == (4, (310,), 1)


def test_variation_by_hand() -> None:
    # 2, 4, 4, 4, 5, 5, 7, 9: mean 5, deviation 2.
    found = gathered(one_year([2, 4, 4, 4, 5, 5, 7, 9]))

    assert found.variation_e4(0) == 4000
    assert found.variation_e4(1) is None
    assert varies_at_most(8, 40, 232, Fraction("0.4"))
    assert not varies_at_most(8, 40, 232, Fraction("0.3999"))
    assert variation_e4(1, 7, 49) == 0


def test_squares_of_the_largest_bills_do_not_overflow() -> None:
    found = gathered(one_year([MAX_CASE_FEN] * 3 + [1]))

    assert found.square(0, before=True) == 3 * MAX_CASE_FEN**2 + 1
    assert found.variation_e4(0) == building.variation_e4([MAX_CASE_FEN] * 3 + [1])


stay = st.builds(
    Stay,
    st.sampled_from((2022, *YEARS)),
    st.sampled_from((*GROUPS, None)),
    st.integers(0, 3),
    st.sampled_from((310, 390)),
    st.integers(1, 300) | st.integers(1, MAX_CASE_FEN),
    st.integers(0, 60),
    st.integers(0, 2),
)
stays_of_a_city = st.lists(stay, max_size=60)


@given(stays_of_a_city, st.integers(1, 12), st.booleans(), st.sampled_from(["0", "0.025", "0.1"]))
def test_sums_are_those_of_the_reference(stays: list[Stay], minimum: int, within_year: bool, tail: str) -> None:
    low = Fraction(tail)
    found = gathered(stays, TrimRule(low, 1 - low, minimum), trim_within_year=within_year)
    counted = [one for one in stays if one.year in YEARS]
    kept = building.kept(counted, low, 1 - low, minimum, within_year)

    for place, group in enumerate(GROUPS):
        own = building.of_group(kept, group)
        assert found.cases[place].tolist() == [sum(s.year == year for s in own) for year in YEARS]
        assert found.cost_fen[place].sum() == sum(s.cost_fen for s in own)
        assert found.stay_days[place].sum() == sum(s.days for s in own)
        assert found.square(place) == sum(s.cost_fen**2 for s in own)
        costs = [s.cost_fen for s in building.of_group(counted, group)]
        assert found.variation_e4(place, before=True) == building.variation_e4(costs)
    assert found.region_tier_cost_fen.sum() == sum(s.cost_fen for s in kept)
    assert found.pool_cases.sum() == found.hospital_cases.sum() == len(counted)
    assert found.pool_cost_fen.sum() == found.hospital_cost_fen.sum() == sum(s.cost_fen for s in counted)


@given(st.lists(st.integers(1, 100) | st.integers(1, MAX_CASE_FEN), min_size=3, max_size=12))
def test_trimming_never_takes_every_stay(costs: list[int]) -> None:
    assert gathered(one_year(costs), TrimRule(Fraction(1, 4), Fraction(3, 4), 3)).cases[0, 2] > 0


@given(stays_of_a_city, st.randoms(use_true_random=False))
def test_the_order_of_stays_and_the_size_of_pieces_do_not_matter(stays: list[Stay], shuffler: Any) -> None:
    shuffled = list(stays)
    shuffler.shuffle(shuffled)
    rule = TRIM._replace(minimum_cases=2)
    first = gathered(stays, rule)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ROWS_AT_A_TIME", 3)
        patch.setattr(trim, "COSTS_AT_A_TIME", 5)
        second = gathered(shuffled, rule)

    for name in ("cases", "cost_fen", "squares", "all_squares", "tier_cases", "ungrouped_cases", "pool_cases"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
