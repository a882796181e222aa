"""Workbooks: real numbers in yuan, text as text, the same bytes for the same input.

No cell is ever a formula: text is written as strings, and what a spreadsheet might take for a formula when it is
edited carries the quote prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.text import Text
from drgdip.statement.cells import FORMULA_STARTS, as_number, printable, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter.workbook import Workbook

    from drgdip.statement.table_worksheet import Cell

_FIXED_TIME = datetime(2000, 1, 1)
_MAX_TEXT = 32_000
_NUMBER_FORMATS = {"yuan": "#,##0.00", "points": "#,##0.0000", "yuan_per_point": "#,##0.0000", "price": "#,##0.00####", "ratio": "0.0000", "score": "0.00##",
                   "count": "#,##0", "rows": "#,##0", "code": "0"}  # fmt: skip
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "align": "center", "valign": "vcenter",
         "text_wrap": True, "border": 1, "border_color": "#8A97A8"}  # fmt: skip
_SUBHEAD = {"font_color": "#44546A", "bg_color": "#E8ECF1", "align": "center", "italic": True, "font_size": 9,
            "border": 1, "border_color": "#8A97A8"}  # fmt: skip
#: Height of a line of text and of the highest row, in points.
_LINE_POINTS, _HIGHEST = 15, 405
#: Characters on either side above a printed page, which has room for 255 and the marks of both.
_MOST_ABOVE = 110
#: Widest column that text makes for itself.
_WIDEST = 40
#: Columns from which on the first two stay in sight, and from which on a sheet prints on two pages side by side.
_MANY, _VERY_MANY = 12, 20
#: Of every cell of a sheet whose rows take several lines.
_TOP = {"valign": "top", "bottom": 4, "bottom_color": "#8A97A8"}
_TOTAL = {"bold": True, "bg_color": "#F1F4F8", "top": 1}
#: Types whose equal values make equal cells.
_REPEATED = frozenset((str, int, type(None)))


class Head(NamedTuple):
    """A sheet's column: its label, the English name under it, and how its cells are written.

    wraps : text takes as many lines as it needs, so that a narrow column prints all of it.
    """

    label: str
    header: str
    unit: str
    width: int = 0
    wraps: bool = False


@contextmanager
def open_workbook(path: Path, title: str) -> Iterator[Workbook]:
    """A workbook whose bytes depend on its content alone."""
    from drgdip.statement.table_worksheet import TableWorkbook

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = TableWorkbook(str(path), options)
    book.set_properties({"title": title, "created": _FIXED_TIME})
    yield book
    book.close()


class _Known(dict[object, "Cell"]):
    """Cells of a column by value, each made with ``make`` when it is first asked for."""

    def __init__(self, make: Callable[[object], Cell]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, value: object) -> Cell:
        cell = self[value] = self.make(value)
        return cell


class Sheet:
    """A table on a sheet: two header rows (label, English name), frozen, then rows of cells.

    above : what every printed page says above the table, left and right.
    """

    def __init__(self, book: Workbook, name: str, heads: Sequence[Head], above: tuple[str, str] | None = None) -> None:
        from drgdip.statement.table_worksheet import TableWorksheet

        self._book = book
        self._sheet = book.add_worksheet(name, worksheet_class=TableWorksheet)
        self._heads, self._wraps = heads, any(head.wraps for head in heads)
        self._formats: dict[tuple[Any, ...], Any] = {}
        #: Cells by column and value, of rows and of totals: most stand in many rows, and are made once.
        self._known = tuple(
            [_Known(partial(self._cell, place, head, total=total)) for place, head in enumerate(heads)]
            for total in (False, True)
        )
        self._next = 2
        self._widths = [column.width or _width(column) for column in heads]
        head, subhead = book.add_format(_HEAD), book.add_format(_SUBHEAD)
        for place, column in enumerate(heads):
            self._sheet.write_string(0, place, column.label, head)
            self._sheet.write_string(1, place, column.header, subhead)
        self._sheet.set_row(0, 32)
        self._sheet.freeze_panes(2, 2 if len(heads) > _MANY else 0)
        self._sheet.hide_gridlines(2)
        self._print()
        if above:
            left, right = (printable(text).replace("&", "&&")[:_MOST_ABOVE] for text in above)
            self._sheet.set_header(f"&L{left}&R{right}")
        self._fit()

    def _print(self) -> None:
        """A4 across; a sheet with very many columns takes two pages side by side, with its first columns on both."""
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        self._sheet.set_footer("&L&A&R&P / &N")
        self._sheet.repeat_rows(0, 1)
        if len(self._heads) > _VERY_MANY:
            self._sheet.repeat_columns(0, 1)
        self._sheet.fit_to_pages(2 if len(self._heads) > _VERY_MANY else 1, 0)

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Rows of values: integers for numeric units, text for the rest; None stays empty. Filtered by their heads."""
        for row in rows:
            self._add(row, total=False)
        self._sheet.autofilter(1, 0, max(self._next - 1, 2), len(self._heads) - 1)
        self._fit()

    def add_totals(self, rows: Iterable[Sequence[object]]) -> None:
        """Rows under the table that its filter leaves alone."""
        for row in rows:
            self._add(row, total=True)
        self._fit()

    def offer(self, place: int, choices: Sequence[str]) -> None:
        """Choices for the cells of a column; others may be written too."""
        if self._next > 2:
            self._sheet.data_validation(
                2, place, self._next - 1, place,
                {"validate": "list", "source": list(choices), "error_type": "information"},
            )  # fmt: skip

    def note(self, words: Text) -> None:
        """A line of words under the table."""
        self._sheet.write_string(self._next + 1, 0, f"{words.zh}  {words.en}", self._book.add_format({"bold": True}))
        self._next += 2

    def _fit(self) -> None:
        """Columns as wide as what stands in them, within reason; those with a width of their own keep it."""
        for place, columns in enumerate(self._widths):
            self._sheet.set_column(place, place, columns)

    def _add(self, row: Sequence[object], total: bool) -> None:
        columns = zip(self._known[total], row, strict=True)
        if _REPEATED.issuperset(map(type, row)):
            cells = [known[value] for known, value in columns]
        else:
            cells = [known[value] if type(value) in _REPEATED else known.make(value) for known, value in columns]
        self._sheet.write_cells(self._next, cells)
        if self._wraps and (lines := self._lines(row)):
            self._sheet.set_row(self._next, min(_LINE_POINTS * lines, _HIGHEST))
        self._next += 1

    def _lines(self, row: Sequence[object]) -> int:
        """Lines that the text of a row takes where it wraps; 0 where none does: not every program works them out."""
        return max((
            -(-width(printable(str(value))) // (head.width - 1)) for head, value in zip(self._heads, row, strict=True)
            if head.wraps and isinstance(value, str)
        ), default=0)  # fmt: skip

    def _cell(self, place: int, head: Head, value: object, total: bool) -> Cell:
        """A value as a cell of its column, which becomes as wide as it needs."""
        if value is None:
            return self._sheet.cell(place, None, self._format("text", False, total, head.wraps))
        if isinstance(value, int) and head.unit in _NUMBER_FORMATS:
            return self._sheet.cell(
                place, as_number(value, head.unit), self._format(head.unit, False, total, head.wraps)
            )
        text = printable(str(value)[:_MAX_TEXT])
        # No character counts more than twice.
        if not head.width and 2 * len(text) + 2 > self._widths[place] != _WIDEST:
            self._widths[place] = min(max(self._widths[place], width(text) + 2), _WIDEST)
        return self._sheet.cell(place, text, self._format("text", text.startswith(FORMULA_STARTS), total, head.wraps))

    def _format(self, unit: str, hostile: bool, total: bool, wraps: bool) -> Any:
        key = (unit, hostile, total, wraps)
        if key not in self._formats:
            properties: dict[str, Any] = dict(_TOTAL) if total else {}
            if unit in _NUMBER_FORMATS:
                properties["num_format"] = _NUMBER_FORMATS[unit]
            if unit == "code":
                properties["align"] = "center"
            if self._wraps:
                properties |= _TOP
            if wraps:
                properties["text_wrap"] = True
            if hostile:
                properties["quote_prefix"] = True
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]


def both(words: Text) -> str:
    """Both languages in one cell."""
    return f"{words.zh} {words.en}"


def _width(head: Head) -> int:
    least = {"yuan": 17, "points": 16, "text": 12}.get(head.unit, 9)
    # The English name is set smaller than the label.
    return max(least, width(head.label) + 2, len(head.header) * 9 // 10 + 2)
