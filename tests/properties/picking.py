"""Strategies made once: to make one takes as long as to draw from it, and a city draws some seven hundred times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
_KNOWN: dict[Any, st.SearchStrategy[Any]] = {}


def pick(options: Sequence[T]) -> st.SearchStrategy[T]:
    """One of the options; the same strategy for the same tuple. 1 and True are not the same."""
    try:
        key = options, tuple(map(type, options))
        known = _KNOWN.get(key)
    except TypeError:  # a list, or what cannot be hashed
        return st.sampled_from(options)
    if known is None:
        known = _KNOWN[key] = st.sampled_from(options)
    return known
