"""How memory is handed on from one piece of a large batch to the next."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

#: Numbers of glibc's settings: free memory at the end of the heap that is kept, and the size beyond which a block is asked of
#: the system by itself, at most 32 MiB.
_TRIM, _ALONE = -1, -3
_KEPT, _USUAL, _LARGEST = 256 << 20, 64 << 20, 32 << 20


@contextmanager
def kept_for_the_next() -> Iterator[None]:
    """What one piece or part gave back the next one takes; the system gets all of it at the end.

    Otherwise allocators give it back at once, and a month's arrays ask for each page again and again, an eighth of the
    time of a run. Arrow shares the allocator of numpy meanwhile, and what is there already is not searched for cycles.
    """
    before, frozen = pa.default_memory_pool(), gc.get_freeze_count()
    pa.set_memory_pool(pa.system_memory_pool())
    _set(_KEPT)
    gc.freeze()
    try:
        yield
    finally:
        if not frozen:
            gc.unfreeze()
        _set(_USUAL)
        pa.set_memory_pool(before)
        pa.system_memory_pool().release_unused()


def _set(kept: int) -> None:
    """How many free bytes the allocator keeps, where it is glibc's."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_TRIM, kept)
        mallopt(_ALONE, _LARGEST)
