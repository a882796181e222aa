"""Exact numbers as people read them: rounded once, halves away from zero."""

from __future__ import annotations

from fractions import Fraction

from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled


def decimals(value: Fraction, places: int = 2) -> str:
    """A number with so many decimals."""
    return format_scaled(divide(value.numerator * 10**places, value.denominator), places)


def percent(value: Fraction) -> str:
    """A share in hundredths."""
    return f"{decimals(value * 100)}%"
