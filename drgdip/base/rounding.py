"""Exact rounding of ratios of integers. Floats never take part.

Source: settlement arithmetic, conventions 0.3 (half-up, away from zero, unless the policy says otherwise).
"""

from __future__ import annotations

from typing import Literal, get_args

RoundingMode = Literal["half_up", "half_even", "down"]
ROUNDING_MODES: tuple[RoundingMode, ...] = get_args(RoundingMode)

#: Codes that kernels use for the modes, in the order of ROUNDING_MODES.
HALF_UP, HALF_EVEN, DOWN = range(3)


def rounding_code(mode: RoundingMode) -> int:
    """The integer that kernels know a rounding mode by."""
    return ROUNDING_MODES.index(mode)


def divide(numerator: int, denominator: int, mode: RoundingMode = "half_up") -> int:
    """Return ``numerator / denominator`` rounded to an integer.

    ``half_up`` takes halves away from zero, ``half_even`` to the even neighbour, ``down`` cuts toward zero.
    """
    if denominator == 0:
        raise ZeroDivisionError("rounding a ratio with denominator 0")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(abs(numerator), denominator)
    twice = 2 * remainder
    up = (
        twice >= denominator
        if mode == "half_up"
        else twice > denominator or (twice == denominator and quotient % 2 == 1)
        if mode == "half_even"
        else False
    )
    rounded = quotient + 1 if up else quotient
    return rounded if numerator >= 0 else -rounded
