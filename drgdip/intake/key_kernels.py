"""Looking up many keys: their hashes in a sorted array, whose buckets by the first bits hold about one row each, or keys in
a table of hashes with open places.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule


@rule
def _place(hashes: Any, first: Any, last: Any, wanted: Any, behind: Any) -> Any:
    """The first place between two whose hash is not below the wanted one; ``behind``: is above it."""
    while first < last:
        middle = (first + last) >> 1
        if hashes[middle] < wanted or (behind and hashes[middle] == wanted):
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def spans(hashes: Any, buckets: Any, shift: Any, wanted: Any) -> Any:
    """Where each wanted hash stands in sorted ``hashes``: first place and the one after the last (int64); equal for none.

    buckets : place in ``hashes`` where those begin that are k when shifted by ``shift``, for every k, and the end of all.
    """
    n = len(wanted)
    first = np.zeros(n, dtype=np.int64)
    last = np.zeros(n, dtype=np.int64)
    for i in range(n):
        bucket = wanted[i] >> shift
        if wanted[i] < 0 or bucket + 1 >= len(buckets):
            continue
        end = buckets[bucket + 1]
        place = _place(hashes, buckets[bucket], end, wanted[i], False)
        first[i], last[i] = place, place
        if place < end and hashes[place] == wanted[i]:
            last[i] = _place(hashes, place, end, wanted[i], True)
    return first, last


@kernel
def enter(hashes: Any, data: Any, start: Any, end: Any, places: Any) -> Any:
    """Enter all rows with a key into an empty table; returns the first row with the key of each, its own without a key (int64).

    hashes : of keys, -1 for none. data, start, end : bytes ``data[start[i]:end[i]]`` of key i. places : int64, a power of
    two of them, more than there are rows; -1 where nothing stands. Of rows with one key only the first is entered.
    """
    n, mask = len(hashes), len(places) - 1
    firsts = np.arange(n)
    for i in range(n):
        place = hashes[i] & mask
        while hashes[i] >= 0 and places[place] >= 0 and firsts[i] == i:
            row = places[place]
            length = end[i] - start[i]
            alike = hashes[row] == hashes[i] and end[row] - start[row] == length
            k = 0
            while alike and k < length:
                alike = data[start[row] + k] == data[start[i] + k]
                k += 1
            firsts[i] = row if alike else i
            place = (place + 1) & mask
        if hashes[i] >= 0 and firsts[i] == i:
            places[place] = i
    return firsts


@kernel
def look_up(
    hashes: Any, data: Any, start: Any, end: Any, places: Any, wanted: Any, text: Any, begins: Any, ends: Any
) -> Any:
    """A row with each wanted key (int64), -1 for none.

    The first five are as :func:`enter` takes and leaves them; the others hashes and bytes of the wanted keys. What stands
    where the one before was found, or in the next row, is looked at first: lists of one stay stand together, or in its order.
    """
    mask, rows, last = len(places) - 1, len(hashes), 0
    found = np.full(len(wanted), -1, dtype=np.int64)
    for i in range(len(wanted)):
        length = np.int64(ends[i]) - np.int64(begins[i])
        step = 0 if wanted[i] >= 0 else -1
        while step >= 0:
            row = last + step if step < 2 else places[(wanted[i] + step - 2) & mask]
            if row < 0:
                break
            alike = row < rows and hashes[row] == wanted[i] and end[row] - start[row] == length
            k = 0
            while alike and k < length:
                alike = data[start[row] + k] == text[np.int64(begins[i]) + k]
                k += 1
            step += 1
            if alike:
                found[i], last, step = row, row, -1
    return found
