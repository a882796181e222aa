"""Values of a condition for many rows at once: numbers as whole numbers over a scale, texts, codes, and why some are not known."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.data import everywhere

_WIDEST = 2**62
#: What is known.
KNOWN = 0


class WrongKindError(ValueError):
    """Texts and numbers that are worked out together, or a condition that is neither true nor false."""


class Column(NamedTuple):
    """One value a row.

    values : bool, whole numbers, or objects (texts, tuples of codes), (n,). why : 0 where the value is known, else the number of
    what is missing, (n,). scale : numbers are ``values / scale``; 0 for what is no number.
    """

    values: np.ndarray
    why: np.ndarray
    scale: int = 0

    def fraction(self, row: int) -> Fraction:
        """The number of one row."""
        return Fraction(self.values[row].item() if hasattr(self.values[row], "item") else self.values[row]) / self.scale


def why_unless(known: np.ndarray, number: int) -> np.ndarray:
    """Why values are not known: for all that are not known the same."""
    return everywhere(KNOWN, len(known)) if known.all() else np.where(known, KNOWN, number)


def certain(values: np.ndarray, scale: int = 0) -> Column:
    """What is known in all rows."""
    return Column(values, everywhere(KNOWN, len(values)), scale)


@lru_cache(1024, typed=True)  # 0 is not False here
def constant(value: bool | int | str | Fraction, rows: int) -> Column:
    """The same value in all rows, in the room of one: a number, a text or a flag."""
    if isinstance(value, bool):
        return certain(np.broadcast_to(np.bool_(value), rows))
    if isinstance(value, int | Fraction):
        number = Fraction(value)
        fits = abs(number.numerator) < _WIDEST
        return certain(
            np.broadcast_to(np.array(number.numerator, dtype=np.int64 if fits else object), rows), number.denominator
        )
    return certain(np.broadcast_to(np.array(value, dtype=object), rows))


def objects(values: list[Any]) -> np.ndarray:
    """Python values as an array of objects."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def both(one: Column, other: Column) -> np.ndarray:
    """Why two values are not both known: the first that is missing."""
    return first_missing(one.why, other.why)


def first_missing(why: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The first of two reasons, row by row."""
    all_known = everywhere(KNOWN, len(why))
    if why is all_known or other is all_known:
        return other if why is all_known else why
    return np.where(why == KNOWN, other, why)


def first_missing_of(groups: np.ndarray, why: np.ndarray, size: int) -> np.ndarray:
    """The first reason of the rows of each group. groups : place of each row's; size : how many there are."""
    found = np.zeros(size, dtype=np.int32)
    open_ = np.flatnonzero(why != KNOWN)[::-1]  # the first one counts
    found[groups[open_]] = why[open_]
    return found


def numbers(*columns: Column) -> None:
    """Raise WrongKindError for what is no number."""
    if not all(one.scale for one in columns):
        raise WrongKindError


def times(one: Column, other: Column) -> Column:
    """Their product."""
    numbers(one, other)
    return Column(_product(one.values, other.values), both(one, other), one.scale * other.scale)


def over(one: Column, other: Column) -> Column:
    """Their quotient, as fractions; by 0 it is not wanted and 0."""
    numbers(one, other)
    found = [
        Fraction(a) * other.scale / (Fraction(b) * one.scale) if b else Fraction(0)
        for a, b in zip(one.values.tolist(), other.values.tolist(), strict=True)
    ]
    return Column(objects(found), both(one, other), 1)


def aligned(one: Column, other: Column) -> tuple[np.ndarray, np.ndarray, int]:
    """Both numbers over one scale."""
    numbers(one, other)
    if one.scale == other.scale:
        return one.values, other.values, one.scale
    return _product(one.values, other.scale), _product(other.values, one.scale), one.scale * other.scale


def _product(values: np.ndarray, factor: np.ndarray | int) -> np.ndarray:
    """Whole numbers times others; as Python's own where 64 bits might not hold them."""
    if values.dtype == object or (isinstance(factor, np.ndarray) and factor.dtype == object):
        return np.asarray(values.astype(object) * factor)
    most = _largest(factor) if isinstance(factor, np.ndarray) else abs(factor)
    if _largest(values) * most < _WIDEST:
        return np.asarray(values * factor)
    return np.asarray(values.astype(object) * factor)


def _largest(values: np.ndarray) -> int:
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0


def mapped(column: Column, change: Callable[[Any], Any]) -> Column:
    """The values that are known changed one by one; each different one is looked at once."""
    seen: dict[Any, Any] = {}
    found = []
    for value, why in zip(column.values.tolist(), column.why.tolist(), strict=True):
        if why == KNOWN and value not in seen:
            seen[value] = change(value)
        found.append(seen[value] if why == KNOWN else None)
    return Column(objects(found), column.why)
