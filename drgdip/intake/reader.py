"""The reader of case files: rows in chunks, encoding, and what is said about rows that are not settled."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.intake.buffers import one_array
from drgdip.intake.chunk import EncodedChunk, RawChunk
from drgdip.intake.code_index import code_index
from drgdip.intake.code_sets import CodeSets, UnknownCodes, shipped_sets
from drgdip.intake.combine import NOTHING, Beside, combined_sources
from drgdip.intake.duplicates import Repeated, repeated_ids
from drgdip.intake.encode import CodeIndexes, encode_chunk
from drgdip.intake.hospitals import Hospitals
from drgdip.intake.report import file_findings, findings_of, set_aside_rows
from drgdip.intake.source import Piece, RowNote, Source
from drgdip.interface.code_tables import code_tables, extended_tables
from drgdip.interface.defects import WHOLE_ROW, Defects, join_defects
from drgdip.interface.fields import Use, fields, settlement_use
from drgdip.interface.set_aside import SetAsideRow

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem

CHUNK_ROWS = 100_000


class CaseReader:
    """Case files, tables or DataFrames as chunks of flat rows.

    Iterate on one thread; ``encode``, ``findings``, ``set_aside`` and ``text`` may be called on others.

    Parameters
    ----------
    cases : files (told apart by content), folders of them, Arrow tables or DataFrames.
    diagnoses, procedures : code systems that give codes their ids.
    chunk_rows : rows a chunk. Results do not depend on it.
    use : what is read and what may not be missing; everything that settlement needs unless given.
    beside : what is joined to the cases, and the mapping that they are read through.

    Attributes
    ----------
    hospitals : codes by hospital id; grows while chunks are read. listed_hospitals : those of a table of institutions.
    code_tables : codes that the run knows. file_findings : notices about whole files. rows_by_file : data rows read so far, by path.

    Raises
    ------
    UsageError : a source cannot be read, has a column twice or lacks a required one. Bad rows are findings.
    """

    def __init__(
        self,
        cases: Sequence[Any],
        diagnoses: CodeSystem,
        procedures: CodeSystem,
        chunk_rows: int = CHUNK_ROWS,
        threads: int = 2,
        use: Use | None = None,
        beside: Beside = NOTHING,
    ) -> None:
        self._use = use or settlement_use()
        self._sources, joined, self.listed_hospitals = combined_sources(cases, self._use, beside, max(chunk_rows, 1))
        self._indexes = CodeIndexes(code_index(diagnoses), code_index(procedures))
        self._hospitals = Hospitals()
        self.code_tables = extended_tables(beside.code_tables) if beside.code_tables else code_tables()
        self._known = CodeSets(self.code_tables) if beside.code_tables else shipped_sets()
        self._unknown = UnknownCodes()
        self._chunk_rows, self._threads = max(chunk_rows, 1), threads
        self.rows_by_file: dict[str, int] = {source.key: 0 for source in self._sources}
        self.file_findings: list[Finding] = [
            finding for source in self._sources for finding in file_findings(source, self._use)
        ] + joined

    @property
    def hospitals(self) -> Sequence[str]:
        """Hospital codes; the position is the hospital's id."""
        return self._hospitals.codes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sources = []

    def __iter__(self) -> Iterator[RawChunk]:
        """All rows, in the order of the input. Settlement IDs are looked through once before the first chunk."""
        pieces = self._pieces(self._use.reads, self._chunk_rows)
        ahead, before = deque[tuple[int, int, Piece]](), 0
        with ThreadPoolExecutor(1) as pool:
            looking = pool.submit(repeated_ids, self._sources, self._chunk_rows, self._threads)
            if self._threads > 1:  # As many as are worked on at once are read meanwhile.
                ahead.extend(islice(pieces, self._threads))
            repeated = looking.result()
        for position, first, piece in chain((ahead.popleft() for _ in range(len(ahead))), pieces):
            source, rows = self._sources[position], piece.table.num_rows
            yield self._chunk(source, piece, first, repeated[position])._replace(before=before)
            before += rows
            self.rows_by_file[source.key] = first + rows - 1

    def _pieces(self, names: Sequence[str], chunk_rows: int) -> Iterator[tuple[int, int, Piece]]:
        """Some columns of all rows, with the place of their source and the first data row."""
        for position, source in enumerate(self._sources):
            first = 1
            for piece in source.read(names, chunk_rows):
                yield position, first, piece
                first += piece.table.num_rows

    def tables(self, names: Sequence[str], chunk_rows: int) -> Iterator[tuple[str, int, pa.Table]]:
        """Some columns of all rows as read: name of the source, first data row, cells."""
        for position, first, piece in self._pieces(names, chunk_rows):
            yield self._sources[position].name, first, piece.table

    def _chunk(self, source: Source, piece: Piece, first: int, repeated: Repeated) -> RawChunk:
        rows = piece.table.num_rows
        columns = {name: one_array(piece.table[name]) for name in piece.table.column_names}
        inside = slice(*np.searchsorted(repeated.row, [first, first + rows]).tolist())
        where = (repeated.row[inside] - first).astype(np.int32)
        field = np.full(len(where), fields()["setl_id"].position, dtype=np.int16)
        return RawChunk(
            file=source.name,
            first_row=first,
            rows=rows,
            columns=columns,
            hospital_id=self._hospital_ids(columns, rows),
            malformed={row - first: text for row, text in piece.malformed.items()},
            known=join_defects(Defects(where, field, repeated.reason[inside]), _blocking(piece.notes, first)),
            notes=piece.notes,
        )

    def _hospital_ids(self, columns: dict[str, pa.Array], rows: int) -> np.ndarray:
        if "fixmedins_code" not in columns:
            return np.full(rows, -1, dtype=np.int32)
        return self._hospitals.ids(columns["fixmedins_code"])

    def encode(self, raw: RawChunk) -> EncodedChunk:
        """See :func:`drgdip.intake.encode.encode_chunk`."""
        return encode_chunk(raw, self._indexes, self._use, self._known, self._unknown)

    def closing_findings(self) -> list[Finding]:
        """Notices about all rows together; to be asked for when every chunk is encoded."""
        return self._unknown.findings()

    def findings(self, raw: RawChunk, defects: Defects) -> list[Finding]:
        """See :func:`drgdip.intake.report.findings_of`."""
        return findings_of(raw, defects, self._indexes)

    def set_aside(
        self, raw: RawChunk, defects: Defects, excluded: Sequence[tuple[int, int]]
    ) -> tuple[list[SetAsideRow], list[Finding]]:
        """See :func:`drgdip.intake.report.set_aside_rows`."""
        return set_aside_rows(raw, defects, excluded)

    def text(self, raw: RawChunk, rows: np.ndarray) -> dict[str, pa.Array]:
        """See :meth:`drgdip.intake.chunk.RawChunk.text`."""
        return raw.text(rows)


def _blocking(notes: Sequence[RowNote], first: int) -> Defects:
    """The notes that set a row aside, as defects of a chunk that begins at data row ``first``."""
    blocking = [note for note in notes if REASONS[note.key].effect == "set_aside"]
    places = [fields()[note.field].position if note.field else WHOLE_ROW for note in blocking]
    return Defects(
        np.array([note.row - first for note in blocking], dtype=np.int32),
        np.array(places, dtype=np.int16),
        np.array([REASONS[note.key].number for note in blocking], dtype=np.int16),
    )
