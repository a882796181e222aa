"""What people want to read of an edition when they look at one stay: rules, weights, and where single codes stand.

The compiled arrays group; they do not name sets or rows of sheets. Each part is read again on first use.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from drgdip.tables.chs_drg.content import read_content
from drgdip.tables.chs_drg.rows import Complication, DrgContent, Severity
from drgdip.tables.chs_drg.sheets import SHEETS, rows_in

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.chs_drg.edition import DrgEdition

_WITH_RULES = ("mdc", "adrg", "drg")


class ComplicationRow(NamedTuple):
    """What an other diagnosis counts as, and the data row of the sheet CC that says so (0: not known)."""

    row: int
    severity: Severity
    exclusions: str


class CodePlaces(NamedTuple):
    """Where an edition names a code; rows are data rows of the sheets, 0 where an edition was made in memory.

    sets : code -> set -> row of 集合. complications : code -> row of CC. exclusions : principal diagnosis -> exclusion
    table -> row of 排除表.
    """

    sets: Mapping[str, Mapping[str, int]]
    complications: Mapping[str, ComplicationRow]
    exclusions: Mapping[str, Mapping[str, int]]


class LookUp:
    """Reads an edition again, as far as it is asked for."""

    def __init__(self, tables: DrgTables) -> None:
        self._tables = tables

    @cached_property
    def _edition(self) -> DrgEdition:
        return self._tables.opened_again()

    @cached_property
    def rows(self) -> DrgContent:
        """The rows that have rules, and the weights; of sets, complications and exclusions nothing."""
        if self._tables.in_memory is not None:
            return self._tables.in_memory
        files = {key: sheet.file for key, sheet in SHEETS.items()}
        sheets = {
            key: rows_in(self._edition.text(file), SHEETS[key], file, []) if key in _WITH_RULES else []
            for key, file in files.items()
        }
        return read_content(sheets, files, [], self._edition.weights(), {})

    @cached_property
    def places(self) -> CodePlaces:
        """Where codes stand."""
        content = self._tables.in_memory
        if content is not None:
            complications = {code: _in_memory(one) for code, one in content.complications.items()}
            return CodePlaces(_by_code(content.sets), complications, _by_code(content.exclusions))
        complications = {}
        for row, (code, table, kind) in self._cells("cc", "编码", "排除表", "类型"):
            complications.setdefault(code, ComplicationRow(row, cast("Severity", kind.upper()), table))
        return CodePlaces(
            _first_rows(self._cells("sets", "ICD编码", "集合编号")),
            complications,
            _first_rows(self._cells("exclusions", "ICD编码", "排除表编号")),
        )

    def _cells(self, sheet: str, *columns: str) -> Iterator[tuple[int, Sequence[str]]]:
        """Data rows with the cells of some columns. The edition was checked when it was loaded: no row is wrong."""
        reader = csv.reader(io.StringIO(self._edition.text(SHEETS[sheet].file), newline=""))
        header = [name.strip() for name in next(reader)]
        places = [header.index(column) for column in columns]
        for number, cells in enumerate(reader, 1):
            if len(cells) == len(header):
                yield number, [cells[place].strip() for place in places]


def _first_rows(rows: Iterator[tuple[int, Sequence[str]]]) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row, (code, name) in rows:
        found.setdefault(code, {}).setdefault(name, row)
    return found


def _by_code(lists: Mapping[str, tuple[str, ...]]) -> Mapping[str, Mapping[str, int]]:
    return _first_rows((0, (code, name)) for name, codes in lists.items() for code in codes)


def _in_memory(one: Complication) -> ComplicationRow:
    return ComplicationRow(0, one.severity, one.exclusions)
