"""The month of a stay by plain dates (settlement arithmetic 2.9): when its list comes, which year is open."""

from __future__ import annotations

from datetime import date

Month = tuple[int, int]


def month_of(
    own: date, arrived: date, cutoff_day: int | None, year_cutoff: tuple[int, int] | None
) -> tuple[Month, bool]:
    """Year and month that settle a stay of a day whose list has arrived on another, and whether it moved."""
    year = own.year
    while year_cutoff is not None and (arrived.year, arrived.month, arrived.day) > (year + 1, *year_cutoff):
        year += 1
    following = (own.year, own.month + 1) if own.month < 12 else (own.year + 1, 1)
    in_time = cutoff_day is None or (arrived.year, arrived.month, arrived.day) <= (*following, cutoff_day)
    if in_time and year == own.year:
        return (own.year, own.month), False
    to = min((arrived.year, arrived.month), (year, 12))
    return to, to != (own.year, own.month)
