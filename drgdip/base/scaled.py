"""Decimal numbers as scaled integers: ``"1230.7692"`` at four places is ``12307692``.

The scale is the last part of a name: ``_e4`` four decimals, ``_fen`` hundredths of a yuan.
"""

from __future__ import annotations

import re

from drgdip.base.rounding import RoundingMode, divide

E4 = 10_000
#: Points (e4) × point value (e4) in yuan to fen: ÷ 10^8, × 100.
E8_PER_FEN = 10**6

_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?\Z", re.ASCII)


def parse_ratio(text: str) -> tuple[int, int]:
    """Read a plain decimal as an exact fraction ``(numerator, 10**places)``.

    Raises ValueError for anything else (exponents, separators, blanks inside, NaN).
    """
    match = _DECIMAL.match(text.strip())
    if match is None:
        raise ValueError(f"not a plain decimal number: {text!r}")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    number = int(whole + fraction)
    return (-number if sign == "-" else number), 10 ** len(fraction)


def parse_scaled(text: str, places: int) -> int:
    """Read a decimal that has at most ``places`` decimals; more (other than zeros) is a ValueError."""
    numerator, denominator = parse_ratio(text)
    scaled, rest = divmod(numerator * 10**places, denominator)
    if rest:
        raise ValueError(f"more than {places} decimals: {text!r}")
    return scaled


def round_scaled(text: str, places: int, mode: RoundingMode = "half_up") -> int:
    """Read a decimal of any length and round it to ``places`` decimals."""
    numerator, denominator = parse_ratio(text)
    return divide(numerator * 10**places, denominator, mode)


def format_scaled(value: int, places: int) -> str:
    """Write a scaled integer with exactly ``places`` decimals."""
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(abs(int(value)), 10**places)
    return f"{sign}{whole}.{fraction:0{places}d}" if places else f"{sign}{whole}"
