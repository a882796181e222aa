"""Worksheets that write tables of plain cells faster than the library does, with the same bytes, and the texts of a workbook.

Rows of a table are given whole, as cells that are made once and stand in whichever rows of their column they are wanted; a
cell is the text of its element but for its row, and for its style, which the library numbers when sheets are written. All
else is left to the library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_BLOCK_ROWS = 16
#: The most that a cell holds, in units of UTF-16; text of half as many characters fits whichever they are.
_MOST = 32_767


#: Stands for the number of the row in the text of a cell, where nothing else does.
_ROW = "\0"
#: What the library writes text otherwise for: characters with a meaning, controls, blanks at an end.
_MARKED = re.compile(r"[\x00-\x1f&<>\"_\ufffe\uffff]|^\s|\s$")


class Cell:
    """A cell that may stand in many rows. content : what follows the style in its element. text : all of it, once styles are
    numbered.
    """

    __slots__ = ("column", "content", "format", "text")

    def __init__(self, column: int, form: Any, content: str) -> None:
        self.column, self.format, self.content, self.text = column, form, content, ""

    def styled(self) -> str:
        """The element, with a style that the library numbers now unless it has done so."""
        style = self.format._get_xf_index()
        self.text = f'<c r="{xl_col_to_name(self.column)}{_ROW}" s="{style}"{self.content}'
        return self.text


class TableWorkbook(Workbook):  # type: ignore[misc]
    """A workbook that writes its texts faster than the library does."""

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        strings = _Strings()
        strings.string_table = self.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class _Strings(SharedStrings):  # type: ignore[misc]
    def _write_sst_strings(self) -> None:
        write = self.fh.write
        for text in self.string_table.string_array:
            if text.isalnum() or not _MARKED.search(text):
                write(f"<si><t>{text}</t></si>")
            else:
                self._write_si(text)


class TableWorksheet(Worksheet):  # type: ignore[misc]
    """Rows of text and numbers with a format each, in sheets without comments."""

    def __init__(self) -> None:
        super().__init__()
        self._whole: dict[int, Sequence[Cell]] = {}

    def cell(self, column: int, value: str | Decimal | None, form: Any) -> Cell:
        """Text, a finite number or nothing, with its format, for a column (from 0)."""
        if value is None:
            return Cell(column, form, "/>")
        if isinstance(value, Decimal):
            return Cell(column, form, f"><v>{value:.16G}</v></c>")
        if len(value) > _MOST // 2:
            value = value.encode("utf-16-le")[: 2 * _MOST].decode("utf-16-le", "ignore")
        index = self.str_table._get_shared_string_index(value)
        self.str_table.count -= 1  # a cell is counted where it stands
        return Cell(column, form, f' t="s"><v>{index}</v></c>')

    def write_cells(self, row: int, cells: Sequence[Cell]) -> None:
        """Cells of this worksheet as a row (from 0) that has no others, from the first column on."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(cells) - 1)
        self._whole[row] = cells

    def _write_rows(self) -> None:
        self._calculate_spans()
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            span, known = self.row_spans.get(row // _BLOCK_ROWS), self.row_info.get(row)
            if row in self._whole:
                self._write_row(row, span, known)
                self._write_whole(row)
            elif self.table.get(row):
                self._write_row(row, span, known)
                for column, cell in sorted(self.table[row].items()):
                    self._write_cell(row, column, cell)
            elif known:
                self._write_empty_row(row, span, known)
                continue
            else:
                continue
            self._xml_end_tag("row")

    def _write_whole(self, row: int) -> None:
        line = "".join([cell.text or cell.styled() for cell in self._whole[row]]).replace(_ROW, str(row + 1))
        self.str_table.count += line.count(' t="s">')
        self.fh.write(line)

    def _calculate_spans(self) -> None:
        ends: dict[int, tuple[int, int]] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            whole, columns = self._whole.get(row), self.table.get(row)
            if whole or columns:
                own = (0, len(whole) - 1) if whole else (min(columns), max(columns))
                known = ends.get(row // _BLOCK_ROWS, own)
                ends[row // _BLOCK_ROWS] = min(known[0], own[0]), max(known[1], own[1])
        self.row_spans = {block: f"{first + 1}:{last + 1}" for block, (first, last) in ends.items()}
