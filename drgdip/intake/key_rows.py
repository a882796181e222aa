"""The first row of a table with each key: exact whatever hashes do, and quick where keys come in an order like the table's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from drgdip.intake.buffers import as_text, cells, gather, one_array
from drgdip.intake.cell_kernels import hash_ids
from drgdip.intake.key_kernels import enter, look_up


class FirstRows:
    """First rows by key: some thirty bytes a row.

    Parameters
    ----------
    keys : of all rows, as :class:`drgdip.intake.kept_keys.KeptKeys` gives them; null or empty for none.

    Attributes
    ----------
    firsts : by row (int64), the first row with the same key; its own number for a row without a key.
    """

    def __init__(self, keys: pa.LargeBinaryArray) -> None:
        _, offsets, data = keys.buffers()
        ends = np.frombuffer(offsets, dtype=np.int64)[keys.offset : keys.offset + len(keys) + 1]
        text = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.empty(0, dtype=np.uint8)
        hashes = hash_ids(text, ends[:-1], ends[1:])
        places = np.full(1 << (3 * len(keys) // 2 + 1).bit_length(), -1, dtype=np.int64)
        self._table = (hashes, text, ends[:-1], ends[1:], places)
        self.firsts = enter(*self._table)

    def of(self, column: pa.ChunkedArray) -> np.ndarray:
        """The first row with each key of a column (int64), -1 where there is none; of a dictionary, each is looked up once."""
        return self._of(as_text(one_array(column)))

    def _of(self, text: pa.Array) -> np.ndarray:
        if pa.types.is_dictionary(text.type):
            return gather(self._of(text.dictionary), text.indices, -1)
        asked = cells(text)
        rows = look_up(*self._table, hash_ids(*asked), *asked)
        if not len(self.firsts):
            return np.full(len(rows), -1, dtype=np.int64)
        return np.where(rows < 0, -1, self.firsts[np.maximum(rows, 0)])
