"""Keys of many rows kept aside in a temporary file: memory holds eight bytes a row, the system's cache the rest."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from drgdip.intake.buffers import buffers
from drgdip.intake.temporary import TemporaryBytes


class KeptKeys:
    """Append keys as :func:`drgdip.intake.key_index.plain_text` gives them, then :meth:`close`.

    Raises UsageError if the disk is full.
    """

    def __init__(self) -> None:
        self._bytes = TemporaryBytes()
        self._lengths = [np.zeros(1, dtype=np.int64)]

    def append(self, keys: pa.Array) -> None:
        """Keep the keys of more rows."""
        offsets, data, _ = buffers(keys)
        self._bytes.write(data[offsets[0] : offsets[-1]].tobytes())
        self._lengths.append(np.diff(offsets).astype(np.int64))

    def close(self) -> pa.LargeBinaryArray:
        """The keys of all rows, null for none; their bytes stay in the file."""
        self._bytes.close()
        offsets = np.concatenate(self._lengths)
        filled = pa.array(offsets[1:] > 0)
        np.cumsum(offsets, out=offsets)
        data = pa.py_buffer(b"")
        if self._bytes.size:
            with pa.memory_map(str(self._bytes.path)) as file:
                data = file.read_buffer(self._bytes.size)
        parts = [filled.buffers()[1], pa.py_buffer(offsets), data]
        return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(filled), parts)
