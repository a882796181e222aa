"""A source whose columns are read through a mapping: renamed, translated, gathered, converted, filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.buffers import gather
from drgdip.intake.key_index import plain_text
from drgdip.intake.source import Piece, RowNote, Source, notices_of
from drgdip.interface.mapping import UNITS, Column, Table


class MappedSource:
    """The fields that a table of a mapping gives of a source, and the columns that it does not name.

    Column names are compared as written, then without regard to case. See :class:`drgdip.intake.source.Source`.

    Raises
    ------
    UsageError : the key is absent, or every column. Single ones that are absent are a notice.
    """

    def __init__(self, source: Source, table: Table) -> None:
        self.name, self.key = source.name, source.key
        self._source, self._theirs = source, _Names(source)
        given = {field: column for field, column in table.columns.items() if self._theirs.gives(column)}
        absent = [f"{column.columns[0]} ({field})" for field, column in table.columns.items() if field not in given]
        if (table.key and not self._theirs.has(table.key)) or (absent and not given):
            raise absent_columns(source.name, table.name, [table.key] if table.key else absent)
        self._given = given
        self.notices = notices_of(source)
        if absent:
            self.notices += (Finding(source.name, 0, "", "", ", ".join(absent), "mapped_column_absent"),)
        named = {self._theirs.real(name) for column in given.values() for name in column.columns}
        rest = [name for name in source.columns if name not in named and name not in given]
        self.columns = (*given, *rest)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        mapped = [name for name in fields if name in self._given]
        plain = [name for name in fields if name in self.columns and name not in self._given]
        theirs = [
            self._theirs.real(name) for field in mapped for name in self._given[field].columns if self._theirs.has(name)
        ]
        own = list(dict.fromkeys([*plain, *theirs])) or list(self._source.columns[:1])
        first = 1
        for piece in self._source.read(own, chunk_rows):
            columns = {name: piece.table[name] for name in plain}
            notes = list(piece.notes)
            for field in mapped:
                columns[field], unknown = self._field(self._given[field], piece.table)
                notes += [
                    RowNote(first + row, field, text, "value_not_mapped")
                    for row, text in unknown
                    if first + row not in piece.malformed
                ]
            first += piece.table.num_rows
            ordered = tuple(sorted(notes, key=lambda note: note.row))
            yield Piece(pa.table({name: columns[name] for name in fields if name in columns}), piece.malformed, ordered)

    def _field(self, column: Column, table: pa.Table) -> tuple[pa.Array, list[tuple[int, str]]]:
        if column.constant is not None:
            return pa.array([column.constant.encode()] * table.num_rows, pa.binary()), []
        names = [self._theirs.real(name) for name in column.columns if self._theirs.has(name)]
        if len(column.columns) > 1 or len(names) > 1:
            return gathered([plain_text(table[name]) for name in names]), []
        if column.values is None and not column.unit:
            return table[names[0]], []
        cells = plain_text(table[names[0]])
        if column.unit:
            return _converted(cells, UNITS[column.unit]), []
        return _translated(cells, column.values or {})


class _Names:
    """Columns of a source, found by name whatever the case, if that is unique."""

    def __init__(self, source: Source) -> None:
        self._exact = set(source.columns)
        self._folded: dict[str, str | None] = {}
        for name in source.columns:
            self._folded[name.casefold()] = None if name.casefold() in self._folded else name

    def has(self, name: str) -> bool:
        return name in self._exact or self._folded.get(name.casefold()) is not None

    def gives(self, column: Column) -> bool:
        """Whether a field can be had: a constant, or its column; of gathered ones the first."""
        return column.constant is not None or self.has(column.columns[0])

    def real(self, name: str) -> str:
        return name if name in self._exact else self._folded.get(name.casefold()) or name


def gathered(columns: Sequence[pa.Array]) -> pa.Array:
    """Codes of several columns joined by ``|``, empty cells left out. An empty first cell is kept: no code is principal."""
    if len(columns) == 1:
        return columns[0]
    first, *others = columns
    joined = pc.binary_join_element_wise(
        pc.fill_null(first, b""), *others, pa.scalar(b"|", pa.binary()), null_handling="skip"
    )
    return pc.if_else(pc.equal(joined, pa.scalar(b"", pa.binary())), pa.scalar(None, pa.binary()), joined)


def _translated(cells: pa.Array, values: Mapping[str, str]) -> tuple[pa.Array, list[tuple[int, str]]]:
    coded = cells.dictionary_encode()
    written = [cell.decode("utf-8", "replace") for cell in coded.dictionary.to_pylist()]
    new = pa.array([values[text].encode() if text in values else None for text in written], pa.binary())
    bad = gather(np.array([text not in values for text in written], dtype=np.bool_), coded.indices, False)
    places = np.nonzero(bad)[0].tolist()
    indices = coded.indices
    return new.take(indices), [(place, written[indices[place].as_py()]) for place in places]


def _converted(cells: pa.Array, factor: Decimal) -> pa.Array:
    """Numbers times the factor of their unit; what is no number stays as written, and is found out when it is read."""
    if factor == 1:
        return cells
    return pa.array([_times(cell, factor) for cell in cells.to_pylist()], pa.binary())


def _times(cell: bytes | None, factor: Decimal) -> bytes | None:
    if cell is None or len(cell) > 30:
        return cell
    try:
        number = Decimal(cell.decode("ascii"))
    except (UnicodeDecodeError, InvalidOperation):
        return cell
    return f"{number * factor:f}".encode() if number.is_finite() and abs(number) < 10**18 else cell


def absent_columns(file: str, table: str, names: Sequence[str]) -> UsageError:
    """The fault of a file that lacks columns which a table of the mapping names."""
    listed = ", ".join(dict.fromkeys(names))
    return UsageError(
        Text(f"{file} 缺少映射表 {table} 所用的列:{listed}。", f"{file} lacks columns that the mapping of {table} names: {listed}."),
        Text("请核对文件,或复制并修改映射文件。", "Check the file, or copy the mapping and change it."),
    )  # fmt: skip
