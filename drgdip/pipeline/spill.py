"""Priced stays kept aside on disk while the month's point value is still unknown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa

from drgdip.intake import TEXT_FIELDS
from drgdip.pipeline.batch import LISTS

_LIST_COLUMNS = frozenset((*LISTS, *LISTS.values()))


class Spill:
    """A temporary Arrow file of chunks; text and columns come back as they went in, lists of codes excepted.

    What follows pricing does not read diagnoses or operations, so they are not kept.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="drgdip-")
        self._path = Path(self._folder.name) / "priced.arrow"
        self._writer: pa.RecordBatchFileWriter | None = None
        self._closed = False

    def append(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray]) -> None:
        """Keep one chunk."""
        kept = {name: pa.array(values) for name, values in columns.items() if name not in _LIST_COLUMNS}
        batch = pa.RecordBatch.from_pydict({**{name: text[name].cast(pa.string()) for name in TEXT_FIELDS}, **kept})
        if self._writer is None:
            self._writer = pa.ipc.new_file(self._path, batch.schema)
        self._writer.write_batch(batch)

    def __iter__(self) -> Iterator[tuple[dict[str, pa.Array], dict[str, np.ndarray]]]:
        if self._writer is None:
            return
        if not self._closed:
            self._writer.close()
            self._closed = True
        with pa.memory_map(str(self._path)) as source, pa.ipc.open_file(source) as file:
            for i in range(file.num_record_batches):
                batch = file.get_batch(i)
                names = [name for name in batch.schema.names if name not in TEXT_FIELDS]
                yield (
                    {name: batch.column(name) for name in TEXT_FIELDS},
                    {name: batch.column(name).to_numpy() for name in names},
                )

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None and not self._closed:
            self._writer.close()
        self._folder.cleanup()


class KeptInMemory:
    """The same in memory, for callers whose cases stay there anyway."""

    def __init__(self) -> None:
        self._chunks: list[tuple[dict[str, pa.Array], dict[str, np.ndarray]]] = []

    def append(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray]) -> None:
        """Keep one chunk."""
        kept = {name: values for name, values in columns.items() if name not in _LIST_COLUMNS}
        self._chunks.append((dict(text), kept))

    def __iter__(self) -> Iterator[tuple[dict[str, pa.Array], dict[str, np.ndarray]]]:
        return iter(self._chunks)

    def __enter__(self) -> KeptInMemory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._chunks.clear()
