"""The sections ``year`` and ``prepayment``: what they hold, what is refused with its place, what is warned of."""

from __future__ import annotations

from datetime import date

import pytest

from drgdip.clearing.year.statement import pool_terms
from drgdip.policy import Policy
from drgdip.policy.sections.year_values import Assessment, Budget, Release, ScoreSlope, ScoreStep
from tests.policy.samples import TINY, parse, problems_of
from tests.year.policy_text import PREPAYMENT, YEAR, year_policy
from tests.year.random_pools import GUANGZHOU_LIKE

LAST_DAY = date(2026, 12, 31)


def test_both_may_be_left_out() -> None:
    values = parse(TINY).on(LAST_DAY)

    assert (values.year, values.prepayment) == (None, None)
    assert parse(TINY + YEAR).on(LAST_DAY).prepayment is None


def test_values() -> None:
    values = parse(year_policy()).on(LAST_DAY)
    year, prepayment = values.year, values.prepayment

    assert year is not None
    assert year.bands == GUANGZHOU_LIKE
    assert year.retention_release == Release(90_0000, 60_0000, 100)
    assert year.over_budget == (500, "share_only")
    assert year.budgets == {"310": Budget(50_000_00, 4_000_00, 3_000_00, 1_000_00)}
    assert year.budgets["310"].case_payment_fen == 42_000_00
    assert prepayment is not None
    assert (prepayment.balance_months_e4, prepayment.months_e4) == ({"310": 12_0000}, 1_0000)


def test_a_budget_is_adjusted_and_the_last_version_counts() -> None:
    """5.1: the total may be adjusted by procedure; versions are kept."""
    policy = parse(
        year_policy(
            (
                'inpatient_yuan: {value: "50000", cite: "Example"}',
                'inpatient_yuan: [{from: 2026-01-01, to: 2026-08-31, value: "50000", cite: "A"},'
                ' {from: 2026-09-01, to: 2026-12-31, value: "55000", cite: "B"}]',
            )
        )
    )
    before, after = policy.on(date(2026, 8, 31)).year, policy.on(LAST_DAY).year

    assert before is not None
    assert after is not None
    assert (before.budgets["310"].inpatient_fen, after.budgets["310"].inpatient_fen) == (50_000_00, 55_000_00)


@pytest.mark.parametrize(
    ("yuan", "more", "fen"),
    [("50000", 'growth: {value: "0.05", cite: "E"}', 5_250_000), ("50000", 'growth: {value: "-0.015", cite: "E"}', 4_925_000),
     ("83333.33", 'fund_share: {value: "0.6", cite: "E"}', 5_000_000),
     ("40000.01", 'fund_share: {value: "0.5", cite: "E"}\n      growth: {value: "0.1", cite: "E"}', 2_200_001)],
)  # fmt: skip
def test_a_budget_by_growth_or_by_share(yuan: str, more: str, fen: int) -> None:
    """5.1: 83,333.33 × 0.6 = 49,999.998; 40,000.01 × 0.5 × 1.1 = 22,000.0055, rounded once."""
    inpatient = 'inpatient_yuan: {value: "50000", cite: "Example"}'
    policy = parse(year_policy((inpatient, inpatient.replace("50000", yuan) + "\n      " + more)))

    year = policy.on(LAST_DAY).year
    assert year is not None
    assert year.budgets["310"].inpatient_fen == fen


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{steps: [{from: "90", coefficient: "1"}, {from: "0", coefficient: "0.95"}]}',
         Assessment(steps=(ScoreStep(90_0000, 10_000), ScoreStep(0, 9_500)))),
        ('{slope: {full: "95", per_point: "0.005", floor: "0.9"}}', Assessment(slope=ScoreSlope(95_0000, 50, 9_000))),
    ],
)  # fmt: skip
def test_assessment(written: str, read: Assessment) -> None:
    year = parse(year_policy(("assessment: {value: none", f"assessment: {{value: {written}"))).on(LAST_DAY).year

    assert year is not None
    assert year.assessment == read


ASSESS = "assessment: {value: none"
BAND = '{upto: "1.00", inclusive: true, rule: dip}'
REFUSED = [
    (("method: {value: ratio", "method: {value: residual"), "year.method", "ratio, fund_pv"),
    (("distribution: {value: point_value", "distribution: {value: by_chance"), "year.distribution", "must be one of"),
    (("  elastic: {}\n", ""), "year", "elastic is missing"),
    (("  elastic: {}\n", "  elastic: {}\n  surplus: {}\n"), "year.surplus", "unknown key"),
    ((f"{ASSESS}", 'assessment: {value: {steps: [{from: "90", coefficient: "1"}]}'), "year.assessment", "end with from 0"),
    ((f"{ASSESS}", 'assessment: {value: {steps: [{from: "0", coefficient: "1"}, {from: "90", coefficient: "1"}]}'),
     "year.assessment", "fall from high"),
    ((f"{ASSESS}", "assessment: {value: {}"), "year.assessment", "either steps or slope"),
    ((f"{ASSESS}", 'assessment: {value: {slope: {full: "101", per_point: "0", floor: "0"}}'), "full", "100.0000"),
    ((BAND, '{upto: "0.70", inclusive: true, rule: dip}'), "year.bands", "must rise"),
    ((BAND, '{upto: none, inclusive: true, rule: dip}'), "year.bands", "every band but the last"),
    (("{upto: none, rule: cap", '{upto: "2", rule: cap'), "year.bands", "every band but the last"),
    ((BAND, '{upto: "1.00", rule: dip, share: "0.5"}'), "year.bands.value[2]", "has no share"),
    ((BAND, '{upto: "1.00", rule: recorded_plus}'), "year.bands.value[2]", "needs share"),
    ((BAND, '{upto: "1.00", rule: dip_plus, share: 0.5, start: "1"}'), "share", "in quotes"),
    (('end: "1.10"', 'end: "0.90"'), "year.bands.value[4]", "end is below start"),
    (('risk_fund: "0.05"', 'risk_fund: "1.01"'), "risk_fund", "1.0000"),
    (('zero: "60"', 'zero: "90"'), "year.retention_release", "below full"),
    (('"50000"', '"8000"'), "year.budgets.310.inpatient_yuan", "not above 0"),
    (('  budgets:\n    "310":', '  budgets:\n    "311":'), "year.budgets.311.inpatient_yuan", "there is no pool 311"),
    (("point_value: {value: floating", "point_value: {value: elastic"), "year.point_value", "lacks the pool 310"),
    (("fund_ratio_level: {value: pool, cite: \"Example\"}\n  fund_ratio_source: {value: fixed, cite: \"Example\"}\n  assess",
      "fund_ratio_level: {value: hospital, cite: \"Example\"}\n  fund_ratio_source: {value: fixed, cite: \"Example\"}\n"
      "  assess"), "year.fund_ratio_level", "belongs to the pool"),
    (("scale: share_only", "scale: share_then_base"), "year.over_budget", "never cut"),
    (('pay_ratio: {value: "0.8"', 'point_value_floor: {value: "1", cite: E}\n    pay_ratio: {value: "0.8"'), "year.over_budget",
     "may exceed"),
    (('pay_ratio: {value: "0.8"', 'point_value_floor: {value: "1.0001", cite: E}\n    point_value_cap: {value: "1", cite: E}\n'
      '    pay_ratio: {value: "0.8"'), "pools.310.point_value_floor", "above the cap"),
    (("  point_value: {value: floating", "  point_value: {value: fixed"), "year.over_budget", "may exceed"),
    (("years: {value: 3", "years: {value: 4"), "prepayment.years", "between 1 and 3"),
    (("instalments: {value: 1", "instalments: {value: 12"), "prepayment.instalments", "one part"),
    (('balance_months:\n    "310"', 'balance_months:\n    "910"'), "prepayment.balance_months.910", "no pool 910"),
]  # fmt: skip


@pytest.mark.parametrize(("exchange", "place", "words"), REFUSED, ids=lambda value: str(value)[:40])
def test_refusals(exchange: tuple[str, str], place: str, words: str) -> None:
    found = problems_of(year_policy(exchange))

    assert any(place in problem.path and words in problem.words.en for problem in found), [str(p) for p in found]
    assert all(problem.line > 1 for problem in found)


def test_limits_of_the_point_value_reach_the_pool() -> None:
    """The month has its opening value; the limits are those of the year's floating one."""
    limits = 'point_value_floor: {value: "9.5", cite: E}\n    point_value_cap: {value: "12", cite: E}\n'
    values = parse(
        year_policy(
            ('pay_ratio: {value: "0.8"', f'{limits}    pay_ratio: {{value: "0.8"'),
            ("scale: share_only", "scale: share_then_base"),
        )
    ).on(LAST_DAY)
    assert values.year is not None

    terms = pool_terms(values, values.year, "310")

    assert (terms.floor_e4, terms.cap_e4) == (95_000, 120_000)


def test_methods_change_at_the_turn_of_a_year_only() -> None:
    entries = 'method: [{from: 2026-01-01, to: 2026-06-30, value: ratio, cite: "A"}, {from: 2026-07-01, to: 2026-12-31, value: fund_pv, cite: "B"}]'
    found = problems_of(year_policy(('method: {value: ratio, cite: "Example"}', entries)))

    assert [problem.words.en for problem in found] == ["this value belongs to a year: it changes on 1 January only"]


def test_a_hospital_ratio_needs_a_rescale() -> None:
    """13-3: the pool's ratio in the point value with the hospital's in the payable breaks the budget identity."""
    own = (
        ('fund_ratio_level: {value: pool, cite: "Example"}\n  fund_ratio_source: {value: fixed, cite: "Example"}\n  assess',
         'fund_ratio_level: {value: hospital, cite: "Example"}\n  fund_ratio_source: {value: actual, cite: "Example"}\n'
         "  assess"),
    )  # fmt: skip
    assert ["may exceed" in problem.words.en for problem in problems_of(year_policy(*own))] == [True]
    parse(year_policy(*own, ("scale: share_only", "scale: share_then_base")))
    parse(year_policy(*own, ("distribution: {value: point_value", "distribution: {value: largest_remainder")))


def told(policy: Policy) -> list[str]:
    return [warning.words.en for warning in policy.warnings]


def test_warnings() -> None:
    both = year_policy(
        ("assessment: {value: none", 'assessment: {value: {slope: {full: "90", per_point: "0.01", floor: "0"}}'),
        ('risk_fund: "0.05"', 'risk_fund: "0.0501"'),
        ('"310": {value: "12"', '"310": {value: "11.9"'),
    )

    assert told(parse(TINY)) == []
    assert told(parse(year_policy())) == [
        "a cliff at the ratio 0.8000: one fen recorded moves the clearing by 0.2000 of the payable; another share,"
        " recorded_plus or carry can close it"
    ]
    cliff, risk, twice, months = told(parse(both))
    assert cliff.startswith("a cliff")
    assert "0.0501" in risk
    assert "punish twice" in twice
    assert "below the 12 months" in months


def test_a_resident_pool_needs_six_months() -> None:
    named = (('"310": {value: "12"', '"390": {value: "6"'),)

    assert told(parse(year_policy(*named, text=TINY + PREPAYMENT))) == []
    below = year_policy(('"310": {value: "12"', '"390": {value: "5.9999"'), text=TINY + PREPAYMENT)
    assert "below the 6 months" in told(parse(below))[0]
