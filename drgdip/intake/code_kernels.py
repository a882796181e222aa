"""Compiled lookup of codes: an open-addressing table over the bytes of a code system.

Places in bytes are uint64: numba takes any other for one that may count from the end. Hashing and looking up stand in the
one loop that needs them: a call that hands arrays on costs as much as a code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.intake.cell_kernels import word_at
from drgdip.intake.rules import BAR, code_word, folded, is_blank, mixed
from drgdip.intake.status import MISSING

_NOTHING, _ONE, _HALF = np.uint64(0), np.uint64(1), np.uint64(32)
_WORD = np.int64(8)


@kernel
def read_lists(data: Any, start: Any, end: Any, code_data: Any, code_offsets: Any, slots: Any, enter: Any) -> Any:
    """Codes of lists joined by ``|``: ids (int32, -1 unknown), offsets (int32, n+1) and statuses (int8, n).

    Blanks around items are trimmed and empty ones skipped; a list that begins with an empty item lacks its
    principal code and counts as missing. Codes that differ only in the case of letters have one hash: a code is found as it
    is written, else the first one but for the case of letters.

    With ``enter`` each list is one code, which is not looked up but entered as the next id. ``slots`` : int32, -1 where free, a power of two
    at least twice as many as codes. Codes of one hash stand in their order, so that one table serves both ways of comparing.
    """
    n = len(start)
    first, last = np.int64(len(data)), np.int64(0)
    for i in range(n):
        if end[i] > start[i]:
            first, last = min(first, np.int64(start[i])), max(last, np.int64(end[i]))
    most = n
    for sign in data[first:last]:
        most += sign == BAR
    ids = np.empty(most, dtype=np.int32)
    offsets = np.zeros(n + 1, dtype=np.int32)
    status = np.zeros(n, dtype=np.int8)
    mask, count = np.uint64(len(slots) - 1), 0
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
            if left == right:
                continue
            length = right - left
            hashed = np.uint64(length)
            for place in range(left, right, 8):
                if place + 8 <= len(data):
                    word = word_at(data, place)
                else:
                    word = _NOTHING
                    for k in range(min(right - place, _WORD)):
                        word |= np.uint64(data[np.uint64(place + k)]) << np.uint64(8 * k)
                hashed = mixed(hashed, code_word(word, right - place))
            slot, found, exact = (hashed ^ (hashed >> _HALF)) & mask, np.int32(-1), False
            while slots[slot] >= 0 and not exact:
                code = np.uint64(slots[slot])
                other = np.int64(code_offsets[code])
                if np.int64(code_offsets[code + _ONE]) - other == length and not enter:
                    exact, k = True, 0
                    while k < length:
                        sign, wanted = data[np.uint64(left + k)], code_data[np.uint64(other + k)]
                        if sign != wanted:
                            exact = False
                            if folded(np.int64(sign)) != folded(np.int64(wanted)):
                                break
                        k += 1
                    if k == length and (exact or found < 0):
                        found = slots[slot]
                slot = (slot + _ONE) & mask
            if enter:
                slots[slot] = i
            ids[count] = found
            count += 1
        offsets[i + 1] = count
    return ids[:count], offsets, status
