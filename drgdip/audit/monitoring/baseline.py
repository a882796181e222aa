"""What is to be expected of a hospital: its own mix of cases, at the rates that all other hospitals have.

Groups with few cases elsewhere are judged by what is above them: diagnosis category, chapter, region.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

E6 = 1_000_000
_ONE = 10**30


def expected_e6(
    hospital: np.ndarray, levels: Sequence[np.ndarray], event: np.ndarray, hospitals: int, min_cases: int
) -> tuple[np.ndarray, np.ndarray]:
    """Expected events by hospital, rounded once at six decimals; and for each case whether there is anything to compare it with.

    ``levels`` : the set that each case belongs to, finest first (ids from 0). The rate is that of the other hospitals in
    the finest set with at least ``min_cases`` of their cases; where none has so many the case is not compared.
    """
    parts: list[list[tuple[int, int]]] = [[] for _ in range(hospitals)]
    open_ = np.ones(len(hospital), dtype=np.bool_)
    for level in levels:
        size = int(level.max(initial=-1)) + 1
        cell = level.astype(np.int64) * hospitals + hospital
        own = np.bincount(cell, minlength=size * hospitals).reshape(size, hospitals)
        own_events = (
            np.bincount(cell, weights=event, minlength=size * hospitals).astype(np.int64).reshape(size, hospitals)
        )
        others = own.sum(axis=1, keepdims=True) - own
        events = own_events.sum(axis=1, keepdims=True) - own_events
        enough = (others >= min_cases)[level, hospital]
        todo = np.bincount(cell[open_ & enough], minlength=size * hospitals).reshape(size, hospitals)
        rows, places = np.nonzero(todo * events)
        numbers = zip(
            places.tolist(), (todo * events)[rows, places].tolist(), others[rows, places].tolist(), strict=True
        )
        for place, above, below in numbers:
            parts[place].append((above, below))
        open_ &= ~enough
    return np.array([_sum_e6(part) for part in parts], dtype=np.int64), ~open_


def _sum_e6(parts: Sequence[tuple[int, int]]) -> int:
    """Σ a ÷ b at six decimals, half-up. Far more digits than that decide it; where they do not, the exact sum does."""
    low = sum(above * _ONE // below for above, below in parts)
    found, most = ((2 * value * E6 + _ONE) // (2 * _ONE) for value in (low, low + len(parts)))
    if found == most:
        return found
    exact = sum((Fraction(above, below) for above, below in parts), Fraction(0))
    return (2 * exact.numerator * E6 + exact.denominator) // (2 * exact.denominator)


def as_fraction(value_e6: int) -> Fraction:
    """Six decimals as an exact number."""
    return Fraction(int(value_e6), E6)


def reference_set(levels: Sequence[np.ndarray], min_cases: int) -> np.ndarray:
    """For each case the position of the finest level whose set has at least ``min_cases`` cases; the last if none."""
    chosen = np.full(len(levels[0]), len(levels) - 1, dtype=np.int64)
    for position in range(len(levels) - 1, -1, -1):
        level = levels[position]
        chosen[np.bincount(level, minlength=1)[level] >= min_cases] = position
    return chosen


def upper_limit(values: np.ndarray, sets: np.ndarray, per_mille: int) -> np.ndarray:
    """For each case the quantile of its set: the smallest value that at least this share does not exceed."""
    order = np.lexsort((values, sets))
    ordered, owner = values[order], sets[order]
    first = np.searchsorted(owner, np.arange(int(sets.max(initial=-1)) + 2))
    count = np.diff(first)
    place = np.maximum((count * per_mille + 999) // 1000 - 1, 0)
    limits = np.zeros(len(count), dtype=np.int64)
    limits[count > 0] = ordered[(first[:-1] + place)[count > 0]]
    return limits[sets]
