"""CSV files as a stream of rows: a header, quoted cells may hold separators and line breaks.

A file that is UTF-8 and by the book is read as it lies. Others are first written anew in a temporary file: in UTF-8,
with each row that cannot be cut into cells in one marked line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.csv_header import Header, read_header
from drgdip.intake.csv_repair import MOST_BAD_ROWS, mark_of, no_rows, repaired
from drgdip.intake.csv_scan import scan
from drgdip.intake.encoding import from_codec, from_gb18030, is_gb18030, marked
from drgdip.intake.source import Piece, RowNote
from drgdip.intake.temporary import TemporaryBytes

#: Bytes parsed at once. Small blocks stay in the processor's cache; a single row must fit into one.
_BLOCK = 4 << 20


class _Text(NamedTuple):
    """A file as it is read. ``kept`` holds it, if it was written anew."""

    path: Path
    header: Header
    kept: TemporaryBytes | None
    codec: str
    repaired: bool


class CsvSource:
    """A CSV file. Cells are bytes, empty ones null; rows with another number of cells than the header are malformed.

    Parameters
    ----------
    path : the file. name, key : see :class:`drgdip.intake.source.Source`.
    known : names by which the header is recognised. kept : where ``path`` is a temporary file, its owner.

    Raises
    ------
    UsageError : there is no header, or quotes leave two readings of the file.
    """

    def __init__(
        self,
        path: Path,
        name: str | None = None,
        key: str | None = None,
        known: Collection[str] = (),
        kept: TemporaryBytes | None = None,
    ) -> None:
        self._kept = kept
        self.name = name or path.name
        self.key = key or str(path)
        self._text = _as_text(path, self.name, known)
        self._header = self._text.header
        self.columns = tuple(column for column in self._header.names if column)
        self.notices: tuple[Finding, ...] = ()
        if self._text.codec:
            self.notices = (Finding(self.name, 0, "", "", self._text.codec.upper(), "read_from_encoding"),)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        return _in_chunks(self._blocks([name for name in fields if name in self.columns]), chunk_rows)

    def _blocks(self, fields: Sequence[str]) -> Iterator[Piece]:
        bad: deque[RowNote] = deque()
        first = 1
        try:
            for batch in self._open(fields, bad):
                piece = _with_bad_rows(pa.Table.from_batches([batch]), bad, first)
                first += piece.table.num_rows
                yield piece
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise UsageError(
                Text(
                    f"{self.name} 第 {first} 行数据之后无法继续读取。",
                    f"{self.name} cannot be read on after data row {first - 1}.",
                ),
                Text(
                    "请检查其后的引号是否成对、编码是否为 UTF-8。",
                    "See that quotes pair and that the text is UTF-8 in the rows after it.",
                ),
            ) from error
        if bad:
            schema = pa.schema([(name, pa.binary()) for name in fields])
            yield _with_bad_rows(schema.empty_table(), bad, first)

    def _open(self, fields: Sequence[str], bad: deque[RowNote]) -> Iterator[pa.RecordBatch]:
        names = [name or f"\0{position}" for position, name in enumerate(self._header.names)]

        seen = 0

        def note(row: Any) -> str:
            nonlocal seen
            seen += 1
            if seen > MOST_BAD_ROWS:
                return "error"
            key, text = mark_of(row.text)
            bad.append(RowNote(row.number - 1, "", text, key))
            return "skip"

        if not self._header.followed:
            return
        try:
            yield from pa.csv.open_csv(self._text.path, *self._options(names, fields, note))
        except pa.ArrowInvalid as error:
            if seen > MOST_BAD_ROWS:
                raise no_rows(self.name) from error
            raise

    def _options(
        self, names: Sequence[str], fields: Sequence[str], note: Callable[[Any], str]
    ) -> tuple[pa.csv.ReadOptions, pa.csv.ParseOptions, pa.csv.ConvertOptions]:
        return (
            # One thread: rows then know their number. Other threads decode what has been read.
            pa.csv.ReadOptions(column_names=names, skip_rows_after_names=1, use_threads=False, block_size=_BLOCK),
            pa.csv.ParseOptions(
                delimiter=self._header.separator,
                newlines_in_values=self._text.repaired or self._header.lines > 1,
                invalid_row_handler=note,
            ),
            pa.csv.ConvertOptions(
                column_types={name: pa.binary() for name in names},
                include_columns=list(fields),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )


def _as_text(path: Path, name: str, known: Collection[str]) -> _Text:
    kept: TemporaryBytes | None = None
    with path.open("rb") as file:
        codec = marked(file.read(4))
    if codec:
        kept = from_codec(path, codec)
        path = kept.path
    header = read_header(path, name, known)
    found = scan(path, header.separator)
    if not found.utf_8 and is_gb18030(path):
        codec = "gb18030"
        kept = from_gb18030(path)
        path = kept.path
        header = read_header(path, name, known)
        found = scan(path, header.separator)
    if not (found.utf_8 and found.well_formed):
        kept = repaired(path, name, header)
        return _Text(kept.path, header, kept, codec, True)
    return _Text(path, header, kept, codec, False)


def _with_bad_rows(table: pa.Table, bad: deque[RowNote], first: int) -> Piece:
    """Put rows of nulls where bad rows stood, before the table's last row or right after it."""
    notes: list[RowNote] = []
    rows = table.num_rows
    while bad and bad[0].row <= first + rows:
        notes.append(bad.popleft())
        rows += 1
    if not notes:
        return Piece(table, {})
    stands = np.ones(rows, dtype=np.bool_)
    stands[[note.row - first for note in notes]] = False
    source = pa.array(np.cumsum(stands) - 1, mask=~stands)
    return Piece(table.take(source), {}, tuple(notes))


def _in_chunks(pieces: Iterator[Piece], chunk_rows: int) -> Iterator[Piece]:
    """The same rows, in tables of exactly ``chunk_rows`` rows but for the last one."""
    waiting: list[pa.Table] = []
    notes: deque[RowNote] = deque()
    rows = done = 0
    for piece in pieces:
        waiting.append(piece.table)
        notes.extend(piece.notes)
        rows += piece.table.num_rows
        while rows >= chunk_rows:
            whole = pa.concat_tables(waiting)
            yield _cut(whole.slice(0, chunk_rows), notes, done)
            rows, done = rows - chunk_rows, done + chunk_rows
            waiting = [whole.slice(chunk_rows)]
    if rows:
        yield _cut(pa.concat_tables(waiting), notes, done)


def _cut(table: pa.Table, notes: deque[RowNote], done: int) -> Piece:
    inside = []
    while notes and notes[0].row <= done + table.num_rows:
        inside.append(notes.popleft())
    malformed = {note.row: note.value for note in inside if note.key == "malformed_row"}
    return Piece(table, malformed, tuple(note for note in inside if note.key != "malformed_row"))
