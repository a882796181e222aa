"""Compiled readers of the bytes of text cells: bounds, numbers, codes, times, hashes.

Cells come as ``data`` (uint8, all bytes), ``start`` and ``end`` (int32, (n,)): what is left of each cell without
blanks around it. Bytes are looped over here, and rules get integers only: an array that is handed to a function is
counted in and out at each call, which costs more than reading a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.intake.rules import (
    DIGIT_0,
    DIGIT_9,
    MINUS,
    PLUS,
    POINT,
    SPACE,
    ends_part,
    is_before_clock,
    is_blank,
    mixed,
    scaled,
    seconds_of,
    stamp_of,
)
from drgdip.intake.status import DECIMALS, LONG, MISSING, OK, RANGE, WRONG

_ENOUGH = 10**16
_STAMP_DIGITS = 14
_NOTHING, _ONE, _BYTE = np.uint64(0), np.uint64(1), np.uint64(8)
_1, _2, _3, _4, _5, _6, _7 = (np.uint64(place) for place in range(1, 8))
_8, _16, _24, _32, _40, _48, _56 = (np.uint64(bits) for bits in range(8, 64, 8))


@rule
def word_at(data: Any, at: Any) -> Any:
    """Eight bytes as one number (uint64). Written like this, with places that cannot be negative, it is one load."""
    at = np.uint64(at)
    return (
        np.uint64(data[at])
        | np.uint64(data[at + _1]) << _8
        | np.uint64(data[at + _2]) << _16
        | np.uint64(data[at + _3]) << _24
        | np.uint64(data[at + _4]) << _32
        | np.uint64(data[at + _5]) << _40
        | np.uint64(data[at + _6]) << _48
        | np.uint64(data[at + _7]) << _56
    )


@kernel
def bounds(offsets: Any, data: Any, valid: Any, first_bit: Any) -> Any:
    """Start and end (int32) of every cell without blanks around it; equal for null and blank cells."""
    n = len(offsets) - 1
    starts = np.zeros(n, dtype=np.int32)
    ends = np.zeros(n, dtype=np.int32)
    for i in range(n):
        bit = first_bit + i
        if len(valid) > 0 and (np.int64(valid[bit >> 3]) >> (bit & 7)) & 1 == 0:
            continue
        start, end = np.int64(offsets[i]), np.int64(offsets[i + 1])
        while start < end and is_blank(data[start]):
            start += 1
        while end > start and is_blank(data[end - 1]):
            end -= 1
        starts[i], ends[i] = start, end
    return starts, ends


@kernel
def scale_integers(stored: Any, valid: Any, first_bit: Any, scale: Any, limit: Any, missing: Any) -> Any:
    """Whole numbers (int64) times ``scale``, and statuses (int8); ``valid`` as :func:`bounds` takes it."""
    n = len(stored)
    values = np.empty(n, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        bit = first_bit + i
        if len(valid) > 0 and (np.int64(valid[bit >> 3]) >> (bit & 7)) & 1 == 0:
            values[i], status[i] = missing, MISSING
        elif stored[i] > limit or stored[i] < -limit:
            values[i], status[i] = missing, RANGE
        else:
            values[i] = stored[i] * scale
    return values, status


@kernel
def scale_decimals(
    words: Any, valid: Any, first_bit: Any, up: Any, down: Any, cut: Any, limit: Any, missing: Any
) -> Any:
    """Unscaled 128-bit decimals divided by ``down``, times ``up`` (int64), and statuses (int8).

    words : low and high half of each, one after the other (int64, (2n,)); the low one is the value where the high one
    only repeats its sign. ``limit`` bounds what is left by the division. ``cut`` drops its remainder, towards zero;
    ``valid`` as :func:`bounds` takes it.
    """
    n = len(words) // 2
    values = np.empty(n, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        bit = first_bit + i
        low, high = words[2 * i], words[2 * i + 1]
        whole, rest, state = low, np.int64(0), OK
        if down > 1:
            whole = low // down
            rest = low - whole * down
            whole += 1 if rest != 0 and low < 0 else 0
        if len(valid) > 0 and (np.int64(valid[bit >> 3]) >> (bit & 7)) & 1 == 0:
            state = MISSING
        elif high != low >> 63 or whole > limit or whole < -limit:
            state = RANGE
        elif rest != 0 and not cut:
            state = DECIMALS
        values[i], status[i] = whole * up if state == OK else missing, state
    return values, status


@kernel
def scale_times(stored: Any, valid: Any, first_bit: Any, ticks: Any, first: Any, end: Any) -> Any:
    """Stored times divided by ``ticks`` a second (int64), rounded down, and statuses (int8); from ``first`` to before ``end``."""
    n = len(stored)
    values = np.zeros(n, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        bit = first_bit + i
        seconds = stored[i] // ticks
        if len(valid) > 0 and (np.int64(valid[bit >> 3]) >> (bit & 7)) & 1 == 0:
            status[i] = MISSING
        elif seconds < first or seconds >= end:
            status[i] = RANGE
        else:
            values[i] = seconds
    return values, status


@kernel
def read_numbers(data: Any, start: Any, end: Any, places: Any, cut: Any, limit: Any, missing: Any) -> Any:
    """Plain decimals scaled by ``10**places`` (int64) and statuses (int8); ``cut`` drops further decimals."""
    n = len(start)
    values = np.full(n, missing, dtype=np.int64)
    status = np.full(n, MISSING, dtype=np.int8)
    for i in range(n):
        at, stop = start[i], end[i]
        if at == stop:
            continue
        negative = data[at] == MINUS
        if negative or data[at] == PLUS:
            at += 1
        whole, digits = np.int64(0), 0
        while at < stop and DIGIT_0 <= data[at] <= DIGIT_9:
            whole = whole * 10 + (np.int64(data[at]) - DIGIT_0) if whole < _ENOUGH else whole
            digits += 1
            at += 1
        part, taken, more = np.int64(0), 0, False
        if digits > 0 and at + 1 < stop and data[at] == POINT:
            at += 1
            while at < stop and DIGIT_0 <= data[at] <= DIGIT_9:
                if taken < places:
                    part = part * 10 + (np.int64(data[at]) - DIGIT_0)
                    taken += 1
                elif data[at] != DIGIT_0:
                    more = True
                at += 1
        if digits == 0 or at < stop:
            status[i] = WRONG
            continue
        number, state = scaled(whole, part, places, taken, more and not cut, limit)
        status[i] = state
        if state == OK:
            values[i] = -number if negative else number
    return values, status


@kernel
def read_codes(data: Any, start: Any, end: Any, shortest: Any, longest: Any, missing: Any) -> Any:
    """Codes of digits as numbers (int64) and statuses (int8); ``longest`` at most 18."""
    n = len(start)
    values = np.full(n, missing, dtype=np.int64)
    status = np.full(n, MISSING, dtype=np.int8)
    for i in range(n):
        length = end[i] - start[i]
        if length == 0:
            continue
        number, digits = np.int64(0), 0
        for at in range(start[i], end[i]):
            if DIGIT_0 <= data[at] <= DIGIT_9:
                digits += 1
                if digits <= longest:
                    number = number * 10 + (np.int64(data[at]) - DIGIT_0)
        if digits < length or length < shortest:
            status[i] = WRONG
        elif length > longest:
            status[i] = LONG
        else:
            values[i], status[i] = number, OK
    return values, status


@kernel
def read_times(data: Any, start: Any, end: Any) -> Any:
    """Seconds since 1970-01-01 (int64) and statuses (int8); naive local time as written.

    ``YYYY-MM-DD``, ``YYYY/MM/DD`` or ``YYYY年MM月DD日``, perhaps with ``HH:MM``, seconds and their fraction; ``YYYYMMDD``;
    ``YYYYMMDDHHMMSS``. Parts between separators are packed into one number, in which rules find the time.
    """
    n = len(start)
    values = np.zeros(n, dtype=np.int64)
    status = np.full(n, MISSING, dtype=np.int8)
    for i in range(n):
        at, stop = start[i], end[i]
        if at == stop:
            continue
        packed, number, digits, parts, mark = np.int64(0), np.int64(0), 0, 0, np.int64(0)
        well = True
        while at < stop and well:
            sign = np.int64(data[at])
            if DIGIT_0 <= sign <= DIGIT_9:
                number = number * 10 + (sign - DIGIT_0) if digits < _STAMP_DIGITS else number
                digits += 1
            else:
                if sign >= 0xE5 and at + 2 < stop:
                    sign = (sign << 16) | (np.int64(data[at + 1]) << 8) | np.int64(data[at + 2])
                    at += 2
                well = ends_part(parts, digits, sign, mark)
                mark = sign if parts == 0 else mark
                packed, number, digits, parts = packed * 100 + number, np.int64(0), 0, parts + 1
                while is_before_clock(sign) and at + 1 < stop and data[at + 1] == SPACE:
                    at += 1
            at += 1
        stamp = stamp_of(parts, digits, packed, number, mark) if well else np.int64(-1)
        status[i] = WRONG
        if stamp >= 0:
            values[i], status[i] = seconds_of(stamp)
    return values, status


@kernel
def hash_ids(data: Any, start: Any, end: Any) -> Any:
    """A 63-bit hash of every cell, -1 for empty ones; int64."""
    n = len(start)
    hashes = np.full(n, -1, dtype=np.int64)
    for i in range(n):
        at, stop = np.int64(start[i]), np.int64(end[i])
        if at == stop:
            continue
        value = np.uint64(stop - at)
        while at + 8 <= stop:
            value = mixed(value, word_at(data, at))
            at += 8
        rest = _NOTHING
        for k in range(at, stop):
            rest = (rest << _BYTE) | np.uint64(data[np.uint64(k)])
        value = mixed(mixed(value, rest), value)
        hashes[i] = np.int64(value >> _ONE)
    return hashes
