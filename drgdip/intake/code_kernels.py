"""Compiled lookup of codes: an open-addressing table over the bytes of a code system.

Places in bytes are uint64: numba takes any other for one that may count from the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.intake.cell_kernels import word_at
from drgdip.intake.rules import BAR, code_word, folded, is_blank, mixed
from drgdip.intake.status import MISSING

_NOTHING, _ONE, _HALF = np.uint64(0), np.uint64(1), np.uint64(32)


@rule
def hash_code(data: Any, at: Any, stop: Any) -> Any:
    """A hash (uint64) of the code ``data[at:stop]``; codes that differ only in the case of letters share it."""
    value = np.uint64(stop - at)
    while at < stop:
        if at + 8 <= len(data):
            word = word_at(data, at)
        else:
            word = _NOTHING
            for k in range(min(stop - at, 8)):
                word |= np.uint64(data[np.uint64(at + k)]) << np.uint64(8 * k)
        value = mixed(value, code_word(word, stop - at))
        at += 8
    return value ^ (value >> _HALF)


@rule
def find_code(data: Any, first: Any, length: Any, hashed: Any, code_data: Any, code_offsets: Any, slots: Any) -> Any:
    """Id (int32) of a code, -1 if there is none: as it is written, else the first one but for the case of letters."""
    found = np.int32(-1)
    mask = np.uint64(len(slots) - 1)
    slot, exact = hashed & mask, False
    while slots[slot] >= 0 and not exact:
        code = np.uint64(slots[slot])
        other = np.int64(code_offsets[code])
        if np.int64(code_offsets[code + _ONE]) - other == length:
            exact, k = True, 0
            while k < length:
                sign, wanted = data[np.uint64(first + k)], code_data[np.uint64(other + k)]
                if sign != wanted:
                    exact = False
                    if folded(np.int64(sign)) != folded(np.int64(wanted)):
                        break
                k += 1
            if k == length and (exact or found < 0):
                found = slots[slot]
        slot = (slot + _ONE) & mask
    return found


@kernel
def fill_slots(data: Any, offsets: Any, slots: Any) -> None:
    """Enter every code of a system; ``slots`` int32, all -1, a power of two at least twice as many as codes.

    Codes of one hash stand in their order, so that one table serves both ways of comparing them.
    """
    mask = np.uint64(len(slots) - 1)
    for code in range(len(offsets) - 1):
        slot = hash_code(data, np.int64(offsets[code]), np.int64(offsets[code + 1])) & mask
        while slots[slot] >= 0:
            slot = (slot + _ONE) & mask
        slots[slot] = code


@kernel
def read_lists(data: Any, start: Any, end: Any, code_data: Any, code_offsets: Any, slots: Any) -> Any:
    """Codes of lists joined by ``|``: ids (int32, -1 unknown), offsets (int32, n+1) and statuses (int8, n).

    Blanks around items are trimmed and empty ones skipped; a list that begins with an empty item lacks its
    principal code and counts as missing.
    """
    n = len(start)
    first, last = np.int64(len(data)), np.int64(0)
    for i in range(n):
        if end[i] > start[i]:
            first, last = min(first, np.int64(start[i])), max(last, np.int64(end[i]))
    most = n
    for place in range(first, last):
        most += data[np.uint64(place)] == BAR
    ids = np.empty(most, dtype=np.int32)
    offsets = np.zeros(n + 1, dtype=np.int32)
    status = np.zeros(n, dtype=np.int8)
    count = 0
    for i in range(n):
        at, stop = np.int64(start[i]), np.int64(end[i])
        if at == stop or data[np.uint64(at)] == BAR:
            status[i] = MISSING
        while at < stop:
            left = at
            while at < stop and data[np.uint64(at)] != BAR:
                at += 1
            right = at
            at += 1
            while left < right and is_blank(data[np.uint64(left)]):
                left += 1
            while right > left and is_blank(data[np.uint64(right - 1)]):
                right -= 1
            if left < right:
                hashed = hash_code(data, left, right)
                ids[count] = find_code(data, left, right - left, hashed, code_data, code_offsets, slots)
                count += 1
        offsets[i + 1] = count
    return ids[:count], offsets, status
