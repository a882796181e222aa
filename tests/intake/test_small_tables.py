"""Small files written by hand in spreadsheets: nothing in them may come to say what nobody wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from drgdip.intake.clearing_lines import COLUMNS as CLEARING
from drgdip.intake.clearing_lines import read_clearing_lines
from drgdip.intake.deductions import read_deductions
from drgdip.intake.denial_files import read_denials
from drgdip.intake.small_table import csv_cells
from drgdip.intake.year_files import read_scores

DEDUCTIONS = "item_id,fixmedins_code,pool,deduction_type,date,amount_yuan"


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "small.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_spreadsheets_write(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path, "code, reason", " H1 ,病情危重", encoding=encoding)
    assert csv_cells(path, ("code", "reason")) == [{"code": "H1", "reason": "病情危重", "": ""}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "cannot be read"),
        (b"code,reason\nH1,\xa1", "cannot be read"),
        (b'code,reason\nH1,"open\nH2,x\n', r"cut into cells \(near line 3\)"),
        (b"code\nH1\n", "no column reason"),
        (b"code,reason,code\nH1,x,H2\n", "the column code twice"),
    ],
)
def test_files_that_are_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        csv_cells(path, ("code", "reason"))


def test_a_column_that_nobody_reads_may_stand_twice(tmp_path: Path) -> None:
    assert csv_cells(written(tmp_path, "code,x,x", "H1,1,2,,"), ("code",)) == [{"code": "H1", "": ""}]


def test_an_amount_with_an_unquoted_separator_takes_nothing(tmp_path: Path) -> None:
    """1,000.00 without quotes is two cells; to read the first as one yuan would be a guess."""
    path = written(tmp_path, DEDUCTIONS, "I1,H1,310,10,2026-02-01,1,000.00", "I2,H1,310,10,2026-02-01,5.00")
    items, findings = read_deductions(path, ["310"])
    assert [(item.id, item.amount_fen) for item in items] == [("I2", 500)]
    assert [(found.row, found.value, found.reason.key) for found in findings] == [(1, "000.00", "malformed_row")]

    path = written(tmp_path, "denial_id,setl_id,date,decided_by,denied_fund_yuan", "N1,S1,2026-02-01,Z,1,000.00")
    denials, findings = read_denials(path)
    assert not denials
    assert [(found.row, found.setl_id, found.reason.key) for found in findings] == [(1, "S1", "malformed_row")]

    path = written(tmp_path, ",".join(CLEARING), ",".join(["1"] * len(CLEARING) + ["000.00"]))
    assert [found.reason.key for found in read_clearing_lines([path], "990100")[1]] == ["malformed_row"]

    with pytest.raises(UsageError, match="row 1 has more cells than the header"):
        read_scores(written(tmp_path, "fixmedins_code,score", "H1,90,5"))
