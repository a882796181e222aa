"""Sheets that workbooks have in common: a table with its total, the proof, and what the columns mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Text
from drgdip.statement.columns import UNIT_NAMES, OutputColumn, ProofLine
from drgdip.statement.sheet_columns import PROOF_COLUMNS
from drgdip.statement.xlsx import Head, Sheet, both

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_TOTAL = "合计 total"


def table_sheet(
    book: Workbook,
    name: str,
    columns: Sequence[OutputColumn],
    rows: Sequence[Any],
    not_summed: Collection[str] = (),
    words: Mapping[str, Mapping[str, Text]] = MappingProxyType({}),
) -> Sheet:
    """Rows under their columns, and their sum.

    not_summed : fields of which a sum says nothing. words : field -> what its codes mean.
    """
    sheet = Sheet(book, name, [Head(column.label.zh, column.header, column.unit) for column in columns])
    sheet.add(
        [_plain(worded(getattr(row, column.field), words.get(column.field))) for column in columns] for row in rows
    )
    sheet.add_totals([[_summed(rows, column, not_summed, first=i == 0) for i, column in enumerate(columns)]])
    return sheet


def _summed(rows: Sequence[Any], column: OutputColumn, not_summed: Collection[str], first: bool) -> object:
    if column.unit in ("text", "code") or column.field in not_summed:
        return _TOTAL if first else "" if column.unit == "text" else None
    return sum(getattr(row, column.field) for row in rows)


def worded(value: object, words: Mapping[str, Text] | None) -> object:
    """A code as its words, where it has some."""
    return words.get(value, value) if words and isinstance(value, str) else value


def _plain(value: object) -> object:
    return value.zh if isinstance(value, Text) else value


def proof_sheets(book: Workbook, lines: Sequence[ProofLine]) -> None:
    """The proof's lines about money, and those about rows."""
    for unit, name in (("yuan", "平衡校验 Proof"), ("rows", "数量校验 Counts")):
        heads = [Head(c.label.zh, c.header, unit if c.unit == "yuan" else c.unit) for c in PROOF_COLUMNS]
        Sheet(book, name, heads).add(
            (line.line_id, line.words.zh, line.words.en, line.left, line.right, line.difference,
             both(UNIT_NAMES[unit]), "相符 yes" if line.holds else "不符 NO")
            for line in lines if line.unit == unit)  # fmt: skip


def definitions_sheet(book: Workbook, sheets: Mapping[str, Sequence[OutputColumn]]) -> None:
    """What the columns of each sheet mean, in which unit, and where that is defined."""
    heads = [Head("工作表", "sheet", "text", 24), Head("列名", "zh", "text", 20), Head("英文列名", "header", "text", 26),
             Head("单位", "unit", "text", 20), Head("含义", "meaning_zh", "text", 52),
             Head("英文含义", "meaning_en", "text", 70), Head("依据", "source", "text", 52)]  # fmt: skip
    sheet = Sheet(book, "说明 Definitions", heads)
    for name, columns in sheets.items():
        sheet.add((name, column.label.zh, column.header, both(UNIT_NAMES[column.unit]), *column.meaning,
                   both(column.source)) for column in columns)  # fmt: skip
