"""Lists of codes that decided, told once each: stays of one month share most of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel

_BAR = ord("|")
#: Products of 32 bits by 32 fit the words that plain Python has as well.
_PRIME, _LOW, _HALF = np.uint64(0x9E3779B1), np.uint64(0xFFFFFFFF), np.uint64(15)


@kernel
def distinct_lists(code_id: Any, offset: Any, flag: Any, sign: Any) -> Any:
    """Lists of the codes whose flag has a sign (1 or -1), each code once a stay, and which one every stay has.

    Returns the list of each stay (int32, n), and the lists in the order in which they are met, as codes (int32) and offsets
    (int32); list 0 is the empty one.
    """
    stays, most = len(offset) - 1, len(flag)
    size = 2
    while size < 2 * min(stays, most) + 2:
        size *= 2
    slots, mask = np.zeros(size, dtype=np.int32), np.uint64(size - 1)
    of_stay = np.zeros(stays, dtype=np.int32)
    codes, ends = np.empty(most, dtype=np.int32), np.zeros(min(stays, most) + 2, dtype=np.int32)
    lists, at, i, k = 1, 0, 0, 0
    while k < most:
        if flag[k] * sign <= 0:  # Stays are looked for only beside flagged codes.
            k += 1
            continue
        while offset[i + 1] <= k:
            i += 1
        first, end, hashed = at, np.int64(offset[i + 1]), np.uint64(0)
        while k < end:
            again = flag[k] * sign <= 0
            for earlier in range(first, at):
                again |= codes[earlier] == code_id[k]
            if not again:
                codes[at] = code_id[k]
                hashed = (hashed ^ np.uint64(code_id[k])) * _PRIME & _LOW
                at += 1
            k += 1
        slot = (hashed ^ hashed >> _HALF) & mask
        while slots[slot] > 0:
            left = ends[slots[slot]]
            same = ends[slots[slot] + 1] - left == at - first
            place = first
            while same and place < at:
                same = codes[left + place - first] == codes[place]
                place += 1
            if same:
                break
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] > 0:
            at = first
        else:
            slots[slot] = lists
            lists += 1
            ends[lists] = at
        of_stay[i] = slots[slot]
    return of_stay, codes[:at], ends[: lists + 1]


@kernel
def join_words(code_id: Any, offset: Any, word_offset: Any, word_data: Any) -> Any:
    """Words of the codes of each list, joined by ``|``.

    ``word_offset`` int32 and ``word_data`` uint8: the word of code c is ``word_data[word_offset[c]:word_offset[c + 1]]``.
    Returns offsets (int32, n+1) and bytes (uint8).
    """
    most = 0
    for k in range(len(code_id)):
        most += word_offset[code_id[k] + 1] - word_offset[code_id[k]] + 1
    data, ends = np.empty(most, dtype=np.uint8), np.zeros(len(offset), dtype=np.int32)
    at = 0
    for i in range(len(offset) - 1):
        for k in range(offset[i], offset[i + 1]):
            if k > offset[i]:
                data[at] = _BAR
                at += 1
            for place in range(word_offset[code_id[k]], word_offset[code_id[k] + 1]):
                data[at] = word_data[place]
                at += 1
        ends[i + 1] = at
    return ends, data[:at]
