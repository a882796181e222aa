"""Both sides of every edge of the year: bands, scores, eligibility; by hand (settlement arithmetic 4.4, 5.3, 5.5)."""

from __future__ import annotations

import pytest

from drgdip.clearing.year import Claim, HospitalYear, PoolTerms, banded, clear_pool, rules, within_fund
from drgdip.clearing.year.prepayment import PoolBalance, advance, eligible, instalments
from drgdip.clearing.year.scores import coefficient_e4, retention_factor_e4
from drgdip.policy.sections.bands import Cliff, cliffs
from drgdip.policy.sections.year_values import Assessment, Band, Release, ScoreSlope, ScoreStep
from tests.year.random_pools import GRADUATED, GUANGZHOU_LIKE

DIP = 10_000_000_00

#: Recorded (fen), rule and payment (fen) under V72's first table: one fen to each side of every bound.
FIRST_TABLE = [
    (7_999_999_99, "recorded", 7_999_999_99),
    (8_000_000_00, "dip", DIP),  # strict: the bound itself is above
    (8_000_000_01, "dip", DIP),
    (9_999_999_99, "dip", DIP),
    (10_000_000_00, "dip", DIP),  # inclusive: the bound itself is below
    (10_000_000_01, "dip_plus", DIP + 1),  # 0.7 fen of one fen of overspend
    (10_999_999_99, "dip_plus", 10_699_999_99),  # 0.7 × 99,999,999 fen = 69,999,999.3
    (11_000_000_00, "dip_plus", 10_700_000_00),
    (11_000_000_01, "cap", 10_700_000_00),
]
SECOND_TABLE = [
    (7_999_999_99, "recorded_plus", 9_000_000_00),  # 899,999,999.5 fen, half-up
    (8_000_000_00, "dip", DIP),
    (10_000_000_00, "dip", DIP),
    (10_000_000_01, "dip_plus", DIP + 1),  # 0.8 fen
    (10_500_000_00, "dip_plus", 10_400_000_00),
    (10_500_000_01, "dip_plus", 10_400_000_01),  # carry of 40 million fen, and half a fen
    (11_000_000_00, "dip_plus", 10_650_000_00),
    (11_000_000_01, "cap", 10_650_000_00),
]


@pytest.mark.parametrize(
    ("bands", "recorded", "rule", "payable"),
    [(GUANGZHOU_LIKE, *row) for row in FIRST_TABLE] + [(GRADUATED, *row) for row in SECOND_TABLE],
)
def test_bands(bands: tuple[Band, ...], recorded: int, rule: str, payable: int) -> None:
    assert banded(recorded, DIP, bands)[1:] == (rule, payable)


def test_a_bound_that_no_fen_hits_is_not_rounded_to_one() -> None:
    """0.8 of 3 fen is 2.4: 2 fen are below, 3 above, although 2 ÷ 3 and 3 ÷ 3 are shown with four decimals."""
    assert banded(2, 3, GUANGZHOU_LIKE)[:2] == (6667, "recorded")
    assert banded(3, 3, GUANGZHOU_LIKE)[:2] == (10_000, "dip")


@pytest.mark.parametrize("dip", [0, -1])
def test_without_a_payable_nothing_is_shared(dip: int) -> None:
    assert banded(500, dip, GUANGZHOU_LIKE) == (0, "dip", dip)


def test_without_bands_the_payable_is_paid() -> None:
    assert banded(500, 1000, ()) == (5000, "dip", 1000)


def test_cliffs_are_found_where_bands_do_not_join() -> None:
    """At 0.8 the first table jumps by a fifth, the second by a tenth; with a surplus shared by half up to 1 it joins."""
    joined = (Band(10_000, True, "recorded_plus", share_e4=5000), *GRADUATED[2:])

    assert cliffs(GUANGZHOU_LIKE) == [Cliff(8000, 2000)]
    assert cliffs(GRADUATED) == [Cliff(8000, 1000)]
    assert cliffs(joined) == []
    assert cliffs((Band(10_000, True, "dip"), Band(None, False, "cap", 5000, 10_000, 11_000))) == [Cliff(10_000, 500)]
    assert cliffs(()) == []


RELEASE = Release(90_0000, 60_0000, 100)


@pytest.mark.parametrize(
    ("score_e4", "factor_e4"),
    [(100_0000, 10_000), (90_0000, 10_000), (89_9999, 10_000), (89_9900, 9_999), (89_0000, 9_900), (60_0000, 7_000),
     (59_9999, 0), (0, 0)],
)  # fmt: skip
def test_release_by_score(score_e4: int, factor_e4: int) -> None:
    """One hundredth for each point below 90, nothing below 60; four decimals, half-up (89.9999 loses 0.000001)."""
    assert retention_factor_e4(RELEASE, score_e4) == factor_e4


@pytest.mark.parametrize(("score_e4", "factor_e4"), [(75_0000, 5_000), (60_0000, 0), (60_0031, 1), (89_9999, 10_000)])
def test_release_in_proportion(score_e4: int, factor_e4: int) -> None:
    assert retention_factor_e4(RELEASE._replace(per_point_e4=None), score_e4) == factor_e4


def test_a_steep_release_ends_at_nothing() -> None:
    assert retention_factor_e4(Release(90_0000, 10_0000, 500), 70_0000) == 0
    assert retention_factor_e4(Release(90_0000, 10_0000, 500), 60_0000) == 0
    assert retention_factor_e4(None, 0) == 10_000


STEPS = Assessment(steps=(ScoreStep(90_0000, 10_000), ScoreStep(80_0000, 9_800), ScoreStep(0, 9_500)))


@pytest.mark.parametrize(
    ("score_e4", "coefficient"), [(90_0000, 10_000), (89_9999, 9_800), (80_0000, 9_800), (79_9999, 9_500), (0, 9_500)]
)
def test_assessment_by_steps(score_e4: int, coefficient: int) -> None:
    assert coefficient_e4(STEPS, score_e4) == coefficient


@pytest.mark.parametrize(("score_e4", "coefficient"), [(95_0000, 10_000), (94_0000, 9_950), (0, 9_000)])
def test_assessment_by_slope(score_e4: int, coefficient: int) -> None:
    assert coefficient_e4(Assessment(slope=ScoreSlope(95_0000, 50, 9_000)), score_e4) == coefficient
    assert coefficient_e4(None, score_e4) == 10_000


@pytest.mark.parametrize(
    ("months_e4", "result", "deficit", "may"),
    [(12_0000, 0, False, True), (11_9999, 0, False, False), (12_0000, -1, False, False), (12_0000, 0, True, False)],
)
def test_who_may_prepay(months_e4: int, result: int, deficit: bool, may: bool) -> None:
    assert eligible(PoolBalance(months_e4, result, deficit), 12_0000) is may


def test_an_advance_is_rounded_once() -> None:
    """100 million over 36 months is 2,777,777.777…; one and a half of them are 4,166,666.67, at 0.9 3,750,000.00."""
    assert advance([100_000_000_00, 0, 0], 1_5000) == (2_777_777_78, 4_166_666_67)
    assert advance([100_000_000_00, 0, 0], 1_5000, coefficient_e4=9_000) == (2_777_777_78, 3_750_000_00)


def test_instalments_add_up() -> None:
    assert instalments(100, 3) == [34, 33, 33]
    assert instalments(0, 2) == [0, 0]


def test_elastic_below_its_base() -> None:
    """A hospital below its base is paid at the base value; without points above any base there is no increment."""
    from drgdip.policy.sections.year_values import Elastic

    elastic = Elastic(10_0000, None, {"A": 100_0000, "B": 50_0000})
    terms = PoolTerms(2_000_00, method="fund_pv", point_value="elastic", elastic=elastic, scale="share_then_base")
    below = clear_pool(terms, [HospitalYear("A", 80_0000, 0), HospitalYear("B", 50_0000, 0)])
    # 2,000 − 150 × 10 = 500 for 30 + 20 points above: 10 yuan each
    above = clear_pool(terms, [HospitalYear("A", 130_0000, 0), HospitalYear("B", 70_0000, 0)])

    assert (below.point_value_e4, [h.clearing_fen for h in below.hospitals]) == (0, [800_00, 500_00])
    assert (above.point_value_e4, [h.clearing_fen for h in above.hospitals]) == (10_0000, [1_300_00, 700_00])


def test_by_item_money_leaves_the_pool_in_two_ways() -> None:
    """Fund 1,000 at a ratio of 0.5; 200 of cost by item, of which the funds bear 120; 100 points.

    covered_cost: (2,000 − 200) ÷ 100 = 18, points come to 900, with 120 by item 1,020: 20 above the fund.
    fund_amount: (1,000 − 120) ÷ 0.5 ÷ 100 = 17.60, points come to 880: the fund to the fen.
    """
    hospital = HospitalYear("A", 100_0000, 900_00, by_item_cost_fen=200_00, by_item_fund_fen=120_00)
    terms = PoolTerms(1_000_00, ratio_e4=5_000)
    cost = clear_pool(terms, [hospital])
    fund = clear_pool(terms._replace(by_item="fund_amount"), [hospital])

    assert (cost.point_value_e4, cost.total_fen) == (18_0000, 1_020_00)
    assert (fund.point_value_e4, fund.total_fen) == (17_6000, 1_000_00)


def test_a_cut_value_never_rounds_up_beyond_the_fund() -> None:
    """Fund 0.02 yuan, three hospitals of 10 points: 0.02 ÷ 30 is cut to 0.0006 yuan a point, 0.6 fen a hospital.

    Each would round up, to 3 fen in all. The points are worth 1.8 fen, of which one whole fen goes out; all
    remainders are equal, so it goes to the first code.
    """
    years = [HospitalYear(code, 10_0000, 0) for code in "CAB"]
    terms = PoolTerms(2, method="fund_pv", point_value_mode="down")
    result = clear_pool(terms, years)

    assert result.point_value_e4 == 6
    assert {h.code: h.before_fen for h in result.hospitals} == {"A": 1, "B": 0, "C": 0}


@pytest.mark.parametrize(
    ("fund", "scale", "clearing", "scaled"),
    [
        (160, "share_only", {"A": 110, "B": 50}, False),  # all of it, to the fen
        (159, "share_only", {"A": 109, "B": 50}, True),
        (150, "share_only", {"A": 100, "B": 50}, True),
        (149, "share_only", {"A": 100, "B": 50}, True),  # payables are never cut
        (149, "share_then_base", {"A": 99, "B": 50}, True),  # 99.33 and 49.67
        (0, "share_then_base", {"A": 0, "B": 0}, True),
    ],
)
def test_what_the_fund_holds(fund: int, scale: str, clearing: dict[str, int], scaled: bool) -> None:
    claims = {"A": Claim(100, 10), "B": Claim(50, 0)}

    assert within_fund(claims, fund, scale) == (clearing, scaled)  # type: ignore[arg-type]


def test_who_owes_is_not_cut() -> None:
    """A hospital that owes 30 leaves 130 of a fund of 100 to the others."""
    claims = {"A": Claim(100, 0), "B": Claim(100, 0), "C": Claim(-30, 0)}

    assert within_fund(claims, 100, "share_then_base").clearing_fen == {"A": 65, "B": 65, "C": -30}


def test_zero_is_paid_and_one_fen_below_recovered() -> None:
    assert (rules.direction(1), rules.direction(0), rules.direction(-1)) == ("pay", "pay", "recover")
