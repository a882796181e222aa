"""What earlier months hand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DeductionLine
from drgdip.pipeline.prior import read_prior
from drgdip.statement.csv_tables import write_deductions_csv

HEADER = (
    "month,fixmedins_code,pool,paid_yuan,audit_deduction_yuan,inspection_deduction_yuan,prepayment_offset_yuan,"
    "retention_hold_yuan,other_deduction_yuan\n"
)


def run(folder: Path, month: str, paid: str, audit: str, carried: int | None = None) -> Path:
    folder.mkdir()
    (folder / "statement.csv").write_text(
        f"{HEADER}{month},H1,310,{paid},{audit},0.00,0.00,0.00,0.00\n", encoding="utf-8"
    )
    if carried is not None:
        line = DeductionLine("H1", "310", 10, f"{month}-05", "D1", carried + 500, 500, carried)
        write_deductions_csv(folder / "deductions.csv", [line])
    return folder


def test_paid_and_deducted_of_all_months_count_as_paid_before(tmp_path: Path) -> None:
    runs = [run(tmp_path / "b", "2026-02", "20.00", "0.30"), run(tmp_path / "a", "2026-01", "1.00", "0.02")]
    assert read_prior(runs).paid_before_fen == {("H1", "310"): 2132}


def test_only_the_last_month_hands_on_what_it_carried(tmp_path: Path) -> None:
    runs = [
        run(tmp_path / "b", "2026-02", "0.00", "0.00", carried=70),
        run(tmp_path / "a", "2026-01", "0.00", "0.00", carried=99),
    ]
    assert read_prior(runs).carried == [Deduction("D1", "H1", "310", 10, "2026-02-05", 70)]


def test_what_was_taken_in_full_is_not_handed_on(tmp_path: Path) -> None:
    assert read_prior([run(tmp_path / "a", "2026-01", "5.00", "5.00", carried=0)]).carried == []


def test_a_folder_without_a_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="settled month"):
        read_prior([tmp_path])
