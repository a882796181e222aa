"""Rows kept aside in a temporary Arrow file: bounded memory, any rows again by number."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

#: Rows of a batch in the file; a few megabytes.
BATCH_ROWS = 16_384


class Spool:
    """A temporary table. Append batches, close, then read; the file goes with the object.

    Raises UsageError if the disk is full.
    """

    def __init__(self, schema: pa.Schema) -> None:
        handle, name = tempfile.mkstemp(prefix="drgdip-", suffix=".arrow")
        self._remove = weakref.finalize(self, _remove, handle, Path(name))
        self._path = _nameless(handle, Path(name))
        self._writer = pa.ipc.new_file(self._path, schema)
        self.schema = schema
        self.rows = 0
        self._starts: list[int] = []

    def append(self, table: pa.Table) -> None:
        """Add rows; columns in any order, absent ones are null."""
        names = set(table.column_names)
        columns = [
            table[field.name] if field.name in names else pa.nulls(table.num_rows, field.type) for field in self.schema
        ]
        whole = pa.table(columns, schema=self.schema)
        for batch in whole.combine_chunks().to_batches(max_chunksize=BATCH_ROWS):
            self._starts.append(self.rows)
            self.rows += batch.num_rows
            with _room():
                self._writer.write_batch(batch)

    def close(self) -> None:
        """No more rows; they can be read from now on."""
        with _room():
            self._writer.close()
        self._map = pa.memory_map(self._path)
        self._remove()

    def read(self, names: Sequence[str], chunk_rows: int) -> Iterator[pa.Table]:
        """Some columns of all rows, at most ``chunk_rows`` at a time."""
        held: list[pa.RecordBatch] = []
        count = 0
        for batch in self._batches(names):
            while batch.num_rows:
                part = batch.slice(0, chunk_rows - count)
                batch = batch.slice(part.num_rows)
                held.append(part)
                count += part.num_rows
                if count == chunk_rows:
                    yield pa.Table.from_batches(held).combine_chunks()
                    held, count = [], 0
        if held:
            yield pa.Table.from_batches(held).combine_chunks()

    def _batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        with pa.ipc.open_file(self._map) as file:
            for number in range(file.num_record_batches):
                yield file.get_batch(number).select(list(names))

    def take(self, rows: np.ndarray, names: Sequence[str]) -> pa.Table:
        """Some columns of rows by number (int64, from 0, -1 for a row of nulls), in their order."""
        schema = pa.schema([self.schema.field(name) for name in names])
        if not self.rows:
            return pa.table([pa.nulls(len(rows), field.type) for field in schema], schema=schema)
        number = np.searchsorted(np.array(self._starts), np.maximum(rows, 0), side="right") - 1
        order = np.argsort(number, kind="stable")
        parts = []
        with pa.ipc.open_file(self._map) as file:
            for batch in np.unique(number).tolist():
                inside = rows[order][number[order] == batch]
                local = pa.array(inside - self._starts[batch], mask=inside < 0)
                parts.append(file.get_batch(batch).select(list(names)).take(local))
        back = np.empty(len(rows), dtype=np.int64)
        back[order] = np.arange(len(rows))
        return pa.Table.from_batches(parts, schema).combine_chunks().take(pa.array(back))


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            Text("临时文件夹空间不足。", "The temporary folder has no room."),
            Text("请腾出空间,或用环境变量 TMPDIR 指定其他文件夹。", "Free some, or name another folder in TMPDIR."),
        ) from error


def _nameless(handle: int, path: Path) -> str:
    """Where the file can be opened again. On Linux it loses its name at once: nothing is left of a killed process."""
    if sys.platform != "linux" or not Path("/proc/self/fd").is_dir():
        return str(path)
    path.unlink()
    return f"/proc/self/fd/{handle}"


def _remove(handle: int, path: Path) -> None:
    """Systems that keep open files in use refuse; they clear their temporary folder themselves."""
    os.close(handle)
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
