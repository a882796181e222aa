"""Fee lines handed over with single cases, or to the verbs: the same result as those of a month's files."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import drgdip
from drgdip.base.errors import UsageError
from drgdip.pipeline import MonthResult
from drgdip.policy import Policy
from drgdip.policy.load import parse_policy
from tests.pipeline.test_case_rules import CASES, NEW_ROUTES, ROUTES
from tests.policy.samples import edited

RULES = """
case_rules:
  fee_facts:
    drug: {value: {items: [D1]}, cite: "Example"}
    device: {value: {items: [D2]}, cite: "Example"}
    herbs: {value: {charge_types: ["09"]}, cite: "Example"}
  bed_day:
    ward:
      paid: {value: outside_points, cite: "Example"}
      tiers: {value: [{upto: 2, rate_yuan: "400"}, {upto: none, rate_yuan: "300.50"}], cite: "Example"}
  additions:
    new:
      fact: {value: device, cite: "Example"}
      ratio: {value: "0.5", cite: "Example"}
      cap_yuan: {value: "600", cite: "Example"}
      leaves_cost: {value: true, cite: "Example"}
    herbs:
      fact: {value: herbs, cite: "Example"}
      ratio: {value: "0.3333", cite: "Example"}
      cap_yuan: {value: none, cite: "Example"}
      leaves_cost: {value: false, cite: "Example"}
  exclusions: {value: [drug], cite: "Example"}
"""
#: Visit, settlement, item, charge type, amount.
LINES: tuple[tuple[str, str, str, str, Any], ...] = (
    ("V03", "", "D1", "01", "3500.00"), ("V03", "EX03", "D1", "01", "-500"), ("V03", "", "X9", "9", "33.35"),
    ("V01", "EX01", " D2 ", "09", "900.01"), ("V04", "", "D1", "01", "99999.00"), ("V05", "", "D2", "", "10"),
    ("V06", "", "D1", "09", "12.345"), ("V06", "", "D2", "09", ""),
)  # fmt: skip
NAMES = ("mdtrt_id", "setl_id", "med_list_codg", "med_chrgitm_type", "det_item_fee_sumamt")


def lines_of(visit: str) -> list[dict[str, Any]]:
    return [dict(zip(NAMES, line, strict=True)) for line in LINES if line[0] == visit]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse_policy((edited((ROUTES, NEW_ROUTES)) + RULES).encode(), Path("city.yaml"))


@pytest.fixture(scope="module")
def fees() -> pa.Table:
    columns = {name: pa.array([line[i] for line in LINES], pa.string()) for i, name in enumerate(NAMES)}
    return pa.table({**columns, "feedetl_sn": pa.array([str(n) for n in range(len(LINES))])})


@pytest.fixture(scope="module")
def month(policy: Policy, fees: pa.Table) -> MonthResult:
    return drgdip.settle_month(policy, CASES, "2026-01", fees=[fees])


@pytest.fixture(scope="module")
def engine(policy: Policy) -> drgdip.Engine:
    return drgdip.Engine(policy, month="2026-01")


def cases() -> list[dict[str, Any]]:
    with CASES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_single_case_is_priced_as_in_the_month(month: MonthResult, engine: drgdip.Engine) -> None:
    own = [lines_of(case["mdtrt_id"]) for case in cases()]
    priced = [result for result in engine.price_many(cases(), fees=own) if result.priced]
    shown = ("points_e4", "net_cost_fen", "outside_points_fen", "added_points_e4", "gross_fen", "payable_fen", "route")

    assert [[result.columns[name] for name in shown] for result in priced] == [
        [row[name] for name in shown] for row in month.cases.to_pylist()
    ]
    assert {row["outside_points_fen"] for row in month.cases.to_pylist()} >= {300_000, 110_050}
    told = {(f.setl_id, f.key) for result in priced for f in result.findings}
    assert told == {("EX02", "fee_facts_absent"), ("EX06", "fee_value_missing"), ("EX06", "fee_value_unreadable")}
    assert {f.key for f in month.findings} >= {key for _, key in told}


@pytest.mark.parametrize("amount", ["3000.00", 3000, 3000.0, Decimal("3000.00"), " 3000 "])
def test_an_amount_may_be_text_or_a_number(engine: drgdip.Engine, amount: object) -> None:
    """12,500 − 3,000 is 1.9 times the mean: standard points, and the drug beside them (see the month's test)."""
    result = engine.price(cases()[2], fees=[{"med_list_codg": "D1", "det_item_fee_sumamt": amount}])

    assert (result.columns["net_cost_fen"], result.columns["gross_fen"], result.findings) == (950_000, 800_000, ())


@pytest.mark.parametrize("amount", ["x", "1.234", 1e30, [], {}])
def test_an_amount_that_cannot_be_read_is_a_finding_and_counts_as_nothing(
    engine: drgdip.Engine, amount: object
) -> None:
    lines = [{"med_list_codg": "D1", "det_item_fee_sumamt": amount}, {"med_list_codg": "D1", "det_item_fee_sumamt": 7}]
    result = engine.price(cases()[2], fees=lines)

    assert result.columns["net_cost_fen"] == 1_249_300
    assert [(f.row, f.field, f.key) for f in result.findings] == [(1, "det_item_fee_sumamt", "fee_value_unreadable")]


@pytest.mark.parametrize("named", [{"setl_id": "EX99", "mdtrt_id": "V03"}, {"mdtrt_id": "V99"}])
def test_a_line_of_another_stay_is_told_and_not_counted(engine: drgdip.Engine, named: dict[str, str]) -> None:
    result = engine.price(cases()[2], fees=[{"med_list_codg": "D1", "det_item_fee_sumamt": "3000", **named}])

    assert result.columns["net_cost_fen"] == 1_250_000
    assert [f.key for f in result.findings] == ["fee_line_without_stay", "fee_facts_absent"]


def test_a_key_that_is_no_field_of_a_line_is_passed_over(engine: drgdip.Engine) -> None:
    line = {"med_list_codg": "D1", "det_item_fee_sumamt": "3000", "note": "x", 7: None}

    assert engine.price(cases()[2], fees=[line]).columns["net_cost_fen"] == 950_000


def test_an_explanation_takes_them_too(engine: drgdip.Engine) -> None:
    explained = engine.explain(cases()[2], fees=lines_of("V03"))
    working = {line.column: line.working for step in explained.steps for line in step.writes}

    assert working["net_cost_fen"] == "C 12500.00 − drug 3000.00 − device 0.00"


def test_what_is_no_list_of_lines_is_refused(engine: drgdip.Engine) -> None:
    with pytest.raises(UsageError, match="pays by fee lines"):
        engine.price(cases()[0])
    with pytest.raises(UsageError, match="must be a mapping"):
        engine.price(cases()[0], fees=["D1"])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="7 cases and 1 lists"):
        engine.price_many(cases(), fees=[[]])


def test_a_policy_without_such_rules_passes_them_over() -> None:
    engine = drgdip.Engine("demo_tiny")

    assert engine.price(cases()[2], fees=lines_of("V03")) == engine.price(cases()[2])


def test_verbs_take_them_where_the_chain_begins(policy: Policy, fees: pa.Table, month: MonthResult) -> None:
    grouped = drgdip.group(CASES, policy, month="2026-01", fees=[fees])
    paid = drgdip.split(grouped)
    columns = [name for name in month.cases.column_names if name in paid.cases.column_names]

    assert paid.cases.select(columns).to_pylist() == month.cases.select(columns).to_pylist()
    assert "net_cost_fen" in columns
    assert drgdip.clear(CASES, policy, month="2026-01", fees=[fees]).rows == month.month.rows
    assert sorted(finding.key for finding in grouped.findings) == sorted(finding.key for finding in month.findings)
    with pytest.raises(UsageError, match="fee lines with it"):
        drgdip.price(grouped, fees=[fees])
    assert drgdip.check(CASES, policy, month="2026-01").cases.num_rows == paid.cases.num_rows
