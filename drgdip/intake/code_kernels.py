"""Compiled lookup of codes: an open-addressing table over the bytes of a code system."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.intake.rules import BAR, FNV_START, fnv_step, folded, is_blank
from drgdip.intake.status import MISSING


@kernel
def fill_slots(data: Any, offsets: Any, slots: Any) -> None:
    """Enter every code of a system; ``slots`` int32, all -1, a power of two at least twice as many as codes.

    Codes that differ only in the case of letters have one hash, so that one table serves both ways of comparing.
    """
    mask = len(slots) - 1
    for code in range(len(offsets) - 1):
        value = np.int64(FNV_START)
        for at in range(offsets[code], offsets[code + 1]):
            value = fnv_step(value, folded(np.int64(data[at])))
        slot = value & mask
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = code


@kernel
def split_lists(data: Any, start: Any, end: Any) -> Any:
    """Items of lists joined by ``|``: start and end (int32) of each, offsets (int32, n+1), and statuses (int8).

    Blanks around items are trimmed and empty ones skipped; a list that begins with an empty item lacks its
    principal code and counts as missing.
    """
    n = len(start)
    most = n
    for i in range(n):
        for at in range(start[i], end[i]):
            if data[at] == BAR:
                most += 1
    lefts = np.empty(most, dtype=np.int32)
    rights = np.empty(most, dtype=np.int32)
    offsets = np.zeros(n + 1, dtype=np.int32)
    status = np.zeros(n, dtype=np.int8)
    count = 0
    for i in range(n):
        at, stop = start[i], end[i]
        if at == stop or data[at] == BAR:
            status[i] = MISSING
        while at < stop:
            left = at
            while at < stop and data[at] != BAR:
                at += 1
            right = at
            at += 1
            while left < right and is_blank(data[left]):
                left += 1
            while right > left and is_blank(data[right - 1]):
                right -= 1
            if left < right:
                lefts[count], rights[count] = left, right
                count += 1
        offsets[i + 1] = count
    return lefts[:count], rights[:count], offsets, status


@kernel
def find_codes(
    data: Any, left: Any, right: Any, fold: Any, code_data: Any, code_offsets: Any, slots: Any, ids: Any
) -> None:
    """Look up items whose id is still -1 and enter the ids found; with ``fold`` whatever the case of their letters."""
    mask = len(slots) - 1
    for k in range(len(left)):
        if ids[k] >= 0:
            continue
        first, length = np.int64(left[k]), np.int64(right[k]) - np.int64(left[k])
        value = np.int64(FNV_START)
        for j in range(length):
            value = fnv_step(value, folded(np.int64(data[first + j])))
        slot = value & mask
        while slots[slot] >= 0 and ids[k] < 0:
            code = slots[slot]
            other = np.int64(code_offsets[code])
            alike = np.int64(code_offsets[code + 1]) - other == length
            j = 0
            while alike and j < length:
                sign, wanted = np.int64(data[first + j]), np.int64(code_data[other + j])
                alike = sign == wanted or (fold and folded(sign) == folded(wanted))
                j += 1
            if alike:
                ids[k] = code
            slot = (slot + 1) & mask
