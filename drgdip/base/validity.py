"""Dated values: which one holds on a day. Gaps and overlaps are faults, found when a file is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Period(NamedTuple):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()} – {self.last.isoformat()}"


class Dated(NamedTuple, Generic[T]):
    """A value, the days it holds, and the document it is cited from."""

    period: Period
    value: T
    citation: str


def value_on(values: Sequence[Dated[T]], day: date) -> Dated[T] | None:
    """The entry that holds on ``day``, or None."""
    return next((entry for entry in values if day in entry.period), None)


def check_cover(values: Sequence[Dated[T]], whole: Period) -> str | None:
    """Say in English what is wrong (gap, overlap, outside), or None if ``values`` tile ``whole`` exactly."""
    ordered = sorted(values, key=lambda entry: entry.period)
    for entry in ordered:
        if entry.period.first > entry.period.last:
            return f"period ends before it begins ({entry.period})"
    if not ordered:
        return "no value at all"
    expected = whole.first
    for entry in ordered:
        if entry.period.first > expected:
            return f"gap: nothing holds from {expected} to {entry.period.first - timedelta(days=1)}"
        if entry.period.first < expected:
            return f"overlap or value outside {whole} at {entry.period.first}"
        expected = entry.period.last + timedelta(days=1)
    if ordered[-1].period.last < whole.last:
        return f"gap: nothing holds from {expected} to {whole.last}"
    if ordered[-1].period.last > whole.last:
        return f"value reaches beyond {whole}: {ordered[-1].period.last}"
    return None
