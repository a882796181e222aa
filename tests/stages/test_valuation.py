"""Weights, coefficients and standards (settlement arithmetic 2.3–2.5)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.reasons import number
from drgdip.policy.sections.case_rules_values import CoefficientWindow, HospitalType
from drgdip.policy.values import HospitalCoefficient, PolicyValues
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from drgdip.valuation import hospital_coefficient_e4, valuation_parameters, value_cases
from drgdip.valuation.hospital_coefficient import ratio_coefficient_e4
from tests.stages.samples import POLICY, half_up

E4 = 10_000
TERTIARY, PRIMARY, UNRATED = 3, 1, 0


def tables() -> DipTables:
    groups = [
        Group("A", "core", "surgery", "K35.3", "47.0100", "A", "1230.76925", "9200.005"),
        Group("B", "core", "conservative", "K35.3", "", "B", "800", "7000", primary_care="1"),
    ]
    return compile_dip(groups, CodeSystem.of(["K35.300"]), CodeSystem.of(["47.0100"]), {}, 1000, "7800")


def valued(groups: list[int], hospitals: list[int], tiers: list[int], values=POLICY) -> dict[str, list[int]]:  # type: ignore[no-untyped-def]
    columns = {
        "group_id": np.array(groups, dtype=np.int32),
        "group_reason": np.full(len(groups), number("core_operation"), dtype=np.int16),
        "pool_index": np.zeros(len(groups), dtype=np.int16),
        "hospital_id": np.array(hospitals, dtype=np.int32),
        "hospital_tier": np.array(tiers, dtype=np.int8),
    }
    result = value_cases(columns, valuation_parameters(tables(), values, ["H1", "H2"]))
    return {name: column.tolist() for name, column in result.items()}


def test_a_grouped_stay_has_the_weight_of_its_group_and_the_coefficient_of_its_hospital() -> None:
    """H1 by tier; H2 has a base of its own, 1.05 + 0.02 − 0.01. 1230.7693 × 1.08 = 1329.230844."""
    got = valued([0, 0, 0], [0, 1, 0], [TERTIARY, TERTIARY, UNRATED])

    assert got["relative_weight_e4"] == [12_307_693] * 3
    assert got["hospital_coefficient_e4"] == [10_800, 10_600, 9_000]
    assert got["standard_points_e4"] == [13_292_308, 13_046_155, 11_076_924]
    assert got["reference_cost_fen"] == [920_001] * 3
    assert got["auxiliary_coefficient_e4"] == [E4] * 3


def test_a_primary_care_group_has_no_coefficient_unless_the_policy_applies_it() -> None:
    """V21: K = 1."""
    applied = POLICY._replace(k=POLICY.k._replace(primary_care="apply"))

    assert valued([1], [0], [TERTIARY])["hospital_coefficient_e4"] == [E4]
    assert valued([1], [0], [TERTIARY])["standard_points_e4"] == [8_000_000]
    assert valued([1], [0], [TERTIARY], applied)["hospital_coefficient_e4"] == [10_800]


def test_an_ungrouped_stay_is_valued_by_scale_and_region_mean() -> None:
    got = valued([-1], [0], [PRIMARY])

    assert got["relative_weight_e4"] == [10_000_000]
    assert got["hospital_coefficient_e4"] == [E4]
    assert got["reference_cost_fen"] == [780_000]


def test_the_reference_may_be_weight_times_region_mean() -> None:
    """1230.7693 × 7 800 / 1000 = 9 600.00054 yuan; 800 × 7.8 = 6 240 yuan."""
    values = POLICY._replace(deviation=POLICY.deviation._replace(reference="rw_x_mean"))

    assert valued([0, 1], [0, 0], [TERTIARY] * 2, values)["reference_cost_fen"] == [960_000, 624_000]


@given(st.integers(0, 10**9), st.integers(1, 20_000), st.integers(E4, 30_000))
def test_standard_points_are_rounded_once(weight: int, k: int, aux: int) -> None:
    from drgdip.base.rounding import HALF_UP
    from drgdip.valuation.rules import standard_points

    got = standard_points(np.int64(weight), np.int64(k), np.int64(aux), HALF_UP)

    assert int(got) == half_up(Fraction(weight * k * aux, E4 * E4))


BONUSES = [200, 100, 300, -100]


@pytest.mark.parametrize(
    ("mode", "limits", "k"),
    [
        ("additive", {}, 10_500),
        ("additive", {"bonus_cap_e4": 400}, 10_400),  # V15
        ("additive", {"bonus_cap_e4": 500}, 10_500),
        ("multiplicative", {}, 10_505),  # V16: 1.02 × 1.01 × 1.03 × 0.99 = 1.05050…
        ("multiplicative", {"bonus_cap_e4": 400}, 10_400),
        ("additive", {"cap_e4": 10_450}, 10_450),
        ("additive", {"floor_e4": 10_600}, 10_600),
    ],
)
def test_hospital_coefficient(mode: str, limits: dict[str, int], k: int) -> None:
    assert hospital_coefficient_e4(10_000, BONUSES, mode, **limits) == k  # type: ignore[arg-type]


def test_a_cap_on_bonuses_does_not_limit_a_loss() -> None:
    assert hospital_coefficient_e4(10_000, [-2_000], "additive", bonus_cap_e4=400) == 8_000


@given(st.integers(5_000, 15_000), st.lists(st.integers(-3_000, 3_000), max_size=6))
def test_multiplicative_bonuses_are_rounded_once(base: int, bonuses: list[int]) -> None:
    exact = Fraction(base, E4)
    for bonus in bonuses:
        exact *= 1 + Fraction(bonus, E4)

    assert hospital_coefficient_e4(base, bonuses, "multiplicative") == half_up(exact, E4)


def test_ratio_coefficient() -> None:
    """12 000 ÷ 10 500 = 1.142857… (V17)."""
    assert ratio_coefficient_e4(1_200_000, 1_050_000) == 11_429


def test_every_tier_has_its_column() -> None:
    k = HospitalCoefficient(
        "additive", {"tertiary": 4, "secondary": 3, "primary": 2, "unrated": 1}, {}, {}, None, None, None, "none"
    )
    got = valued([0] * 4, [0] * 4, [0, 1, 2, 3], POLICY._replace(k=k))

    assert got["hospital_coefficient_e4"] == [1, 2, 3, 4]


def discharged(days: list[date], values: PolicyValues) -> list[int]:
    """K of stays of H1 in tertiary care, in group A, by day of discharge."""
    seconds = [(day - date(1970, 1, 1)).days * 86_400 + 86_399 for day in days]
    columns = {
        "group_id": np.zeros(len(days), dtype=np.int32),
        "hospital_id": np.zeros(len(days), dtype=np.int32),
        "hospital_tier": np.full(len(days), TERTIARY, dtype=np.int8),
        "discharge_time_s": np.array(seconds, dtype=np.int64),
    }
    found = value_cases(columns, valuation_parameters(tables(), values, ["H1"]))
    return found["hospital_coefficient_e4"].tolist()


DAYS = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 6, 30), date(2025, 7, 1)]


@pytest.mark.parametrize(
    ("delta", "factor", "floor", "changed"),
    [
        (-500, None, None, 10_300),
        (None, 9_500, None, 10_260),
        (-500, None, 10_500, 10_500),
        (-9_999, None, 8_000, 8_000),
    ],
)
def test_a_decision_changes_the_coefficient_for_its_days(
    delta: int | None, factor: int | None, floor: int | None, changed: int
) -> None:
    """1.08 − 0.05, 1.08 × 0.95; both days of the window belong to it, and the floor holds (8.1, V100)."""
    window = CoefficientWindow("H1", DAYS[1], DAYS[2], delta, factor, "no. 7")
    values = POLICY._replace(k=POLICY.k._replace(windows=(window,), floor_e4=floor))

    assert discharged(DAYS, values) == [10_800, changed, changed, 10_800]


def test_a_coefficient_by_type_of_hospital_by_group_or_none() -> None:
    """H1 is of a type; group A has its own for tertiary care; bonuses stay on top."""
    typed = HospitalType(("H1", "H2"), {"tertiary": 11_500, "secondary": 10_000, "primary": 9_000, "unrated": 8_500})
    by_type = POLICY._replace(k=POLICY.k._replace(hospital_types={"tcm": typed}))
    by_group = POLICY._replace(k=by_type.k._replace(group_coefficients={"A": {"tertiary": 12_000}}))
    base = POLICY._replace(k=POLICY.k._replace(base_groups=("A",)))

    assert valued([0, 0, 0], [0, 1, 0], [TERTIARY, TERTIARY, PRIMARY], by_type)["hospital_coefficient_e4"] == [
        11_500,
        10_600,
        9_000,
    ]
    assert valued([0, 0, 0], [0, 1, 0], [TERTIARY, TERTIARY, PRIMARY], by_group)["hospital_coefficient_e4"] == [
        12_000,
        12_100,
        9_000,
    ]
    assert valued([0], [1], [TERTIARY], base)["hospital_coefficient_e4"] == [E4]


def test_a_standard_of_money_is_weight_times_the_pool_s_rate() -> None:
    """1230.7693 × 8.1234 = 9998.0313… for employees; 1230.7693 × 6.2345 = 7673.2312… for residents."""
    values = POLICY._replace(deviation=POLICY.deviation._replace(reference="rw_x_rate"))
    columns = {
        "group_id": np.zeros(2, dtype=np.int32),
        "hospital_id": np.zeros(2, dtype=np.int32),
        "hospital_tier": np.full(2, TERTIARY, dtype=np.int8),
        "pool_index": np.array([0, 1], dtype=np.int16),
    }
    found = value_cases(columns, valuation_parameters(tables(), values, ["H1"]))

    assert found["reference_cost_fen"].tolist() == [999_803, 767_323]
