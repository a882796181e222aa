"""Compiled lookup of codes: an open-addressing table over the bytes of a code system; and hashes of IDs."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.intake.number_kernels import is_blank, trimmed
from drgdip.intake.status import MISSING

_BAR = ord("|")
_32_BITS = 0xFFFFFFFF
_FNV_START, _FNV_PRIME = 0x811C9DC5, 0x01000193
_SECOND_START, _SECOND_PRIME = 0x2545F491, 0x00BD1E99


@rule
def byte_at(data: Any, at: Any, start: Any, fold: Any) -> Any:
    """A byte of a code; folded: the first letter upper case, the others lower case."""
    sign = np.int64(data[at])
    if fold:
        if at == start and 97 <= sign <= 122:
            return sign - 32
        if at > start and 65 <= sign <= 90:
            return sign + 32
    return sign


@rule
def hash_of(data: Any, start: Any, end: Any, fold: Any) -> Any:
    """FNV-1a in 32 bits, held in 64 so that nothing overflows."""
    value = np.int64(_FNV_START)
    for at in range(start, end):
        value = ((value ^ byte_at(data, at, start, fold)) * _FNV_PRIME) & _32_BITS
    return value


@rule
def same(data: Any, start: Any, end: Any, fold: Any, codes: Any, first: Any) -> Any:
    """Whether bytes are those of a code that begins at ``codes[first]`` and is as long."""
    for at in range(start, end):
        if byte_at(data, at, start, fold) != np.int64(codes[first + at - start]):
            return False
    return True


@rule
def find(data: Any, start: Any, end: Any, fold: Any, code_offsets: Any, codes: Any, slots: Any) -> Any:
    """Id of a code, or -1."""
    mask = len(slots) - 1
    slot = hash_of(data, start, end, fold) & mask
    while slots[slot] >= 0:
        first = np.int64(code_offsets[slots[slot]])
        if np.int64(code_offsets[slots[slot] + 1]) - first == end - start and same(data, start, end, fold, codes, first):
            return np.int64(slots[slot])
        slot = (slot + 1) & mask
    return np.int64(-1)


@kernel
def fill_slots(data: Any, offsets: Any, slots: Any) -> None:
    """Enter every code of a system; ``slots`` int32, all -1, a power of two at least twice as many as codes."""
    mask = len(slots) - 1
    for code in range(len(offsets) - 1):
        slot = hash_of(data, np.int64(offsets[code]), np.int64(offsets[code + 1]), False) & mask
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = code


@rule
def count_bars(data: Any, start: Any, end: Any) -> Any:
    """Number of list separators between two bytes."""
    bars = 0
    for at in range(start, end):
        if data[at] == _BAR:
            bars += 1
    return bars


@rule
def next_item(data: Any, start: Any, end: Any) -> Any:
    """``(first byte, last byte plus one, where the next item starts)`` of a list item without blanks around it."""
    stop = start
    while stop < end and data[stop] != _BAR:
        stop += 1
    left, right = start, stop
    while left < right and is_blank(data[left]):
        left += 1
    while right > left and is_blank(data[right - 1]):
        right -= 1
    return left, right, stop + 1


@kernel
def read_code_lists(cells: Any, index: Any) -> Any:
    """Lists of codes joined by ``|``: ids (int32, -1 unknown), offsets (int32, n+1) and statuses (int8).

    Blanks around codes are trimmed and empty items skipped; a list that begins with an empty item lacks its
    principal code and counts as missing. Codes are compared as written, then with letters folded.
    """
    offsets, data, valid, first_bit = cells
    code_offsets, codes, slots = index
    n = len(offsets) - 1
    ids = np.empty(n + count_bars(data, np.int64(offsets[0]), np.int64(offsets[n])), dtype=np.int32)
    places = np.zeros(n + 1, dtype=np.int32)
    status = np.zeros(n, dtype=np.int8)
    count = 0
    for i in range(n):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        if start == end or data[start] == _BAR:
            status[i] = MISSING
        while start < end:
            left, right, start = next_item(data, start, end)
            if left < right:
                found = find(data, left, right, False, code_offsets, codes, slots)
                ids[count] = found if found >= 0 else find(data, left, right, True, code_offsets, codes, slots)
                count += 1
        places[i + 1] = count
    return ids[:count], places, status


@kernel
def hash_ids(cells: Any) -> Any:
    """A 63-bit hash of every trimmed cell, -1 for empty ones; int64."""
    offsets, data, valid, first_bit = cells
    n = len(offsets) - 1
    hashes = np.empty(n, dtype=np.int64)
    for i in range(n):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        one, two = np.int64(_FNV_START), np.int64(_SECOND_START)
        for at in range(start, end):
            sign = np.int64(data[at])
            one = ((one ^ sign) * _FNV_PRIME) & _32_BITS
            two = ((two + sign + 1) * _SECOND_PRIME) & _32_BITS
            two ^= two >> 15
        hashes[i] = ((one >> 1) << 32) | two if end > start else -1
    return hashes


@kernel
def text_lengths(cells: Any) -> Any:
    """Bytes of every trimmed cell (int64), and whether it is MISSING (status, int8)."""
    offsets, data, valid, first_bit = cells
    n = len(offsets) - 1
    lengths = np.zeros(n, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    for i in range(n):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        lengths[i] = end - start
        if start == end:
            status[i] = MISSING
    return lengths, status


@kernel
def padded_cells(cells: Any) -> Any:
    """Number of cells that have blanks around their text, or nothing but blanks."""
    count = 0
    for i in range(len(offsets) - 1):
        start, end = trimmed(offsets, data, valid, first_bit + i, i)
        length = np.int64(offsets[i + 1]) - np.int64(offsets[i])
        if length != end - start and length > 0:
            count += 1
    return count
