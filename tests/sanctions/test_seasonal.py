"""A year's budget shared out over its months, by hand (settlement arithmetic 4.1)."""

from __future__ import annotations

import pytest

from drgdip.clearing import month_fund_fen
from tests.policy.samples import TINY, only_problem, parse
from tests.special_cases.sample import special_policy
from tests.year.policy_text import YEAR

SHARES = '["0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0833", "0.0837"]'  # fmt: skip
NO_FUND = ('month_fund_yuan: {value: "100000", cite: "Example"}', 'month_fund_yuan: {value: none, cite: "Example"}')
SEASONAL = ("  point_value: {value: fixed_opening", f'  seasonal_quota: {{value: {SHARES}, cite: "Example"}}\n  point_value: {{value: floating')  # fmt: skip


def test_the_months_come_to_the_budget() -> None:
    policy = parse(special_policy(NO_FUND, SEASONAL, text=TINY + YEAR))
    values = policy.on(policy.period.first)
    budget = values.year.budgets["310"].case_payment_fen
    funds = [month_fund_fen(values, "310", month) for month in range(1, 13)]

    assert sum(funds) == budget
    assert all(
        abs(fund * 10_000 - budget * share) < 10_000 for fund, share in zip(funds, [833] * 11 + [837], strict=True)
    )
    assert month_fund_fen(values, "390", 1) == values.pools["390"].month_fund_fen == 8_000_000


def test_without_shares_a_floating_month_needs_its_fund() -> None:
    text = special_policy(
        NO_FUND, ("point_value: {value: fixed_opening", "point_value: {value: floating"), text=TINY + YEAR
    )

    assert "month_fund_yuan" in only_problem(text).path


def test_left_over_fen_go_to_the_earlier_months() -> None:
    policy = parse(special_policy(NO_FUND, SEASONAL, text=TINY + YEAR))
    values = policy.on(policy.period.first)
    budget = values.year.budgets["310"]._replace(
        inpatient_fen=100, **{name: 0 for name in values.year.budgets["310"]._fields if name.endswith("_fen") and name != "inpatient_fen"}
    )  # fmt: skip
    small = values._replace(year=values.year._replace(budgets={"310": budget}))

    # 100 fen: 8.33 each and 8.37; 8 each leave 4, of which December has one by its remainder and January to March the rest.
    assert [month_fund_fen(small, "310", month) for month in range(1, 13)] == [9, 9, 9, *[8] * 8, 9]


@pytest.mark.parametrize("shares", [SHARES.replace("0.0837", "0.0836"), '["0.5", "0.5"]'])
def test_shares_are_twelve_and_come_to_one(shares: str) -> None:
    only_problem(special_policy((SEASONAL[0], SEASONAL[1].replace(SHARES, shares)), text=TINY + YEAR))


def test_one_season_serves_funds_and_warnings() -> None:
    """Left out of the warnings the shares are those of the funds; said twice they must be the same."""
    from tests.indicators.test_analyse import SECTION

    line = '  seasonal: {value: none, cite: "Example"}\n'
    same = line.replace("none", SHARES)
    text = special_policy(NO_FUND, SEASONAL, text=TINY + YEAR)
    left_out, said = (parse(text + SECTION.replace(line, own)) for own in ("", same))

    for policy in (left_out, said):
        values = policy.on(policy.period.first)
        assert values.warning.seasonal_e4 == values.month.seasonal_quota_e4 == (*[833] * 11, 837)
    assert "one set of seasonal shares" in only_problem(text + SECTION).in_language("en")
    assert parse(TINY + SECTION.replace(line, "")).distinct_values()[0].warning.seasonal_e4 is None
