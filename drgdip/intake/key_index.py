"""Which rows of a table have a key: some twenty bytes a row, exact whatever the hashes do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.intake.buffers import as_text, cells, one_array
from drgdip.intake.cell_kernels import hash_ids
from drgdip.intake.key_kernels import spans

#: The keys (text, as :func:`plain_text` gives it) of rows by number.
KeysOf = Callable[[np.ndarray], pa.Array]
#: Bits of a hash; the first ones say in which bucket of rows it stands.
_HASH_BITS = 63


def plain_text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as text without blanks around it (binary, empty cells null), whatever it was stored as."""
    array = one_array(column) if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    text = as_text(array)
    data, start, end = cells(text)
    length = end - start
    offsets = np.zeros(len(length) + 1, dtype=np.int32)
    np.cumsum(length, out=offsets[1:])
    if len(data) and offsets[-1] == len(data) and not text.null_count and not (length == 0).any():
        return text.cast(pa.binary())
    kept = data[_positions(start, offsets)] if offsets[-1] else np.empty(0, dtype=np.uint8)
    empty = pa.array(length > 0)
    return pa.Array.from_buffers(
        pa.binary(), len(length), [empty.buffers()[1], pa.py_buffer(offsets), pa.py_buffer(kept)]
    )


def _positions(start: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Places in the old bytes of all bytes that are kept."""
    shift = np.repeat(start - offsets[:-1], np.diff(offsets))
    return np.arange(offsets[-1], dtype=np.int64) + shift


class Found(NamedTuple):
    """Where keys stand: rows ``order[first[i]:last[i]]`` (int64) for key i; equal bounds for none."""

    first: np.ndarray
    last: np.ndarray


class KeyIndex:
    """Rows by key.

    Parameters
    ----------
    keys : arrays of keys, one after the other; rows are numbered from 0 through all of them. Empty keys count as none.
    keys_of : gives the keys of rows again, to tell apart keys whose hashes are equal.

    Attributes
    ----------
    order : row numbers (int64), rows of one key side by side in their order.
    """

    def __init__(self, keys: Iterable[pa.Array], keys_of: KeysOf) -> None:
        parts = [hash_ids(*cells(array)) for array in keys]
        hashes = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
        order = np.argsort(hashes, kind="stable")
        order = order[int(np.searchsorted(hashes[order], 0)) :]
        self._hashes, self.order, self._keys_of = hashes[order], order, keys_of
        self._shift = _HASH_BITS - max(len(order).bit_length() - 1, 1)
        self._buckets = np.concatenate([[0], np.cumsum(np.bincount(self._hashes >> self._shift))])
        self._collided = self._part_collisions()

    def _part_collisions(self) -> dict[bytes, tuple[int, int]]:
        """Sort rows whose hash two different keys share by key; returns where each of these keys then stands."""
        again = np.nonzero(self._hashes[1:] == self._hashes[:-1])[0]
        if not len(again):
            return {}
        left, right = self._keys_of(self.order[again]), self._keys_of(self.order[again + 1])
        unlike = [
            place for place, a, b in zip(again.tolist(), left.to_pylist(), right.to_pylist(), strict=True) if a != b
        ]
        found: dict[bytes, tuple[int, int]] = {}
        for value in dict.fromkeys(self._hashes[unlike].tolist()):
            first, last = (int(np.searchsorted(self._hashes, value, side)) for side in ("left", "right"))
            keys = self._keys_of(self.order[first:last]).to_pylist()
            by_key = sorted(range(last - first), key=lambda place: keys[place])
            self.order[first:last] = self.order[first:last][by_key]
            for place, old in enumerate(by_key, start=first):
                start, _ = found.get(keys[old], (place, place))
                found[keys[old]] = (start, place + 1)
        return found

    def find(self, keys: pa.Array) -> Found:
        """Where each of some keys (as :func:`plain_text` gives them) stands."""
        first, last = spans(self._hashes, self._buckets, self._shift, hash_ids(*cells(keys)))
        held = np.nonzero(last > first)[0]
        if len(held):
            there = self._keys_of(self.order[first[held]])
            same = pc.equal(there, keys.take(pa.array(held))).to_numpy(zero_copy_only=False)
            for place in held[~same].tolist():
                first[place], last[place] = self._collided.get(keys[place].as_py(), (0, 0))
            if self._collided:
                for place in held[same].tolist():
                    first[place], last[place] = self._collided.get(keys[place].as_py(), (first[place], last[place]))
        return Found(first, last)
