"""Looking up many hashes in a sorted array of them: its buckets, by the first bits, hold about one row each."""

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
