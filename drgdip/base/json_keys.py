"""Objects of JSON in which no key stands twice: the parser alone keeps the last value and loses the others without a word."""

from __future__ import annotations

from typing import Any


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its pairs, for ``object_pairs_hook``. Raises ValueError naming a key that stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"key twice: {twice[:60]}")
    return found
