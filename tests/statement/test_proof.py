"""Proof lines: hold on sums that agree, fail on every single sum that is one off."""

from __future__ import annotations

import pytest

from drgdip.statement import failed, proof_lines
from tests.statement import sample


def test_all_lines_hold_on_a_month_that_adds_up() -> None:
    lines = proof_lines(sample.totals())
    assert [line.line_id for line in lines] == [
        "rows", "cases", "bedside", "gross", "funds", "payable_hospitals", "payable_pools", "recorded_hospitals", "payout",
    ]  # fmt: skip
    assert failed(lines) == ()
    assert lines[0].words.zh == "读入行数 = 结算 30 + 搁置 2 + 不纳入 1"


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("rows_read", {"rows"}),
        ("rows_settled", {"rows", "cases"}),
        ("statement_cases", {"cases"}),
        ("case_payable_fen", {"gross", "funds", "payable_hospitals"}),
        ("hospital_payable_fen", {"payable_hospitals", "payable_pools", "payout"}),
        ("pool_payable_fen", {"payable_pools"}),
        ("case_recorded_fen", {"recorded_hospitals"}),
        ("hospital_recorded_fen", {"recorded_hospitals"}),
        ("gross_fen", {"gross"}),
        ("patient_fen", {"gross"}),
        ("other_funds_fen", {"gross"}),
        ("clamped_fen", {"gross"}),
        ("notional_fen", {"gross"}),
    ],
)
def test_one_fen_breaks_its_lines(field: str, broken: set[str]) -> None:
    sums = sample.totals()
    lines = proof_lines(sums._replace(**{field: getattr(sums, field) + 1}))
    assert {line.line_id for line in failed(lines)} == broken
    assert all(abs(line.difference) == 1 for line in failed(lines))


@pytest.mark.parametrize("part", ["bedside", "payout"])
def test_one_fen_in_a_part_breaks_its_line(part: str) -> None:
    sums = sample.totals()
    whole = getattr(sums, part)
    for field in set(whole._fields) - {"tolerated_fen"}:
        changed = whole._replace(**{field: getattr(whole, field) + 1})
        assert [line.line_id for line in failed(proof_lines(sums._replace(**{part: changed})))] == [part]


@pytest.mark.parametrize(("off", "holds"), [(-8, False), (-7, True), (0, True), (7, True), (8, False)])
def test_bedside_amounts_may_miss_their_sum_by_what_the_policy_tolerates(off: int, holds: bool) -> None:
    sums = sample.totals()
    bedside = sums.bedside._replace(total_cost_fen=sums.bedside.total_cost_fen + off, tolerated_fen=7)
    assert (failed(proof_lines(sums._replace(bedside=bedside))) == ()) is holds


def test_funds_must_add_up() -> None:
    lines = proof_lines(sample.totals(fund_payable_fen={"hifp_pay": 12_995_678}))
    assert [line.line_id for line in failed(lines)] == ["funds"]


def test_clamped_amounts_lie_outside_gross() -> None:
    """Settlement arithmetic 4.2, V63: a negative case that counts as zero costs the fund its amount."""
    sums = sample.totals(gross_fen=23_495_679 - 46_298, clamped_fen=46_298)
    assert failed(proof_lines(sums)) == ()


def test_cumulative_months_have_no_payout_line() -> None:
    assert "payout" not in {line.line_id for line in proof_lines(sample.totals(payout=None))}
