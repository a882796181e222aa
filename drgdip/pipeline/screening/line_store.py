"""Rows of fee lines by the part that they belong to, in memory up to a cap and on disk beyond it.

In memory a piece of the file stays as it was read, and parts know where their rows stand in it: nothing is moved. A piece
goes when the last of the parts that have rows in it has been taken.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

_PIECE = b"piece"
#: Bytes of kept lines in memory; what is beyond them waits on disk.
MOST_BYTES = 1_000_000_000


class Rows(NamedTuple):
    """Some rows of one piece of the file. piece : its number. rows : their places in the batch, if they are not all of it."""

    piece: int
    batch: pa.RecordBatch
    rows: slice | np.ndarray

    def __len__(self) -> int:
        return self.rows.stop - self.rows.start if isinstance(self.rows, slice) else len(self.rows)

    def has(self, name: str) -> bool:
        """Whether the piece has a column."""
        return name in self.batch.schema.names

    def is_text(self, name: str) -> bool:
        """Whether a column is text, not places."""
        return self.has(name) and pa.types.is_string(self.batch.schema.field(name).type)

    def numbers(self, name: str) -> np.ndarray:
        """A column of numbers."""
        values: np.ndarray = self.batch.column(name).to_numpy()
        return values[self.rows] if isinstance(self.rows, slice) else values.take(self.rows)

    def array(self, name: str) -> pa.Array:
        """A column of any kind."""
        column = self.batch.column(name)
        if isinstance(self.rows, slice):
            return column.slice(self.rows.start, len(self))
        return column.take(pa.array(self.rows))


def _rows(piece: int, batch: pa.RecordBatch, runs: Sequence[slice]) -> Rows:
    """The rows of some runs, one after the other."""
    if len(runs) == 1:
        return Rows(piece, batch, runs[0])
    return Rows(piece, batch, np.concatenate([np.arange(run.start, run.stop) for run in runs]))


class LineStore:
    """The rows of every part."""

    def __init__(self, parts: int) -> None:
        self._bytes = 0
        self._kept: list[list[tuple[int, pa.RecordBatch, Sequence[slice]]]] = [[] for _ in range(parts)]
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def keep(self, piece: int, batch: pa.RecordBatch, parts: Mapping[int, Sequence[slice]]) -> None:
        """Take a piece up. parts : where the rows of each stand in it."""
        if self._bytes + batch.nbytes <= MOST_BYTES:
            self._bytes += batch.nbytes
            for part, runs in parts.items():
                self._kept[part].append((piece, batch, runs))
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="drgdip-")
        schema = batch.schema.with_metadata({_PIECE: str(piece)})
        for part, runs in parts.items():
            own = _rows(piece, batch, runs)
            with self._file(part).open("ab") as file, pa.ipc.new_stream(file, schema) as writer:
                writer.write_batch(pa.record_batch([own.array(name) for name in schema.names], schema))

    def taken(self, part: int) -> Iterator[Rows]:
        """The rows of a part, which are given away."""
        kept, self._kept[part] = self._kept[part], []
        yield from (_rows(*rows) for rows in kept)
        if self._folder is None or not self._file(part).exists():
            return
        with self._file(part).open("rb") as file:
            while file.peek(1):
                with pa.ipc.open_stream(file) as reader:
                    piece = int(reader.schema.metadata[_PIECE])
                    yield from (Rows(piece, batch, slice(0, batch.num_rows)) for batch in reader)

    def _file(self, part: int) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / f"{part}.arrow"

    def close(self) -> None:
        """Remove what waits on disk."""
        if self._folder is not None:
            self._folder.cleanup()
