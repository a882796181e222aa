"""Late lists, lists that have not passed, interim bills and suspended hospitals, by hand (2.9, 4.6, 8.1).

Every stay is Erysipelas in a tertiary hospital (see ``tests.special_cases.sample``): 330 points, at 10 yuan 3,300; the
patient pays 1,000 of a bill of 3,000, so 2,300 are payable. The reference is 3,000, and 5 % is retained.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from drgdip import explain, load_policy, settle_month
from drgdip.audit.indicators.cases import read_cases
from drgdip.base.errors import PolicyError
from drgdip.interface.list_register import RegisteredList
from drgdip.pipeline.run_folder import RunFolder
from drgdip.statement import MonthReport
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY, only_problem
from tests.special_cases.sample import H1, H2, SPECIAL, City, special_policy, stay

ATTRIBUTION = """
attribution:
  list_cutoff_day: {value: 10, cite: "Example"}
  late_list: {value: arrival_month, cite: "Example"}
  year_cutoff: {value: "01-31", cite: "Example"}
  interim_bill: {value: deducted, cite: "Example"}
"""
SUSPENSION = """
suspension:
  hospitals: {value: [{hospital: H99010000001, from: 2026-02-05, to: 2026-03-31, decision: "no. 7"}], cite: "Example"}
  release: {value: after_end, cite: "Example"}
"""
POLICY = TINY + ATTRIBUTION
AT_CLEARING = special_policy(("late_list: {value: arrival_month", "late_list: {value: clearing"), text=POLICY)
SUSPENDED = TINY + SUSPENSION


def settled(row: str, day: str) -> str:
    """The stay with another day of settlement."""
    cells = row.split(",")
    return ",".join([*cells[:8], f"{day} 10:00:00", *cells[9:]])


def row(report: MonthReport, hospital: str = H1):  # type: ignore[no-untyped-def]
    return next(one for one in report.rows if one.hospital_code == hospital)


def settle(city: City, month: str, rows: Sequence[str], **more: object) -> MonthReport:
    report = city.settle(month, rows, **more)
    assert [line.line_id for line in report.proof if not line.holds] == []
    return report


def told(report: MonthReport, *keys: str) -> list[tuple[str, str, str]]:
    return [(one.key, one.setl_id, one.value) for one in report.findings.first if one.key in keys]


MOVES = ("list_attributed_later", "list_of_earlier_month")
#: Discharged on 7 January: the list is in time until 10 February.
STAYS = [
    settled(stay("2026-01", "A"), "2026-01-07"),
    settled(stay("2026-01", "B"), "2026-02-10"),
    settled(stay("2026-01", "C"), "2026-02-11"),
    settled(stay("2026-01", "D"), "2026-03-02"),
    stay("2026-02", "E"),
]


@pytest.mark.parametrize(
    ("month", "cases", "moved"),
    [
        ("2026-01", 2, [(MOVES[0], "C", "2026-02"), (MOVES[0], "D", "2026-03")]),
        ("2026-02", 2, [(MOVES[1], "C", "2026-01")]),
        ("2026-03", 1, [(MOVES[1], "D", "2026-01")]),
    ],
)
def test_a_late_list_is_settled_in_the_month_that_it_comes(
    tmp_path: Path, month: str, cases: int, moved: list[tuple[str, str, str]]
) -> None:
    report = settle(City(tmp_path, POLICY), month, STAYS)

    assert (row(report).cases, row(report).payable_fen) == (cases, cases * 230_000)
    assert told(report, *MOVES) == moved
    assert row(report).late_cases == sum(key == MOVES[1] for key, *_ in moved)


def test_the_register_says_when_a_list_came(tmp_path: Path) -> None:
    """A came with its settlement in January, says its time; its list came on 11 February."""
    lists = tmp_path / "lists.csv"
    lists.write_text("setl_id,arrived\nA,2026-02-11\nD,2026-02-10\n", encoding="utf-8")
    report = settle(City(tmp_path, POLICY), "2026-01", STAYS, lists=lists)

    assert told(report, *MOVES) == [(MOVES[0], "A", "2026-02"), (MOVES[0], "C", "2026-02")]
    assert row(report).cases == 2


def test_a_list_does_not_come_before_the_discharge(tmp_path: Path) -> None:
    """A and B left on 7 January: a list of the 6th is in doubt and waits, one of the 7th is in time."""
    lists = tmp_path / "lists.csv"
    lists.write_text("setl_id,arrived\nA,2026-01-06\nB,2026-01-07\n", encoding="utf-8")
    report = settle(City(tmp_path, POLICY), "2026-01", [stay("2026-01", "A"), stay("2026-01", "B")], lists=lists)

    assert row(report).cases == 1
    assert told(report, "list_before_discharge") == [("list_before_discharge", "A", "2026-01-06")]
    assert [(total.key, total.rows) for total in report.not_settled] == [("list_not_passed", 1)]


def test_a_stay_is_worth_what_its_own_day_says(tmp_path: Path) -> None:
    """The low rule changes on 1 February; a stay of January that comes late is low by January's."""
    low = '  low: {value: {threshold: "0.5", inclusive: false, formula: ratio}, cite: "Example"}\n'
    dated = "".join(
        f'    - {{from: {first}, to: {last}, value: {{threshold: "{share}", inclusive: false, formula: ratio}}, cite: "x"}}\n'
        for first, last, share in (("2026-01-01", "2026-01-31", "0.5"), ("2026-02-01", "2026-12-31", "0.3"))
    )
    city = City(tmp_path, special_policy((low, f"  low:\n{dated}"), text=POLICY))
    report = settle(
        city, "2026-02", [settled(stay("2026-01", "L", 1200, 100), "2026-02-20"), stay("2026-02", "M", 1200, 100)]
    )

    # 300 × 1,200 ÷ 3,000 = 120 points under January's rule; 330 under February's.
    assert row(report).points_e4 == 1_200_000 + 3_300_000
    assert explain(city.run("2026-02"), "L", "en").differences == []
    step = next(step for step in explain(city.run("2026-02"), "L", "en").steps if step.title.en == "Attribution")
    assert [line.value for line in step.writes] == ["202602", "yes"]
    assert step.writes[0].working == "2026-01-07 → 2026-02-20"
    assert {key for key, _ in step.citations} >= {"attribution.list_cutoff_day", "basis_date"}


def test_a_year_is_open_until_its_cut_off(tmp_path: Path) -> None:
    """V115, V116: settled on 31 January a stay of December is of the year before; on 1 February it is of this one."""
    city = City(tmp_path, POLICY)
    rows = [settled(stay("2025-12", "Y", 3000), day) for day in ("2026-01-31", "2026-02-01")]
    rows[1] = rows[1].replace("Y,", "Z,", 1)

    assert [one.cases for one in settle(city, "2026-01", rows).rows] == []
    february = settle(city, "2026-02", rows)
    assert (row(february).cases, told(february, *MOVES)) == (1, [(MOVES[1], "Z", "2025-12")])


def test_money_of_late_lists_can_wait_for_clearing(tmp_path: Path) -> None:
    report = settle(City(tmp_path, AT_CLEARING), "2026-02", STAYS)

    own = row(report)
    assert (own.cases, own.payable_fen, own.held_cases, own.held_fen) == (2, 460_000, 1, 230_000)
    assert (own.retained_fen, own.paid_fen) == (11_500, 218_500)
    assert [line.reason for line in report.holds] == ["held_late_list"]


@pytest.mark.parametrize(("state", "cases"), [("0", 1), ("1", 1), ("2", 2), ("3", 1), ("9", 1), ("", 2)])
def test_only_lists_that_have_passed_are_settled(tmp_path: Path, state: str, cases: int) -> None:
    lists = tmp_path / "lists.csv"
    lists.write_text(f"setl_id,state\nA,{state}\n", encoding="utf-8")
    report = settle(City(tmp_path, POLICY), "2026-01", STAYS, lists=lists)

    assert row(report).cases == cases
    assert [total.rows for total in report.not_settled if total.key == "list_not_passed"] == [1] * (2 - cases)
    assert report.findings.counts.get("unknown_code", 0) == (state == "9")


def test_a_stay_waits_for_its_list_and_is_paid_once(tmp_path: Path) -> None:
    """Failed when January is settled, put right on 20 February: February pays it."""
    city, lists = City(tmp_path, POLICY), tmp_path / "lists.csv"
    lists.write_text("setl_id,state\nA,3\n", encoding="utf-8")
    january = settle(city, "2026-01", STAYS[:1], lists=lists)
    lists.write_text("setl_id,arrived,state\nA,2026-02-20,2\n", encoding="utf-8")
    february = settle(city, "2026-02", [STAYS[0], STAYS[4]], lists=lists)
    again = settle(city, "2026-01", STAYS[:1], lists=lists, out="again")

    assert [one.cases for one in january.rows] == [one.cases for one in again.rows] == []
    assert row(february).cases == 2


def interim(name: str, visit: str, month: str, cost: int, patient: int) -> str:
    return f"{stay(month, name, cost, patient)},{visit}"


@pytest.fixture
def bills(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases with a visit ID."""
    monkeypatch.setattr("tests.special_cases.sample.HEADER", f"{HEADER},mdtrt_id")


def write_bills(folder: Path, **kinds: str) -> Path:
    path = folder / "bills.csv"
    path.write_text("setl_id,bill\n" + "".join(f"{name},{kind}\n" for name, kind in kinds.items()), encoding="utf-8")
    return path


@pytest.mark.usefixtures("bills")
@pytest.mark.parametrize("more", ["", SPECIAL])
def test_an_interim_bill_is_deducted_from_the_whole_stay(tmp_path: Path, more: str) -> None:
    """2,000 in January by item: 2,000 − 800 = 1,200. The last bill of 4,600 makes 6,600: 300 × 2.2 … above twice 3,000.

    300 × (2.2 − 2 + 1) × 1.1 = 396 points, 3,960 yuan; patients paid 800 + 200: 2,960 payable, 1,200 of it taken back.
    Where there is special-case review, too, nothing is decided on either bill.
    """
    city = City(tmp_path, POLICY + more)
    january = settle(
        city, "2026-01", [interim("I1", "V1", "2026-01", 2000, 800)], lists=write_bills(tmp_path, I1="interim")
    )
    assert (row(january).by_item_cases, row(january).points_e4, row(january).payable_fen) == (1, 0, 120_000)

    february = settle(
        city, "2026-02", [interim("F1", "V1", "2026-02", 4600, 200)], lists=write_bills(tmp_path, F1="final"), prior=["2026-01"]
    )  # fmt: skip
    own = row(february)
    assert (own.points_e4, own.payable_fen, own.patient_fen) == (3_960_000, 296_000, 100_000)
    assert (own.other_deduction_fen, own.paid_fen) == (120_000, 296_000 - 14_800 - 120_000)
    assert [(item.item_id, item.amount_fen) for item in february.deductions] == [("INTERIM-F1", 120_000)]
    assert told(february, "interim_deducted") == [("interim_deducted", "F1", "2026-01")]
    assert explain(city.run("2026-02"), "F1", "en").differences == []
    # Indicators have one discharge of 6,600, and no readmission on its own interim bill; of January alone, the bill.
    runs = [RunFolder(city.run(month)) for month in ("2026-01", "2026-02")]
    assert [read_cases(some).whole["total_cost_fen"].tolist() for some in (runs, runs[:1])] == [[660_000], [200_000]]


@pytest.mark.usefixtures("bills")
def test_a_year_to_date_takes_an_interim_payment_back_once(tmp_path: Path) -> None:
    """1,200 in January by item; February and March have the whole stay again, and take the 1,200 back once."""
    text = special_policy(("point_value: {value: fixed_opening", "point_value: {value: cumulative"), text=POLICY)
    city, bills = City(tmp_path, text), write_bills(tmp_path, I1="interim", F1="final")
    rows = [interim("I1", "V1", "2026-01", 2000, 800), interim("F1", "V1", "2026-02", 4600, 200)]
    reports = [
        settle(city, month, rows[:n], lists=bills, prior=[f"2026-0{k}" for k in range(1, int(month[-1]))])
        for month, n in (("2026-01", 1), ("2026-02", 2), ("2026-03", 2))
    ]

    own = [row(report) for report in reports]
    assert [one.other_deduction_fen for one in own] == [0, 120_000, 0]
    whole = own[-1].payable_fen
    assert sum(one.paid_fen + one.other_deduction_fen for one in own) == (whole * 95 + 50) // 100


@pytest.mark.usefixtures("bills")
@pytest.mark.parametrize("visit", ["V2", ""])
def test_a_last_bill_without_its_interim_ones_waits(tmp_path: Path, visit: str) -> None:
    city = City(tmp_path, POLICY)
    settle(city, "2026-01", [interim("I1", "V1", "2026-01", 2000, 800)], lists=write_bills(tmp_path, I1="interim"))
    report = settle(
        city, "2026-02", [interim("F1", visit, "2026-02", 4600, 200)], lists=write_bills(tmp_path, F1="final"), prior=["2026-01"]
    )  # fmt: skip

    assert report.rows == []
    assert [(total.key, total.rows) for total in report.not_settled] == [("interim_not_found", 1)]


@pytest.mark.usefixtures("bills")
def test_interim_bills_may_be_paid_by_item_and_that_is_all(tmp_path: Path) -> None:
    city = City(
        tmp_path, special_policy(("interim_bill: {value: deducted", "interim_bill: {value: by_item"), text=POLICY)
    )
    bills = write_bills(tmp_path, I1="interim", F1="final")
    settle(city, "2026-01", [interim("I1", "V1", "2026-01", 2000, 800)], lists=bills)
    report = settle(city, "2026-02", [interim("F1", "V1", "2026-02", 3000, 1000)], lists=bills, prior=["2026-01"])

    assert (row(report).payable_fen, row(report).other_deduction_fen) == (230_000, 0)


def test_a_suspended_hospital_accumulates_and_is_paid_once_it_ends(tmp_path: Path) -> None:
    """Suspended from 5 February to 31 March; discharges are on the 7th. April pays what has accumulated."""
    city = City(tmp_path, SUSPENDED)
    months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    found = [
        settle(city, month, [stay(month, "S"), stay(month, "T", hospital=H2)], prior=months[:i])
        for i, month in enumerate(months)
    ]

    own = [row(report) for report in found]
    assert [(one.payable_fen, one.held_fen, one.released_fen) for one in own] == [
        (230_000, 0, 0), (230_000, 230_000, 0), (230_000, 230_000, 0), (230_000, 0, 460_000), (230_000, 0, 0),
    ]  # fmt: skip
    assert [one.paid_fen for one in own] == [218_500, 0, 0, 655_500, 218_500]
    assert [(line.decision, line.before_fen, line.open_fen) for line in found[2].holds] == [("no. 7", 230_000, 460_000)]
    assert [row(report, H2).paid_fen for report in found] == [218_500] * 5
    with (city.run("2026-04") / "holds.csv").open(encoding="utf-8", newline="") as file:
        assert [one["released_yuan"] for one in csv.DictReader(file)] == ["4600.00"]
    assert explain(city.run("2026-03"), "S", "en").differences == []


@pytest.mark.parametrize(("first", "last", "held"), [("07", "07", 1), ("08", "20", 0), ("01", "06", 0)])
def test_the_days_of_a_suspension_are_included(tmp_path: Path, first: str, last: str, held: int) -> None:
    days = (f"from: 2026-02-{first}, to: 2026-02-{last}", "from: 2026-02-05, to: 2026-03-31")
    report = settle(City(tmp_path, special_policy(days[::-1], text=SUSPENDED)), "2026-02", [stay("2026-02", "S")])

    assert row(report).held_cases == held


def test_what_accumulates_may_wait_for_clearing(tmp_path: Path) -> None:
    city = City(tmp_path, special_policy(("release: {value: after_end", "release: {value: clearing"), text=SUSPENDED))
    settle(city, "2026-03", [stay("2026-03", "S")])
    april = settle(city, "2026-04", [stay("2026-04", "S")], prior=["2026-03"])

    assert (row(april).released_fen, april.holds[0].open_fen) == (0, 230_000)


def test_a_year_to_date_pays_what_is_held_no_longer(tmp_path: Path) -> None:
    text = special_policy(("point_value: {value: fixed_opening", "point_value: {value: cumulative"), text=SUSPENDED)
    city, rows = City(tmp_path, text), [stay(f"2026-0{n}", f"S{n}") for n in (1, 2, 3, 4)]
    paid, names = [], list[str]()
    for n in (1, 2, 3, 4):
        report = settle(city, f"2026-0{n}", rows[:n], prior=names)
        names.append(f"2026-0{n}")
        paid.append(row(report).paid_fen)

    whole = row(report).payable_fen
    assert row(report).held_fen == 0
    # Of the year to date 95 % has been paid by the end of April.
    assert sum(paid) == round(whole * 0.95)
    assert paid[1] <= 0 or row(report).cases == 4


def test_without_the_section_nothing_is_attributed(tmp_path: Path) -> None:
    city = City(tmp_path, TINY)
    with pytest.raises(PolicyError, match="attribution"):
        city.settle("2026-01", STAYS, lists=write_bills(tmp_path, A="interim"))
    plain = settle(city, "2026-01", STAYS)
    assert row(plain).cases == 4  # whenever their lists came
    assert "late_cases" not in (city.run("2026-01") / "statement.csv").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("list_cutoff_day: {value: 10", "list_cutoff_day: {value: 29", "from 1 to 28"),
        ('year_cutoff: {value: "01-31"', 'year_cutoff: {value: "01-32"', "month and day"),
        ("late_list: {value: arrival_month", "late_list: {value: never", "must be one of"),
    ],
)
def test_what_the_section_cannot_say(old: str, new: str, word: str) -> None:
    assert word in only_problem(special_policy((old, new), text=POLICY)).in_language("en")


def test_no_list_is_late_by_the_date_of_settlement() -> None:
    text = special_policy(
        ("basis_date: {value: discharge", "basis_date: {value: settlement"),
        ('year_cutoff: {value: "01-31"', "year_cutoff: {value: none"),
        text=POLICY,
    )
    assert "write none" in only_problem(text).in_language("en")


@pytest.mark.parametrize(
    ("hospitals", "word"),
    [
        ("{hospital: H1, from: 2026-03-01, to: 2026-02-01, decision: a}", "ends before"),
        ("{hospital: H1, from: 2026-01-01, to: 2026-02-01, decision: a}, {hospital: H1, from: 2026-02-01, to: 2026-03-01, decision: b}", "overlap"),
        ("{hospital: H1, from: 2026-01-01, to: 2026-02-01, decision: a}, {hospital: H1, from: 2026-03-01, to: 2026-03-02, decision: a}", "stands twice"),
    ],
)  # fmt: skip
def test_what_a_suspension_cannot_say(hospitals: str, word: str) -> None:
    old = '{hospital: H99010000001, from: 2026-02-05, to: 2026-03-31, decision: "no. 7"}'
    assert word in only_problem(special_policy((old, hospitals), text=SUSPENDED)).in_language("en")


def test_chunks_and_threads_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("\n".join([HEADER, *STAYS]) + "\n", encoding="utf-8")
    (tmp_path / "city.yaml").write_text(AT_CLEARING + SUSPENSION, encoding="utf-8")
    lists = [RegisteredList("A", state=3), RegisteredList("B", arrived=20260211)]
    one, many = (
        settle_month(load_policy(tmp_path / "city.yaml"), tmp_path / "cases.csv", "2026-02", lists=lists, chunk_rows=rows, threads=threads)
        for rows, threads in ((100, 1), (1, 3))
    )  # fmt: skip

    assert one.month.rows == many.month.rows
    assert one.month.attribution == many.month.attribution
    assert one.month.rows[0].held_cases == 3
