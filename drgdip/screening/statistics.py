"""Chances of numbers of cases, medians and robust distances: exact, or in the digits of :mod:`decimal`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import NamedTuple

from drgdip.screening.shown import decimals

#: The median absolute deviation times this is a standard deviation of normal values.
MAD_TO_SD = Fraction(14826, 10_000)


def poisson(count: int, mean: Fraction) -> Decimal:
    """Chance of at least so many where so many are usual, in decimal digits."""
    rate = Decimal(mean.numerator) / Decimal(mean.denominator)
    term = (-rate).exp()
    below = Decimal(0)
    for number in range(count):
        below += term
        term *= rate / (number + 1)
    return 1 - below


def by_halves(count: int, number: Fraction) -> Fraction:
    """Chance of at least so many of a number of which each is as likely as not."""
    of = int(number)
    return Fraction(sum(comb(of, k) for k in range(count, of + 1)), 2**of)


class Robust(NamedTuple):
    """Median and median absolute deviation of some values."""

    median: Fraction
    deviation: Fraction

    def beyond(self, value: Fraction, z: Fraction) -> bool:
        """Whether a value lies more than z robust deviations above the median."""
        return value - self.median > z * MAD_TO_SD * self.deviation

    def score(self, value: Fraction) -> str:
        """The robust z as people read it; ``—`` where the values do not vary."""
        if not self.deviation:
            return "—"
        return decimals((value - self.median) / (MAD_TO_SD * self.deviation))


def robust(values: Sequence[Fraction]) -> Robust:
    """Median and deviation of values, exact."""
    middle = exact_median(values)
    return Robust(middle, exact_median([abs(value - middle) for value in values]))


def exact_median(values: Sequence[Fraction | int]) -> Fraction:
    """The middle value, or the mean of the two middle ones."""
    order, half = sorted(values), len(values) // 2
    return Fraction(order[half]) if len(values) % 2 else Fraction(order[half - 1] + order[half]) / 2


def quantile(values: Sequence[int], share: Fraction, least: int) -> int | None:
    """The smallest value that the given share of values does not exceed; None where there are too few."""
    if len(values) < max(1, least):
        return None
    place = share * len(values)
    return sorted(values)[max(0, -(-place.numerator // place.denominator) - 1)]
