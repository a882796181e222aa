"""Rows of fee lines by the part that they belong to, in memory up to a cap and on disk beyond it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

_PIECE = b"piece"
#: Bytes of kept lines in memory; what is beyond them waits on disk.
MOST_BYTES = 800_000_000


class Rows(NamedTuple):
    """Some rows of one piece of the file. piece : its number."""

    piece: int
    batch: pa.RecordBatch


class LineStore:
    """The rows of every part."""

    def __init__(self, parts: int) -> None:
        self._bytes = 0
        self._kept: list[list[Rows]] = [[] for _ in range(parts)]
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def keep(self, part: int, rows: Rows) -> None:
        """Take rows of a part up."""
        if self._bytes + rows.batch.nbytes <= MOST_BYTES:
            self._bytes += rows.batch.nbytes
            self._kept[part].append(rows)
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="drgdip-")
        schema = rows.batch.schema.with_metadata({_PIECE: str(rows.piece)})
        with self._file(part).open("ab") as file, pa.ipc.new_stream(file, schema) as writer:
            writer.write_batch(rows.batch)

    def taken(self, part: int) -> Iterator[Rows]:
        """The rows of a part, which are given away."""
        kept, self._kept[part] = self._kept[part], []
        yield from kept
        if self._folder is None or not self._file(part).exists():
            return
        with self._file(part).open("rb") as file:
            while file.peek(1):
                with pa.ipc.open_stream(file) as reader:
                    piece = int(reader.schema.metadata[_PIECE])
                    yield from (Rows(piece, batch) for batch in reader)

    def _file(self, part: int) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / f"{part}.arrow"

    def close(self) -> None:
        """Remove what waits on disk."""
        if self._folder is not None:
            self._folder.cleanup()
