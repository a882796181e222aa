"""Compiled readers of numbers, codes and dates in the bytes of text cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.intake.status import DECIMALS, LONG, MISSING, OK, RANGE, WRONG

_0, _9 = ord("0"), ord("9")
_PLUS, _MINUS, _POINT, _COLON, _DASH, _SLASH, _SPACE, _T = (ord(sign) for sign in "+-.:-/ T")
_FULL = 10**16
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@rule
def is_blank(sign: Any) -> Any:
    """Blank, tab, line feed, vertical tab, form feed or carriage return: what ``bytes.strip`` takes off."""
    return sign == 32 or 9 <= sign <= 13


@rule
def trimmed(offsets: Any, data: Any, valid: Any, bit: Any, i: Any) -> Any:
    """First and last-plus-one byte of cell ``i`` without blanks around it; equal if nothing is there.

    ``bit`` is the cell's place in the bitmap ``valid``. Arrays come one by one: members of a tuple would be
    counted in and out at every call.
    """
    if len(valid) > 0 and (np.int64(valid[bit >> 3]) >> (bit & 7)) & 1 == 0:
        return np.int64(0), np.int64(0)
    start, end = np.int64(offsets[i]), np.int64(offsets[i + 1])
    while start < end and is_blank(data[start]):
        start += 1
    while end > start and is_blank(data[end - 1]):
        end -= 1
    return start, end


@rule
def digits_at(data: Any, start: Any, end: Any, most: Any) -> Any:
    """``(number, next position)`` of at most ``most`` digits from ``start``; no digit leaves the position."""
    number, at = np.int64(0), start
    while at < end and at - start < most and _0 <= data[at] <= _9:
        number = number * 10 + (np.int64(data[at]) - _0)
        at += 1
    return number, at


@rule
def fraction_at(data: Any, start: Any, end: Any, places: Any) -> Any:
    """``(digits scaled to places, next position, whether more follow that are not zero)``."""
    number, at = digits_at(data, start, end, places)
    for _ in range(places - (at - start)):
        number *= 10
    more = False
    while at < end and _0 <= data[at] <= _9:
        if data[at] != _0:
            more = True
        at += 1
    return number, at, more


@rule
def number_in(data: Any, start: Any, end: Any, places: Any, cut: Any, limit: Any) -> Any:
    """``(number × 10**places, status)`` of a plain decimal; with ``cut`` further decimals are cut off."""
    negative = data[start] == _MINUS
    if negative or data[start] == _PLUS:
        start += 1
    first = start
    while start < end - 1 and data[start] == _0:
        start += 1
    whole, at = digits_at(data, start, end, 16)
    big = at < end and _0 <= data[at] <= _9
    while at < end and _0 <= data[at] <= _9:
        at += 1
    if at == first:
        return np.int64(0), WRONG
    part, more = np.int64(0), False
    if at < end:
        if data[at] != _POINT or at + 1 == end:
            return np.int64(0), WRONG
        part, at, more = fraction_at(data, at + 1, end, places)
        if at < end:
            return np.int64(0), WRONG
    if more and not cut:
        return np.int64(0), DECIMALS
    for _ in range(places):
        big = big or whole > _FULL
        whole = np.int64(0) if big else whole * 10
    total = whole + part
    if big or total > limit:
        return np.int64(0), RANGE
    return (-total if negative else total), OK


@kernel
def read_numbers(cells: Any, places: Any, cut: Any, limit: Any, missing: Any) -> Any:
    """Numbers scaled by ``10**places`` (int64) and statuses (int8) of all cells."""
    offsets, data, valid, first_bit = cells
    n = len(offsets) - 1
    values = np.full(n, missing, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        if start == end:
            status[i] = MISSING
            continue
        number, state = number_in(data, start, end, places, cut, limit)
        status[i] = state
        if state == OK:
            values[i] = number
    return values, status


@kernel
def read_codes(cells: Any, shortest: Any, longest: Any, missing: Any) -> Any:
    """Codes of digits as numbers (int64) and statuses (int8); ``longest`` at most nine."""
    offsets, data, valid, first_bit = cells
    n = len(offsets) - 1
    values = np.full(n, missing, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        if start == end:
            status[i] = MISSING
            continue
        number, at = digits_at(data, start, end, longest)
        rest = at
        while rest < end and _0 <= data[rest] <= _9:
            rest += 1
        if rest < end or at - start < shortest:
            status[i] = WRONG
        elif at < end:
            status[i] = LONG
        else:
            values[i] = number
    return values, status


@rule
def days_in_month(year: Any, month: Any) -> Any:
    """Days of a month of the Gregorian calendar."""
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


@rule
def days_since_1970(year: Any, month: Any, day: Any) -> Any:
    """Days from 1970-01-01; years are taken to begin in March, so that the leap day comes last."""
    y = year - 1 if month <= 2 else year
    m = month + 9 if month <= 2 else month - 3
    return y * 365 + y // 4 - y // 100 + y // 400 + (m * 153 + 2) // 5 + day - 1 - 719_468


@rule
def seconds_of(year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any) -> Any:
    """``(seconds since 1970-01-01, status)``; RANGE where calendar or clock has no such time, or outside 1900–2099."""
    if year < _FIRST_YEAR or year > _LAST_YEAR or month < 1 or month > 12 or day < 1:
        return np.int64(0), RANGE
    if day > days_in_month(year, month) or hour > 23 or minute > 59 or second > 59:
        return np.int64(0), RANGE
    return ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second, OK


@rule
def clock_at(data: Any, at: Any, end: Any) -> Any:
    """``(hour, minute, second, whether well written)`` of ``H:MM[:SS[.fraction]]`` up to ``end``."""
    no = np.int64(0)
    hour, after = digits_at(data, at, end, 2)
    if after == at or after >= end or data[after] != _COLON:
        return no, no, no, False
    minute, rest = digits_at(data, after + 1, end, 2)
    if rest - after != 3:
        return no, no, no, False
    if rest == end:
        return hour, minute, no, True
    second, tail = digits_at(data, rest + 1, end, 2)
    if data[rest] != _COLON or tail - rest != 3:
        return no, no, no, False
    if tail < end and data[tail] == _POINT and tail + 1 < end:
        _, tail, _ = fraction_at(data, tail + 1, end, 0)
    return hour, minute, second, tail == end


@rule
def packed_time(data: Any, start: Any, end: Any) -> Any:
    """``YYYYMMDD`` or ``YYYYMMDDHHMMSS``."""
    number, at = digits_at(data, start, end, 14)
    if at < end or (end - start != 8 and end - start != 14):
        return np.int64(0), WRONG
    if end - start == 8:
        number *= 1_000_000
    day, clock = number // 1_000_000, number % 1_000_000
    return seconds_of(day // 10_000, day // 100 % 100, day % 100, clock // 10_000, clock // 100 % 100, clock % 100)


@rule
def time_in(data: Any, start: Any, end: Any) -> Any:
    """``(seconds, status)`` of a date or time: year, month and day by ``-`` or ``/``, then perhaps the clock."""
    wrong = np.int64(0), WRONG
    year, at = digits_at(data, start, end, 5)
    if at - start != 4 or at >= end or (data[at] != _DASH and data[at] != _SLASH):
        return packed_time(data, start, end)
    month, after = digits_at(data, at + 1, end, 2)
    if after == at + 1 or after >= end or data[after] != data[at]:
        return wrong
    day, rest = digits_at(data, after + 1, end, 2)
    if rest == after + 1:
        return wrong
    if rest == end:
        return seconds_of(year, month, day, 0, 0, 0)
    if data[rest] != _SPACE and data[rest] != _T:
        return wrong
    rest += 1
    while rest < end and data[rest] == _SPACE:
        rest += 1
    hour, minute, second, well = clock_at(data, rest, end)
    return seconds_of(year, month, day, hour, minute, second) if well else wrong


@kernel
def read_times(cells: Any) -> Any:
    """Seconds since 1970-01-01 (int64) and statuses (int8) of all cells; naive local time as written."""
    offsets, data, valid, first_bit = cells
    n = len(offsets) - 1
    values = np.zeros(n, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        if start == end:
            status[i] = MISSING
        else:
            values[i], status[i] = time_in(data, start, end)
    return values, status
