"""Exact comparisons of columns with fractions of columns."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

_WIDEST = 2**62


def exceeds(left: np.ndarray, factor: Fraction, right: np.ndarray) -> np.ndarray:
    """``left > factor × right``; int64 (n,), bool (n,)."""
    one, other = _multiplied(left, factor, right)
    return np.asarray(one > other, dtype=np.bool_)


def reaches(left: np.ndarray, factor: Fraction, right: np.ndarray) -> np.ndarray:
    """``left ≥ factor × right``; int64 (n,), bool (n,)."""
    one, other = _multiplied(left, factor, right)
    return np.asarray(one >= other, dtype=np.bool_)


def _multiplied(left: np.ndarray, factor: Fraction, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both sides as whole numbers; what does not fit 64 bits as Python's own."""
    most = max(_largest(left) * factor.denominator, _largest(right) * abs(factor.numerator))
    kind: type = np.int64 if most < _WIDEST else object
    return left.astype(kind) * factor.denominator, right.astype(kind) * factor.numerator


def _largest(values: np.ndarray) -> int:
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0
