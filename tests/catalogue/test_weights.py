"""Relative weights by method and mode, drift between years, and the opening point value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drgdip.base.errors import UsageError
from drgdip.catalogue.coefficients import Level, Levels
from drgdip.catalogue.opening import opening_point_values, standard_points_e4
from drgdip.catalogue.weights import GroupWeights, WeightRule, weigh
from drgdip.valuation.hospital_coefficient import TIERS
from tests.catalogue.test_statistics import GROUPS, YEARS, gathered, stays_of_a_city
from tests.reference import building
from tests.reference.building import Stay

AVERAGE = WeightRule("average_cost", "avg_of_avgs", (1, 2, 7), 1000)


def stays(group: str | None, *by_year: Sequence[int]) -> list[Stay]:
    """Stays of a group in each year, by cost in yuan."""
    return [Stay(year, group, 3, 310, 100 * cost) for year, costs in zip(YEARS, by_year, strict=True) for cost in costs]


def weighed(history: Sequence[Stay], rule: WeightRule = AVERAGE) -> GroupWeights:
    return weigh(gathered(history), GROUPS, rule)


# V01: a disease of 8000, 9000, 10000 yuan in a region of 7000, 7500, 8000: here with one stay of another group a year
# that brings the region's mean there.
V01 = stays("A", [8000], [9000], [10000]) + stays("B", [6000], [6000], [6000])


def test_average_cost_method_by_hand() -> None:
    found = weighed(V01)

    assert found.region_mean_fen == 780_000
    assert (found.mean_fen[0], int(found.mean_cost_fen[0])) == (960_000, 960_000)
    assert found.relative_weight_e4.tolist() == [12_307_692, 7_692_308, 0]  # V01: 1230.7692
    assert found.mean_fen[2] is None


def test_scale_of_one() -> None:
    assert weighed(V01, AVERAGE._replace(scale=1)).relative_weight_e4[0] == 12_308  # V02: 1.2308


def test_cases_may_weigh_years_too() -> None:
    # V03: 8000, 9000, 10000 yuan with 100, 200, 100 stays: (800000 + 2·1800000 + 7·1000000) / 1200 = 9500.
    history = stays("A", [8000] * 100, [9000] * 200, [10000] * 100)

    assert weighed(history, AVERAGE._replace(mean_mode="pooled")).mean_fen[0] == 950_000
    assert weighed(history).mean_fen[0] == 960_000


def test_a_year_without_stays_drops_out() -> None:
    found = weighed(stays("A", [], [9000], [10000]))

    assert found.mean_fen[0] == Fraction(8_800_000, 9)  # V05: 9777.7778 yuan
    assert found.mean_cost_fen[0] == 977_778


def test_quota_method() -> None:
    found = weighed(stays("A", [8000], [9000], [10000]), AVERAGE._replace(method="quota", quota_fen=7000))

    assert found.relative_weight_e4[0] == 1_371_429  # V04: 137.1429
    assert found.base == (7000, 1)


def test_benchmark_method() -> None:
    found = weighed(V01, AVERAGE._replace(method="benchmark", benchmark="B"))

    assert found.relative_weight_e4.tolist() == [16_000_000, 10_000_000, 0]  # 9600 / 6000
    assert found.base == (600_000, 1000)


@pytest.mark.parametrize("benchmark", ["C", "none", None])
def test_a_benchmark_needs_stays(benchmark: str | None) -> None:
    with pytest.raises(UsageError):
        weighed(V01, AVERAGE._replace(method="benchmark", benchmark=benchmark))


def test_a_history_without_stays_is_refused() -> None:
    with pytest.raises(UsageError):
        weighed([])


def test_drift_is_the_furthest_year() -> None:
    # Weights of single years: 8/7, 9/7.5 = 1.2, 10/8 = 1.25; of all 96/78. The first lies 1 − (8/7)/(96/78) = 1/14 below.
    assert weighed(V01).drift_e4.tolist() == [714, 1143, -1]
    # B: 6/7 ÷ 60/78 − 1 = 0.1142857.
    assert weighed(stays("A", [], [], [10000])).drift_e4[0] == -1


@given(
    stays_of_a_city,
    st.sampled_from(["avg_of_avgs", "pooled"]),
    st.sampled_from([1, 100, 1000]),
    st.sampled_from([(1, 2, 7), (1, 1, 1)]),
)
def test_weights_are_those_of_the_reference(history: list[Stay], mode: Any, scale: int, years: tuple[int, ...]) -> None:
    history = [stay for stay in history if stay.year in YEARS]
    assume(history)
    found = weighed(history, WeightRule("average_cost", mode, years, scale))
    region = building.weighted_mean(history, YEARS, years, mode)

    assert found.region_mean_fen == region
    for place, group in enumerate(GROUPS):
        mean = building.weighted_mean(building.of_group(history, group), YEARS, years, mode)
        assert found.mean_fen[place] == mean
        if mean is not None and region:
            assert found.relative_weight_e4[place] == building.relative_weight_e4(mean, region, scale)


def levels(*k_e4: int) -> Levels:
    return Levels(tuple(Level(tier, 1, None, k) for tier, k in zip(TIERS, k_e4, strict=True)), False)


def test_points_of_a_stay() -> None:
    weights = weighed(V01)
    found = standard_points_e4(weights, levels(10_000, 8_000, 9_000, 11_429), [False, True, False])

    # 1230.7692 × 1.1429 = 1406.64611868 (V20's form); primary care has no coefficient (V21).
    assert found[0].tolist() == [12_307_692, 9_846_154, 11_076_923, 14_066_461]
    assert found[1].tolist() == [7_692_308] * 4


def test_opening_point_value_by_hand() -> None:
    # Weights at scale 1000: A 1500, B 500 with region mean 2000 yuan in every year. Pool 310 has one stay of each a year.
    history = stays("A", [3000], [3000], [3000]) + stays("B", [1000], [1000], [1000])
    weights = weighed(history)
    points = standard_points_e4(weights, levels(*[10_000] * 4), [False] * 3)
    (found,) = opening_point_values(
        gathered(history), weights, points, {"employees": (310,)}, (1, 2, 7), Fraction(7, 10)
    )

    assert (found.cost_fen, found.points_e4) == ((400_000,) * 3, (20_000_000,) * 3)
    assert found.value == (400_000, 20_000_000, 20_000)  # 4000 yuan for 2000 points: 2 yuan a point


def test_ungrouped_stays_have_a_share_of_their_points() -> None:
    history = stays("A", [3000], [3000], [3000]) + stays(None, [1000], [1000], [1000])
    weights = weighed(history)
    points = standard_points_e4(weights, levels(*[10_000] * 4), [False] * 3)
    (found,) = opening_point_values(gathered(history), weights, points, {"all": (310, 390)}, (1, 2, 7), Fraction(7, 10))

    assert found.points_e4 == (15_000_000 + 3_500_000,) * 3  # 0.7 × 1000 / 2000 × 1000 points
    assert found.cases == (2, 2, 2)


def test_a_pool_without_stays_has_no_point_value() -> None:
    weights = weighed(V01)
    points = standard_points_e4(weights, levels(*[10_000] * 4), [False] * 3)
    (found,) = opening_point_values(gathered(V01), weights, points, {"residents": (390,)}, (1, 2, 7), Fraction(0))

    assert found.value is None


@given(stays_of_a_city, st.lists(st.integers(5_000, 15_000), min_size=4, max_size=4), st.sets(st.sampled_from(GROUPS)))
def test_opening_point_values_are_those_of_the_reference(history: list[Stay], k: list[int], exempt: set[str]) -> None:
    history = [stay for stay in history if stay.year in YEARS]
    assume(history)
    weights, factor = weighed(history), Fraction(7, 10)
    points = standard_points_e4(weights, levels(*k), [group in exempt for group in GROUPS])
    found = opening_point_values(gathered(history), weights, points, {"e": (310,), "r": (390,)}, (1, 2, 7), factor)

    rw = dict(zip(GROUPS, weights.relative_weight_e4.tolist(), strict=True))
    for pool, insurance in zip(found, (310, 390), strict=True):
        by_year = [[s for s in history if s.insurance == insurance and s.year == year] for year in YEARS]
        costs = [sum(s.cost_fen for s in own) for own in by_year]
        expected = [
            building.points_e4(own, rw, k, exempt)
            + building.ungrouped_points_e4(own, weights.base.cost_fen, weights.base.scale, factor)
            for own in by_year
        ]
        assert (pool.cost_fen, pool.points_e4) == (tuple(costs), tuple(expected))
        if pool.value:
            assert pool.value.point_value_e4 == building.opening_point_value_e4(costs, expected, (1, 2, 7))
