"""Two-limb arithmetic at edges that numbers drawn at random seldom meet: exact halves, and next to nothing beyond them.

Expected: by hand, and Python's own fractions. Properties over all numbers stand with the stages that use them.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base import wide
from drgdip.base.money import MAX_CASE_FEN
from drgdip.base.rounding import ROUNDING_MODES, RoundingMode, rounding_code

LARGEST = 2**63 - 1
E12 = 10**12

modes = st.sampled_from(ROUNDING_MODES)


def affine(weight: int, cost: int, alpha_e8: int, divisor: int, beta_e12: int, mode: RoundingMode) -> int:
    terms = [np.int64(term) for term in (weight, cost, alpha_e8, divisor, beta_e12)]
    return int(wide.affine_points(*terms, rounding_code(mode)))


def defined(value: Fraction, mode: RoundingMode) -> int:
    """Rounding of what is not negative, by means that Python has for it."""
    if mode == "half_up":
        return floor(value + Fraction(1, 2))
    return round(value) if mode == "half_even" else floor(value)


@pytest.mark.parametrize(
    ("value", "divisor", "half_up", "half_even", "down"),
    [
        (0, 2, 0, 0, 0),
        (1, 2, 1, 0, 0),
        (-1, 2, -1, 0, 0),
        (3, 2, 2, 2, 1),
        (-3, 2, -2, -2, -1),
        (49_999, 100_000, 0, 0, 0),
        (50_000, 100_000, 1, 0, 0),
        (50_001, 100_000, 1, 1, 0),
        (-49_999, 100_000, 0, 0, 0),
        (-50_000, 100_000, -1, 0, 0),
        (-50_001, 100_000, -1, -1, 0),
        (LARGEST, 2, 2**62, 2**62, 2**62 - 1),
        (-LARGEST, 2, -(2**62), -(2**62), -(2**62) + 1),
        (LARGEST, 2**62, 2, 2, 1),
        (-LARGEST, 2**62, -2, -2, -1),
    ],
)
def test_halves_of_a_word(value: int, divisor: int, half_up: int, half_even: int, down: int) -> None:
    got = [wide.round_word_quotient(np.int64(value), np.int64(divisor), rounding_code(mode)) for mode in ROUNDING_MODES]

    assert got == [half_up, half_even, down]


@pytest.mark.parametrize(
    ("a", "b", "divisor", "half_up", "half_even", "down"),
    [
        (1, 1, 2, 1, 0, 0),
        (3, 1, 2, 2, 2, 1),
        (1, 1, 3, 0, 0, 0),
        (2, 1, 3, 1, 1, 0),
        (LARGEST, 3, 6, 2**62, 2**62, 2**62 - 1),
        (MAX_CASE_FEN, 10**12, 2 * 10**12, 5 * 10**9, 5 * 10**9, 5 * 10**9),
        (MAX_CASE_FEN + 1, 10**12, 2 * 10**12, 5 * 10**9 + 1, 5 * 10**9, 5 * 10**9),
    ],
)
def test_halves_of_a_product(a: int, b: int, divisor: int, half_up: int, half_even: int, down: int) -> None:
    """The last products have more than 64 bits."""
    terms = np.int64(a), np.int64(b), np.int64(divisor)

    assert [wide.round_product_quotient(*terms, rounding_code(mode)) for mode in ROUNDING_MODES] == [
        half_up,
        half_even,
        down,
    ]


@pytest.mark.parametrize(("alpha_e8", "half_even"), [(0, 2), (1, 3)])
def test_the_affine_form_sees_what_lies_beyond_twelve_decimals(alpha_e8: int, half_even: int) -> None:
    """2.5 exactly goes to 2; 2.5 and a tenth of the twelfth decimal goes to 3."""
    got = [affine(1, 1, alpha_e8, 10**5, 5 * E12 // 2, mode) for mode in ROUNDING_MODES]

    assert got == [3, half_even, 2]


@given(st.integers(0, 10**6), st.integers(-2, 2), st.integers(1, 10**4), st.integers(0, 1), modes)
def test_the_affine_form_around_halves(whole: int, off: int, weight: int, fraction: int, mode: RoundingMode) -> None:
    """``whole + 1/2``, some twelfth decimals to either side, and with or without a third of one more."""
    scaled = whole * E12 + E12 // 2 + off
    alpha, divisor = (1, 3 * 10**4) if fraction else (0, 1)
    exact = Fraction(scaled, E12) + Fraction(alpha, divisor * 10**8)

    assert affine(1, 1, alpha, divisor, scaled, mode) == defined(exact, mode)
    # The same number as a larger part less a smaller: the fraction of cost goes down through a negative beta.
    cost = whole + weight + 1
    less = Fraction(cost * weight) - Fraction(weight * (E12 // 2 + off), E12)
    assert affine(weight, cost, 10**8, 1, -(E12 // 2 + off), mode) == defined(less, mode)


@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_the_largest_stay_at_the_smallest_reference_cost(mode: RoundingMode) -> None:
    """A weight of 100 000 points and one hundred million yuan over 10 000 yuan: 10**9 e4 × 10**10 / 10**6 = 10**13."""
    assert affine(10**9, MAX_CASE_FEN, 10**8, 10**6, 0, mode) == 10**13
    assert affine(10**9, MAX_CASE_FEN, 10**8, 10**6, -(10**4) * E12, mode) == 0
    assert affine(10**9, MAX_CASE_FEN, 10**8, 10**6, 10**6 * E12, mode) == 10**13 + 10**15
