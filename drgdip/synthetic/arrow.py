"""Arrow columns from numbers: codes, decimals, numbered IDs, times."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

MONEY = pa.decimal128(16, 2)
QUANTITY = pa.decimal128(16, 4)
PRICE = pa.decimal128(16, 6)
PROPORTION = pa.decimal128(5, 4)
CODE = pa.dictionary(pa.int32(), pa.string())
TIME = pa.timestamp("s")
DAY = pa.date32()


def coded(position: np.ndarray, codes: Sequence[str]) -> Any:
    """Codes as a dictionary column; the dictionary may not repeat a code, so positions are mapped first."""
    distinct = list(dict.fromkeys(codes))
    if len(distinct) != len(codes):
        position = np.array([distinct.index(code) for code in codes], dtype=np.int32)[position]
    return pa.DictionaryArray.from_arrays(pa.array(position.astype(np.int32, copy=False)), pa.array(distinct))


def recorded(values: np.ndarray) -> Any:
    """Numbers, null where they are negative."""
    return pa.array(values, mask=values < 0)


def yuan(fen: np.ndarray) -> Any:
    """Fen as decimals of yuan."""
    return decimals(fen, MONEY)


def decimals(unscaled: np.ndarray, kind: Any, known: np.ndarray | None = None) -> Any:
    """Integers as decimals: the same integers, widened to 128 bits; null where not ``known``."""
    wide = np.empty((len(unscaled), 2), dtype="<i8")
    wide[:, 0], wide[:, 1] = unscaled, unscaled >> 63
    bits = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, len(unscaled), [bits, pa.py_buffer(wide)])


def times(seconds: np.ndarray) -> Any:
    """Seconds since 1970 as times."""
    return pa.array(seconds.view("datetime64[s]"))


def days(seconds: np.ndarray, known: np.ndarray | None = None) -> Any:
    """The days on which seconds since 1970 fall; null where not ``known``."""
    return pa.array((seconds // 86_400).astype("datetime64[D]"), DAY, mask=None if known is None else ~known)


def repeated(column: Any, rows: np.ndarray) -> Any:
    """Values of a column of distinct texts by row, as a dictionary column."""
    return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), column)


def gathered(column: Any, rows: np.ndarray) -> Any:
    """Values of a column of texts by row, as a dictionary column, which must not say the same twice."""
    coded_once = column.dictionary_encode()
    return repeated(coded_once.dictionary, coded_once.indices.to_numpy()[rows])


@lru_cache(maxsize=8)
def text_array(names: tuple[str, ...]) -> Any:
    """Texts as an Arrow array, made once."""
    return pa.array(names, pa.string())


_DIGITS = 12
_BLOCK = 10_000


def numbered(prefix: str, number: np.ndarray) -> Any:
    """``prefix`` followed by the number in twelve digits, written block by block into one buffer."""
    width = len(prefix) + _DIGITS
    text = np.empty((len(number), width), dtype=np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    rest = number.astype(np.int64)
    for last in range(width, len(prefix), -4):
        text[:, last - 4 : last] = _blocks()[rest % _BLOCK]
        rest = rest // _BLOCK
    offsets = np.arange(len(number) + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(len(number), pa.py_buffer(offsets), pa.py_buffer(text))


@lru_cache(maxsize=1)
def _blocks() -> np.ndarray:
    numbers = np.arange(_BLOCK)[:, None] // np.array([1000, 100, 10, 1]) % 10
    return (numbers + ord("0")).astype(np.uint8)
