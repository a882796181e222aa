"""Fee lines as they are read, piece by piece: in few bytes each, split among the parts of the batch.

A city's month has millions of them. What is kept is codes and whole numbers as narrow as they fit; beyond a cap they
wait on disk. Line numbers are texts of their own part, because a month has as many of them as lines.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.findings import Finding
from drgdip.intake.status import OK
from drgdip.pipeline.screening.cells import Raw, Reporter, column_of, read_numbers
from drgdip.pipeline.screening.ids import Encoded, Texts, encoded, mapped
from drgdip.pipeline.screening.parts import LINKS, Parts
from drgdip.screening.columns import TABLES, Read
from drgdip.screening.data import Frame, Words

#: Line numbers: texts of their own, which only the lines of a part have to be told apart by.
_OWN = ("line", "refunds")
_KNOWN = "known"
_READS: dict[str, Read] = {read.name: read for read in TABLES["fee_lines"]}
_NUMBERS = [name for name, read in _READS.items() if read.kind != "id"]
#: Bytes of kept lines in memory; what is beyond them waits on disk.
MOST_BYTES = 800_000_000


class Decoded(NamedTuple):
    """One piece: its ID columns, its numbers with their statuses, and its columns as they were."""

    raw: Raw
    first_row: int
    ids: dict[str, Encoded]
    numbers: dict[str, tuple[np.ndarray, np.ndarray]]


def decode(raw: Raw, first_row: int) -> Decoded:
    """Read the cells of a piece."""
    ids, numbers = {}, {}
    for name, read in _READS.items():
        array = column_of(raw.table, read)
        if array is not None and read.kind == "id":
            ids[name] = encoded(array)
        elif array is not None:
            numbers[name] = read_numbers(read, array)
    return Decoded(raw, first_row, ids, numbers)


class FeeLines:
    """The fee lines of a batch."""

    def __init__(self, parts: Parts, findings: list[Finding]) -> None:
        self.rows, self.last_s, self._bytes = 0, -1, 0
        self._parts, self._findings = parts, findings
        self._texts: dict[str, Texts] = dict(parts.texts)
        self._columns: set[str] = set()
        self._reporters: dict[str, Reporter] = {}
        self._pieces: list[list[pa.RecordBatch]] = [[] for _ in range(parts.count)]
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(self, piece: Decoded) -> None:
        """Take a piece up; what cannot be read in it is a finding, and a line without a number is set aside."""
        raw, rows = piece.raw, piece.raw.table.num_rows
        self.rows += rows
        report = self._reporters.setdefault(raw.file, Reporter(raw.file, self._findings))
        report.start(raw.table, piece.first_row)
        self._columns |= {*piece.ids, *piece.numbers}
        for name, column in piece.ids.items():
            report.encoding(_READS[name], column_of(raw.table, _READS[name]), column.bad)
        for name, (_, status) in piece.numbers.items():
            report.statuses(_READS[name], column_of(raw.table, _READS[name]), status)
        keep = self._with_number(piece, report)
        if not len(keep):
            return
        codes = {name: self._codes(name, column)[keep] for name, column in piece.ids.items() if name not in _OWN}
        known = np.zeros(len(keep), dtype=np.uint32)
        numbers: dict[str, np.ndarray] = {}
        for bit, name in enumerate(_NUMBERS):
            if name in piece.numbers:
                values, status = (array[keep] for array in piece.numbers[name])
                known |= (status == OK).astype(np.uint32) << np.uint32(bit)
                numbers[name] = _narrow(values)
                if name == "time_s" and len(values):
                    self.last_s = max(self.last_s, int(values.max()))
        own = {name: piece.ids[name].texts(keep) for name in _OWN if name in piece.ids}
        self._split({**codes, **numbers, _KNOWN: known}, own, codes, len(keep))

    def _codes(self, name: str, column: Encoded) -> np.ndarray:
        return self._texts.setdefault(name, Texts()).codes(column)

    def _with_number(self, piece: Decoded, report: Reporter) -> np.ndarray:
        """Rows that have a line number."""
        rows = piece.raw.table.num_rows
        line = piece.ids.get("line")
        there = np.zeros(rows, dtype=np.bool_)
        if line is not None:
            there = np.append(line.values.is_valid().to_numpy(zero_copy_only=False), False)[line.places]
        report.missing(_READS["line"], np.flatnonzero(~there))
        return np.flatnonzero(there)

    def _split(
        self, arrays: Mapping[str, np.ndarray], own: Mapping[str, pa.Array], codes: Mapping[str, np.ndarray], rows: int
    ) -> None:
        links = {name: codes[name] for name in LINKS if name in codes}
        if self._parts.count == 1:
            self._keep(0, pa.RecordBatch.from_pydict({**_arrow(arrays), **own}))
            return
        part = self._parts.place(links, rows)
        order = np.argsort(part, kind="stable")
        batch = pa.RecordBatch.from_pydict({**_arrow({n: a[order] for n, a in arrays.items()}),
                                            **{n: a.take(pa.array(order)) for n, a in own.items()}})  # fmt: skip
        there, first = np.unique(part[order], return_index=True)
        bounds = [*first.tolist(), rows]
        for place, number in enumerate(there.tolist()):
            self._keep(number, batch.slice(bounds[place], bounds[place + 1] - bounds[place]))

    def _keep(self, part: int, batch: pa.RecordBatch) -> None:
        if self._bytes + batch.nbytes <= MOST_BYTES:
            self._bytes += batch.nbytes
            self._pieces[part].append(batch)
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="drgdip-")
        with self._file(part).open("ab") as file, pa.ipc.new_stream(file, batch.schema) as writer:
            writer.write_batch(batch)

    def _file(self, part: int) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / f"{part}.arrow"

    def _taken(self, part: int) -> Iterator[pa.RecordBatch]:
        """The pieces of a part, which are given away."""
        pieces, self._pieces[part] = self._pieces[part], []
        yield from pieces
        if self._folder is None or not self._file(part).exists():
            return
        with self._file(part).open("rb") as file:
            while file.peek(1):
                with pa.ipc.open_stream(file) as reader:
                    yield from reader

    def texts(self) -> dict[str, pa.Array]:
        """ID column -> its distinct texts in all lines, but for line numbers."""
        return {name: texts.known for name, texts in self._texts.items() if name in self._columns}

    def frame(self, parts: Sequence[int], words: Mapping[str, pa.Array]) -> Frame:
        """The lines of some parts, which are given away. words : the sorted texts of shared ID columns."""
        batches = [batch for part in parts for batch in self._taken(part)]
        rows = sum(batch.num_rows for batch in batches)
        known = _joined(batches, _KNOWN, 0)
        values, seen, of = {}, {}, {}
        for name in _READS:
            if name not in self._columns or name in _OWN:
                continue
            values[name] = _joined(batches, name, 0 if name in _NUMBERS else -1)
            if name in _NUMBERS:
                seen[name] = (known >> np.uint32(_NUMBERS.index(name)) & np.uint32(1)).astype(np.bool_)
            else:
                ranks = pc.index_in(self._texts[name].known, value_set=words[name])
                values[name], of[name] = mapped(ranks, values[name]), Words(words[name])
        own, texts = _numbered(batches, [name for name in _OWN if name in self._columns])
        values |= own
        of |= dict.fromkeys(own, texts)
        return Frame(rows, values, seen, of)

    def close(self) -> None:
        """Remove what waits on disk."""
        if self._folder is not None:
            self._folder.cleanup()


def _narrow(values: np.ndarray) -> np.ndarray:
    """Whole numbers in 32 bits where they fit."""
    if len(values) and int(values.min()) >= -(2**31) and int(values.max()) < 2**31:
        return values.astype(np.int32)
    return values


def _arrow(arrays: Mapping[str, np.ndarray]) -> dict[str, pa.Array]:
    return {name: pa.array(values) for name, values in arrays.items()}


def _joined(batches: Sequence[pa.RecordBatch], name: str, missing: int) -> np.ndarray:
    """A column of all pieces; one that lacks it reads as missing. Numbers are int64 again."""
    parts: list[Any] = [
        batch.column(name).to_numpy() if name in batch.schema.names else np.full(batch.num_rows, missing, dtype=np.int32)
        for batch in batches
    ]  # fmt: skip
    if not parts:
        return np.empty(0, dtype=np.uint32 if name == _KNOWN else np.int64)
    joined = np.concatenate(parts)
    return joined.astype(np.int64) if name in _NUMBERS else joined


def _numbered(batches: Sequence[pa.RecordBatch], names: Sequence[str]) -> tuple[dict[str, np.ndarray], Words]:
    """Line numbers and the numbers that refunds refer to, as codes of one dictionary in no order."""
    columns = [
        batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, pa.string())
        for name in names
        for batch in batches
    ]
    if not columns:
        return {}, Words(pa.array([], pa.string()), in_order=False)
    coded = pa.concat_arrays(columns).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    rows = len(codes) // len(names)
    split = {name: codes[place * rows : (place + 1) * rows] for place, name in enumerate(names)}
    return split, Words(coded.dictionary, in_order=False)
