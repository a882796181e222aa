"""One case table assembled from several tables of an export: stays, diagnoses, operations, joined by a key.

The tables beside the main one are kept in temporary files; memory holds sixteen bytes of index for each of their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.findings import Finding
from drgdip.intake.key_index import Found, KeyIndex, plain_text
from drgdip.intake.mapped import MappedSource, absent_columns
from drgdip.intake.source import Piece, RowNote, Source, notices_of
from drgdip.intake.spool import Spool
from drgdip.interface.mapping import Codes, Table

_KEY = "\0key"
_LARGE = 2**62
#: What a code list without a clear first code is reported as.
_UNCLEAR = {"diag_code": "principal_diagnosis_unclear", "oprn_oprt_code": "main_operation_unclear"}


class SideTable:
    """A table that gives fields to the stays of another one.

    ``columns`` : the fields. ``findings`` : rows of its files that cannot be used.
    """

    def __init__(self, table: Table, sources: Sequence[Source], chunk_rows: int) -> None:
        self.table = table
        self.columns = (*table.columns, *(codes.field for codes in table.codes))
        self.findings: list[Finding] = []
        self._codes = {name: name for codes in table.codes for name in codes.columns()}
        self._stored = tuple(dict.fromkeys([*table.columns, *self._codes]))
        self._spool = Spool(pa.schema([(name, pa.binary()) for name in (_KEY, *self._stored)]))
        for source in sources:
            self._read(source, chunk_rows)
        self._spool.close()
        keys = (table[_KEY].combine_chunks() for table in self._spool.read([_KEY], chunk_rows))
        self._index = KeyIndex(map(_whole, keys), lambda rows: plain_text(self._spool.take(rows, [_KEY])[_KEY]))

    def _read(self, source: Source, chunk_rows: int) -> None:
        renamed = Renamed(source, {self.table.key: _KEY, **self._codes}, self.table.name, keep=True)
        own = MappedSource(renamed, self.table._replace(key="")) if self.table.columns else renamed
        first = 1
        for piece in own.read((_KEY, *self._stored), chunk_rows):
            self._spool.append(pa.table({name: plain_text(piece.table[name]) for name in piece.table.column_names}))
            faults = [(row, "", text, "malformed_row") for row, text in piece.malformed.items()]
            faults += [(note.row, note.field, note.value, note.key) for note in piece.notes]
            self.findings += [Finding(source.name, row, "", name, text, key) for row, name, text, key in sorted(faults)]
            first += piece.table.num_rows

    def fields(self, keys: pa.Array, names: Sequence[str]) -> tuple[dict[str, pa.Array], list[RowNote]]:
        """The fields of some stays by key; notes have positions in ``keys`` from 0."""
        found = self._index.find(keys)
        if self.table.rows == "one":
            return self._single(found, [name for name in names if name in self.columns])
        columns, notes = {}, []
        for codes in self.table.codes:
            if codes.field in names:
                columns[codes.field], said = self._gathered(codes, found)
                notes += said
        return columns, notes

    def _single(self, found: Found, names: list[str]) -> tuple[dict[str, pa.Array], list[RowNote]]:
        count = found.last - found.first
        rows = np.full(len(count), -1, dtype=np.int64)
        rows[count == 1] = self._index.order[found.first[count == 1]]
        table = self._spool.take(rows, names)
        twice = [
            RowNote(place, "", f"{self.table.name}: {count[place]}", "several_rows_for_one_stay")
            for place in np.nonzero(count > 1)[0].tolist()
        ]
        return {name: _whole(table[name].combine_chunks()) for name in names}, twice

    def _gathered(self, codes: Codes, found: Found) -> tuple[pa.Array, list[RowNote]]:
        """Codes of each stay: the principal one first, then by the order column, then as they stand in the file."""
        count = found.last - found.first
        stay = np.repeat(np.arange(len(count)), count)
        place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        rows = self._index.order[np.repeat(found.first, count) + place]
        table = self._spool.take(rows, codes.columns())
        kept = _filled(table[codes.code])
        if codes.only_column:
            kept &= _among(table[codes.only_column], codes.only_values)
        first = (
            _among(table[codes.first_column], (codes.first_value,)) if codes.first_column else np.zeros(len(rows), bool)
        )
        ranked = _numbers(table[codes.order]) if codes.order else np.zeros(len(rows), dtype=np.int64)
        order = np.lexsort((rows, ranked, ~first, stay))
        order = order[kept[order]]
        lengths = np.bincount(stay[order], minlength=len(count))
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        lists = pa.ListArray.from_arrays(
            pa.array(offsets), _whole(table[codes.code].combine_chunks()).take(pa.array(order))
        )
        joined = pc.binary_join(lists, pa.scalar(b"|", pa.binary()))
        joined = pc.if_else(pa.array(lengths > 0), joined, pa.scalar(None, pa.binary()))
        principal = np.bincount(stay[order][first[order]], minlength=len(count))
        unclear = np.nonzero((lengths > 0) & (principal != 1))[0] if codes.first_column else np.empty(0, np.int64)
        said = f"{codes.first_column}={codes.first_value}"
        key = _UNCLEAR[codes.field]
        return joined, [RowNote(stay, codes.field, f"{said}: {principal[stay]}", key) for stay in unclear.tolist()]


class AssembledSource:
    """The main table of a mapping with the fields of the tables beside it."""

    def __init__(self, source: Source, table: Table, sides: Sequence[SideTable]) -> None:
        self.name, self.key, self.notices = source.name, source.key, notices_of(source)
        self._main = MappedSource(Renamed(source, {table.key: _KEY}, table.name, keep=True), table._replace(key=""))
        self._sides = sides
        given = [name for side in sides for name in side.columns]
        own = [name for name in self._main.columns if name != _KEY and name not in given]
        self.columns = (*own, *given)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        given = {name for side in self._sides for name in side.columns}
        own = [name for name in fields if name in self.columns and name not in given]
        first = 1
        for piece in self._main.read([*own, _KEY], chunk_rows):
            keys = plain_text(piece.table[_KEY])
            columns: dict[str, Any] = {name: piece.table[name] for name in own}
            notes = list(piece.notes)
            for side in self._sides:
                if any(name in side.columns for name in fields):
                    found, said = side.fields(keys, fields)
                    columns.update(found)
                    notes += [note._replace(row=first + note.row) for note in said]
            first += piece.table.num_rows
            ordered = tuple(sorted(notes, key=lambda note: note.row))
            yield Piece(pa.table({name: columns[name] for name in fields if name in columns}), piece.malformed, ordered)


class Renamed:
    """A source in which columns (theirs -> new name) have other names; with ``keep`` also under their own.

    Raises UsageError, naming the ``table`` of the mapping, where one is absent.
    """

    def __init__(self, source: Source, names: dict[str, str], table: str, keep: bool = False) -> None:
        self.name, self.key, self.notices = source.name, source.key, notices_of(source)
        self._source = source
        folded = {name.casefold(): name for name in reversed(source.columns)}
        absent = [old for old in names if old.casefold() not in folded]
        if absent:
            raise absent_columns(source.name, table, absent)
        self._names = {new: folded[old.casefold()] for old, new in names.items()}
        rest = [name for name in source.columns if keep or name not in self._names.values()]
        self.columns = tuple(dict.fromkeys([*self._names, *rest]))

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        theirs = [self._names.get(name, name) for name in fields if name in self.columns]
        for piece in self._source.read(list(dict.fromkeys(theirs)), chunk_rows):
            columns = {name: piece.table[self._names.get(name, name)] for name in fields if name in self.columns}
            yield piece._replace(table=pa.table(columns))


def _whole(array: Any) -> pa.Array:
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


def _filled(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.is_valid().to_numpy())


def _among(column: pa.ChunkedArray, values: Sequence[str]) -> np.ndarray:
    known = pa.array([value.encode() for value in values], pa.binary())
    return np.asarray(pc.is_in(column, value_set=known).to_numpy())


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Whole numbers of a column; whatever is none comes last."""
    return np.array(
        [int(cell) if cell and cell.isdigit() and len(cell) < 18 else _LARGE for cell in column.to_pylist()],
        dtype=np.int64,
    )
