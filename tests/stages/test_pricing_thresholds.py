"""One fen either side of every threshold."""

from __future__ import annotations

import pytest

from drgdip.policy.values import HighRule, HighSegment, LowRule
from tests.stages.samples import Stay, plain_high, price, with_deviation


def bands(costs: list[int], values, **stay) -> list[str]:  # type: ignore[no-untyped-def]
    return [priced.band for priced in price([Stay(cost_fen=cost, **stay) for cost in costs], values)]


@pytest.mark.parametrize(("inclusive", "at"), [(False, "normal"), (True, "low")])
def test_low_threshold(inclusive: bool, at: str) -> None:
    """Half of 10 000 yuan: 4 999.99, 5 000.00, 5 000.01 (V24, V25)."""
    values = with_deviation(LowRule(5_000, inclusive, "ratio"), None)

    assert bands([499_999, 500_000, 500_001], values) == ["low", at, "normal"]


@pytest.mark.parametrize(("inclusive", "at"), [(False, "normal"), (True, "high")])
def test_high_threshold(inclusive: bool, at: str) -> None:
    """Twice 10 000 yuan: 19 999.99, 20 000.00, 20 000.01 (V30)."""
    values = with_deviation(None, plain_high(20_000, "excess_plus_one", inclusive=inclusive))

    assert bands([1_999_999, 2_000_000, 2_000_001], values) == ["normal", at, "high"]


@pytest.mark.parametrize("inclusive", [False, True])
def test_the_cap_itself_still_earns_extra_points(inclusive: bool) -> None:
    """Above five times, strictly (V33): the inclusive flag belongs to the lower threshold."""
    values = with_deviation(None, plain_high(20_000, "excess_plus_k", inclusive=inclusive, cap_e4=50_000))

    assert bands([4_999_999, 5_000_000, 5_000_001], values) == ["high", "high", "extreme"]


def test_the_cap_is_a_cliff() -> None:
    """RW 1200, K 1.1: 4 920 points at five times, 1 320 one fen above (settlement arithmetic 2.7)."""
    values = with_deviation(None, plain_high(20_000, "excess_plus_k", cap_e4=50_000))
    at, above = price([Stay(12_000_000, cost, k_e4=11_000) for cost in (5_000_000, 5_000_001)], values)

    assert (at.points_e4, at.review) == (49_200_000, False)
    assert (above.points_e4, above.review) == (13_200_000, True)


@pytest.mark.parametrize(("basis", "limit"), [("ref_cost", 500_000), ("ref_cost_k", 616_000)])
def test_the_basis_moves_the_limit(basis: str, limit: int) -> None:
    """K 1.1 and auxiliary 1.12: half of 10 000 yuan, or of 12 320 yuan (V28)."""
    values = with_deviation(LowRule(5_000, False, "ratio"), None, basis)

    assert bands([limit - 1, limit, limit + 1], values, k_e4=11_000, aux_e4=11_200) == ["low", "normal", "normal"]


def test_a_limit_between_two_fen_is_compared_exactly() -> None:
    """0.5 × 100.01 yuan = 50.005 yuan: 50.00 is below, 50.01 above, though both ratios show as about 0.5."""
    values = with_deviation(LowRule(5_000, True, "ratio"), None)

    assert bands([5_000, 5_001], values, reference_fen=10_001) == ["low", "normal"]


def test_a_ratio_that_rounds_to_the_threshold_is_not_at_it() -> None:
    """20 000.01 against 10 000 shows 2.0000 and is high all the same (V30)."""
    values = with_deviation(None, plain_high(20_000, "excess_plus_one"))
    (priced,) = price([Stay(cost_fen=2_000_001)], values)

    assert (priced.ratio_e4, priced.band, priced.points_e4) == (20_000, "high", 10_000_010)


def test_a_segment_begins_at_its_limit() -> None:
    """RW below 3 has t = 2, RW 3 and above t = 1.5; 1.8 times the reference (V35)."""
    segments = (HighSegment(30_000, 20_000), HighSegment(50_000, 15_000), HighSegment(None, 13_000))
    values = with_deviation(None, HighRule(segments, False, "excess_plus_one", None, "no_extra"))
    stays = [Stay(weight_e4=weight, cost_fen=1_800_000) for weight in (29_999, 30_000, 49_999, 50_000)]

    got = price(stays, values)

    assert [priced.band for priced in got] == ["normal", "high", "high", "high"]
    # 3 × (1.8 − 1.5 + 1) = 3.9; 4.9999 × 1.3 = 6.49987; 5 × (1.8 − 1.3 + 1) = 7.5
    assert [priced.points_e4 for priced in got] == [29_999, 39_000, 64_999, 75_000]


def test_low_is_tested_before_high() -> None:
    values = with_deviation(LowRule(25_000, False, "ratio"), plain_high(20_000, "none"))

    assert bands([2_200_000], values) == ["low"]


def test_without_rules_every_case_is_normal() -> None:
    assert bands([1, 10**9], with_deviation()) == ["normal", "normal"]
