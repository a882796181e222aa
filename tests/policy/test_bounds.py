"""Bounds are proven for sensible policies and refused for absurd ones."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from drgdip.base.errors import PolicyError
from drgdip.base.money import MAX_CASE_FEN
from drgdip.policy import load_policy
from drgdip.policy.bounds import Bound, prove_bounds, prove_policy, prove_tables
from drgdip.policy.coefficient_range import coefficient_range_e4
from drgdip.policy.values import HighRule, HighSegment, HospitalCoefficient, LowRule, PolicyValues
from drgdip.tables import GroupValues
from tests.policy.samples import parse

CITY = load_policy("demo_city")
VALUES = CITY.on(CITY.period.first)

# Extremes of the published catalogue: points 174.0593 to 27280.4426, means 995.30 to 155993.76 yuan, region 5718.15.
CATALOGUE = {
    "max_relative_weight_e4": 272_804_426,
    "min_reference_cost_fen": 99_530,
    "max_reference_cost_fen": 15_599_376,
}
FULL = {**CATALOGUE, "weight_per_fen": Fraction(1000, 571_815), "region_mean_cost_fen": 571_815}


def bound(bounds: list[Bound], name: str) -> int:
    return next(entry.bound for entry in bounds if entry.name == name)


def with_high(values: PolicyValues, **changes: object) -> PolicyValues:
    high = HighRule((HighSegment(None, 20_000),), False, "excess_plus_one", None, "no_extra")._replace(**changes)
    return values._replace(deviation=values.deviation._replace(high=high))


def with_k(values: PolicyValues, base_e4: int) -> PolicyValues:
    tiers = dict.fromkeys(values.k.base, base_e4)
    return values._replace(k=values.k._replace(base=tiers, cap_e4=None))  # type: ignore[arg-type]


def test_demo_city_is_proven() -> None:
    bounds = prove_bounds(VALUES, **FULL)
    assert all(0 <= entry.bound < entry.limit for entry in bounds)
    # K is at most 1.05 + 0.05 = 1.10 (the cap of 1.15 is not reached).
    assert bound(bounds, "weight × K × aux (e12)") == 272_804_426 * 11_000 * 10_000
    assert bound(bounds, "weight × cost × alpha × 10^4") == 272_804_426 * MAX_CASE_FEN * 110_000_000 * 10_000
    # t = 2: |1 − 2| × 1.10
    assert bound(bounds, "beta (e12)") == 10_000 * 11_000 * 10_000


def test_the_largest_points_of_demo_city() -> None:
    """K at most 1.10: low RW × 0.5 × K, capped RW × (5 − 2) × K, ungrouped 0.7 × 1000 × C ÷ A; to four decimals."""
    bounds = prove_bounds(VALUES, **FULL)
    assert bound(bounds, "standard points (e4)") == 300_084_869
    assert bound(bounds, "points of a low-cost case (e4)") == 150_042_435
    assert bound(bounds, "points of an ungrouped case (e4)") == 122_417_215_359
    # r − t + 1 is at most 4; the bound allows r + max(1 − t, 0) = 5.
    assert bound(bounds, "points of a high-cost case (e4)") == 1_500_424_343


def test_no_cap_is_proven_with_the_catalogue_and_refused_without_its_slope() -> None:
    """The largest weight over the smallest cost is a group that does not exist, but nothing less is known then."""
    assert prove_bounds(with_high(VALUES), **FULL)
    with pytest.raises(PolicyError) as caught:
        prove_bounds(with_high(VALUES), **CATALOGUE)
    assert "cases (fen)" in caught.value.fact.en


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (with_k(VALUES, 9_999_999_999), "weight × K × aux (e12)"),
        (with_k(with_high(VALUES), 9_000_000_000), "points × point value (e8)"),
        (
            with_high(VALUES, segments=(HighSegment(None, 10**10),), cap_ratio_e4=10**10),
            "gross of 100000000 cases (fen)",
        ),
        (with_high(with_k(VALUES, 9_999_999_999), segments=(HighSegment(None, 10**10),)), "beta (e12)"),
    ],
)
def test_absurd_policies_are_refused(values: PolicyValues, name: str) -> None:
    with pytest.raises(PolicyError) as caught:
        prove_bounds(values, **FULL)
    assert name in caught.value.fact.en
    assert caught.value.exit_code == 3


def test_absurd_tables_are_refused() -> None:
    with pytest.raises(PolicyError, match="weight"):
        prove_bounds(VALUES, **{**FULL, "max_relative_weight_e4": 2**60})
    with pytest.raises(PolicyError, match="above zero"):
        prove_bounds(VALUES, **{**FULL, "min_reference_cost_fen": 0})
    with pytest.raises(PolicyError, match="reference cost"):
        prove_bounds(VALUES, **{**FULL, "max_reference_cost_fen": 2**60})


def test_floating_point_values_are_proven_again() -> None:
    assert prove_bounds(VALUES, **FULL, max_point_value_e4=400_000)
    with pytest.raises(PolicyError, match="points × point value"):
        prove_bounds(VALUES, **FULL, max_point_value_e4=10**9)


def test_basis_with_k_widens_alpha_and_divisor() -> None:
    deviation = VALUES.deviation._replace(basis="ref_cost_k", low=LowRule(5000, False, "ratio"))
    bounds = prove_bounds(VALUES._replace(deviation=deviation), **FULL)
    assert bound(bounds, "alpha (e8)") == 10**12
    assert bound(bounds, "divisor") == 15_599_376 * 11_000
    # K·aux has eight decimals.
    assert bound(bounds, "reference cost × coefficient (e8)") == 15_599_376 * 11_000 * 10_000


def test_prove_tables_takes_the_extremes_of_the_groups() -> None:
    weights, costs = [1_740_593, 272_804_426, 10_000_000], [99_530, 15_599_376, 571_815]
    steepest = max(Fraction(w, 10_000 * c) for w, c in zip(weights, costs, strict=True))
    assert prove_tables(VALUES, weights, costs, 1000, 571_815) == prove_bounds(
        VALUES, **CATALOGUE, weight_per_fen=steepest, region_mean_cost_fen=571_815
    )


def coefficient(**changes: object) -> HospitalCoefficient:
    base = {"tertiary": 11_000, "secondary": 10_000, "primary": 9_000, "unrated": 8_000}
    return HospitalCoefficient("additive", base, {}, {}, None, None, None, "none")._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (coefficient(), (8_000, 11_000)),
        (coefficient(hospitals={"A": 20_000}), (8_000, 20_000)),
        (coefficient(bonuses={"A": {"x": 500, "y": 250}}), (8_000, 11_750)),
        (coefficient(bonuses={"A": {"x": -500}}), (7_500, 11_000)),
        (coefficient(bonuses={"A": {"x": 500, "y": 250}}, bonus_cap_e4=600), (8_000, 11_600)),
        (coefficient(mode="multiplicative", bonuses={"A": {"x": 1_000, "y": 2_000}}), (8_000, 14_520)),
        (
            coefficient(mode="multiplicative", bonuses={"A": {"x": 1_000, "y": 2_000}}, bonus_cap_e4=2_500),
            (8_000, 13_750),
        ),
        (coefficient(hospitals={"A": 5_000}, bonuses={"A": {"x": 100}}), (5_100, 11_000)),
        (coefficient(floor_e4=8_500, cap_e4=10_500), (8_500, 10_500)),
        # Groups without K have a coefficient of one.
        (coefficient(base=dict.fromkeys(coefficient().base, 9_000)), (9_000, 10_000)),
    ],
)
def test_coefficient_range(k: HospitalCoefficient, expected: tuple[int, int]) -> None:
    assert coefficient_range_e4(k) == expected


def test_prove_policy_covers_every_day() -> None:
    one = GroupValues(np.array([10_000_000]), np.array([571_815]), np.array([0]), 1000, 571_815)
    prove_policy(CITY, lambda values: one)
    text = CITY.source_path.read_text(encoding="utf-8")
    # Only for a quarter, and above the cap's reach: the absurd bonus is found although the first day is in order.
    absurd = text.replace('value: "-0.05"', 'value: "900000"').replace('cap: {value: "1.15"', 'cap: {value: "900000"')
    absurd = absurd.replace('bonus_cap: {value: "0.10"', "bonus_cap: {value: none")
    assert absurd.count("900000") == 2
    with pytest.raises(PolicyError, match="could overflow"):
        prove_policy(parse(absurd), lambda values: one)


def test_reference_from_weights() -> None:
    """A = RW × region mean ÷ scale: 0.2 points would cost 0.11 yuan, and 0.0001 points nothing."""
    by_weight = VALUES._replace(deviation=VALUES.deviation._replace(reference="rw_x_mean"))
    assert bound(prove_tables(by_weight, [10_000_000], [1], 1000, 571_815), "divisor") == 571_815
    with pytest.raises(PolicyError, match="above zero"):
        prove_tables(by_weight, [1], [571_815], 1000, 571_815)


def test_high_cases_without_a_cap() -> None:
    """By hand: the dearest case is 10^10 fen in the steepest group, 1000 points for 5718.15 yuan; K from 0.85 to 1.10."""
    dearest = Fraction(10**10 * 1000, 571_815)
    by_one = prove_bounds(with_high(VALUES, segments=(HighSegment(None, 6_000),)), **FULL)
    extra = Fraction(272_804_426, 10_000) * Fraction(4, 10)
    assert bound(by_one, "points of a high-cost case (e4)") == ceil((dearest + extra) * Fraction(11, 10) * 10_000)
    with_k_basis = with_high(VALUES, formula="excess_plus_k")
    with_k_basis = with_k_basis._replace(deviation=with_k_basis.deviation._replace(basis="ref_cost_k"))
    by_k = prove_bounds(with_k_basis, **FULL)
    assert bound(by_k, "points of a high-cost case (e4)") == ceil(dearest / Fraction(85, 100) * 10_000)
