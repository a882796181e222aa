"""How values are written: the same integer in CSV, workbook and report."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from drgdip.base.money import FEN_PLACES
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text

_PLACES = {"yuan": FEN_PLACES, "points": 4, "ratio": 4, "score": 4, "yuan_per_point": 4, "price": 6}

#: First characters that a spreadsheet may take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(value: object, unit: str) -> str:
    """A value as CSV shows it: yuan with two decimals, points and ratios with four, all else plainly."""
    if isinstance(value, Text):
        return value.zh
    if unit in _PLACES and isinstance(value, int):
        return format_scaled(value, _PLACES[unit])
    return str(value)


def as_number(value: int, unit: str) -> Decimal:
    """A value as a workbook holds it: an exact decimal in yuan, points or units."""
    return Decimal(value).scaleb(-_PLACES.get(unit, 0))


def with_separators(value: int, unit: str) -> str:
    """A value as the report shows it: thousands separated by commas."""
    whole, dot, fraction = as_text(abs(value), unit).partition(".")
    return f"{'-' if value < 0 else ''}{int(whole):,}{dot}{fraction}"


def printable(text: str) -> str:
    """Text with characters that documents cannot carry (controls, lone surrogates, marks of direction) replaced."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Cn") else c for c in text)


def width(text: str) -> int:
    """Columns that text takes on a page: Chinese characters count twice."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def shorten(text: str, columns: int) -> str:
    """Text cut to a width, with an ellipsis where something is missing; a cell of megabytes costs no more."""
    whole = len(text) <= columns
    text = printable(text[: columns + 1])
    if whole and width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return text.rstrip() + "…"
