"""Workbooks: which sheet counts, what cells mean, and workbooks made to do harm."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from drgdip.base.errors import UsageError
from tests.intake.sample import STAY, columns_of, reader, seen, stay

MONEY = {name for name in STAY if name.endswith(("_pay", "_amt", "sumamt", "_selfpay", "_dedc"))}


def typed(row: Mapping[str, str]) -> list[Any]:
    """A stay as people type it: amounts and codes as numbers, times as dates."""
    cells: list[Any] = []
    for name, cell in row.items():
        if name in MONEY:
            cells.append(float(cell) if cell else None)
        elif name.endswith("_time"):
            cells.append(datetime.fromisoformat(cell))
        elif name in ("hosp_lv", "insutype", "insu_admdvs", "age", "act_ipt_days", "dscg_way"):
            cells.append(int(cell))
        else:
            cells.append(cell or None)
    return cells


def workbook(path: Path, rows: Sequence[Sequence[Any]], titles: Sequence[str] = ("病例",), above: int = 0) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in titles:
        sheet = book.create_sheet(title)
        for number in range(above):
            sheet.append([f"说明 {number}"])
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def cases(*stays: Mapping[str, str]) -> list[list[Any]]:
    return [list(STAY), *map(typed, stays)]


def refusal(path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        seen(path)
    return caught.value


def test_typed_cells_read_like_text(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", cases(stay(1), stay(2)))
    columns = columns_of(path)[0]

    assert seen(path) == []
    assert columns["row_number"].tolist() == [1, 2]
    assert columns["cash_paid_fen"].tolist() == [24000, 24000]
    assert columns["hospital_tier"].tolist() == [3, 3]
    assert columns["insurance_type"].tolist() == [310, 310]
    assert columns["admission_time_s"].tolist() == [1_767_342_600] * 2


def test_text_cells_read_like_typed_ones(tmp_path: Path) -> None:
    rows = [list(STAY), list(stay(1, insutype="310").values()), list(stay(2, medfee_sumamt="1,000.00").values())]
    path = workbook(tmp_path / "cases.xlsx", rows)

    assert seen(path) == [(2, "medfee_sumamt", "1,000.00", "wrong_type")]


def test_fractions_are_taken_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = cases(stay(1), stay(2))
    place = rows[0].index("oth_pay")
    rows[1][place], rows[2][place] = 0.1 + 2.9, 3.001
    path = workbook(tmp_path / "cases.xlsx", rows)

    assert seen(path) == [(2, "oth_pay", "3.001", "too_many_decimals")]


def test_a_title_above_and_sheets_beside(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", cases(stay(1, medfee_sumamt="1.00")), above=3)
    book = openpyxl.load_workbook(path)
    book.create_sheet("说明", 0).append(["本表为病例"])
    book.create_sheet("汇总").append(["setl_id", "medfee_sumamt"])
    book.save(path)

    assert [row for row, *_ in seen(path)] == [1, 1]


def test_several_sheets_of_cases_are_refused_by_name(tmp_path: Path) -> None:
    fault = refusal(workbook(tmp_path / "cases.xlsx", cases(stay()), titles=("一月", "二月")))

    assert "一月" in fault.fact.zh
    assert "二月" in fault.fact.zh


def test_no_sheet_of_cases(tmp_path: Path) -> None:
    assert "cases.xlsx" in refusal(workbook(tmp_path / "cases.xlsx", [["科室", "人数"], ["内科", 3]])).fact.zh


def test_a_required_column_is_missing(tmp_path: Path) -> None:
    rows = cases(stay())
    rows[0][0] = "编号"

    assert "setl_id" in refusal(workbook(tmp_path / "cases.xlsx", rows)).fact.zh


def test_empty_rows(tmp_path: Path) -> None:
    rows = [*cases(stay(1)), [], ["  "], typed(stay(2)), [], [], []]
    path = workbook(tmp_path / "cases.xlsx", rows)

    assert seen(path) == [(2, "", "", "malformed_row"), (3, "", "", "malformed_row")]
    for chunk_rows in (1, 2, 3):
        assert [row for row, *_ in seen(path, chunk_rows=chunk_rows)] == [2, 3]


def test_merged_cells_are_empty_but_for_the_first(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", cases(stay(1), stay(2)))
    book = openpyxl.load_workbook(path)
    place = list(STAY).index("insutype") + 1
    book.active.merge_cells(start_row=2, end_row=3, start_column=place, end_column=place)
    book.save(path)

    assert seen(path) == [(2, "insutype", "", "missing_value")]


def test_formulas_count_at_their_kept_value(tmp_path: Path) -> None:
    rows = cases(stay())
    rows[1][rows[0].index("oth_pay")] = "=1+2"
    rows[1][rows[0].index("medfee_sumamt")] = "=SUM(1,2)"

    # The library keeps no values of formulas: what is not kept is missing, never computed.
    assert seen(workbook(tmp_path / "cases.xlsx", rows))[0] == (1, "medfee_sumamt", "", "missing_value")


def test_an_id_that_became_a_number(tmp_path: Path) -> None:
    rows = cases(stay(1), stay(2), stay(3))
    rows[1][0], rows[2][0] = 410400123456789, 4104001234567890

    path = workbook(tmp_path / "cases.xlsx", rows)
    assert seen(path) == [(2, "setl_id", "4104001234567890", "digits_lost")]
    with reader(path) as read:
        raw = next(iter(read))
        assert read.text(raw, columns_of(path)[0]["row_number"][:1] - 1)["setl_id"].to_pylist() == ["410400123456789"]


def test_an_alias_in_a_workbook(tmp_path: Path) -> None:
    rows = cases(stay())
    rows[0][rows[0].index("insu_admdvs")] = "insuplc"
    path = workbook(tmp_path / "cases.xlsx", rows)

    assert columns_of(path)[0]["insured_region"].tolist() == [410402]


def test_a_stray_cell_far_away(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", cases(stay()))
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = "x"
    book.active["XFD2"] = "x"
    book.save(path)

    assert seen(path) == []


def test_rows_after_a_gap_are_not_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", cases(stay()))
    book = openpyxl.load_workbook(path)
    book.active["A5000"] = "S9"
    book.save(path)

    assert "4997" in refusal(path).fact.zh


def repacked(source: Path, target: Path, changes: Mapping[str, bytes]) -> Path:
    """A workbook with other parts in it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, changes.get(part, old.read(part)))
        for part in changes.keys() - set(old.namelist()):
            new.writestr(part, changes[part])
    return target


SHEET = "xl/worksheets/sheet1.xml"


def test_a_bomb_is_refused_by_its_cap(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", cases(stay()))
    path = repacked(source, tmp_path / "cases.xlsx", {SHEET: b"<worksheet>" + bytes(80 << 20)})

    assert "300×" in refusal(path).fact.zh


def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", cases(stay()))
    noise = b"".join(b'<c r="A1"><v>%d</v></c>' % (number * 7919) for number in range(1_400_000))
    path = repacked(source, tmp_path / "cases.xlsx", {SHEET: b'<worksheet><sheetData><row r="1">' + noise})

    assert "32 MiB" in refusal(path).fact.zh


@pytest.mark.parametrize("rows", ['<row r="3"/><row r="2"/>', '<row r="2"/><row r="2"/>', '<row r="1048577"/>'])
def test_rows_out_of_order_are_refused(tmp_path: Path, rows: str) -> None:
    source = workbook(tmp_path / "a.xlsx", cases(stay()))
    with zipfile.ZipFile(source) as parts:
        sheet = parts.read(SHEET).replace(b"</sheetData>", rows.encode() + b"</sheetData>")

    assert "cases.xlsx" in refusal(repacked(source, tmp_path / "cases.xlsx", {SHEET: sheet})).fact.zh


@pytest.mark.parametrize("change", [{SHEET: b"<worksheet><sheetData><row"}, {"xl/workbook.xml": b"?"}, {SHEET: b""}])
def test_damaged_parts(tmp_path: Path, change: dict[str, bytes]) -> None:
    source = workbook(tmp_path / "a.xlsx", cases(stay()))

    assert "cases.xlsx" in refusal(repacked(source, tmp_path / "cases.xlsx", change)).fact.zh


def test_a_truncated_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", cases(stay()))
    path.write_bytes(path.read_bytes()[:-30])

    assert "cases.xlsx" in refusal(path).fact.zh
