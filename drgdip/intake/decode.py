"""Columns of any Arrow type as integers: exactly, or with the status that says why not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.intake.buffers import as_text, cells, decimal_words, gather, whole_numbers
from drgdip.intake.cell_kernels import read_codes, read_numbers, read_times, scale_decimals, scale_integers, scale_times
from drgdip.intake.status import DECIMALS, MISSING, OK, RANGE, WRONG

Decoded = tuple[np.ndarray, np.ndarray]
#: Amounts stored as binary fractions count as whole fen if they are within a millionth of a yuan of them.
_FLOAT_TOLERANCE_FEN = 1e-4
_WHOLE_TOLERANCE = 1e-9
#: Decimals with more places than this are read as text: their unscaled value may not fit 64 bits.
_MOST_PLACES = 8
_FIRST_SECOND, _END_SECOND = -2_208_988_800, 4_102_444_800
#: Width of a binary fraction -> bits of whole numbers that it holds exactly.
_WHOLE_BITS = {16: 11, 32: 24, 64: 53}
_TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def numbers(array: pa.Array, places: int, cut: bool, limit: int, missing: int) -> Decoded:
    """Numbers × ``10**places`` as int64, and statuses as int8; shapes (n,).

    ``cut`` drops further decimals instead of reporting them. ``limit`` bounds the scaled magnitude.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return by_dictionary(array, missing, lambda values: numbers(values, places, cut, limit, missing))
    if pa.types.is_null(kind):
        return _nothing(len(array), missing)
    if pa.types.is_boolean(kind):
        array = array.cast(pa.int8())
    if pa.types.is_integer(array.type) and not pa.types.is_uint64(array.type):
        stored, valid, first_bit = whole_numbers(array)
        return scale_integers(stored, valid, first_bit, 10**places, limit // 10**places, missing)
    if pa.types.is_floating(kind):
        return _from_floats(array, places, cut, limit, missing)
    if pa.types.is_decimal128(kind) and 0 <= kind.scale <= _MOST_PLACES:
        return _from_decimals(array, places, cut, limit, missing)
    return read_numbers(*cells(as_text(array)), places, cut, limit, missing)


def codes(array: pa.Array, shortest: int, longest: int, missing: int) -> Decoded:
    """Codes of digits as int64, and statuses. Stored numbers carry no leading zeros, so theirs do not count."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return by_dictionary(array, missing, lambda values: codes(values, shortest, longest, missing))
    if not (
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind)
    ):
        return read_codes(*cells(as_text(array)), shortest, longest, missing)
    values, status = numbers(array, 0, False, 10**longest - 1, missing)
    status[(status == OK) & (values < 0)] = WRONG
    return values, status


def times(array: pa.Array) -> Decoded:
    """Seconds since 1970-01-01 in naive local time as int64, and statuses. Fractions of a second are cut off."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return by_dictionary(array, 0, times)
    if pa.types.is_null(kind):
        return _nothing(len(array), 0)
    if pa.types.is_timestamp(kind):
        if kind.tz is not None:
            array = pc.local_timestamp(array)
        return _in_range(array, pa.int64(), _TICKS[kind.unit])
    if pa.types.is_date32(kind):
        values, status = _in_range(array, pa.int32(), 1, 86_400)
        return values * 86_400, status
    if pa.types.is_date64(kind):
        return _in_range(array, pa.int64(), 1_000)
    return read_times(*cells(as_text(array)))


def digits_lost(array: pa.Array) -> np.ndarray:
    """Which cells of a column of binary fractions are numbers so large that others are stored as the same; bool, (n,)."""
    with np.errstate(invalid="ignore"):
        stored = np.abs(array.cast(pa.float64()).fill_null(0).to_numpy(zero_copy_only=False))
        return np.asarray(stored >= 2.0 ** _WHOLE_BITS[array.type.bit_width])


def _nothing(count: int, missing: int) -> Decoded:
    return np.full(count, missing, dtype=np.int64), np.full(count, MISSING, dtype=np.int8)


def by_dictionary(array: pa.Array, missing: int, decode: Callable[[pa.Array], Decoded]) -> Decoded:
    """What ``decode`` makes of a column; of a dictionary, each value is decoded once."""
    if not pa.types.is_dictionary(array.type):
        return decode(array)
    values, status = decode(array.dictionary)
    return gather(values, array.indices, missing), gather(status, array.indices, MISSING)


def _in_range(array: pa.Array, storage: pa.DataType, ticks: int, unit: int = 1) -> Decoded:
    """Stored times as units of so many seconds; ``ticks`` of the stored ones make a unit."""
    stored, valid, first_bit = whole_numbers(array.view(storage))
    return scale_times(stored, valid, first_bit, ticks, -(-_FIRST_SECOND // unit), -(-_END_SECOND // unit))


def _from_floats(array: pa.Array, places: int, cut: bool, limit: int, missing: int) -> Decoded:
    stored = array.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    empty = np.isnan(stored)
    outside = ~empty & ~(np.abs(stored) <= limit / 10**places)
    scaled = np.where(empty | outside, 0.0, stored) * 10**places
    nearest = np.rint(scaled)
    between = np.abs(scaled - nearest) > (_FLOAT_TOLERANCE_FEN if places else _WHOLE_TOLERANCE)
    if cut:
        nearest, between = np.where(between, np.floor(scaled), nearest), np.zeros(len(stored), dtype=np.bool_)
    status = np.where(between, DECIMALS, OK).astype(np.int8)
    status[outside] = RANGE
    status[empty] = MISSING
    values = nearest.astype(np.int64)
    values[status != OK] = missing
    return values, status


def _from_decimals(array: pa.Array, places: int, cut: bool, limit: int, missing: int) -> Decoded:
    words, valid, first_bit = decimal_words(array)
    shift = places - array.type.scale
    up, down = 10 ** max(0, shift), 10 ** max(0, -shift)
    return scale_decimals(words, valid, first_bit, up, down, cut, limit // up, missing)
