"""A day in a params file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


def read_day(value: Any) -> date:
    """A day that is given as one, or as text. Raises ValueError for any other value: a time of day is none."""
    if isinstance(value, datetime):
        raise ValueError(str(value))
    return value if isinstance(value, date) else date.fromisoformat(str(value))
