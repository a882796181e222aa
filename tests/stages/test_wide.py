"""Two-limb arithmetic against Python's integers."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from drgdip.base import wide
from drgdip.base.rounding import ROUNDING_MODES, rounding_code

WORD = 2**64
words = st.one_of(st.integers(0, WORD - 1), st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, WORD - 1]))
divisors = st.one_of(st.integers(1, 2**63 - 1), st.sampled_from([1, 2, 2**32, 2**62, 2**63 - 1, 10**12]))
modes = st.sampled_from(ROUNDING_MODES)


def u(number: int) -> np.uint64:
    return np.uint64(number)


def joined(high: int, low: int) -> int:
    return int(high) * WORD + int(low)


def rounded(value: Fraction, mode: str) -> int:
    """Rounding from its definition: nearest by distance, then by the mode."""
    low = floor(abs(value))
    gap = abs(value) - low
    up = gap > Fraction(1, 2) or (gap == Fraction(1, 2) and (mode == "half_up" or low % 2 == 1))
    magnitude = low + (1 if up and mode != "down" else 0)
    return magnitude if value >= 0 else -magnitude


@given(words, words)
@example(WORD - 1, WORD - 1)
def test_a_product_of_words_is_exact(a: int, b: int) -> None:
    assert joined(*wide.multiply_words(u(a), u(b))) == a * b


@given(words, words, words)
def test_a_wide_number_times_a_word_is_exact(high: int, low: int, word: int) -> None:
    number = joined(high, low)
    assume(number * word < WORD * WORD)

    assert joined(*wide.multiply_wide(u(high), u(low), u(word))) == number * word


@given(words, words, divisors)
@example(WORD - 1, WORD - 1, 2**63 - 1)
@example(2**63 - 2, WORD - 1, 2**63 - 1)
def test_division_leaves_quotient_and_remainder(high: int, low: int, divisor: int) -> None:
    quotient_high, quotient_low, remainder = wide.divide_wide(u(high), u(low), u(divisor))

    assert (joined(quotient_high, quotient_low), int(remainder)) == divmod(joined(high, low), divisor)


@given(st.integers(0, WORD * WORD - 1), st.integers(0, WORD * WORD - 1))
@example(WORD - 1, 1)
def test_sums_and_differences_carry(a: int, b: int) -> None:
    first, second = max(a, b), min(a, b)
    limbs = [u(part) for number in (first, second) for part in divmod(number, WORD)]

    assert joined(*wide.subtract_wide(*limbs)) == first - second
    assume(first + second < WORD * WORD)
    assert joined(*wide.add_wide(*limbs)) == first + second


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.integers(1, 2**61), modes)
@example(-5, 5, "half_up")
@example(5, 5, "half_even")
@example(15, 5, "half_even")
@example(-15, 5, "down")
def test_a_word_is_divided_with_its_sign(value: int, half: int, mode: str) -> None:
    got = wide.round_word_quotient(np.int64(value), np.int64(2 * half), rounding_code(mode))

    assert int(got) == rounded(Fraction(value, 2 * half), mode)


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1), st.integers(1, 2**62 - 1), modes)
@example(1, 1, 2, "half_up")
@example(3, 1, 2, "half_even")
@example(1, 1, 3, "half_up")
@example(2**62, 1, 2**62 - 1, "half_up")
def test_a_product_is_divided_and_rounded_once(a: int, b: int, divisor: int, mode: str) -> None:
    assume(a * b // divisor < 2**63 - 1)

    got = wide.round_product_quotient(np.int64(a), np.int64(b), np.int64(divisor), rounding_code(mode))

    assert int(got) == rounded(Fraction(a * b, divisor), mode)


@st.composite
def affine_terms(draw: st.DrawFn) -> tuple[int, int, int, int, int, str]:
    """Terms within the bounds that a policy is proved against; the whole is not negative."""
    weight = draw(st.integers(0, 10**10))
    cost = draw(st.integers(0, 10**10))
    alpha = draw(st.one_of(st.integers(0, 10**9), st.just(10**8), st.just(10**12)))
    divisor = draw(st.integers(1, 10**14))
    beta = draw(st.integers(-(10**14), 10**14))
    return weight, cost, alpha, divisor, beta, draw(modes)


@given(affine_terms())
@example((12_000_000, 2_600_000, 100_000_000, 1_000_000, -(10**12), "half_up"))
@example((1, 1, 10**8, 2, 0, "half_up"))
@example((3, 1, 10**8, 2, 0, "half_even"))
@example((1, 3, 10**8, 2, -(10**12), "half_even"))
def test_the_affine_form_is_rounded_once(terms: tuple[int, int, int, int, int, str]) -> None:
    weight, cost, alpha, divisor, beta, mode = terms
    exact = Fraction(weight * cost * alpha, divisor * 10**8) + Fraction(weight * beta, 10**12)
    assume(0 <= exact < 2**63 - 1)

    got = wide.affine_points(
        np.int64(weight), np.int64(cost), np.int64(alpha), np.int64(divisor), np.int64(beta), rounding_code(mode)
    )

    assert int(got) == rounded(exact, mode)


@pytest.mark.parametrize(
    ("remainder", "rest", "up"), [(5, False, False), (5, True, True), (6, False, True), (4, True, False)]
)
def test_half_to_even_looks_at_what_lies_beyond_the_remainder(remainder: int, rest: bool, up: bool) -> None:
    """2.5 exactly goes to 2; 2.5 and a little more goes to 3."""
    got = wide.round_quotient(u(0), u(20 + remainder), u(10), rest, rounding_code("half_even"))

    assert int(got) == (3 if up else 2)
