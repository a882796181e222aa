"""What earlier months hand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.provenance import Identity, RunRecord, sha256_of_file
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DeductionLine
from drgdip.pipeline.prior import Prior, read_prior, without_stay
from drgdip.statement.csv_tables import write_deductions_csv
from tests.statement.sample import row

HEADER = (
    "month,fixmedins_code,pool,paid_yuan,audit_deduction_yuan,inspection_deduction_yuan,prepayment_offset_yuan,"
    "retention_hold_yuan,other_deduction_yuan,cases\n"
)


def run(folder: Path, month: str, paid: str, audit: str, carried: int | None = None) -> Path:
    folder.mkdir()
    name, sha256 = "city 2026.1", "0" * 64
    record = RunRecord(
        engine_version="0", command=[], started_at="", finished_at="", month=month, policy_file="city",
        policy=Identity(name=name, sha256=sha256), tables=Identity(name="dip/demo", sha256=sha256),
        inputs=[], rows={}, point_values={}, totals_fen={},
    )  # fmt: skip
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8")
    (folder / "statement.csv").write_text(
        f"{HEADER}{month},H1,310,{paid},{audit},0.00,0.00,0.00,0.00,3\n", encoding="utf-8"
    )
    if carried is not None:
        line = DeductionLine("H1", "310", 10, f"{month}-05", "D1", carried + 500, 500, carried)
        write_deductions_csv(folder / "deductions.csv", [line])
    return folder


def prior(*runs: Path, month: str = "2026-03", policy: str = "city", pools: tuple[str, ...] = ("310",)) -> Prior:
    return read_prior(runs, policy, pools, month)


def test_paid_and_deducted_of_all_months_count_as_paid_before(tmp_path: Path) -> None:
    runs = [run(tmp_path / "b", "2026-02", "20.00", "0.30"), run(tmp_path / "a", "2026-01", "1.00", "0.02")]
    assert prior(*runs).paid_before_fen == {("H1", "310"): 2132}


def test_only_the_last_month_hands_on_what_it_carried(tmp_path: Path) -> None:
    runs = [
        run(tmp_path / "b", "2026-02", "0.00", "0.00", carried=70),
        run(tmp_path / "a", "2026-01", "0.00", "0.00", carried=99),
    ]
    assert prior(*runs).carried == [Deduction("D1", "H1", "310", 10, "2026-02-05", 70)]


def test_what_was_taken_in_full_is_not_handed_on(tmp_path: Path) -> None:
    assert prior(run(tmp_path / "a", "2026-01", "5.00", "5.00", carried=0)).carried == []


def test_a_folder_without_a_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="settled month"):
        prior(tmp_path)


def test_payments_of_another_year_are_not_of_this_year_to_date(tmp_path: Path) -> None:
    december = run(tmp_path / "a", "2025-12", "7.00", "0.00", carried=30)
    handed_on = prior(december, run(tmp_path / "b", "2026-01", "1.00", "0.00"))
    assert handed_on.paid_before_fen == {("H1", "310"): 100}
    assert prior(december).carried == [Deduction("D1", "H1", "310", 10, "2025-12-05", 30)]


def test_what_a_month_without_stays_carries_is_handed_on(tmp_path: Path) -> None:
    january = run(tmp_path / "a", "2026-01", "1.00", "0.00", carried=40)
    february = run(tmp_path / "b", "2026-02", "0.00", "0.00", carried=90)
    (february / "statement.csv").write_text(HEADER, encoding="utf-8")
    assert [item.amount_fen for item in prior(february, january).carried] == [90]


@pytest.mark.parametrize("month", ["2026-02", "2026-01"])
def test_a_run_of_the_same_or_a_later_month_is_refused(tmp_path: Path, month: str) -> None:
    with pytest.raises(UsageError, match="is not before"):
        prior(run(tmp_path / "a", "2026-02", "1.00", "0.00"), month=month)


def test_a_month_given_twice_is_refused(tmp_path: Path) -> None:
    january = run(tmp_path / "a", "2026-01", "1.00", "0.00")
    with pytest.raises(UsageError, match="a run of 2026-01"):
        prior(january, january)


def test_a_run_under_another_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="under the policy city, not town"):
        prior(run(tmp_path / "a", "2026-01", "1.00", "0.00"), policy="town")


def test_an_item_of_a_pool_that_is_gone_is_not_lost_silently(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the pool 310"):
        prior(run(tmp_path / "a", "2026-01", "1.00", "0.00", carried=1), pools=("390",))


@pytest.mark.parametrize("name", ["run.json", "statement.csv", "deductions.csv"])
@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff\xfe\x00", b"month,pool\n2026-01"])
def test_a_damaged_run_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    january = run(tmp_path / "a", "2026-01", "1.00", "0.00", carried=1)
    if name != "run.json":
        record = RunRecord.model_validate_json((january / "run.json").read_bytes())
        hashes = {file: sha256_of_file(january / file) for file in ("statement.csv", "deductions.csv")}
        (january / "run.json").write_text(record.model_copy(update={"outputs": hashes}).to_json(), encoding="utf-8")
    (january / name).write_bytes(content)
    with pytest.raises(UsageError, match="damaged"):
        prior(january)


def test_an_item_that_an_earlier_month_has_seen_is_not_deducted_again(tmp_path: Path) -> None:
    """Taken in full or carried over: the list of January handed in again in February changes nothing."""
    handed_on = prior(run(tmp_path / "a", "2026-01", "5.00", "5.00", carried=0))
    old, new = (Deduction(name, "H1", "310", 10, "2026-01-05", 500) for name in ("D1", "D2"))
    assert handed_on.unseen([old, new]) == (
        [new],
        [Finding("--deductions", 0, "D1", "item_id", "D1", "duplicate_deduction")],
    )


def test_a_cumulative_month_names_the_months_that_are_missing(tmp_path: Path) -> None:
    handed_on = prior(run(tmp_path / "a", "2026-02", "1.00", "0.00"), month="2026-04")
    assert [finding.value for finding in handed_on.missing_before("2026-04")] == ["2026-01", "2026-03"]
    assert Prior({}).missing_before("2026-01") == []


def test_a_new_item_of_a_hospital_without_a_stay_is_told() -> None:
    """It may be right, and is carried; or its code is wrong, and nobody would ever see it taken."""
    items = [Deduction(name, name, "310", 10, "2026-02-05", 70) for name in ("H1", "H2")]
    rows = [row("H1", "310", cases=1), row("H2", "310", cases=0)]
    assert without_stay(items, rows) == [
        Finding("--deductions", 0, "H2", "fixmedins_code", "H2", "deduction_without_stay")
    ]
