"""Workbooks, opened again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.statement import FindingsSummary, GroupTotal, proof_lines, table_worksheet, xlsx
from drgdip.statement.findings_xlsx import write_findings_xlsx
from drgdip.statement.statement_xlsx import GROUP_ROWS, write_statement_xlsx
from drgdip.statement.table_worksheet import TableWorksheet
from tests.statement import sample

HOSTILE = '=HYPERLINK("https://x.example","y")'


def _open(path: Path):  # type: ignore[no-untyped-def]
    return load_workbook(path)


def test_statement_sheet(tmp_path: Path) -> None:
    path = tmp_path / "statement.xlsx"
    write_statement_xlsx(path, sample.month())
    book = _open(path)
    sheet = book["结算单 Statement"]
    heads = [cell.value for cell in sheet[2]]
    column = {name: place for place, name in enumerate(heads)}
    assert sheet[1][column["payable_yuan"]].value == "应付基金"
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref == "A2:AD5"
    payable = [sheet.cell(line, column["payable_yuan"] + 1) for line in range(3, 9)]
    assert [cell.value for cell in payable] == [65_000, -43.21, 65_000, 130_000, -43.21, 129_956.79]
    assert {cell.data_type for cell in payable} == {"n"}
    assert payable[0].number_format == "#,##0.00"
    assert [sheet.cell(line, 2).value for line in range(3, 9)] == [
        "H001", "H001", "H002", "小计 subtotal", "小计 subtotal", "合计 total",
    ]  # fmt: skip
    assert sheet.cell(6, column["point_value"] + 1).value == 10
    assert sheet.cell(8, column["point_value"] + 1).value is None
    assert sheet.cell(8, column["cases"] + 1).value == 30
    assert sheet.cell(8, column["hospital_tier"] + 1).value is None
    assert sheet.cell(8, column["inspection_deduction_yuan"] + 1).value == 0.01
    assert sheet.cell(3, column["points"] + 1).number_format == "#,##0.0000"


def test_other_sheets(tmp_path: Path) -> None:
    path = tmp_path / "statement.xlsx"
    write_statement_xlsx(path, sample.month())
    book = _open(path)
    assert book.sheetnames == ["结算单 Statement", "基金池 Pools", "病种 Groups", "扣款 Deductions", "未结算 Not settled",
                               "平衡校验 Proof", "行数校验 Row proof", "说明 Definitions", "结算依据 Basis"]  # fmt: skip
    assert book["扣款 Deductions"]["G5"].value == 1000.01
    assert book["说明 Definitions"].max_row == 2 + 30 + 18 + 9 + 7 + 8
    described = {(row[0].value, row[2].value) for row in book["说明 Definitions"].iter_rows(min_row=3)}
    for name in book.sheetnames[:6]:
        sheet = {"基金池 Pools": "结算单 Statement"}.get(name, name)
        assert {(sheet, cell.value) for cell in book[name][2]} <= described, name
    left = book["未结算 Not settled"]
    assert [left.cell(line, 6).value for line in (3, 4, 5)] == [1, 1, 2]
    assert left.cell(5, 7).value == 1_234.56
    assert "set_aside.csv" in left.cell(7, 1).value
    assert "a" * 64 in book["结算依据 Basis"]["C6"].value
    assert [cell.value for cell in book["行数校验 Row proof"][3]][3:6] == [33, 33, 0]
    write_statement_xlsx(path, sample.month(deductions=()))
    assert "扣款 Deductions" not in _open(path).sheetnames


def test_a_failed_proof_stands_under_the_statement(tmp_path: Path) -> None:
    path = tmp_path / "statement.xlsx"
    write_statement_xlsx(path, sample.month(proof=proof_lines(sample.totals(gross_fen=1))))
    sheet = _open(path)["结算单 Statement"]
    assert "gross" in sheet.cell(sheet.max_row, 1).value
    assert "不得据此拨付" in sheet.cell(sheet.max_row, 1).value
    assert "不符 NO" in [cell.value for cell in _open(path)["平衡校验 Proof"]["H"]]


def test_hostile_text_never_becomes_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "statement.xlsx"
    hostile = [HOSTILE, "+1", "-1", "@SUM(1)", "{=1}", "https://x.example", "a\x00b\udc80"]
    write_statement_xlsx(path, sample.month(rows=[sample.row(code) for code in hostile]))
    cells = [row[1] for row in _open(path)["结算单 Statement"].iter_rows(min_row=3, max_row=9)]
    assert {cell.value for cell in cells} == {*hostile[:-1], "a\ufffdb\ufffd"}
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    quoted = {cell.value for cell in cells if cell.quotePrefix}
    assert quoted == {HOSTILE, "+1", "-1", "@SUM(1)"}
    with zipfile.ZipFile(path) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_findings_workbook_says_where_the_rest_is(tmp_path: Path) -> None:
    path = tmp_path / "findings.xlsx"
    finding = Finding("cases.csv", 5, "S5", "medfee_sumamt", HOSTILE, "wrong_type")
    write_findings_xlsx(path, FindingsSummary({"wrong_type": 1_000_000}, [finding]))
    book = _open(path)
    listed, summary = book["问题清单 Findings"], book["汇总 Summary"]
    assert listed["B3"].value == 5
    assert listed["E3"].value == "医疗费总额"
    assert listed["F3"].value == HOSTILE
    assert listed["F3"].data_type == "s"
    assert listed["G3"].value == 102
    assert "findings.csv" in listed["A5"].value
    assert "1000000" in listed["A5"].value
    assert summary["E3"].value == 1_000_000
    assert "findings.csv" in summary["A5"].value
    write_findings_xlsx(path, FindingsSummary({"wrong_type": 1}, [finding]))
    assert _open(path)["问题清单 Findings"].max_row == 3


def test_long_text_and_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "findings.xlsx"
    write_findings_xlsx(path, FindingsSummary({"wrong_type": 1}, [Finding("c", 1, "", "", "x" * 50_000, "wrong_type")]))
    assert len(_open(path)["问题清单 Findings"]["F3"].value) == 32_000
    write_findings_xlsx(path, FindingsSummary({}, []))
    assert _open(path)["问题清单 Findings"].max_row == 2


def test_groups_by_difference_and_where_the_rest_is(tmp_path: Path) -> None:
    path = tmp_path / "statement.xlsx"
    groups = [GroupTotal(f"A{i:04d}", "=病种", 2, 100 * i, 0, 900, 600) for i in range(GROUP_ROWS + 1)]
    groups.append(GroupTotal("", "", 1, 0, 10**9))
    write_statement_xlsx(path, sample.month(groups=groups))
    sheet = _open(path)["病种 Groups"]
    column = {cell.value: place for place, cell in enumerate(sheet[2])}
    assert [sheet[3][column[name]].value for name in ("dip_name", "cases", "difference_yuan")] == [
        "未入组 ungrouped", 1, -10_000_000,
    ]  # fmt: skip
    second = sheet[4]
    assert [second[column[name]].value for name in ("dip_code", "mean_cost_yuan", "cost_ratio", "difference_yuan")] == [
        f"A{GROUP_ROWS:04d}", 4.5, 1.5, GROUP_ROWS,
    ]  # fmt: skip
    assert second[column["dip_name"]].quotePrefix
    assert second[column["cost_ratio"]].number_format == "0.0000"
    total = sheet[3 + GROUP_ROWS]
    assert total[column["cases"]].value == 2 * (GROUP_ROWS + 1) + 1
    assert "groups.csv" in sheet.cell(sheet.max_row, 1).value
    assert f"{GROUP_ROWS + 2:,}" in sheet.cell(sheet.max_row, 1).value


def test_sheets_are_written_as_the_library_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full and empty rows, blocks of rows of different width, totals, hostile and very long text, notes: the same bytes."""

    class Plain(Worksheet):  # type: ignore[misc]
        def cell(self, column: int, value: object, form: object) -> tuple[object, object]:
            return value, form

        def write_cells(self, row: int, cells: list[tuple[object, object]]) -> None:
            for column, (value, form) in enumerate(cells):
                if value is None:
                    self.write_blank(row, column, None, form)
                else:
                    (self.write_string if isinstance(value, str) else self.write_number)(row, column, value, form)

    rows = [
        ("a & b", 10**12 + 7, None),
        (HOSTILE, -5, "中文"),
        (1, None, "𠀀" * 16_001),
        (True, 0, "x" + "𠀀" * 16_384),
        ("<r>rich</r>", 3, " blank before"),
        ("_x0041_", 3, "blank behind "),
        ('"quoted" <i>', 3, "中 文"),
    ]
    for name, kind, of_book in (("ours", TableWorksheet, table_worksheet.TableWorkbook), ("theirs", Plain, Workbook)):
        monkeypatch.setattr(table_worksheet, "TableWorksheet", kind)
        monkeypatch.setattr(table_worksheet, "TableWorkbook", of_book)
        with xlsx.open_workbook(tmp_path / name, "t") as book:
            heads = [xlsx.Head("甲", "a", "text"), xlsx.Head("乙", "b", "yuan"), xlsx.Head("丙", "c", "text", 9)]
            for sheet in (xlsx.Sheet(book, "1", heads), xlsx.Sheet(book, "2", heads[:1])):
                sheet.add(row[: len(sheet._heads)] for row in rows * 9)
                sheet.add_totals([rows[0][: len(sheet._heads)]])
                sheet.note(Text("注", "note"))
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
