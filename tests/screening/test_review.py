"""The course of findings by hand: notice, silence, decisions, denials, posting, changed facts (review workflow 2 and 5).

Every stay has a bill of 3,000, 2,500 of it within coverage, of which the funds paid 2,000: eight tenths.
A line of 150 (125 within coverage) the day after discharge takes 125 × 0.8 = 100.00 of the funds; four units at 30 with a
ceiling of 25 take 20 × 0.8 = 16.00.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from drgdip import load_policy
from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.provenance import sha256_of_file
from drgdip.cli.screen import screen as command
from drgdip.pipeline.denials.inputs import read_denial_inputs
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.answer import answer
from drgdip.pipeline.screening.review_files import read_events
from drgdip.pipeline.screening.review_list import write_review_list
from drgdip.pipeline.screening.reviewing import ReviewOptions
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.run import ScreeningRun, screen_to_folder
from drgdip.screening.review.states import CHOICES, Standing, replay
from drgdip.screening.review.working_days import deadline
from drgdip.screening.settings import settings_of
from tests.policy.samples import TINY
from tests.sanctions.test_denials import JANUARY, SANCTIONS, row
from tests.screening.test_any_order import RULES as RULES_BY_HAND
from tests.special_cases.sample import City

SCREENING = """
screening:
  reply_days: {value: 10, cite: "Example"}
  clear: {value: deny, cite: "Example"}
  unfinished: {value: hold, cite: "Example"}
  holidays: {value: [2026-02-16, 2026-02-17, 2026-02-18, 2026-02-19, 2026-02-20, 2026-02-23], cite: "Example"}
  workdays: {value: [2026-02-14], cite: "Example"}
"""
POLICY = TINY + SANCTIONS + SCREENING
HOLDING_ON = '  agency_silence: {value: hold, cite: "Example"}\n'
#: Monday; ten working days later is the Saturday that is worked before the holidays.
NOTICE, LAST, LATE = "2026-02-02", "2026-02-14", "2026-02-15"
DAYS = [date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)]
RULES = ("A03", "B10", "C01", "C02")
PARAMS = {"C01": {"pairs": [{"main": "MAIN", "sub": "SUB", "window": "6小时"}]}, "C02": {"daily_limit": {"SUB": "1"}}}


def case(name: str = "A") -> dict[str, str]:
    return {"setl_id": name, "mdtrt_id": f"M{name}", "psn_no": f"P{name}", "fixmedins_code": "H1", "gend": "1", "med_type": "21",
            "adm_time": "2026-01-02 08:00:00", "dscg_time": "2026-01-08 10:00:00", "dscg_way": "1", "diag_code": "A46.x00",
            "medfee_sumamt": "3000.00", "inscp_scp_amt": "2500.00", "fund_pay_sumamt": "2000.00"}  # fmt: skip


def line(number: str, day: str, fee: str, scope: str, item: str = "X", **more: str) -> dict[str, str]:
    return {"setl_id": "A", "mdtrt_id": "MA", "feedetl_sn": number, "med_list_codg": item, "fee_ocur_time": day, "cnt": "1",
            "pric": fee, "det_item_fee_sumamt": fee, "inscp_scp_amt": scope, "dscg_tkdrug_flag": "0", **more}  # fmt: skip


OUTSIDE = line("1", "2026-01-09 09:00:00", "150.00", "125.00")
DEAR = line("2", "2026-01-03 09:00:00", "120.00", "120.00", cnt="4", pric="30", pric_uplmt_amt="25", overlmt_amt="0")
#: Without times of day the window of six hours is a matter of doubt.
MAIN, SUB = (
    line("3", "2026-01-04", "80.00", "80.00", "MAIN"),
    line("4", "2026-01-04", "30.00", "30.00", "SUB", cnt="3", pric="10"),
)


class Office:
    """Runs one screening after another, each upon the one before."""

    def __init__(self, folder: Path, policy: str = POLICY) -> None:
        self.folder, self.runs, self.case = folder, 0, case()
        self.policy = folder / "policy.yaml"
        self.policy.write_text(policy, encoding="utf-8")
        (folder / "params.json").write_text(json.dumps(PARAMS), encoding="utf-8")

    def screen(
        self, day: str, lines: list[dict[str, str]], *decisions: tuple[str, ...], settled: list[Path] | None = None,
        rules: tuple[str, ...] = RULES, upon: Path | None = None,
    ) -> ScreeningRun:  # fmt: skip
        data = self.folder / f"data{self.runs}"
        data.mkdir()
        for name, raw in tables_of_rows({"cases": [self.case], "fee_lines": lines}).items():
            pq.write_table(raw.table, data / f"{name}.parquet")
        path = self.folder / f"decisions{self.runs}.csv"
        header = "finding_key,decision,reason,decided_by,date,denied_fund_yuan,group_code\n"
        path.write_text(header + "".join(",".join(one) + "\n" for one in decisions), encoding="utf-8")
        previous = upon or (self.out if self.runs else None)
        self.runs += 1
        review = ReviewOptions(self.policy, day, previous, path, settled or [])
        return screen_to_folder(data, self.out, rules=rules, params=self.folder / "params.json", review=review)

    @property
    def out(self) -> Path:
        return self.folder / f"out{self.runs}"

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def states(self) -> dict[str, dict[str, str]]:
        return {one["rule"]: one for one in self.table("states.csv")}

    def key(self, rule: str) -> str:
        return self.states()[rule]["key"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def stands(office: Office) -> dict[str, str]:
    return {rule: one["state"] for rule, one in office.states().items()}


def test_ten_working_days_with_holidays_and_a_worked_saturday() -> None:
    assert deadline(date(2026, 2, 2), 10, DAYS, [date(2026, 2, 14)]).isoformat() == LAST
    assert deadline(date(2026, 2, 2), 10, DAYS, []).isoformat() == "2026-02-24"
    assert deadline(date(2026, 2, 6), 1, [], []).isoformat() == "2026-02-09"
    assert deadline(date(2026, 2, 6), 0, [], []).isoformat() == "2026-02-06"


def test_from_notice_to_the_hospitals_statement(office: Office, tmp_path: Path) -> None:
    office.screen(NOTICE, [OUTSIDE, DEAR])
    assert {rule: (one["state"], one["deadline"], one["fund_yuan"]) for rule, one in office.states().items()} == {
        "A03": ("FED_BACK", LAST, "100.00"), "B10": ("FED_BACK", LAST, "16.00")}  # fmt: skip
    assert [one["fund_yuan"] for one in office.table("held.csv")] != []
    assert office.table("denials.csv") == []

    office.screen(LAST, [OUTSIDE, DEAR])
    assert set(stands(office).values()) == {"FED_BACK"}  # the last day is still in time

    office.screen(LATE, [OUTSIDE, DEAR])
    assert set(stands(office).values()) == {"DEEMED_ACCEPTED"}
    denials = office.table("denials.csv")
    assert sorted((one["setl_id"], one["denied_fund_yuan"], one["denied_fee_yuan"], one["mode"], one["reason"]) for one in denials) == [
        ("A", "100.00", "150.00", "", "A03"), ("A", "16.00", "20.00", "", "B10")]  # fmt: skip
    assert office.table("held.csv") == []

    city = City(tmp_path, POLICY)
    report = city.settle("2026-01", JANUARY, denials=office.out / "denials.csv")
    own = row(report)
    assert (own.payable_fen, own.denied_cases, own.denied_fen, own.audit_deduction_fen) == (690_000, 1, 11_600, 11_600)
    assert own.paid_fen == 690_000 - 34_500 - 11_600
    assert sorted((one.denied_fen, one.standing) for one in report.denials) == [(1_600, "posted"), (10_000, "posted")]


def posted(office: Office) -> list[Path]:
    """Two findings denied, taken by a settlement, and posted."""
    office.screen(NOTICE, [OUTSIDE, DEAR])
    office.screen(LATE, [OUTSIDE, DEAR])
    city = City(office.folder, POLICY)
    city.settle("2026-01", JANUARY, denials=office.out / "denials.csv")
    runs = [city.run("2026-01")]
    office.screen("2026-03-02", [OUTSIDE, DEAR], settled=runs)
    assert set(stands(office).values()) == {"POSTED"}
    assert office.table("denials.csv") == []
    return runs


def test_what_is_posted_never_changes_by_itself(office: Office) -> None:
    settled = posted(office)

    office.screen(
        "2026-03-03", [{**OUTSIDE, "det_item_fee_sumamt": "300.00", "inscp_scp_amt": "250.00"}, DEAR], settled=settled
    )
    changed = office.states()["A03"]
    assert (changed["state"], changed["fund_yuan"], changed["seen_fund_yuan"]) == ("POSTED", "100.00", "200.00")
    assert office.table("denials.csv") == []
    events = read_events(office.out)
    assert [event.what for event in events if event.at == "2026-03-03"] == ["FACTS_CHANGED"]

    office.screen("2026-03-04", [DEAR], settled=settled)  # not found again: posted all the same
    assert stands(office)["A03"] == "POSTED"


def test_a_second_run_changes_nothing(office: Office) -> None:
    office.screen(NOTICE, [OUTSIDE, DEAR, MAIN, SUB])
    before = {path.name: path.read_bytes() for path in office.out.iterdir() if path.name != "run.json"}
    office.screen(NOTICE, [SUB, DEAR, MAIN, OUTSIDE])

    assert {path.name: path.read_bytes() for path in office.out.iterdir() if path.name != "run.json"} == before


def test_a_suspicion_waits_for_a_person(tmp_path: Path) -> None:
    """C01 denies line 4 of 30.00 whole, so 24.00 of the funds; it is in doubt and nothing happens by itself."""
    office = Office(tmp_path, POLICY + HOLDING_ON)
    office.screen(NOTICE, [MAIN, SUB], rules=("C01",))
    assert (stands(office), office.states()["C01"]["fund_yuan"]) == ({"C01": "DISPATCHED"}, "24.00")
    office.screen("2026-06-01", [MAIN, SUB], rules=("C01",))
    assert stands(office) == {"C01": "DISPATCHED"}
    assert (office.states()["C01"]["escalated"], office.states()["C01"]["release"]) == ("2026-06-01", "")

    key = office.key("C01")
    office.screen(
        "2026-06-02", [MAIN, SUB], (key, "R1_UPHELD", "EVIDENCE_SUFFICIENT", "first", "2026-06-02"), rules=("C01",)
    )
    assert stands(office) == {"C01": "FED_BACK"}
    steps = [
        (key, "APPEALED", "CLINICAL_NEED", "hospital", "2026-06-03"),
        (key, "R2_UPHELD", "EVIDENCE_SUFFICIENT", "second", "2026-06-04"),
    ]
    office.screen("2026-06-04", [MAIN, SUB], *steps, rules=("C01",))
    assert stands(office) == {"C01": "FED_BACK2"}
    more = [
        (key, "APPEALED2", "CLINICAL_NEED", "hospital", "2026-06-05"), (key, "PANEL", "MEETING", "secretary", "2026-06-08"),
        (key, "FINAL_PART", "EVIDENCE_SUFFICIENT", "panel", "2026-06-09", "10.00", ""),
    ]  # fmt: skip
    office.screen("2026-06-09", [MAIN, SUB], *steps, *more, rules=("C01",))
    assert [(one["denied_fund_yuan"], one["decided_by"]) for one in office.table("denials.csv")] == [("10.00", "panel")]


@pytest.mark.parametrize(
    ("decision", "field", "reason"),
    [
        (("nothing", "R1_PASS", "x", "first", NOTICE), "finding_key", "review_unknown_finding"),
        (("C01", "FINAL_DENY", "x", "first", NOTICE), "decision", "review_not_possible"),
        (("C01", "R1_PASS", "x", "first", "2026-02-10"), "date", "review_later_than_day"),
        (("C01", "R1_PASS", "", "first", NOTICE), "reason", "missing_value"),
        (("C01", "DENY", "x", "first", NOTICE), "decision", "unknown_code"),
    ],
)
def test_a_decision_that_cannot_be_is_told_and_decides_nothing(
    office: Office, decision: tuple[str, ...], field: str, reason: str
) -> None:
    office.screen(NOTICE, [MAIN, SUB], rules=("C01",))
    key = office.key("C01") if decision[0] == "C01" else decision[0]
    run = office.screen(NOTICE, [MAIN, SUB], (key, *decision[1:]), rules=("C01",))

    assert [(found.field, found.key) for found in run.data_findings] == [(field, reason)]
    assert stands(office) == {"C01": "DISPATCHED"}


def test_an_answer_to_what_was_upheld_before_the_next_run_is_taken_at_once(office: Office) -> None:
    """All steps of a month in one file: they were refused, and taken by the run after the next on the same file."""
    office.screen(NOTICE, [MAIN, SUB], rules=("C01",))
    key = office.key("C01")
    steps = [
        (key, "R1_UPHELD", "EVIDENCE_SUFFICIENT", "first", "2026-02-04"),
        (key, "APPEALED", "CLINICAL_NEED", "hospital", "2026-02-06"),
    ]
    run = office.screen("2026-02-09", [MAIN, SUB], *steps, rules=("C01",))

    assert (run.data_findings, stands(office)) == ([], {"C01": "APPEALED"})
    events = (office.out / "events.jsonl").read_bytes()
    office.screen("2026-02-09", [MAIN, SUB], *steps, rules=("C01",))
    assert (office.out / "events.jsonl").read_bytes() == events


def test_a_decision_on_facts_that_are_no_more_decides_nothing(office: Office) -> None:
    office.screen(NOTICE, [MAIN, SUB], rules=("C01",))
    dearer = {**SUB, "det_item_fee_sumamt": "45.00", "inscp_scp_amt": "45.00"}
    office.screen("2026-02-09", [MAIN, dearer], rules=("C01",))
    passed = (office.key("C01"), "R1_PASS", "CLINICAL_NEED", "first")
    run = office.screen("2026-02-10", [MAIN, dearer], (*passed, "2026-02-08"), rules=("C01",))
    assert [(found.field, found.key) for found in run.data_findings] == [("date", "review_before_facts")]
    assert stands(office) == {"C01": "DISPATCHED"}

    office.screen("2026-02-10", [MAIN, dearer], (*passed, "2026-02-09"), rules=("C01",))
    assert stands(office) == {"C01": "R1_PASS"}


def test_the_second_reviewer_is_not_the_first(office: Office) -> None:
    office.screen(NOTICE, [MAIN, SUB], rules=("C01",))
    key = office.key("C01")
    office.screen(NOTICE, [MAIN, SUB], (key, "R1_UPHELD", "x", "one", NOTICE), rules=("C01",))
    run = office.screen(NOTICE, [MAIN, SUB], (key, "APPEALED", "x", "hospital", NOTICE), (key, "R2_PASS", "x", "one", NOTICE), rules=("C01",))  # fmt: skip

    assert [found.key for found in run.data_findings] == ["review_same_person"]
    assert stands(office) == {"C01": "APPEALED"}


def test_a_finding_that_was_passed_frees_the_money_it_took(office: Office) -> None:
    """C02 is clear: 2 of 3 units of line 4, 20.00, so 16.00; C01 wants the whole line and gets the unit that is left, 8.00."""
    lines = [MAIN, SUB]
    office.screen(NOTICE, lines, rules=("C01", "C02"))
    assert {rule: one["fund_yuan"] for rule, one in office.states().items()} == {"C01": "8.00", "C02": "16.00"}
    appeal = (office.key("C02"), "APPEALED", "CLINICAL_NEED", "hospital", NOTICE)
    won = (office.key("C02"), "R2_PASS", "CLINICAL_NEED", "second", NOTICE)
    office.screen(NOTICE, lines, appeal, won, rules=("C01", "C02"))

    assert {rule: (one["state"], one["fund_yuan"]) for rule, one in office.states().items()} == {
        "C01": ("DISPATCHED", "24.00"), "C02": ("R2_PASS", "16.00")}  # fmt: skip


def test_other_facts_make_a_decision_stale_and_data_put_right_withdraw_it(office: Office) -> None:
    office.screen(NOTICE, [MAIN, SUB], rules=("C01",))
    passed = (office.key("C01"), "R1_PASS", "DATA_ERROR", "first", NOTICE)
    office.screen(NOTICE, [MAIN, SUB], passed, rules=("C01",))
    assert stands(office) == {"C01": "R1_PASS"}
    dearer = {**SUB, "det_item_fee_sumamt": "45.00", "inscp_scp_amt": "45.00"}
    office.screen("2026-02-03", [MAIN, dearer], passed, rules=("C01",))
    assert (stands(office), office.states()["C01"]["fund_yuan"]) == ({"C01": "STALE"}, "36.00")

    office.screen("2026-02-04", [MAIN], rules=("A03",))  # C01 did not run: nothing is withdrawn
    assert stands(office) == {"C01": "STALE"}
    office.screen("2026-02-05", [MAIN], rules=("C01",))
    assert stands(office) == {"C01": "WITHDRAWN"}
    office.screen("2026-02-06", [MAIN, dearer], rules=("C01",))
    assert stands(office) == {"C01": "DISPATCHED"}


def test_events_alone_say_where_findings_stand_and_cannot_be_changed(office: Office) -> None:
    office.screen(NOTICE, [OUTSIDE, DEAR])
    run = office.screen(LATE, [OUTSIDE, DEAR])
    assert run.review is not None
    assert replay(read_events(office.out)) == run.review.course.standings

    events = office.out / "events.jsonl"
    events.write_text(
        events.read_text(encoding="utf-8").replace("100.00", "1.00").replace("10000", "100"), encoding="utf-8"
    )
    with pytest.raises(UsageError):
        office.screen(LATE, [OUTSIDE, DEAR])


def test_events_whose_end_is_missing_are_refused(office: Office) -> None:
    """The chain of hashes holds for what is left of it: without its end an appeal would be forgotten, and silence accept."""
    office.screen(NOTICE, [OUTSIDE])
    office.screen(NOTICE, [OUTSIDE], (office.key("A03"), "APPEALED", "CLINICAL_NEED", "hospital", NOTICE))
    events = office.out / "events.jsonl"
    whole = events.read_text(encoding="utf-8").splitlines(keepends=True)
    for kept in (whole[:-1], []):
        events.write_text("".join(kept), encoding="utf-8")
        with pytest.raises(UsageError, match="has been changed"):
            office.screen(LATE, [OUTSIDE], upon=events.parent)
    events.write_text("".join(whole), encoding="utf-8")
    office.screen(LATE, [OUTSIDE], upon=events.parent)
    assert stands(office) == {"A03": "APPEALED"}


def test_a_run_is_not_dated_before_what_the_earlier_one_has_recorded(office: Office) -> None:
    office.screen(NOTICE, [OUTSIDE])
    with pytest.raises(UsageError, match=f"before what the earlier screening out1 has recorded on {NOTICE}"):
        office.screen("2026-02-01", [OUTSIDE])


def test_where_clear_violations_are_reviewed_first_they_wait(tmp_path: Path) -> None:
    office = Office(tmp_path, POLICY.replace("clear: {value: deny", "clear: {value: review"))
    office.screen(NOTICE, [OUTSIDE])

    assert stands(office) == {"A03": "DISPATCHED"}


def test_one_denial_a_stay_where_the_region_prices_it_again(tmp_path: Path) -> None:
    office = Office(tmp_path, POLICY.replace("denial: {value: deduct_amount", "denial: {value: reprice_cost"))
    office.screen(NOTICE, [OUTSIDE, DEAR])
    office.screen(LATE, [OUTSIDE, DEAR])

    assert [(one["denied_fee_yuan"], one["reason"]) for one in office.table("denials.csv")] == [("170.00", "A03+B10")]


def test_a_policy_without_the_section_follows_nothing_up(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        Office(tmp_path, TINY).screen(NOTICE, [OUTSIDE])


def test_notices_and_the_platforms_answer(office: Office) -> None:
    office.screen(NOTICE, [OUTSIDE, DEAR, MAIN, SUB])
    page = (office.out / "notice-H1.html").read_text(encoding="utf-8")
    assert all(
        word in page for word in ("医疗保障基金审核疑点通知书", "疑点申诉书", LAST, "100.00", "16.00", "拟扣回的疑点")
    )
    assert (office.out / "notice-H1.xlsx").stat().st_size > 0
    answer: Mapping[str, Any] = json.loads((office.out / "results.json").read_text(encoding="utf-8"))
    (outside,) = [one for one in answer["result"] if one["rule_id"] == "A03"]
    assert (outside["vola_amt"], outside["deny_fund"], outside["sev_deg"], outside["state"], outside["patn_id"]) == (
        "150.00", "100.00", "1", "FED_BACK", "PA")  # fmt: skip
    assert [(one["rx_id"], one["vola_item_type"], one["vola_amt"]) for one in outside["judge_result_detail_dtos"]] == [("1", "1", "150.00")]  # fmt: skip


def test_a_notice_shows_lines_and_the_values_of_their_day(office: Office) -> None:
    """Line 4 has three units on the one day for which the limit is 1: it is at fault; 80.00 of line 3 are only concerned (C01)."""
    turn = {"from": "2026-01-04", "to": "2026-01-04", "rules": {"C02": PARAMS["C02"]}}
    params = {"rules": {"C01": PARAMS["C01"], "C02": {"daily_limit": {"SUB": "9"}}}, "by_place_and_day": [turn]}
    (office.folder / "params.json").write_text(json.dumps(params), encoding="utf-8")
    ordered = {"rx_drord_no": "YZ9", "bilg_dept_codg": "A03", "bilg_dr_codg": "D7", "pric": "80.0050"}
    office.screen(NOTICE, [MAIN | ordered, SUB], rules=("C01", "C02"))

    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", (office.out / "notice-H1.html").read_text(encoding="utf-8"), re.DOTALL)]  # fmt: skip
    assert "daily_limit = [1] (2026-01-04–2026-01-04)" in cells[cells.index("适用的参数") + 1]
    lines = [cells[place : place + 10] for place, cell in enumerate(cells) if cell in ("违规", "涉及")]
    at_fault = ["违规", "4", "SUB", "2026-01-04", "3", "10.00", "30.00"]
    assert [lines[0][:7], *lines[1:]] == [  # a table has the columns that its lines say something in
        at_fault, [*at_fault, "", "", ""], ["涉及", "3", "MAIN", "2026-01-04", "1", "80.005", "80.00", "YZ9", "A03", "D7"],
    ]  # fmt: skip
    assert not {"处方/医嘱号", "医师"} & set(cells[: cells.index("违规")])
    assert "项目名称" not in cells
    book = load_workbook(office.out / "notice-H1.xlsx")
    sheet = book["明细 lines"]
    assert [[cell.value for cell in row][1:] for row in sheet.iter_rows(min_row=3)] == [
        ["C01", "违规", "4", "SUB", "2026-01-04", "3", 30, 10, "", "", ""],
        ["C01", "涉及", "3", "MAIN", "2026-01-04", "1", 80, 80.005, "YZ9", "A03", "D7"],
        ["C02", "违规", "4", "SUB", "2026-01-04", "3", 30, 10, "", "", ""],
    ]  # fmt: skip
    for name in book.sheetnames:  # A4 across; characters of 7 points at least, with the heads on every page
        assert sum(column.width for column in book[name].column_dimensions.values()) <= 230
        assert (book[name].page_setup.orientation, book[name].print_title_rows) == ("landscape", "$1:$2")
        assert "YD-2026-02-02-H1" in book[name].oddHeader.left.text
    answered = book["待答复 answer"]
    assert answered.row_dimensions[3].height >= 4 * 15  # the whole key in a column of 18
    assert answered["A3"].alignment.wrap_text


def test_a_line_of_a_visit_is_told_as_the_line_at_fault() -> None:
    """Visits and purchases have their lines in tables of their own: the platform's answer had none for them."""
    (rule,) = (rule for rule in RULES_BY_HAND if rule["id"] == "B15")
    example = rule["example"][0]
    found = screen_rows(example["tables"], ["B15"], {"B15": example["params"]}).screened.findings
    (told,) = answer(found[:1], {})["result"]
    (own,) = told["judge_result_detail_dtos"]
    assert (own["rx_id"], own["vola_item_type"], own["vola_amt"]) == (found[0].hit.keys[1], "1", told["vola_amt"])
    assert (found[0].lines[0].number, found[0].lines[0].fee_fen) == (found[0].hit.keys[1], found[0].claimed.fee_fen)


def test_the_command_needs_policy_and_day_together(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--data", str(tmp_path), "--out", str(tmp_path / "o"), "--policy", "x"])

    assert isinstance(result.exception, UsageError)


def test_the_command_tells_which_decisions_were_not_taken(office: Office) -> None:
    office.screen(NOTICE, [OUTSIDE])
    decisions = office.folder / "wrong.csv"
    decisions.write_text(
        f"finding_key,decision,reason,decided_by,date\n{office.key('A03')},appealed,x,hospital,{NOTICE}\n",
        encoding="utf-8",
    )
    arguments = ["--data", office.folder / "data0", "--out", office.folder / "o", "--rules", "A03", "--policy", office.policy,
                 "--as-of", LATE, "--previous", office.out, "--decisions", decisions, "--overwrite"]  # fmt: skip
    said = CliRunner().invoke(command, [*map(str, arguments), "--lang", "en"]).output
    assert "1 faults of decisions that were not taken" in said
    assert "wrong.csv, row 1, decision 'appealed': the value is not in its code table" in said
    (told,) = json.loads(CliRunner().invoke(command, [*map(str, arguments), "--json"]).output)["unused_decisions"]
    assert (told["row"], told["reason"]) == (1, "unknown_code")


def test_choices_are_the_states_of_the_workflow() -> None:
    assert set(CHOICES) >= {"R1_PASS", "R1_UPHELD", "ACCEPTED", "APPEALED", "FINAL_DENY", "WITHDRAWN", "REOPENED"}


def test_settle_takes_a_whole_screening_or_none_of_it(tmp_path: Path) -> None:
    def read(denials: Path | None = None) -> object:
        return read_denial_inputs(load_policy(office.policy).on(date(2026, 1, 31)), denials, (), tmp_path)[0].held

    office = Office(tmp_path)
    for name in ("denials.csv", "held.csv"):
        with pytest.raises(UsageError):
            read()
        (tmp_path / name).write_text("denial_id,setl_id,date,decided_by,key,settlement,rule\n", encoding="utf-8")
    assert read() == []
    record = {"outputs": {"held.csv": sha256_of_file(tmp_path / "held.csv")}}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert read() == []
    (tmp_path / "held.csv").write_text("key,settlement,rule\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"held\.csv of the screening .* has been changed"):
        read()
    (tmp_path / "run.json").unlink()
    with pytest.raises(UsageError):
        read(tmp_path / "denials.csv")


def test_an_upcoded_stay_is_grouped_again_and_denied_by_its_group(tmp_path: Path) -> None:
    """Adhesiolysis (54.5100) without a charge: the appendectomy with it has weight 1.3, without it 1.0, at 10,000 yuan.

    (1.3 − 1.0) × 10,000 × 2,000 / 3,000 = 2,000.00 of the funds. A suspicion: a person upholds it, the hospital accepts.
    """
    office = Office(tmp_path)
    params = {"G02": {"oprn_fee_map": {"54.5100": ["331"], "47.0100": ["X"]}, "rate": "10000"}}
    (tmp_path / "params.json").write_text(json.dumps(params), encoding="utf-8")
    office.case |= {"diag_code": "K35.301", "oprn_oprt_code": "47.0100|54.5100"}
    lines = [line("1", "2026-01-03 09:00:00", "150.00", "125.00")]
    office.screen(NOTICE, lines, rules=("G02",))
    (found,) = office.table("findings.csv")
    facts = json.loads(found["facts"])

    assert (facts["claimed"], facts["should"]) == ("K35.3:47.0100+54.5100", "K35.3:47.0100")
    assert (found["deny_fund"], found["formula"], found["lane"]) == (
        "2000.00",
        "(1.3 − 1) × 10000 × 2000.00 / 3000.00 = 2000.00",
        "regroup",
    )
    key = found["finding_key"]
    office.screen(NOTICE, lines, (key, "R1_UPHELD", "x", "one", NOTICE), rules=("G02",))
    office.screen(NOTICE, lines, (key, "ACCEPTED", "x", "hospital", NOTICE), rules=("G02",))
    assert [(one["mode"], one["group_code"]) for one in office.table("denials.csv")] == [("regroup", "K35.3:47.0100")]


def test_reviewers_see_first_what_their_minutes_are_worth_most_for(tmp_path: Path) -> None:
    """Beside the proposals (0.6 in 15 minutes, 0.2 in 240): four of six decisions on C01 upheld: (10 × 0.6 + 4) ÷ 16 = 0.625.

    90 × 0.625 ÷ 15 = 3.75 a minute; 4,000 × 0.2 ÷ 240 = 3.33; the region's own 0.3 in 120 minutes makes 10.00 of it.
    """

    def standing(name: str, rule: str, lane: str, state: str, fund: int) -> Standing:
        return Standing(name, rule, f"S{name}", "H1", lane, state, NOTICE, "", None, None, fund, fund, "", "")

    decided = ["ACCEPTED", "DEEMED_ACCEPTED", "FINAL_DENY", "POSTED", "R1_PASS", "R2_PASS"]
    all_ = [standing("a", "C01", "review", "DISPATCHED", 9_000), standing("b", "E07", "hold", "DISPATCHED", 400_000)]
    all_ += [standing(f"d{n}", "C01", "review", state, 1) for n, state in enumerate(decided)]
    for own, wanted in (
        ({}, [("a", "0.6250", "15", "3.75"), ("b", "0.2000", "240", "3.33")]),
        ({"hold": {"upheld": "0.3", "minutes": 120}}, [("b", "0.3000", "120", "10.00"), ("a", "0.6250", "15", "3.75")]),
    ):
        lanes = settings_of({"triage": own}).triage
        write_review_list(tmp_path, {one.key: one for one in all_}, {}, "", 0, lanes)
        with (tmp_path / "review_list.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [
            tuple(row[k] for k in ("finding_key", "upheld", "minutes", "yuan_per_minute")) for row in rows
        ] == wanted


@pytest.mark.parametrize(
    "own", [{"none": {}}, {"hold": {"upheld": "1.1"}}, {"hold": {"minutes": 0}}, {"hold": {"cost": 1}}, {"hold": 3}]
)
def test_a_triage_that_cannot_be(own: Any) -> None:
    with pytest.raises(PolicyError):
        settings_of({"triage": own})


def test_reviewers_see_the_largest_first_and_some_stays_by_chance(tmp_path: Path) -> None:
    """Two stays without a finding; half of them, rounded up, is one: the one whose SHA-256 of ``seed:id`` is smaller."""
    standings = {
        name: Standing(
            name, "C01", f"S{name}", "H1", "review", "DISPATCHED", NOTICE, "", None, None, fund, fund, "", ""
        )
        for name, fund in (("a", 100), ("b", 20_000), ("c", None))
    }
    stays = {"Sa": "H1", "Sb": "H1", "Sc": "H1", "Sd": "H2", "Se": "H3"}
    write_review_list(tmp_path, standings, stays, "7", 5_000)
    with (tmp_path / "review_list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    first = min(("Sd", "Se"), key=lambda name: hashlib.sha256(f"7:{name}".encode()).hexdigest())

    assert [(one["drawn_as"], one["setl_id"], one["fund_yuan"]) for one in rows] == [
        ("ranked", "Sb", "200.00"), ("ranked", "Sa", "1.00"), ("ranked", "Sc", ""), ("random", first, "")]  # fmt: skip
