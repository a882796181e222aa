"""Arrow arrays as the numpy arrays that kernels read, without copying; and text of any input type."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.intake.cell_kernels import bounds

_NO_BYTES = np.frombuffer(bytes(1), dtype=np.uint8)[:0]
_NO_NUMBERS = np.frombuffer(bytes(8), dtype=np.int64)[:0]
#: Between these two stand the visible signs of ASCII.
_LAST_BLANK, _DELETE = 0x20, 0x7F
_ONE_OFFSET = np.frombuffer(bytes(4), dtype=np.int32)


class Cells(NamedTuple):
    """n cells without blanks around them: bytes ``data[start[i]:end[i]]`` (uint8; int32, (n,)), empty ones equal."""

    data: np.ndarray
    start: np.ndarray
    end: np.ndarray


def is_text(kind: pa.DataType) -> bool:
    """Whether cells of this type are bytes with 32-bit offsets."""
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, text with 32-bit offsets, so that kernels see one form of it."""
    if pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type):
        column = column.cast(pa.binary())
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def buffers(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Offsets (int32, (n+1,)), bytes (uint8) and bitmap of valid cells (uint8, empty if none is null) of a text array."""
    validity, offsets, data = array.buffers()
    cut = slice(array.offset, array.offset + len(array) + 1)
    return (
        np.frombuffer(offsets, dtype=np.int32)[cut] if offsets is not None and offsets.size else _ONE_OFFSET,
        np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else _NO_BYTES,
        np.frombuffer(validity, dtype=np.uint8) if validity is not None and array.null_count else _NO_BYTES,
    )


def whole_numbers(array: pa.Array) -> tuple[np.ndarray, np.ndarray, int]:
    """Integers as int64, bitmap of valid cells (uint8, empty if none is null), and the bit of the first one."""
    validity = array.buffers()[0]
    wide = array.cast(pa.int64())
    data = np.frombuffer(wide.buffers()[1], dtype=np.int64) if len(wide) else _NO_NUMBERS
    valid = _fixed(np.frombuffer(validity, dtype=np.uint8)) if validity is not None and array.null_count else _NO_BYTES
    return _fixed(data[wide.offset : wide.offset + len(wide)]), valid, array.offset


def decimal_words(array: pa.Array) -> tuple[np.ndarray, np.ndarray, int]:
    """The two halves of 128-bit decimals (int64, (2n,), low one first), bitmap of valid cells as above, bit of the first."""
    validity, data = array.buffers()
    words = np.frombuffer(data, dtype=np.int64) if data is not None and len(array) else _NO_NUMBERS
    valid = _fixed(np.frombuffer(validity, dtype=np.uint8)) if validity is not None and array.null_count else _NO_BYTES
    return _fixed(words[2 * array.offset : 2 * (array.offset + len(array))]), valid, array.offset


def _fixed(values: np.ndarray) -> np.ndarray:
    """The same numbers, not to be written to: kernels are compiled for one kind of array, not for two."""
    values.flags.writeable = False
    return values


def cells(array: pa.Array) -> Cells:
    """The cells of a text array; slices keep their place."""
    offsets, data, valid = buffers(array)
    if not len(valid) and _is_plain(offsets, data):
        return Cells(data, offsets[:-1].copy(), offsets[1:].copy())
    return Cells(data, *bounds(offsets, data, valid, array.offset))


def _is_plain(offsets: np.ndarray, data: np.ndarray) -> bool:
    """Whether all text is made of visible signs of ASCII. Most columns are, which one look at their bytes tells."""
    used = data[offsets[0] : offsets[-1]]
    return bool(len(used) and used.min() > _LAST_BLANK and used.max() < _DELETE)


def padded(array: pa.Array) -> bool:
    """Whether any cell of a text array has blanks around its text, or consists of blanks."""
    offsets, data, valid = buffers(array)
    if _is_plain(offsets, data):
        return False
    start, end = bounds(offsets, data, valid, array.offset)
    return int(offsets[-1]) - int(offsets[0]) != int((end - start).sum(dtype=np.int64))


def as_text(array: pa.Array) -> pa.Array:
    """The cells as text with 32-bit offsets, or a dictionary of such; numbers as they are written in full."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        if kind.value_type == pa.string() or kind.value_type == pa.binary():
            return array
        return pa.DictionaryArray.from_arrays(array.indices, as_text(array.dictionary))
    if is_text(kind):
        return array
    if pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind) or str(kind) == "binary_view":
        return array.cast(pa.binary())
    if pa.types.is_floating(kind):
        array = _whole_numbers(array)
    return array.cast(pa.string())


def _whole_numbers(array: pa.Array) -> pa.Array:
    """Floats that are all whole as integers (``310.0`` stands for ``310``); others unchanged."""
    array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    try:
        return array.cast(pa.int64())
    except pa.ArrowInvalid:
        return array


def written(array: pa.Array) -> list[str]:
    """The cells as people would write them; null is empty. Bytes that are no text show as replacement signs."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    array = as_text(array).cast(pa.binary())
    return ["" if cell is None else cell.decode("utf-8", "replace") for cell in array.to_pylist()]


def written_once(array: pa.Array) -> tuple[list[str], np.ndarray]:
    """The different cells as :func:`written` shows them, and the place (int64) of each cell among them."""
    kind = array.type
    if not pa.types.is_dictionary(kind) or kind.value_type not in (pa.string(), pa.binary()):
        # Decoded first: how numbers are written depends on all cells together.
        array = as_text(array.dictionary_decode() if pa.types.is_dictionary(kind) else array).dictionary_encode()
    texts = written(array.dictionary)
    return [*texts, ""], gather(np.arange(len(texts)), array.indices, len(texts))


def gather(values: np.ndarray, indices: pa.Array, missing: Any) -> np.ndarray:
    """``values`` by dictionary index; ``missing`` where the index is null."""
    if not indices.null_count:
        return values.take(indices.to_numpy())
    places = indices.cast(pa.int64()).fill_null(len(values)).to_numpy(zero_copy_only=False)
    return np.append(values, np.array([missing], dtype=values.dtype))[places]


def checked_text(array: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Text as Arrow strings, and which cells are no text (empty array if all are); those become null.

    Text is UTF-8 without NUL.
    """
    raw = array.view(pa.binary()) if is_text(array.type) else array.cast(pa.binary())
    offsets, data, _ = buffers(raw)
    if _is_plain(offsets, data):
        return raw.view(pa.string()), np.empty(0, dtype=np.int64)
    text = _as_strings(raw)
    if text is not None and not _holds_nul(raw):
        return text, np.empty(0, dtype=np.int64)
    bad = [position for position, cell in enumerate(raw.to_pylist()) if cell is not None and not _is_text(cell)]
    keep = np.ones(len(raw), dtype=np.bool_)
    keep[bad] = False
    kept = pc.if_else(pa.array(keep), raw, pa.scalar(None, pa.binary()))
    return kept.cast(pa.string()), np.array(bad, dtype=np.int64)


def _as_strings(raw: pa.Array) -> pa.Array | None:
    try:
        return raw.cast(pa.string())
    except pa.ArrowInvalid:
        return None


def _holds_nul(raw: pa.Array) -> bool:
    offsets, data, _ = buffers(raw)
    return bool((data[offsets[0] : offsets[-1]] == 0).any())


def _is_text(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in cell
