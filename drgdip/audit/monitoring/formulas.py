"""The formulas of the monitoring scores: counts in, an exact number out. Proposals; they never touch money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from drgdip.base.rounding import divide

_DIGITS = 40
_COMPARED = 30


def record_quality(errors: Mapping[str, int], cases: int, weights: Mapping[str, Fraction]) -> Fraction:
    """病案质量指数: 100 × (1 − Σ weight × errors ÷ cases)."""
    lost = sum((weights[kind] * count for kind, count in errors.items()), Fraction(0))
    return 100 * (1 - lost / cases)


def shrunken_ratio(observed: int, expected: Fraction, shrinkage: Fraction) -> Fraction:
    """(O + a) ÷ (E + a): small numbers are drawn to one."""
    return (observed + shrinkage) / (expected + shrinkage)


def excess(observed: int, expected: Fraction, shrinkage: Fraction) -> Fraction:
    """What a shrunken ratio has above one, never below zero."""
    return max(Fraction(0), shrunken_ratio(observed, expected, shrinkage) - 1)


def weighted_excess(
    observed: Sequence[int], expected: Sequence[Fraction], weights: Sequence[Fraction], shrinkage: Fraction
) -> Fraction:
    """二次入院评分: Σ weight × excess over the bands of days."""
    parts = zip(observed, expected, weights, strict=True)
    return sum((weight * excess(o, e, shrinkage) for o, e, weight in parts), Fraction(0))


def risk_levels(mortality: Sequence[Fraction]) -> list[int]:
    """Risk level of groups by the logarithm of their mortality.

    0 no death; 1 below mean − SD; 2 up to the mean; 3 up to mean + SD; 4 above. Mean and standard deviation (n − 1) are
    those of the groups with deaths. Decimal arithmetic: the same everywhere.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        logs = [_decimal(rate).ln() if rate else None for rate in mortality]
        known = [value for value in logs if value is not None]
        if not known:
            return [0] * len(logs)
        mean = sum(known, Decimal(0)) / len(known)
        spread = sum(((value - mean) ** 2 for value in known), Decimal(0))
        deviation = (spread / (len(known) - 1)).sqrt() if len(known) > 1 else Decimal(0)
        # Compared at fewer digits than computed with, so that equal rates stand at their mean.
        low, middle, high = (round(limit, _COMPARED) for limit in (mean - deviation, mean, mean + deviation))
        return [0 if value is None else _level(round(value, _COMPARED), (low, middle, high)) for value in logs]


def _level(value: Decimal, limits: tuple[Decimal, Decimal, Decimal]) -> int:
    low, mean, high = limits
    if value < low:
        return 1
    return 2 if value <= mean else 3 if value <= high else 4


def interval(observed: int, expected: Fraction) -> tuple[Fraction, Fraction] | None:
    """95 % interval of O ÷ E for a Poisson count, after Byar; None where nothing is expected."""
    if expected <= 0:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        low = _byar(Decimal(observed), -1) if observed else Decimal(0)
        high = _byar(Decimal(observed + 1), 1)
        mean = _decimal(expected)
        return Fraction(low / mean), Fraction(high / mean)


def _byar(count: Decimal, side: int) -> Decimal:
    return count * (1 - 1 / (9 * count) + side * Decimal("1.96") / (3 * count.sqrt())) ** 3


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def e4(number: Fraction) -> int:
    """At four decimals, half-up."""
    return divide(number.numerator * 10_000, number.denominator)
