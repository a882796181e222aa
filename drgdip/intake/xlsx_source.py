"""Workbooks as a source of rows: the one sheet with a header of the case table.

The sheet is streamed once, when it is opened, and its rows are kept aside as text. A row's number is its distance
from the header's row. Only the header's columns are read, so a stray cell far away costs nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.aliased import names_of
from drgdip.intake.csv_header import MOST_COLUMNS, too_many_columns
from drgdip.intake.encoding import is_unicode
from drgdip.intake.source import NoCases, Piece, RowNote, unreadable
from drgdip.intake.spool import BATCH_ROWS, Spool
from drgdip.intake.workbook import MOST_ROWS, check_parts
from drgdip.intake.xlsx_cells import cell_text, has_lost_digits
from drgdip.interface.fields import Field, Use, fields_of

#: Rows in which a header is looked for: titles may stand above it.
_HEADER_ROWS = 20
_MOST_BLANK_ROWS = 1_000
_LONGEST_CELL = 32_767
_NOTES, _BLANK = "\0notes", "\0"
_AGAIN = Text(
    "请用表格软件打开后重新保存为 XLSX,或另存为 CSV UTF-8。", "Open it and save it again as XLSX, or as CSV UTF-8."
)


class Sheet(NamedTuple):
    """title : of the sheet. row : of the header, from 1. names : of its columns, empty for columns without one."""

    title: str
    row: int
    names: tuple[str, ...]


class XlsxSource:
    """One sheet of a workbook. Cells are text, empty ones null; rows that are empty as a whole are malformed.

    Parameters
    ----------
    path : the file. name, key : see :class:`drgdip.intake.source.Source`.
    use : what is to be read. known : names by which a header is recognised. also : those that a mapping names.

    Raises
    ------
    UsageError : no sheet or several have the header, or the file is damaged or too large.
    """

    def __init__(
        self, path: Path, name: str, key: str, use: Use, known: Collection[str], also: Collection[str] = ()
    ) -> None:
        self.name, self.key = name, key
        self.notices: tuple[Finding, ...] = ()
        try:
            check_parts(path, name)
            with path.open("rb") as file:
                book = _book(file)
                sheet = _one_sheet(book, name, use, known, also)
                self.columns = tuple(column for column in sheet.names if column)
                if len(set(self.columns)) == len(self.columns):
                    self._spool = self._kept(book[sheet.title], sheet, use, also)
                book.close()
        except UsageError:
            raise
        except Exception as error:  # damaged parts surface as whatever the reader trips over
            raise unreadable(name, _AGAIN) from error

    def _kept(self, worksheet: Any, sheet: Sheet, use: Use, also: Collection[str]) -> Spool:
        spool = Spool(pa.schema([*((column, pa.string()) for column in self.columns), (_NOTES, pa.string())]))
        ours = {theirs: name for name, theirs in names_of(self.columns, use.reads, also).theirs.items()}
        columns = [
            _Column(place, name, fields_of("cases").get(ours.get(name, name)), name in also or not use.reads)
            for place, name in enumerate(sheet.names)
            if name
        ]
        held: list[list[str | None]] = []
        for row in self._rows(worksheet, sheet):
            held.append(_row(row, columns))
            if len(held) == BATCH_ROWS:
                spool.append(_table(held, spool.schema))
                held = []
        if held:
            spool.append(_table(held, spool.schema))
        spool.close()
        return spool

    def _rows(self, worksheet: Any, sheet: Sheet) -> Iterator[tuple[Any, ...]]:
        """Rows under the header; empty ones only where another follows."""
        worksheet.reset_dimensions()
        blank = 0
        for row in worksheet.iter_rows(
            min_row=sheet.row + 1, max_row=MOST_ROWS, max_col=len(sheet.names), values_only=True
        ):
            if all(cell is None or not str(cell).strip() for cell in row):
                blank += 1
                continue
            if blank > _MOST_BLANK_ROWS:
                raise self._gap(sheet, blank)
            yield from [()] * blank
            blank = 0
            yield row

    def _gap(self, sheet: Sheet, blank: int) -> UsageError:
        return UsageError(
            Text(
                f"{self.name} 的工作表“{sheet.title}”中有 {blank} 个连续空行,其后仍有数据。",
                f"Sheet {sheet.title} of {self.name} goes on after {blank} empty rows.",
            ),
            Text("请删除空行,或删除其后无关的内容。", "Delete the empty rows, or what stands after them."),
        )

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        wanted = [name for name in fields if name in self.columns]
        first = 1
        for table in self._spool.read([*wanted, _NOTES], chunk_rows):
            malformed: dict[int, str] = {}
            notes: list[RowNote] = []
            for row, cell in enumerate(table[_NOTES].to_pylist(), start=first):
                if cell == _BLANK:
                    malformed[row] = ""
                elif cell:
                    field, value = cell.split("\0")
                    notes += [RowNote(row, field, value, "digits_lost")] if not field or field in wanted else []
            yield Piece(table.select(wanted), malformed, tuple(notes))
            first += table.num_rows


class _Column(NamedTuple):
    place: int
    name: str
    field: Field | None
    mapped: bool


def _row(row: Sequence[Any], columns: Sequence[_Column]) -> list[str | None]:
    """Cells as text, and a note: that the row is empty, or which number has lost its last digits."""
    cells: list[str | None] = []
    note = None
    for column in columns:
        value: Any = row[column.place] if column.place < len(row) else None
        cells.append(cell_text(value, column.field))
        if note is None and type(value) in (int, float) and has_lost_digits(value, column.field, column.mapped):
            note = f"{column.name if column.field else ''}\0{cells[-1]}"
    return [*cells, note if any(cells) else _BLANK]


def _book(file: IO[bytes]) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parts that are not read may be unknown to the library
        return openpyxl.load_workbook(file, read_only=True, data_only=True)


def _table(rows: list[list[str | None]], schema: pa.Schema) -> pa.Table:
    columns = [pa.array([_writable(row[place]) for row in rows], pa.string()) for place in range(len(schema))]
    return pa.table(columns, schema=schema)


def _writable(cell: str | None) -> str | None:
    """Halves of characters, which XML can smuggle in, as NUL: no text has it, so the cell is reported."""
    if cell is None or is_unicode(cell):
        return cell
    return "".join("\0" if "\ud800" <= sign <= "\udfff" else sign for sign in cell)


def _one_sheet(book: Any, name: str, use: Use, known: Collection[str], also: Collection[str]) -> Sheet:
    found = [sheet for worksheet in book.worksheets if (sheet := _header(worksheet, name, known))]
    whole = [sheet for sheet in found if _has_all(sheet.names, use, also)]
    candidates = whole or found
    if len(candidates) == 1:
        return candidates[0]
    titles = "、".join(f"“{sheet.title}”" for sheet in candidates)
    if candidates:
        raise UsageError(
            Text(f"{name} 中有多个工作表带有病例表头:{titles}。", f"Several sheets of {name} have a header of cases: {titles}."),
            Text("请只保留一个,或分别另存为文件。", "Keep one of them, or save each as a file."),
        )  # fmt: skip
    raise NoCases(
        Text(f"{name} 中没有带病例表头的工作表。", f"No sheet of {name} has a header of cases."),
        Text(
            "请以标准字段名作为表头,放在前 20 行内。", "Give national field names as header within the first 20 rows."
        ),
    )


def _has_all(names: Sequence[str], use: Use, also: Collection[str]) -> bool:
    theirs = names_of(names, use.reads, also).theirs
    return all(read in names or read in theirs for read in use.requires)


def _header(worksheet: Any, name: str, known: Collection[str]) -> Sheet | None:
    """The first row with at least two names of columns, if there is one."""
    if not hasattr(worksheet, "reset_dimensions"):
        return None
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows(max_row=_HEADER_ROWS, max_col=MOST_COLUMNS + 1, values_only=True)
    for number, row in enumerate(rows, start=1):
        names = ["" if cell is None else str(cell).strip()[:_LONGEST_CELL] for cell in row]
        if sum(column in known for column in names) < 2:
            continue
        while names and not names[-1]:
            names.pop()
        if len(names) > MOST_COLUMNS:
            raise too_many_columns(name, len(names))
        return Sheet(worksheet.title, number, tuple(names))
    return None
