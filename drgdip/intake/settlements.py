"""Settlement results (2304) joined to lists by settlement ID.

Lists carry no settlement result: a list without its result is set aside, a result without a list is counted.
Results are kept in a temporary file; memory holds sixteen bytes of index for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.findings import Finding
from drgdip.intake.agreement import IDENTITY, NOT_COMPARED, OF_THE_RESULT, alike
from drgdip.intake.key_index import KeyIndex, plain_text
from drgdip.intake.same_values import comparable
from drgdip.intake.source import Piece, RowNote, Source, notices_of
from drgdip.intake.spool import Spool
from drgdip.interface.fields import field_names, fields

_ID = "setl_id"
_SHOWN = 20
_MOST_FINDINGS = 1_000


class Results:
    """All settlement results of a run.

    Attributes
    ----------
    columns : fields of the flat layout that any file of results has.
    findings : rows of the files that cannot be used.
    """

    def __init__(self, sources: Sequence[Source], chunk_rows: int) -> None:
        self.columns = tuple(name for name in field_names() if any(name in source.columns for source in sources))
        self.findings: list[Finding] = [finding for source in sources for finding in notices_of(source)]
        self._spool = Spool(pa.schema([(name, pa.binary()) for name in self.columns]))
        for source in sources:
            self._read(source, chunk_rows)
        self._spool.close()
        ids = (plain_text(table[_ID]) for table in self._spool.read([_ID], chunk_rows))
        self._index = KeyIndex(ids, lambda rows: plain_text(self._spool.take(rows, [_ID])[_ID]))
        self._used = np.zeros(len(self._index.order), dtype=np.bool_)

    def _read(self, source: Source, chunk_rows: int) -> None:
        first = 1
        for piece in source.read(self.columns, chunk_rows):
            table = piece.table
            self._spool.append(pa.table({name: plain_text(table[name]) for name in table.column_names}))
            faults = [(row, text, "malformed_row") for row, text in piece.malformed.items()]
            faults += [(note.row, note.value, note.key) for note in piece.notes if not note.field]
            room = max(_MOST_FINDINGS - len(self.findings), 0)
            self.findings += [Finding(source.name, row, "", "", text, key) for row, text, key in sorted(faults)[:room]]
            first += table.num_rows

    def rows_of(self, ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Row of the result of each ID (int64, -1 where there is none), and which IDs have results that differ."""
        found = self._index.find(ids)
        count = found.last - found.first
        rows = np.full(len(ids), -1, dtype=np.int64)
        rows[count > 0] = self._index.order[found.first[count > 0]]
        differ = np.zeros(len(ids), dtype=np.bool_)
        self._used[found.first[count > 0]] = True
        for place in np.nonzero(count > 1)[0].tolist():
            inside = slice(found.first[place], found.last[place])
            same = self._spool.take(self._index.order[inside], self.columns)
            differ[place] = any(_differ(name, same[name]) for name in same.column_names)
            self._used[inside] = True
        return rows, differ

    def take(self, rows: np.ndarray, names: Sequence[str]) -> pa.Table:
        """Some columns of results by row."""
        return self._spool.take(rows, names)

    def unused(self) -> list[Finding]:
        """What to say about results that no list asked for: how many, and the first IDs."""
        rows = np.sort(self._index.order[~self._used])
        if not len(rows):
            return []
        ids = plain_text(self._spool.take(rows[:_SHOWN], [_ID])[_ID]).to_pylist()
        shown = ", ".join(dict.fromkeys(value.decode("utf-8", "replace") for value in ids))
        more = " …" if len(rows) > _SHOWN else ""
        return [Finding("", 0, "", _ID, f"{len(rows)}: {shown}{more}", "settlement_without_list")]


class JoinedSource:
    """A source of lists with the columns of their results.

    Where both have a value, the result counts for amounts and for the settlement itself, the list for all else;
    differences are noted. See :class:`drgdip.intake.source.Source`.
    """

    def __init__(self, source: Source, results: Results) -> None:
        self.name, self.key, self.notices = source.name, source.key, notices_of(source)
        self._source, self._results = source, results
        added = [name for name in results.columns if name not in source.columns]
        self.columns = (*source.columns, *added)

    def ids(self, chunk_rows: int) -> Iterator[Piece]:
        """The settlement IDs of all rows."""
        return self._source.read([_ID], chunk_rows) if _ID in self._source.columns else iter(())

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        from_results = [name for name in fields if name in self._results.columns and name != _ID]
        own = list(dict.fromkeys([*(name for name in fields if name in self._source.columns), _ID]))
        first = 1
        for piece in self._source.read(own, chunk_rows):
            if from_results:
                piece = self._joined(piece, from_results, first)
            first += piece.table.num_rows
            yield piece._replace(table=piece.table.select([name for name in fields if name in self.columns]))

    def _joined(self, piece: Piece, names: list[str], first: int) -> Piece:
        ids = plain_text(piece.table[_ID])
        rows, differ = self._results.rows_of(ids)
        results = self._results.take(rows, names)
        columns = {name: piece.table[name] for name in piece.table.column_names}
        notes = list(piece.notes)
        bad = {note.row for note in notes if not note.field} | piece.malformed.keys()
        for place in np.nonzero(((rows < 0) | differ) & _there(ids))[0].tolist():
            if first + place not in bad:
                key = "conflicting_settlement" if differ[place] else "settlement_absent"
                notes.append(RowNote(first + place, "", ids[place].as_py().decode("utf-8", "replace"), key))
        usable = (rows >= 0) & ~differ
        for name in names:
            if name not in columns:
                columns[name] = results[name]
                continue
            columns[name], unlike = _merged(name, plain_text(columns[name]), plain_text(results[name]), usable)
            notes += [RowNote(first + place, name, value, key) for place, value, key in unlike]
        return piece._replace(table=pa.table(columns), notes=tuple(sorted(notes, key=lambda note: note.row)))


def _differ(name: str, column: pa.ChunkedArray) -> bool:
    """Whether a field has several values; those that are only written differently are one."""
    written = column.unique()
    return len(written) > 1 and len(set(comparable(fields()[name], written))) > 1


def _there(ids: pa.Array) -> np.ndarray:
    return np.asarray(ids.is_valid().to_numpy(zero_copy_only=False))


def _merged(
    name: str, own: pa.Array, result: pa.Array, usable: np.ndarray
) -> tuple[pa.Array, list[tuple[int, str, str]]]:
    """One column of both, and where they differ: position, both values, key of the reason."""
    first, second = (result, own) if name in OF_THE_RESULT else (own, result)
    merged = pc.coalesce(first, second)
    if name in NOT_COMPARED:
        return merged, []
    apart = pc.fill_null(pc.not_equal(own, result), False).to_numpy(zero_copy_only=False) & usable
    key = "result_of_another_stay" if name in IDENTITY else "list_result_differ"
    unlike = []
    for place in np.nonzero(apart)[0].tolist():
        one, other = (array[place].as_py().decode("utf-8", "replace") for array in (own, result))
        if not alike(fields()[name], one, other):
            unlike.append((place, f"{one} ≠ {other}", key))
    return merged, unlike
