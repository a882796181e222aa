"""Rounding of exact ratios. Expected: worked examples, halves by hand, and Python's own fractions and decimals."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import floor, trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base import rounding
from drgdip.base.rounding import ROUNDING_MODES, RoundingMode, divide, rounding_code
from drgdip.base.scaled import format_scaled, round_scaled

DECIMAL = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
EXACT = Context(prec=200)

modes = st.sampled_from(ROUNDING_MODES)
numerators = st.integers(-(10**30), 10**30)
denominators = st.integers(1, 10**20) | st.sampled_from([1, 2, 3, 10**4, 10**12])


def defined(value: Fraction, mode: str) -> int:
    """Each mode as its definition says, by means that Python has for it."""
    if mode == "half_up":
        nearest = floor(abs(value) + Fraction(1, 2))
        return nearest if value >= 0 else -nearest
    return round(value) if mode == "half_even" else trunc(value)


@pytest.mark.parametrize(
    ("value", "places", "half_up", "half_even", "down"),
    [
        pytest.param("77.65625", 4, "77.6563", "77.6562", "77.6562", id="V118"),
        pytest.param("2.675", 2, "2.68", "2.68", "2.67", id="V119"),
        pytest.param("-2.675", 2, "-2.68", "-2.68", "-2.67", id="V120"),
    ],
)
def test_worked_examples(value: str, places: int, half_up: str, half_even: str, down: str) -> None:
    """Settlement arithmetic 0.3, examples V118 to V120."""
    got = [format_scaled(round_scaled(value, places, mode), places) for mode in ROUNDING_MODES]

    assert got == [half_up, half_even, down]


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "half_even", "down"),
    [
        (0, 7, 0, 0, 0),
        (7, 1, 7, 7, 7),
        (1, 2, 1, 0, 0),
        (3, 2, 2, 2, 1),
        (5, 2, 3, 2, 2),
        (-1, 2, -1, 0, 0),
        (-3, 2, -2, -2, -1),
        (-5, 2, -3, -2, -2),
        (49, 100, 0, 0, 0),
        (51, 100, 1, 1, 0),
        (-49, 100, 0, 0, 0),
        (-51, 100, -1, -1, 0),
        (149, 100, 1, 1, 1),
        (150, 100, 2, 2, 1),
        (250, 100, 3, 2, 2),
        (251, 100, 3, 3, 2),
        (99, 100, 1, 1, 0),
        (1, 3, 0, 0, 0),
        (2, 3, 1, 1, 0),
        (-2, 3, -1, -1, 0),
        (5, -2, -3, -2, -2),
        (-5, -2, 3, 2, 2),
    ],
)
def test_halves_and_their_neighbours(numerator: int, denominator: int, half_up: int, half_even: int, down: int) -> None:
    assert [divide(numerator, denominator, mode) for mode in ROUNDING_MODES] == [half_up, half_even, down]


def test_halves_go_away_from_zero_unless_said_otherwise() -> None:
    assert (divide(5, 2), divide(-5, 2)) == (3, -3)


@given(st.integers(0, 10**15), st.integers(1, 10**18), st.sampled_from([1, -1]))
def test_one_unit_to_each_side_of_a_half(whole: int, half: int, sign: int) -> None:
    """Exactly at ``whole + 1/2`` the mode decides; next to it only the distance does, or the cut."""
    below, tie, above = (sign * (2 * half * whole + half + step) for step in (-1, 0, 1))
    even = whole if whole % 2 == 0 else whole + 1

    assert [divide(below, 2 * half, mode) for mode in ROUNDING_MODES] == [sign * whole] * 3
    assert [divide(tie, 2 * half, mode) for mode in ROUNDING_MODES] == [sign * (whole + 1), sign * even, sign * whole]
    nearest = sign * (whole + 1)
    assert [divide(above, 2 * half, mode) for mode in ROUNDING_MODES[:2]] == [nearest, nearest]
    assert divide(above, 2 * half, "down") == (sign * whole if half > 1 else nearest)


@given(numerators, denominators, modes)
def test_any_ratio_against_fractions(numerator: int, denominator: int, mode: RoundingMode) -> None:
    expected = defined(Fraction(numerator, denominator), mode)

    assert divide(numerator, denominator, mode) == expected
    assert divide(-numerator, -denominator, mode) == expected
    assert divide(-numerator, denominator, mode) == divide(numerator, -denominator, mode) == -expected


@given(numerators | st.integers(-(10**6), 10**6), st.integers(0, 12), modes)
def test_any_decimal_against_decimals(numerator: int, places: int, mode: RoundingMode) -> None:
    exact = Decimal(numerator).scaleb(-places, EXACT)

    assert divide(numerator, 10**places, mode) == int(exact.quantize(Decimal(1), DECIMAL[mode], EXACT))


@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_nothing_is_divided_by_zero(mode: RoundingMode) -> None:
    with pytest.raises(ZeroDivisionError):
        divide(1, 0, mode)


@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_kernels_know_a_mode_by_the_constant_of_its_name(mode: RoundingMode) -> None:
    assert rounding_code(mode) == getattr(rounding, mode.upper())
