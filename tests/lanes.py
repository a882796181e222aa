"""The two lanes of tests: compiled, and the same functions as plain Python."""

from __future__ import annotations

import os

#: Whether nothing is compiled in this run.
PLAIN = os.environ.get("NUMBA_DISABLE_JIT") == "1"


def examples(count: int) -> int:
    """How many examples a property tries: all of them compiled, a quarter plain.

    Both lanes run the same source against the same reference; what the plain one adds is that compilation makes no
    difference, and coverage.
    """
    return count // 4 if PLAIN else count
