"""``year.xlsx``: the clearing by hospital, the funds, differences, proof, and what it all means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Text
from drgdip.statement.columns import UNIT_NAMES, OutputColumn, ProofLine
from drgdip.statement.proof import failed
from drgdip.statement.sheet_columns import PROOF_COLUMNS
from drgdip.statement.standing import approval_words
from drgdip.statement.words import MARKS, STATUS, WORDS
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook
from drgdip.statement.year.columns import DIFFERENCE_COLUMNS, POOL_COLUMNS, YEAR_COLUMNS, YearReport

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_TOTAL = "合计 total"
#: Columns of which a sum says nothing.
_NOT_SUMMED = frozenset({"point_value_e4", "fund_ratio_e4", "score_e4", "coefficient_e4", "ratio_e4", "release_e4",
                         "opening_point_value_e4", "clearing_share_e4", "hospital_tier"})  # fmt: skip


def write_year_xlsx(path: Path, report: YearReport) -> None:
    """Write the workbook of a cleared year."""
    with open_workbook(path, f"DIP {report.record.year}") as book:
        sheet = _table(book, "年终清算 Clearing", YEAR_COLUMNS, report.rows)
        if broken := failed(report.proof):
            sheet.note(WORDS["proof_bad"].fill(count=len(broken), lines=", ".join(line.line_id for line in broken)))
        if not report.record.approval.official:
            sheet.note(approval_words(report.record.approval))
        _table(book, "基金池 Pools", POOL_COLUMNS, report.pools)
        if report.differences is not None:
            _table(book, "差额 Differences", DIFFERENCE_COLUMNS, report.differences)
        _proof(book, report.proof)
        _definitions(book)
        _basis(book, report)


def _table(book: Workbook, name: str, columns: Sequence[OutputColumn], rows: Sequence[Any]) -> Sheet:
    sheet = Sheet(book, name, [Head(column.label.zh, column.header, column.unit) for column in columns])
    sheet.add([_plain(getattr(row, column.field)) for column in columns] for row in rows)
    sheet.add_totals([[_summed(rows, column, first=i == 0) for i, column in enumerate(columns)]])
    return sheet


def _summed(rows: Sequence[Any], column: OutputColumn, first: bool) -> object:
    if column.unit in ("text", "code") or column.field in _NOT_SUMMED:
        return _TOTAL if first else "" if column.unit == "text" else None
    return sum(getattr(row, column.field) for row in rows)


def _plain(value: object) -> object:
    return value.zh if isinstance(value, Text) else value


def _proof(book: Workbook, lines: Sequence[ProofLine]) -> None:
    for unit, name in (("yuan", "平衡校验 Proof"), ("rows", "数量校验 Counts")):
        heads = [Head(c.label.zh, c.header, unit if c.unit == "yuan" else c.unit) for c in PROOF_COLUMNS]
        Sheet(book, name, heads).add(
            (line.line_id, line.words.zh, line.words.en, line.left, line.right, line.difference,
             both(UNIT_NAMES[unit]), "相符 yes" if line.holds else "不符 NO")
            for line in lines if line.unit == unit)  # fmt: skip


def _definitions(book: Workbook) -> None:
    heads = [Head("工作表", "sheet", "text", 24), Head("列名", "zh", "text", 20), Head("英文列名", "header", "text", 26),
             Head("单位", "unit", "text", 20), Head("含义", "meaning_zh", "text", 52),
             Head("英文含义", "meaning_en", "text", 70), Head("依据", "source", "text", 52)]  # fmt: skip
    sheet = Sheet(book, "说明 Definitions", heads)
    for name, columns in (("年终清算 Clearing", YEAR_COLUMNS), ("基金池 Pools", POOL_COLUMNS),
                          ("差额 Differences", DIFFERENCE_COLUMNS)):  # fmt: skip
        sheet.add((name, column.label.zh, column.header, both(UNIT_NAMES[column.unit]), *column.meaning,
                   both(column.source)) for column in columns)  # fmt: skip


def _basis(book: Workbook, report: YearReport) -> None:
    """What the figures rest on, so that a workbook on its own says where it comes from."""
    record, standing = report.record, report.record.standing
    lines: list[tuple[Text, str]] = [
        (WORDS["region"], both(standing.region.text)),
        (WORDS["year"], record.year),
        (WORDS["engine"], f"drgdip {record.engine_version}"),
        (WORDS["policy"], f"{both(standing.policy.text)} · {record.policy.name} · {record.policy.sha256}"),
        (WORDS["policy_status"], both(STATUS[standing.policy_status])),
        (WORDS["tables"], f"{both(standing.tables.text)} · {record.tables.name} · {record.tables.sha256}"),
        (WORDS["status"], both(STATUS[standing.tables_status])),
        (WORDS["approval"], both(approval_words(record.approval))),
        *((WORDS["year_months"], f"{month} · {sha256}") for month, sha256 in record.months.items()),
        *((WORDS["inputs"], f"{Path(file.path).name} · {file.rows:,} · {file.sha256}") for file in record.inputs),
        *((WORDS["year_marks"], f"{key} · {both(MARKS[mark])}") for key, mark in standing.marks.items()),
        *((WORDS["year_warnings"], both(words)) for words in report.warnings),
    ]
    heads = [Head("项目", "zh", "text", 16), Head("英文", "en", "text", 24), Head("内容", "value", "text", 150)]
    Sheet(book, "清算依据 Basis", heads).add((words.zh, words.en, value) for words, value in lines)
