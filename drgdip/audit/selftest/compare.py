"""Compare what came out with what is expected: to the last digit, but not in how a number is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from drgdip.base.scaled import parse_ratio

_ABSENT = object()


def differences(expected: Any, got: Any, field: str = "") -> Iterator[tuple[str, str, str]]:
    """``(field, expected, got)`` wherever an expected value is not met; what is not expected is not looked at.

    Rows that carry an ``id`` are found by it, other rows by their position; both sides must have as many.
    """
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key, value in expected.items():
            yield from differences(value, got.get(key, _ABSENT), f"{field}.{key}" if field else key)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for place, value, other in _pairs(expected, got):
            yield from differences(value, other, f"{field}[{place}]")
    elif not _same(expected, got):
        yield field, written(expected), written(got)


def _pairs(expected: list[Any], got: list[Any]) -> Iterator[tuple[object, Any, Any]]:
    by_id = _by_id(got)
    if by_id is None or _by_id(expected) is None:
        yield from zip(range(len(expected)), expected, got, strict=True)
        return
    for row in expected:
        yield row["id"], row, by_id.get(row["id"], _ABSENT)


def _by_id(rows: list[Any]) -> dict[str, Any] | None:
    """Rows by their id, or None where some row has none or shares it."""
    if not all(isinstance(row, Mapping) and isinstance(row.get("id"), str) for row in rows):
        return None
    found = {row["id"]: row for row in rows}
    return found if len(found) == len(rows) else None


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got
    left, right = _number(expected), _number(got)
    return left == right if left is not None and right is not None else bool(expected == got)


def _number(value: Any) -> Fraction | None:
    """A number as it is written, however many zeros it ends in."""
    if not isinstance(value, int | str):
        return None
    try:
        return Fraction(*parse_ratio(str(value)))
    except ValueError:
        return None


def written(value: Any) -> str:
    """A value as text for a report."""
    if value is _ABSENT:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
