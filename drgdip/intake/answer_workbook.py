"""The answers of a hospital in the workbook of its notice: the sheet that has the columns of decisions, below any other head."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.small_table import SURPLUS, TableRow
from drgdip.intake.xlsx_cells import cell_text

#: Rows among which the names of columns stand: labels in Chinese go before them.
_HEADS = 5


def answer_rows(
    path: Path, columns: Sequence[str], optional: Sequence[str], filled: Sequence[str]
) -> Iterator[TableRow]:
    """Rows of the sheet with these columns, numbered as in the workbook; rows with nothing in ``filled`` are not answered yet.

    Raises UsageError for a workbook that cannot be read or has no such sheet.
    """
    for sheet in _sheets(path):
        rows = enumerate(sheet, 1)
        for _, cells in zip(range(_HEADS), rows, strict=False):
            names = [_text(cell) for cell in cells[1]]
            if set(columns) <= set(names):
                yield from _below(path, names, rows, (*columns, *optional), filled)
                return
    raise UsageError(
        Text(f"{path.name} 中没有含列 {', '.join(columns)} 的工作表。", f"{path.name} has no sheet with the columns {', '.join(columns)}."),
        Text("请在通知书工作簿的“答复 reply”表中填写,或用 CSV。", "Fill in the sheet of answers of the notice's workbook, or use CSV."),
    )  # fmt: skip


def _below(path: Path, names: list[str], rows: Any, known: Sequence[str], filled: Sequence[str]) -> Iterator[TableRow]:
    for number, values in rows:
        own = dict(zip(names, map(_text, values), strict=False))
        cells = {**{name: own.get(name, "") for name in known}, SURPLUS: ""}
        if any(cells[name] for name in filled):
            yield TableRow(path.name, number, cells)


def _sheets(path: Path) -> list[list[tuple[Any, ...]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # choices offered for cells are not read
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    except Exception as error:
        raise UsageError(
            Text(f"无法读取 {path.name}。", f"{path.name} cannot be read."),
            Text("请给出 XLSX 工作簿或 CSV。", "Give an XLSX workbook, or CSV."),
        ) from error


def _text(value: Any) -> str:
    """A cell as text; a day that the spreadsheet made a date of is written as a day."""
    if isinstance(value, datetime) and value == value.replace(hour=0, minute=0, second=0, microsecond=0):
        return value.date().isoformat()
    return (cell_text(value, None) or "").strip()
