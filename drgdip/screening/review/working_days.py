"""Deadlines in working days by a region's calendar. Source: review workflow 2, clock rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

_SATURDAY = 5


def is_working(day: date, holidays: Collection[date], workdays: Collection[date]) -> bool:
    """Whether a day is worked: weekdays but for holidays, and the weekend days that are worked for them."""
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


def deadline(start: date, days: int, holidays: Collection[date], workdays: Collection[date]) -> date:
    """The last day of a term of ``days`` working days that begins the day after ``start``."""
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= is_working(day, holidays, workdays)
    return day


def worked(start: date, end: date, holidays: Collection[date], workdays: Collection[date]) -> int:
    """Working days after ``start`` up to ``end``, that one included."""
    days = (date.fromordinal(number) for number in range(start.toordinal() + 1, end.toordinal() + 1))
    return sum(is_working(day, holidays, workdays) for day in days)
