"""Scalar rules of reading cells: integers in, integers out."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.intake.status import DECIMALS, OK, RANGE

DIGIT_0, DIGIT_9, PLUS, MINUS, POINT, SPACE, BAR = (ord(sign) for sign in "09+-. |")
_COLON, _SLASH, _T = ord(":"), ord("/"), ord("T")
#: 年, 月 and 日 as three bytes of UTF-8 in one number.
YEAR, MONTH, DAY = 0xE5B9B4, 0xE69C88, 0xE697A5
_ONE, _EIGHT, _HALF, _LOW = (np.uint64(number) for number in (1, 8, 32, 0xFFFFFFFF))
_ONE_PRIME, _OTHER_PRIME = np.uint64(0x5BD1E995), np.uint64(0x4CF5AD43)
_LOWER_CASE = np.uint64(0x2020202020202020)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@rule
def is_blank(sign: Any) -> Any:
    """Blank, tab, line feed, vertical tab, form feed or carriage return: what ``bytes.strip`` takes off."""
    return sign == 32 or 9 <= sign <= 13


@rule
def scaled(whole: Any, part: Any, places: Any, taken: Any, more: Any, limit: Any) -> Any:
    """``(magnitude × 10**places, status)`` of a decimal of which ``taken`` decimals were read, and ``more`` follow."""
    if more:
        return np.int64(0), DECIMALS
    if whole > limit:
        return np.int64(0), RANGE
    for _ in range(places):
        whole *= 10
    for _ in range(places - taken):
        part *= 10
    total = whole + part
    return (total, OK) if total <= limit else (np.int64(0), RANGE)


@rule
def is_before_clock(sign: Any) -> Any:
    """Whether blanks may follow a sign: those between a date and its time of day."""
    return sign == SPACE or sign == DAY


@rule
def ends_part(part: Any, digits: Any, sign: Any, mark: Any) -> Any:
    """Whether a sign may follow a part (0 year … 5 second) of so many digits; ``mark`` is the one after the year."""
    if part == 0:
        return digits == 4 and (sign == MINUS or sign == _SLASH or sign == YEAR)
    if part == 4 or part == 5:
        return digits == 2 and sign == (_COLON if part == 4 else POINT)
    if digits != 1 and digits != 2:
        return False
    if part == 1:
        return sign == (MONTH if mark == YEAR else mark)
    if part == 2:
        return sign == DAY if mark == YEAR else sign == SPACE or sign == _T
    return part == 3 and sign == _COLON


@rule
def stamp_of(parts: Any, digits: Any, packed: Any, number: Any, mark: Any) -> Any:
    """``YYYYMMDDHHMMSS`` as a number, or -1: the closed parts, packed in hundreds, and the last one (``number``)."""
    if parts == 0:
        return number if digits == 14 else number * 1_000_000 if digits == 8 else np.int64(-1)
    if parts == 2 and (digits == 1 or digits == 2) and mark != YEAR:
        return (packed * 100 + number) * 1_000_000
    if parts == 3 and digits == 0 and mark == YEAR:
        return packed * 1_000_000
    if parts == 4 and digits == 2:
        return (packed * 100 + number) * 100
    if parts == 5 and digits == 2:
        return packed * 100 + number
    return packed if parts == 6 and digits > 0 else np.int64(-1)


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
def seconds_of(stamp: Any) -> Any:
    """``(seconds since 1970-01-01, status)`` of a stamp; RANGE where there is no such time, or outside 1900–2099."""
    date, clock = stamp // 1_000_000, stamp % 1_000_000
    year, month, day = date // 10_000, date // 100 % 100, date % 100
    hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
    if year < _FIRST_YEAR or year > _LAST_YEAR or month < 1 or month > 12 or day < 1:
        return np.int64(0), RANGE
    if day > days_in_month(year, month) or hour > 23 or minute > 59 or second > 59:
        return np.int64(0), RANGE
    return ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second, OK


@rule
def folded(sign: Any) -> Any:
    """A byte of a code with its letter in lower case, whichever it is written in."""
    return sign + 32 if 65 <= sign <= 90 else sign


@rule
def mixed(value: Any, word: Any) -> Any:
    """A 64-bit hash after one more word of eight bytes. Halves are multiplied, so that nothing overflows."""
    low = ((value & _LOW) ^ (word & _LOW)) * _ONE_PRIME
    high = ((value >> _HALF) ^ (word >> _HALF)) * _OTHER_PRIME
    return (low >> _HALF) ^ ((low & _LOW) << _HALF) ^ high


@rule
def code_word(word: Any, length: Any) -> Any:
    """The first ``length`` bytes of a word, letters in lower case (other bytes lose a bit, too)."""
    word |= _LOWER_CASE
    return word & ((_ONE << (_EIGHT * np.uint64(length))) - _ONE) if length < 8 else word
