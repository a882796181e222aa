"""Rows by their keys, on arrays: one whole number for each row's keys, exact, and the rows of each group beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_WIDEST = 2**62


class Groups(NamedTuple):
    """Rows by group: groups in the order of their keys, rows of one in the order in which they were given.

    rows : all of them, (n,). starts : place of the first of each group, (groups,).
    """

    rows: np.ndarray
    starts: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """The first row of each group."""
        return self.rows[self.starts]

    @property
    def sizes(self) -> np.ndarray:
        """How many rows each group has."""
        return np.diff(self.starts, append=len(self.rows))

    def sums(self, column: np.ndarray) -> np.ndarray:
        """Sum of a column of the whole table by group; int64."""
        return np.add.reduceat(column[self.rows], self.starts) if len(self.starts) else np.zeros(0, dtype=np.int64)

    def largest(self, column: np.ndarray) -> np.ndarray:
        """Largest value of a column of the whole table by group."""
        return np.maximum.reduceat(column[self.rows], self.starts) if len(self.starts) else column[:0]


def grouped(keys: Sequence[np.ndarray], rows: np.ndarray) -> Groups:
    """Rows by their keys. keys : columns of the whole table, whole numbers."""
    numbers = packed(keys, rows)
    order = order_of(numbers)
    found = numbers[order]
    new = np.ones(len(rows), dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=new[1:])
    return Groups(rows[order], np.flatnonzero(new))


def packed(keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """One number for each row, equal exactly where all keys are, and in the order of the keys; int64, (n,)."""
    found, span = np.zeros(len(rows), dtype=np.int64), 1
    for key in keys if len(rows) else ():
        values, wide = _from_zero(key[rows].astype(np.int64, copy=False))
        if span * wide >= _WIDEST:
            found, span = _dense(found)
        if span * wide >= _WIDEST:
            values, wide = _dense(values)
        found = found * wide + values
        span *= wide
    return found


def order_of(numbers: np.ndarray) -> np.ndarray:
    """Places of whole numbers in ascending order, equal ones as they stand."""
    if not len(numbers) or bool((numbers[1:] >= numbers[:-1]).all()):
        return np.arange(len(numbers))
    values, wide = _from_zero(numbers)
    bits = len(numbers).bit_length()
    if wide << bits >= _WIDEST:
        return np.argsort(numbers, kind="stable")
    # Numbers with their places behind them are sorted as they are, far faster than places by their numbers.
    return np.sort((values << bits) | np.arange(len(numbers))) & ((1 << bits) - 1)


def _from_zero(values: np.ndarray) -> tuple[np.ndarray, int]:
    """The same numbers less the smallest, and how far they reach; numbered afresh where they reach too far."""
    low, high = int(values.min()), int(values.max())
    return _dense(values) if high - low >= _WIDEST else (values - low, high - low + 1)


def _dense(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Numbers in the same order without gaps, and how many there are."""
    there, places = np.unique(values, return_inverse=True)
    return places.astype(np.int64, copy=False), len(there)
