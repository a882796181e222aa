"""Where Arrow takes its memory from while large files are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def kept_for_the_next() -> Iterator[None]:
    """Arrow shares the allocator of numpy and the system: what one piece gave back the next one takes.

    Its own gives memory back to the system within milliseconds, and a month's pieces ask for each page again and again: a
    tenth of the time of reading them.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
