"""Cells of a workbook as the text that a CSV of the same table would have."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from drgdip.interface.fields import Field

#: Workbooks keep 15 digits of a number; longer ones have lost the rest.
_EXACT = 10**15
_HALF_A_SECOND = timedelta(milliseconds=500)


def cell_text(value: Any, field: Field | None) -> str | None:
    """A cell's value as text; None for an empty one. Codes that a spreadsheet took for numbers get their zeros back."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        text = number_text(value)
        is_code = field is not None and field.type == "code"
        return text.zfill(field.min_length) if field is not None and is_code and text.isdigit() else text
    if isinstance(value, datetime):
        return (value + _HALF_A_SECOND).strftime("%Y-%m-%d %H:%M:%S") if value.year < 9999 else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def number_text(value: float) -> str:
    """A number in full, with the 15 digits that a spreadsheet shows."""
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return f"{Decimal(f'{value:.15g}'):f}"


def has_lost_digits(value: float, field: Field | None, mapped: bool) -> bool:
    """Whether a number stands where an ID is, or may be (in a column of a mapping), and is too long to have been kept."""
    return abs(value) >= _EXACT and (mapped if field is None else field.type == "text")
