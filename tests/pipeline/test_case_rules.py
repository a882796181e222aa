"""Case rules through a month: fee lines that leave the cost, bed-days by department, and what is said about both."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import drgdip
from drgdip.base.errors import UsageError
from drgdip.pipeline import MonthResult
from drgdip.policy import Policy
from drgdip.policy.load import parse_policy
from tests.policy.samples import edited

CASES = Path(__file__).parent.parent.parent / "examples/cases.csv"
ROUTES = """routes:
  value:
    - {mode: by_item, patients: cross_province}
  cite: "Example"
"""
RULES = """
case_rules:
  fee_facts:
    drug: {value: {items: [D1]}, cite: "Example"}
  bed_day:
    ward:
      paid: {value: outside_points, cite: "Example"}
      tiers: {value: [{upto: 2, rate_yuan: "400"}, {upto: none, rate_yuan: "300.50"}], cite: "Example"}
  exclusions: {value: [drug], cite: "Example"}
"""
NEW_ROUTES = """routes:
  value:
    - {mode: bed_day, rate: ward, los_max: 3, departments: [A04]}
    - {mode: by_item, patients: cross_province}
  cite: "Example"
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse_policy((edited((ROUTES, NEW_ROUTES)) + RULES).encode(), Path("city.yaml"))


def fees(*lines: tuple[str, str, str, str]) -> pa.Table:
    """Visit, settlement, item, yuan."""
    columns = list(zip(*lines, strict=True))
    names = ("mdtrt_id", "setl_id", "med_list_codg", "det_item_fee_sumamt")
    table = {name: pa.array(cells, pa.string()) for name, cells in zip(names, columns, strict=True)}
    return pa.table({**table, "feedetl_sn": pa.array([str(n) for n in range(len(lines))])})


LINES = (
    ("V03", "", "D1", "3500.00"),
    ("V03", "", "D1", "-500.00"),
    ("V03", "", "X9", "999.00"),
    ("V99", "EX02", "D1", "700.00"),
    ("V01", "", "X9", "1.00"),
)


@pytest.fixture(scope="module")
def month(policy: Policy) -> MonthResult:
    return drgdip.settle_month(policy, CASES, "2026-01", fees=[fees(*LINES)])


def case(month: MonthResult, setl_id: str) -> dict[str, object]:
    rows = month.cases.to_pylist()
    return next(row for row in rows if row["setl_id"] == setl_id)


def test_an_excluded_drug_leaves_the_cost_and_is_paid_beside_points(month: MonthResult) -> None:
    """12,500 − 3,000 is 1.9 times the mean of 5,000: no longer high. 500 points × 10 + 3,000 − 4,000 by the patient."""
    found = case(month, "EX03")

    assert found["deviation_band"] == "band_normal"
    assert (found["net_cost_fen"], found["cost_ratio_e4"]) == (950_000, 19_000)
    assert (found["points_e4"], found["outside_points_fen"]) == (5_000_000, 300_000)
    assert (found["gross_fen"], found["payable_fen"]) == (800_000, 400_000)


def test_days_are_paid_by_tier_and_nothing_beside(month: MonthResult) -> None:
    """Three days: 2 × 400 + 300.50, less 500 by the patient; the excluded drug of a bed-day stay is in its days."""
    found = case(month, "EX02")

    assert (found["route"], found["route_number"], found["deviation_band"]) == ("route_bed_day", 1, "band_not_tested")
    assert (found["points_e4"], found["gross_fen"], found["payable_fen"]) == (0, 110_050, 60_050)


def test_others_are_paid_as_before(month: MonthResult, policy: Policy) -> None:
    plain = drgdip.settle_month("demo_tiny", CASES, "2026-01")
    for setl_id in ("EX01", "EX05", "EX06"):
        before, after = case(plain, setl_id), case(month, setl_id)
        assert {name: after[name] for name in before} == before


def test_the_statement_adds_up_and_counts_days_with_items(month: MonthResult) -> None:
    row = next(r for r in month.month.rows if r.hospital_code == "H99010000001" and r.pool == "390")

    assert (row.cases, row.by_item_cases, row.payable_fen) == (1, 1, 60_050)


def test_stays_without_lines_are_told_one_by_one(month: MonthResult) -> None:
    told = [finding.setl_id for finding in month.findings if finding.key == "fee_facts_absent"]

    assert told == ["EX04", "EX05", "EX06", "EX07"]


def test_a_case_is_explained_as_it_was_paid(month: MonthResult, policy: Policy) -> None:
    explained = drgdip.explain(month, "EX03", policy=policy)
    working = {line.column: line.working for step in explained.steps for line in step.writes}

    assert explained.differences == []
    assert working["net_cost_fen"] == "C 12500.00 − drug 3000.00"
    assert working["outside_points_fen"] == "drug 3000.00"
    assert working["gross_fen"] == "500.0000 × 10.0000 + 3000.00"
    days = drgdip.explain(month, "EX02", policy=policy)
    assert days.differences == []
    assert next(line.working for step in days.steps for line in step.writes if line.column == "outside_points_fen") == (
        "2 × 400.00 + 1 × 300.50"
    )


def test_a_visit_with_two_settlements_needs_their_ids(policy: Policy) -> None:
    """Lines that name the visit only could belong to either: they count for none, and it is said."""
    rows = CASES.read_text(encoding="utf-8").splitlines()
    third = next(row for row in rows if row.startswith("EX03"))
    cells = [row.split(",") for row in (rows[0], third, third.replace("EX03", "EX33", 1))]
    table = pa.table({name: [cells[1][i], cells[2][i]] for i, name in enumerate(cells[0])})

    month = drgdip.settle_month(
        policy, table, "2026-01", fees=[fees(("V03", "", "D1", "100.00"), ("V03", "EX33", "D1", "40.00"))]
    )

    assert [row["outside_points_fen"] for row in month.cases.to_pylist()] == [0, 4_000]
    assert [finding.setl_id for finding in month.findings if finding.key == "fee_facts_shared"] == ["EX03"]


def test_without_fee_lines_the_run_stops(policy: Policy) -> None:
    with pytest.raises(UsageError, match="pays by fee lines"):
        drgdip.settle_month(policy, CASES, "2026-01")
    with pytest.raises(UsageError, match="pays by fee lines"):
        drgdip.price(CASES, policy=policy, month="2026-01")
    with pytest.raises(UsageError, match="pays by fee lines"):
        drgdip.Engine(policy).price({})
