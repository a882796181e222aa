"""Readmissions by hand: what belongs together, what is told, what stays that are paid as one come to (8.4)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from drgdip import explain
from drgdip.pipeline.readmissions.changes import Changes, JoinedStays
from drgdip.sanctions import Visit, episodes
from drgdip.statement import MonthReport
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY, only_problem
from tests.special_cases.sample import H1, H2, City, special_policy

READMISSION = """
readmission:
  window_days: {value: 15, cite: "Example"}
  same: {value: group, cite: "Example"}
  same_hospital: {value: true, cite: "Example"}
  action: {value: merge, cite: "Example"}
  share: {value: none, cite: "Example"}
  planned: {value: [Z51], cite: "Example"}
"""
MERGE = TINY + READMISSION
FLAG = special_policy(("action: {value: merge", "action: {value: flag"), text=MERGE)
SHARE = special_policy(
    ("action: {value: merge", "action: {value: share"), ("share: {value: none", 'share: {value: "0.3"'), text=MERGE
)


def visit(name: str, first: int, last: int, weight: int = 1000, group: str = "G", patient: str = "P") -> Visit:
    return Visit(name, patient, (group,), first, last, weight)


def ids(found: object) -> list[list[str]]:
    return [[one.id for one in episode.visits] for episode in found]  # type: ignore[attr-defined]


def test_the_window_is_counted_from_each_discharge() -> None:
    """V111, and a day to each side: gaps of 15 days belong together, of 16 they do not."""
    assert ids(episodes([visit("a", 1, 8), visit("b", 23, 27), visit("c", 43, 50)], 15)) == [["a", "b"], ["c"]]
    assert ids(episodes([visit("a", 1, 8), visit("b", 24, 27)], 15)) == [["a"], ["b"]]
    # A chain of short gaps is one episode, though its ends lie farther apart.
    assert ids(episodes([visit("c", 31, 40), visit("a", 1, 8), visit("b", 20, 22)], 15)) == [["a", "b", "c"]]


def test_what_is_no_readmission() -> None:
    assert ids(episodes([visit("a", 1, 8), visit("b", 7, 9)], 15)) == [["a"], ["b"]]  # at the same time
    assert ids(episodes([visit("a", 1, 8), visit("b", 9, 9, group="H")], 15)) == [["a"], ["b"]]
    assert ids(episodes([visit("a", 1, 8), visit("b", 9, 9, patient="Q")], 15)) == [["a"], ["b"]]


def test_the_higher_weight_counts_and_the_first_of_equals() -> None:
    (one,) = episodes([visit("a", 1, 8, 1000), visit("b", 9, 10, 1200)], 15)
    (equal,) = episodes([visit("a", 1, 8), visit("b", 9, 10)], 15)

    assert (one.lead.id, one.relative_weight_e4) == ("b", 1200)
    assert equal.lead.id == "a"


def stay(name: str, first: str, last: str, cost: int = 3000, patient: int = 1000, person: str = "P", hospital: str = H1, code: str = "A46.x00") -> str:  # fmt: skip
    times = f"{first} 08:00:00,{last} 09:00:00,{last} 10:00:00,6"
    paid = f"{cost}.00,0,0,0,{cost}.00,{cost - patient}.00,{cost - patient}.00,0,{patient}.00"
    return f"{name},{hospital},01,310,990100,990100,{times},{code},{paid},{person}"


class Persons(City):
    """The same with a column of person numbers."""

    def settle(self, month: str, rows, **more):  # type: ignore[no-untyped-def,override]
        header, *lines = [f"{HEADER},psn_no", *rows]
        path = self.folder / f"{month}-own.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        from drgdip import settle_to_folder

        prior = [self.run(name) for name in more.pop("prior", ())]
        return settle_to_folder(self.policy, [path], month, self.run(month), prior=prior, threads=1, **more)


PAIR = [stay("A", "2026-01-02", "2026-01-08"), stay("B", "2026-01-20", "2026-01-25", 4000, 1500)]


def payable(report: MonthReport) -> int:
    assert [line.line_id for line in report.proof if not line.holds] == []
    return sum(row.payable_fen for row in report.rows)


def told(report: MonthReport) -> list[tuple[str, str]]:
    return [(one.setl_id, one.value) for one in report.findings.first if one.key == "readmission"]


def test_flagged_readmissions_change_no_payment(tmp_path: Path) -> None:
    report = Persons(tmp_path, FLAG).settle("2026-01", PAIR)

    assert told(report) == [("B", "A")]
    assert payable(report) == 230_000 + 180_000


def test_merged_stays_are_paid_once(tmp_path: Path) -> None:
    """Once 330 points for a cost of 7,000, above twice the reference of 3,000: 300 × (7/3 − 2 + 1) × 1.1 = 440 points;
    4,400 less what the patient paid in both, 2,500.
    """
    city = Persons(tmp_path, MERGE)
    report = city.settle("2026-01", PAIR)

    assert told(report) == [("B", "A")]
    assert payable(report) == 440_000 - 250_000
    assert (sum(row.points_e4 for row in report.rows), sum(row.cases for row in report.rows)) == (4_400_000, 2)
    for setl_id in ("A", "B"):
        assert explain(city.run("2026-01"), setl_id, "en").differences == []


def test_merged_points_count_once_in_the_point_value(tmp_path: Path) -> None:
    text = special_policy(("point_value: {value: fixed_opening", "point_value: {value: floating"), text=MERGE)
    report = Persons(tmp_path, text).settle("2026-01", [*PAIR, stay("C", "2026-01-02", "2026-01-08", person="Q")])

    # 100,000 ÷ 0.8 = 125,000 over 440 + 330 points.
    assert {row.point_value_e4 for row in report.rows if row.pool == "310"} == {1_623_377}
    payable(report)


def test_later_stays_may_be_paid_a_share(tmp_path: Path) -> None:
    """The second of 330 points has 99: 990 − 1,500 is below zero and counts as zero."""
    report = Persons(tmp_path, SHARE).settle("2026-01", [PAIR[0], stay("B", "2026-01-20", "2026-01-25", 4000, 500)])

    assert payable(report) == 230_000 + 49_000
    assert sum(row.points_e4 for row in report.rows) == 3_300_000 + 990_000


@pytest.mark.parametrize(
    "second",
    [
        stay("B", "2026-01-24", "2026-01-25"),  # 16 days
        stay("B", "2026-01-20", "2026-01-25", person="Q"),
        stay("B", "2026-01-20", "2026-01-25", person=""),
        stay("B", "2026-01-20", "2026-01-25", hospital=H2),
        stay("B", "2026-01-20", "2026-01-25", code="I10.x00"),
    ],
)
def test_stays_that_do_not_belong_together(tmp_path: Path, second: str) -> None:
    report = Persons(tmp_path, MERGE).settle("2026-01", [PAIR[0], second])

    assert told(report) == []


def test_planned_series_are_left_alone(tmp_path: Path) -> None:
    text = special_policy(("planned: {value: [Z51]", "planned: {value: [A46]"), text=MERGE)

    assert told(Persons(tmp_path, text).settle("2026-01", PAIR)) == []


def test_an_earlier_month_is_told_and_stands(tmp_path: Path) -> None:
    city = Persons(tmp_path, MERGE)
    city.settle("2026-01", [stay("A", "2026-01-25", "2026-01-30")])
    february = city.settle("2026-02", [stay("B", "2026-02-14", "2026-02-20")], prior=["2026-01"])

    assert told(february) == [("B", "A")]
    assert payable(february) == 230_000


def test_chunks_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    whole = Persons(tmp_path, MERGE).settle("2026-01", PAIR)
    pieces = Persons(tmp_path / "x", MERGE).settle("2026-01", PAIR, chunk_rows=1)

    assert whole.rows == pieces.rows
    assert told(whole) == told(pieces)


def test_what_does_not_fit_together_in_the_policy() -> None:
    for exchange in (("share: {value: none", 'share: {value: "0.5"'), ("same_hospital: {value: true", "same_hospital: {value: false")):  # fmt: skip
        only_problem(special_policy(exchange, text=MERGE))


def test_chunks_may_have_other_optional_columns() -> None:
    """What one chunk has and another has not is put into the one alone."""
    joined = JoinedStays({"A": {"episode_role": 1}, "B": {"episode_role": 2}}, ())
    chunks = [
        (pa.array(["A", "X"]), {"points_e4": np.array([1, 2]), "outside_points_fen": np.array([5, 6])}),
        (pa.array(["B"]), {"points_e4": np.array([3])}),
    ]
    for ids, columns in chunks:
        rows, places = joined.in_chunk(ids)
        before = {name: values[rows] for name, values in columns.items()}
        after = {name: values + 10 for name, values in before.items()}
        joined.keep(places, Changes(rows, [], before, after, set(after)))

    first, second = (joined.put(*chunk) for chunk in chunks)
    assert {name: values.tolist() for name, values in first.items()} == {
        "points_e4": [11, 2], "outside_points_fen": [15, 6],
    }  # fmt: skip
    assert {name: values.tolist() for name, values in second.items()} == {"points_e4": [13]}
