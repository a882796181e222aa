"""The compiled sums of clearing: integers, so any order of rows and chunks gives the same result."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import kernel


@kernel
def add_by_key(sums: Any, key: Any, measures: Any) -> None:
    """Add rows of ``measures`` (n, m) to ``sums`` (keys, m) in place, by ``key`` (n,)."""
    width = measures.shape[1]
    for i in range(len(key)):
        for m in range(width):
            sums[key[i], m] += measures[i, m]


@kernel
def count_by_key(counts: Any, key: Any, kind: Any) -> None:
    """Count kinds (n,) in ``counts`` (keys, kinds) in place, by ``key`` (n,)."""
    for i in range(len(key)):
        counts[key[i], kind[i]] += 1
