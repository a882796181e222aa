"""Published tables as sheets of text, whether they come as CSV or as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.csv_file import header_of, read_text, rows_of
from drgdip.tables.problems import TableProblem

#: A column that every row has: the name of its sheet.
SHEET_COLUMN = "@sheet"
#: Cells beyond this are not read: no published sheet is as wide or as long.
MAX_ROWS, MAX_COLUMNS = 2_000_000, 100
#: A header is looked for below titles, but not further down than this.
_HEADER_ROWS = 10


class Sheet(NamedTuple):
    """One sheet: its name for messages, its columns, and its rows as (data row, cells by column)."""

    name: str
    header: list[str]
    rows: list[tuple[int, dict[str, str]]]


def read_sheets(path: Path, is_header: Callable[[list[str]], bool], problems: list[TableProblem]) -> list[Sheet]:
    """A CSV file as one sheet, or the sheets of a workbook that have a header, in their order.

    Rows of another width go to ``problems``. A workbook none of whose sheets has one gives its first row as a header
    without rows, so that what is missing can be told. Raises TablesError if the file cannot be read.
    """
    if path.suffix.lower() != ".xlsx":
        text = read_text(path)
        header = [*header_of(text), SHEET_COLUMN]
        rows = [(number, {**cells, SHEET_COLUMN: path.stem}) for number, cells in rows_of(text, path.name, problems)]
        return [Sheet(path.name, header, rows)]
    sheets = list(_of_workbook(path))
    fitting = [_below_header(name, rows, is_header) for name, rows in sheets]
    found = [sheet for sheet in fitting if sheet is not None]
    return found or [Sheet(path.name, next((row for _, rows in sheets for row in rows), []), [])]


def _of_workbook(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    import openpyxl

    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except Exception as error:  # Whatever its reader makes of a broken file.
            raise TablesError(
                Text(f"无法读取工作簿 {path}。", f"The workbook {path} cannot be read."),
                Text("请提供未加密的 XLSX 文件,或 CSV 文件。", "Give an XLSX file without a password, or CSV."),
            ) from error
        for sheet in book.worksheets:
            cells: Any = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            with closing(cells):
                yield sheet.title.strip(), [[cell_text(cell) for cell in row] for row in cells]


def _below_header(name: str, rows: Sequence[list[str]], is_header: Callable[[list[str]], bool]) -> Sheet | None:
    place = next((n for n, row in enumerate(rows[:_HEADER_ROWS]) if is_header([*row, SHEET_COLUMN])), None)
    if place is None:
        return None
    header = rows[place]
    filled = [
        (number, {**dict(zip(header, row, strict=True)), SHEET_COLUMN: name})
        for number, row in enumerate(rows[place + 1 :], 1)
        if any(row)
    ]
    return Sheet(name, [*header, SHEET_COLUMN], filled)


def cell_text(cell: object) -> str:
    """A cell of a workbook as text; whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
