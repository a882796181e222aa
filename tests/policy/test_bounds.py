"""Bounds are proven for sensible policies and refused for absurd ones."""

from __future__ import annotations

from fractions import Fraction

import pytest

from drgdip.base.errors import PolicyError
from drgdip.base.money import MAX_CASE_FEN
from drgdip.policy import load_policy
from drgdip.policy.bounds import Bound, prove_bounds, prove_tables
from drgdip.policy.coefficient_range import coefficient_range_e4
from drgdip.policy.values import HighRule, HighSegment, HospitalCoefficient, LowRule, PolicyValues

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


def test_a_case_cannot_earn_more_than_the_bound() -> None:
    """The dearest capped case: RW × (5 − 2 + 1) × K; the dearest ungrouped one: 0.7 × 1000 × C ÷ A."""
    points = bound(prove_bounds(VALUES, **FULL), "points (e4)")
    capped = Fraction(272_804_426, 10_000) * 4 * Fraction(11, 10)
    ungrouped = Fraction(7, 10) * 1000 * Fraction(MAX_CASE_FEN, 571_815)
    assert points >= capped * 10_000
    assert points >= ungrouped * 10_000


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
