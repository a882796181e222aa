"""Settlement lists (4101, 4101A) and results in JSON as a source of flat rows.

A file is read once, when it is opened, and its rows are kept aside: JSON does not say at its beginning which fields
follow, and a run looks through the rows more than once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.encoding import is_unicode
from drgdip.intake.json_values import JsonValue, json_values
from drgdip.intake.list_row import ListRow, Note, list_rows
from drgdip.intake.source import Piece, RowNote, unreadable
from drgdip.intake.spool import BATCH_ROWS, Spool
from drgdip.interface.fields import aliases_of, fields, fields_of

_NOTES = "\0notes"
_MOST_UNKNOWN, _LONGEST_NAME = 50, 60
_ACCESS = Text("请检查文件权限。", "Check the permissions of the file.")


@cache
def _kept(table: str) -> tuple[str, ...]:
    """Fields that are kept of a list: the flat layout, its other names, and codes that a mapping may translate.

    Of fee messages all; neither lines nor what is kept of lists name a person.
    """
    if table == "fee_lines":
        return tuple(dict.fromkeys([*fields_of(table), *aliases_of(table)]))
    coded = [field.name for field in fields_of(table).values() if field.code_table]
    return tuple(dict.fromkeys([*fields(), *aliases_of(table), *coded]))


class ListSource:
    """Lists of one file, one row each; the row number is the place of the list in the file.

    Parameters
    ----------
    path : the file. name : what findings call it.
    also : further fields to keep, for a mapping.

    Raises
    ------
    UsageError : the file cannot be read, or holds nothing. Lists that cannot be read are findings.
    """

    def __init__(self, path: Path, name: str | None = None, also: Iterable[str] = ()) -> None:
        self.name = name or path.name
        self.key = str(path)
        seen: dict[str, None] = {}
        self._names: tuple[str, ...] = ()
        try:
            for rows in _batches(json_values(path)):
                if not self._names:
                    self._begin(rows, also)
                self._keep(rows, seen)
        except OSError as error:
            raise unreadable(self.name, _ACCESS) from error
        if not self._names:
            raise UsageError(
                Text(f"病例文件 {self.name} 中没有清单。", f"There is no list in the case file {self.name}."),
                Text("请确认导出是否成功。", "Check that the export went well."),
            )
        self._spool.close()
        unknown = [name for name in seen if name not in self._names][:_MOST_UNKNOWN]
        self.columns: tuple[str, ...] = tuple([*(name for name in self._names if name in seen), *unknown])

    def _begin(self, rows: list[ListRow], also: Iterable[str]) -> None:
        table = "fee_lines" if any("feedetl_sn" in row.cells for row in rows) else "cases"
        self._names = tuple(dict.fromkeys([*_kept(table), *also]))
        self._spool = Spool(pa.schema([(column, pa.string()) for column in (*self._names, _NOTES)]))

    def _keep(self, rows: list[ListRow], seen: dict[str, None]) -> None:
        for row in rows:
            for name in row.cells:
                if name not in seen and (name in self._names or len(seen) < len(self._names) + _MOST_UNKNOWN):
                    seen[name[:_LONGEST_NAME]] = None
        present = [name for name in self._names if name in seen]
        columns = {name: _strings([row.cells.get(name) for row in rows]) for name in present}
        notes = [json.dumps(row.notes) if row.notes else None for row in rows]
        self._spool.append(pa.table({**columns, _NOTES: pa.array(notes, pa.string())}))

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        wanted = [name for name in fields if name in self.columns and name in self._names]
        first = 1
        for table in self._spool.read([*wanted, _NOTES], chunk_rows):
            yield Piece(table.select(wanted), {}, tuple(_noted(table[_NOTES], first)))
            first += table.num_rows


def _noted(notes: pa.ChunkedArray, first: int) -> Iterator[RowNote]:
    for row, cell in enumerate(notes.to_pylist(), start=first):
        if cell:
            yield from (RowNote(row, *note) for note in json.loads(cell))


def _batches(values: Iterable[JsonValue]) -> Iterator[list[ListRow]]:
    rows: list[ListRow] = []
    for value in values:
        rows += _rows(value)
        if len(rows) >= BATCH_ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _rows(value: JsonValue) -> list[ListRow]:
    if value.fault:
        return [ListRow({}, (Note("", f"{value.fault}: {value.extract}", "malformed_list"),))]
    return [_checked(row) for row in list_rows(value.value)]


def _checked(row: ListRow) -> ListRow:
    if all(map(is_unicode, row.cells.values())):
        return row
    cells = {name: cell for name, cell in row.cells.items() if is_unicode(cell)}
    names = ", ".join(name for name in row.cells if name not in cells)
    return ListRow(cells, (Note("", f"UTF-16: {names[:_LONGEST_NAME]}", "malformed_list"),))


def _strings(cells: list[str | None]) -> pa.Array:
    return pa.array(cells, pa.string())
