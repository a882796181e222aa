"""Denials after review, by hand: what a stay loses, what its pool pays the others, what a later month does (8.3).

Every stay is Erysipelas in a tertiary hospital (see ``tests.special_cases.sample``): 300 × K 1.1 = 330 points, at 10 yuan
3,300; the patient pays 1,000 of a bill of 3,000, so 2,300 are payable and 2,000 were recorded. The reference is 3,000.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from drgdip import explain, load_policy, settle_month
from drgdip.base.errors import PolicyError
from drgdip.interface.denial import DenialLine
from drgdip.statement import MonthReport
from tests.policy.samples import TINY, only_problem
from tests.special_cases.sample import H1, H2, City, special_policy, stay

SANCTIONS = """
sanctions:
  denial: {value: deduct_amount, cite: "Example"}
  modes: {value: [deduct_amount, deduct_scaled, reprice_cost, regroup, void], cite: "Example"}
  void_points: {value: exclude, cite: "Example"}
  timing: {value: before_pool, cite: "Example"}
"""
POLICY = TINY + SANCTIONS
FLOATING = special_policy(("point_value: {value: fixed_opening", "point_value: {value: floating"), text=POLICY)
KEEP = ("void_points: {value: exclude", "void_points: {value: keep")
JANUARY = [stay("2026-01", "A"), stay("2026-01", "B", 4000), stay("2026-01", "C", hospital=H2), stay("2026-01", "D")]
HEADER = ("denial_id", "setl_id", "date", "decided_by", "mode", "denied_fund_yuan", "denied_fee_yuan", "group_code", "reason")  # fmt: skip


def denial(name: str, setl_id: str, mode: str = "", day: str = "2026-01-20", **cells: str) -> dict[str, str]:
    return {"denial_id": name, "setl_id": setl_id, "date": day, "decided_by": "R1", "mode": mode, **cells}


def write(folder: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    path = folder / "denials-in.csv"
    lines = [",".join(HEADER), *(",".join(row.get(name, "") for name in HEADER) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def settle(city: City, month: str, rows: Sequence[str], *denials: Mapping[str, str], **more: object) -> MonthReport:
    report = city.settle(month, rows, denials=write(city.folder, denials) if denials else None, **more)
    assert [line.line_id for line in report.proof if not line.holds] == []
    return report


def lines(report: MonthReport) -> dict[str, DenialLine]:
    return {line.denial_id: line for line in report.denials}


def row(report: MonthReport, hospital: str = H1):  # type: ignore[no-untyped-def]
    return next(one for one in report.rows if one.hospital_code == hospital)


def keys(report: MonthReport) -> dict[str, int]:
    return {key: n for key, n in report.findings.counts.items() if key.startswith("denial")}


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path, POLICY)


def test_without_denials_a_month_is_paid_as_usual(city: City) -> None:
    report = settle(city, "2026-01", JANUARY)

    assert row(report).payable_fen == 3 * 230_000
    assert (row(report).denied_fen, row(report).audit_deduction_fen, report.denials) == (0, 0, [])


@pytest.mark.parametrize(
    ("asked", "taken"), [("500.00", 50_000), ("2299.99", 229_999), ("2300.00", 230_000), ("2300.01", 230_000)]
)
def test_an_amount_up_to_what_is_payable(city: City, asked: str, taken: int) -> None:
    report = settle(city, "2026-01", JANUARY, denial("N1", "A", denied_fund_yuan=asked))

    own = row(report)
    assert (own.payable_fen, own.denied_cases, own.denied_fen, own.audit_deduction_fen) == (690_000, 1, taken, taken)
    # Retention is of the payable; the denial is taken from what is due.
    assert own.paid_fen == 690_000 - 34_500 - taken
    assert keys(report) == ({"denial_nothing_left": 1} if asked == "2300.01" else {})


def test_an_amount_scaled_by_what_the_stay_pays(city: City) -> None:
    """B: 2,300 of 3,000 recorded, so 300 become 230. A pays more than was recorded: 300 stay 300."""
    report = settle(
        city, "2026-01", JANUARY,
        denial("N1", "B", "deduct_scaled", denied_fund_yuan="300.00"), denial("N2", "A", "deduct_scaled", denied_fund_yuan="300.00"),
    )  # fmt: skip

    assert [lines(report)[name].denied_fen for name in ("N1", "N2")] == [23_000, 30_000]


@pytest.mark.parametrize(
    ("fee", "taken"),
    # 1,500 is not below half the reference; 1,499.99 is: 300 × 1,499.99 ÷ 3,000 = 149.999 points, 1,499.99 − 1,000 = 499.99.
    [("1000.00", 0), ("1500.00", 0), ("1500.01", 230_000 - 49_999)],
)
def test_a_lower_cost_matters_at_the_threshold_only(city: City, fee: str, taken: int) -> None:
    report = settle(city, "2026-01", JANUARY, denial("N1", "A", "reprice_cost", denied_fee_yuan=fee))

    assert lines(report)["N1"].denied_fen == row(report).denied_fen == taken
    assert keys(report) == ({} if taken else {"denial_without_effect": 1})


def test_a_lower_cost_never_pays_more(city: City) -> None:
    """A stay of 12,000 has 300 × (4 − 2 + 1) × 1.1 = 990 points; 3,000 less: 300 × 2 × 1.1 = 660."""
    report = settle(
        city, "2026-01", [stay("2026-01", "X", 12000, 4000)], denial("N1", "X", "reprice_cost", denied_fee_yuan="3000")
    )

    line = lines(report)["N1"]
    assert (line.before_points_e4, line.after_points_e4) == (9_900_000, 6_600_000)
    assert (line.before_payable_fen, line.after_payable_fen, line.denied_fen) == (590_000, 260_000, 330_000)


def test_a_stay_in_its_right_group(city: City) -> None:
    """Hypertension is worth 200 points and a primary-care group, without K: 2,000 − 1,000 = 1,000."""
    report = settle(city, "2026-01", JANUARY, denial("N1", "A", "regroup", group_code="I10.X"))

    line = lines(report)["N1"]
    assert (line.after_points_e4, line.after_payable_fen, line.denied_fen) == (2_000_000, 100_000, 130_000)
    assert line.pool_points_e4 == 1_300_000


def test_several_denials_take_what_the_earlier_ones_leave(city: City) -> None:
    report = settle(
        city, "2026-01", JANUARY,
        denial("N2", "A", day="2026-01-22", denied_fund_yuan="2000"), denial("N1", "A", denied_fund_yuan="1000"),
        denial("N3", "A", "void", day="2026-01-25"),
    )  # fmt: skip

    # What changes the stay comes first, and leaves nothing to the others.
    assert {name: line.denied_fen for name, line in lines(report).items()} == {"N3": 230_000, "N1": 0, "N2": 0}
    assert row(report).denied_fen == 230_000
    assert row(report).denied_cases == 1


def test_void_points_leave_the_pool_or_stay(tmp_path: Path) -> None:
    """Floating: 100,000 ÷ 0.8 = 125,000 yuan of cost for four stays of 330 points, or for three."""
    four, three = 946_970, 1_262_626  # 125,000 ÷ 1,320 and ÷ 990, half-up
    (tmp_path / "x").mkdir()
    out = settle(City(tmp_path, FLOATING), "2026-01", JANUARY, denial("N1", "A", "void"))
    kept = settle(
        City(tmp_path / "x", special_policy(KEEP, text=FLOATING)), "2026-01", JANUARY, denial("N1", "A", "void")
    )

    assert (row(out, H2).point_value_e4, row(kept, H2).point_value_e4) == (three, four)
    assert row(out).denied_points_e4 == 3_300_000
    assert row(kept).denied_points_e4 == 0
    assert row(out).denied_fen == lines(out)["N1"].before_payable_fen
    (reading, _) = out.run.parameters["denials"]["pools"]
    assert reading == {
        "pool": "310", "points_kept_e4": 13_200_000, "points_left_e4": 9_900_000,
        "point_value_kept_e4": four, "point_value_left_e4": three,
    }  # fmt: skip


def test_after_the_pool_nothing_moves_the_point_value(tmp_path: Path) -> None:
    after = special_policy(KEEP, ("timing: {value: before_pool", "timing: {value: after_pool"), text=FLOATING)
    report = settle(
        City(tmp_path, after), "2026-01", JANUARY, denial("N1", "A", "reprice_cost", denied_fee_yuan="2000")
    )

    assert row(report).point_value_e4 == 946_970
    assert lines(report)["N1"].pool_points_e4 == 0
    (reading, _) = report.run.parameters["denials"]["pools"]
    # 300 × 1,000 ÷ 3,000 = 100 points in place of 330.
    assert (reading["points_kept_e4"], reading["points_left_e4"]) == (13_200_000, 10_900_000)
    assert reading["point_value_left_e4"] == 1_146_789  # 125,000 ÷ 1,090


def test_points_cannot_leave_a_pool_whose_point_value_is_known() -> None:
    text = special_policy(("timing: {value: before_pool", "timing: {value: after_pool"), text=POLICY)

    assert "before_pool" in only_problem(text).in_language("en")


def test_a_denial_of_a_paid_month_is_posted_in_the_month_of_decision(city: City) -> None:
    january = settle(city, "2026-01", JANUARY)
    february = settle(
        city, "2026-02", [stay("2026-02", "E")], denial("N1", "A", day="2026-02-20", denied_fund_yuan="500"), prior=["2026-01"]
    )  # fmt: skip

    own = row(february)
    assert (own.denied_fen, own.denied_earlier_fen, own.denied_cases, own.audit_deduction_fen) == (0, 50_000, 0, 50_000)
    assert lines(february)["N1"].stay_month == "2026-01"
    assert row(january).payable_fen == 690_000  # what is closed stands

    march = settle(
        city, "2026-03", [stay("2026-03", "F")],
        denial("N1", "A", day="2026-03-20", denied_fund_yuan="500"), denial("N2", "A", "void", day="2026-03-20"),
        prior=["2026-01", "2026-02"],
    )  # fmt: skip
    # Never twice, and of what is left: 2,300 − 500. One month cannot bear it; the ledger carries the rest.
    assert lines(march)["N1"].why == "denial_repeated"
    assert lines(march)["N2"].denied_fen == 180_000
    assert row(march).denied_earlier_fen == row(march).audit_deduction_fen == 180_000


def test_a_month_that_cannot_bear_a_denial_carries_it(city: City) -> None:
    settle(city, "2026-01", JANUARY)
    february = settle(city, "2026-02", [stay("2026-02", "E", 3000, 3000)], denial("N1", "A", "void", day="2026-02-20"), prior=["2026-01"])  # fmt: skip

    # 3,300 − 3,000 = 300 payable, 285 due; 2,015 of 2,300 wait for March.
    assert row(february).audit_deduction_fen == 28_500
    assert [(item.item_id, item.carried_fen) for item in february.deductions] == [("DENIAL-N1", 201_500)]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (denial("N1", "nobody", denied_fund_yuan="1"), "denial_unknown_stay"),
        (denial("N1", "A"), "denial_amount_missing"),
        (denial("N1", "A", "reprice_cost", denied_fund_yuan="1"), "denial_amount_missing"),
        (denial("N1", "A", "reprice_cost", denied_fee_yuan="3000"), "denial_above_cost"),
        (denial("N1", "A", "regroup", group_code="none"), "denial_unknown_group"),
        (denial("N1", "A", day="2026-01-06", denied_fund_yuan="1"), "denial_before_discharge"),
    ],
)
def test_what_cannot_be_used_takes_nothing(city: City, given: dict[str, str], key: str) -> None:
    report = settle(city, "2026-01", JANUARY, given)

    assert keys(report) == {key: 1}
    assert (lines(report)["N1"].standing, lines(report)["N1"].why) == ("refused", key)
    assert (row(report).denied_fen, row(report).paid_fen) == (0, 690_000 - 34_500)


def test_a_policy_without_sanctions_takes_no_denials(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="sanctions"):
        settle(City(tmp_path, TINY), "2026-01", JANUARY, denial("N1", "A", "void"))


def test_modes_that_the_policy_does_not_list(tmp_path: Path) -> None:
    text = special_policy(("deduct_scaled, reprice_cost, regroup, void]", "deduct_scaled]"), text=POLICY)
    report = settle(City(tmp_path, text), "2026-01", JANUARY, denial("N1", "A", "void"))

    assert keys(report) == {"denial_mode_not_allowed": 1}


def test_the_trace_tells_a_denial_and_the_run_can_be_read_again(city: City) -> None:
    settle(city, "2026-01", JANUARY, denial("N1", "A", denied_fund_yuan="500"))
    told = explain(city.run("2026-01"), "A", "en")
    step = next(step for step in told.steps if step.title.en == "Denials after review")

    assert told.differences == []
    assert [line.working for line in step.writes] == ["500.00", "2300.00 − 500.00"]
    assert any(key == "sanctions.denial" for key, _ in step.citations)
    with (city.run("2026-01") / "denials.csv").open(encoding="utf-8", newline="") as file:
        assert [one["denied_yuan"] for one in csv.DictReader(file)] == ["500.00"]


def test_chunks_and_threads_change_nothing(city: City) -> None:
    given = write(city.folder, [denial("N1", "A", "void"), denial("N2", "C", "reprice_cost", denied_fee_yuan="2000")])
    settle(city, "2026-01", JANUARY)
    one, many = (
        settle_month(load_policy(str(city.policy)), city.folder / "2026-01.csv", "2026-01", denials=given, chunk_rows=rows, threads=threads)
        for rows, threads in ((100, 1), (1, 3))
    )  # fmt: skip

    assert one.month.rows == many.month.rows
    assert one.month.denials == many.month.denials


def test_a_dearer_group_is_not_in_the_pool_either(tmp_path: Path) -> None:
    """9,000 in Erysipelas are 660 points, in Hypertension 700. Nothing is denied, and the point value is that of 990: 125,000 ÷ 990."""
    rows = [stay("2026-01", "A", 9000), stay("2026-01", "B")]
    report = settle(City(tmp_path, FLOATING), "2026-01", rows, denial("N1", "A", "regroup", group_code="I10.X"))

    line = lines(report)["N1"]
    assert (line.before_points_e4, line.after_points_e4, line.denied_fen, line.pool_points_e4) == (
        6_600_000,
        7_000_000,
        0,
        0,
    )
    assert {one.point_value_e4 for one in report.rows if one.pool == "310"} == {1_262_626}
