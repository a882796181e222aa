"""Exact numbers of the reference: fractions, rounded to integers at the places that the rules name."""

from __future__ import annotations

from fractions import Fraction
from math import floor

E4 = 10_000


def rounded(value: Fraction, mode: str = "half_up") -> int:
    """A fraction as an integer; halves away from zero, to the even neighbour, or everything toward zero."""
    whole = floor(abs(value))
    rest = abs(value) - whole
    half = Fraction(1, 2)
    if mode == "half_up":
        up = rest >= half
    elif mode == "half_even":
        up = rest > half or (rest == half and whole % 2 == 1)
    elif mode == "down":
        up = False
    else:
        raise ValueError(mode)
    magnitude = whole + 1 if up else whole
    return magnitude if value >= 0 else -magnitude


def e4(value: Fraction, mode: str = "half_up") -> int:
    """At four decimals, as ten-thousandths."""
    return rounded(value * E4, mode)


def fen(yuan: Fraction, mode: str = "half_up") -> int:
    """Yuan as fen."""
    return rounded(yuan * 100, mode)


def from_e4(scaled: int) -> Fraction:
    return Fraction(scaled, E4)


def from_fen(amount_fen: int) -> Fraction:
    """Fen as yuan."""
    return Fraction(amount_fen, 100)


def shared_out(total: int, weights: dict[str, int]) -> dict[str, int]:
    """A total by largest remainder, ties to the smaller name; a negative total like its absolute value."""
    whole = sum(weights.values())
    quotas = {name: Fraction(abs(total) * weight, whole) for name, weight in weights.items()}
    parts = {name: floor(quota) for name, quota in quotas.items()}
    left = abs(total) - sum(parts.values())
    for name in sorted(weights, key=lambda name: (-(quotas[name] - parts[name]), name))[:left]:
        parts[name] += 1
    return {name: part if total >= 0 else -part for name, part in parts.items()}
