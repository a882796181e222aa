"""``statement.xlsx``: the statement, its pools, deductions, proof, and what every column means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.interface.statement_row import DEDUCTION_TYPES, DeductionLine, StatementRow
from drgdip.statement.columns import STATEMENT_COLUMNS, UNIT_NAMES, MonthReport, OutputColumn, ProofLine
from drgdip.statement.proof import failed
from drgdip.statement.totals import grand_total, in_order, pool_totals
from drgdip.statement.words import WORDS
from drgdip.statement.xlsx import Head, Sheet, open_workbook

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_HOSPITAL_FIELDS = ("hospital_code", "hospital_tier")


def write_statement_xlsx(path: Path, report: MonthReport) -> None:
    """Write the workbook of a settled month."""
    with open_workbook(path, f"DIP {report.run.month}") as book:
        _statement(book, report.rows, report.proof)
        _pools(book, report.rows)
        if report.deductions:
            _deductions(book, report.deductions)
        _proof(book, report.proof)
        _definitions(book)


def _statement(book: Workbook, rows: Sequence[StatementRow], proof: Sequence[ProofLine]) -> None:
    sheet = Sheet(book, "结算单 Statement", [_head(column) for column in STATEMENT_COLUMNS])
    sheet.add(_values(row, STATEMENT_COLUMNS) for row in in_order(rows))
    totals = [row._replace(hospital_code="小计 subtotal") for row in pool_totals(rows)]
    totals.append(grand_total(rows)._replace(hospital_code="合计 total"))
    sheet.add_totals(_total_values(row, STATEMENT_COLUMNS) for row in totals)
    broken = failed(proof)
    if broken:
        sheet.note(WORDS["proof_bad"].fill(count=len(broken), lines=", ".join(line.line_id for line in broken)))


def _pools(book: Workbook, rows: Sequence[StatementRow]) -> None:
    columns = [column for column in STATEMENT_COLUMNS if column.field not in _HOSPITAL_FIELDS]
    sheet = Sheet(book, "基金池 Pools", [_head(column) for column in columns])
    sheet.add(_values(row, columns) for row in pool_totals(rows))
    sheet.add_totals([_total_values(grand_total(rows), columns)])


def _deductions(book: Workbook, lines: Sequence[DeductionLine]) -> None:
    heads = [
        Head("定点医疗机构编号", "fixmedins_code", "text"),
        Head("基金池代码", "pool", "text"),
        Head("类型代码", "deduction_type", "code"),
        Head("类型", "type", "text", 32),
        Head("日期", "date", "text"),
        Head("扣款编号", "item_id", "text", 20),
        Head("应扣金额", "amount_yuan", "yuan"),
        Head("本期实扣", "taken_yuan", "yuan"),
        Head("结转下期", "carried_yuan", "yuan"),
    ]
    sheet = Sheet(book, "扣款 Deductions", heads)
    sheet.add((line.hospital_code, line.pool, line.deduction_type, _both(DEDUCTION_TYPES[line.deduction_type]),
               line.date, line.item_id, line.amount_fen, line.taken_fen, line.carried_fen)
              for line in sorted(lines))  # fmt: skip
    sums = (sum(getattr(line, field) for line in lines) for field in ("amount_fen", "taken_fen", "carried_fen"))
    sheet.add_totals([("合计 total", "", None, "", "", "", *sums)])


def _proof(book: Workbook, lines: Sequence[ProofLine]) -> None:
    for unit, name in (("yuan", "平衡校验 Proof"), ("rows", "行数校验 Row proof")):
        heads = [
            Head("编号", "id", "text", 20),
            Head("校验", "zh", "text", 44),
            Head("英文", "en", "text", 56),
            Head("左", "left", unit, 18),
            Head("右", "right", unit, 18),
            Head("差", "difference", unit, 16),
            Head("单位", "unit", "text", 10),
            Head("是否相符", "holds", "text", 14),
        ]
        Sheet(book, name, heads).add(
            (line.line_id, line.words.zh, line.words.en, line.left, line.right, line.difference,
             _both(UNIT_NAMES[unit]), "相符 yes" if line.holds else "不符 NO")
            for line in lines if line.unit == unit)  # fmt: skip


def _definitions(book: Workbook) -> None:
    heads = [
        Head("列名", "zh", "text", 20),
        Head("英文列名", "header", "text", 26),
        Head("单位", "unit", "text", 14),
        Head("含义", "meaning_zh", "text", 52),
        Head("英文含义", "meaning_en", "text", 70),
        Head("依据", "source", "text", 52),
    ]
    Sheet(book, "说明 Definitions", heads).add(
        (column.label.zh, column.header, _both(UNIT_NAMES[column.unit]), *column.meaning, _both(column.source))
        for column in STATEMENT_COLUMNS
    )


def _head(column: OutputColumn) -> Head:
    return Head(column.label.zh, column.header, column.unit)


def _values(row: StatementRow, columns: Sequence[OutputColumn]) -> list[object]:
    return [_plain(getattr(row, column.field)) for column in columns]


def _total_values(row: StatementRow, columns: Sequence[OutputColumn]) -> list[object]:
    """A total's cells: no tier, and a point value only where it is one pool's."""
    values = dict(zip((column.field for column in columns), _values(row, columns), strict=True))
    values["hospital_tier"] = None
    if not row.pool:
        values["point_value_e4"] = None
    return [values[column.field] for column in columns]


def _plain(value: object) -> object:
    return value.zh if isinstance(value, Text) else value


def _both(words: Text) -> str:
    return f"{words.zh} {words.en}"
