"""Two-limb arithmetic: exact 128-bit intermediates from 64-bit words, for kernels.

A wide number is ``(high, low)`` of unsigned 64-bit words and never negative. Callers prove the bounds
when a policy is loaded (:mod:`drgdip.pipeline`), so nothing here checks for overflow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.rounding import HALF_EVEN, HALF_UP

_32 = np.uint64(32)
_63 = np.uint64(63)
_0 = np.uint64(0)
_1 = np.uint64(1)
_LOW = np.uint64(0xFFFFFFFF)


@rule
def multiply_words(a: Any, b: Any) -> Any:
    """The 128-bit product of two unsigned words."""
    a_high, a_low = a >> _32, a & _LOW
    b_high, b_low = b >> _32, b & _LOW
    low = a_low * b_low
    middle = a_high * b_low + (low >> _32)
    middle_2 = a_low * b_high + (middle & _LOW)
    high = a_high * b_high + (middle >> _32) + (middle_2 >> _32)
    return high, ((middle_2 & _LOW) << _32) | (low & _LOW)


@rule
def multiply_wide(high: Any, low: Any, word: Any) -> Any:
    """A wide number times a word; the product must fit 128 bits."""
    carry, low_product = multiply_words(low, word)
    return high * word + carry, low_product


@rule
def divide_wide(high: Any, low: Any, divisor: Any) -> Any:
    """``(quotient_high, quotient_low, remainder)`` of a wide number by a word below 2**63."""
    quotient_high = high // divisor
    remainder = high - quotient_high * divisor
    if remainder == _0:
        quotient_low = low // divisor
        return quotient_high, quotient_low, low - quotient_low * divisor
    quotient_low = _0
    for bit in range(64):
        shift = _63 - np.uint64(bit)
        remainder = (remainder << _1) | ((low >> shift) & _1)
        if remainder >= divisor:
            remainder = remainder - divisor
            quotient_low = quotient_low | (_1 << shift)
    return quotient_high, quotient_low, remainder


@rule
def add_wide(high: Any, low: Any, other_high: Any, other_low: Any) -> Any:
    """Sum of two wide numbers."""
    total = low + other_low
    carry = _1 if total < low else _0
    return high + other_high + carry, total


@rule
def subtract_wide(high: Any, low: Any, other_high: Any, other_low: Any) -> Any:
    """Difference of two wide numbers, the first not smaller."""
    borrow = _1 if low < other_low else _0
    return high - other_high - borrow, low - other_low


@rule
def round_quotient(high: Any, low: Any, divisor: Any, rest: Any, mode: Any) -> Any:
    """Round ``(wide + fraction) / divisor`` to a word, where ``rest`` tells whether a fraction in (0, 1) is left.

    ``divisor`` must be even (it is a power of ten), so that a half is reached exactly or not at all.
    """
    _, quotient, remainder = divide_wide(high, low, divisor)
    half = divisor >> _1
    if mode == HALF_UP:
        up = remainder >= half
    elif mode == HALF_EVEN:
        up = remainder > half or (remainder == half and (rest or (quotient & _1) == _1))
    else:
        up = False
    return quotient + _1 if up else quotient


@rule
def affine_points(weight: Any, cost: Any, alpha_e8: Any, divisor: Any, beta_e12: Any, mode: Any) -> Any:
    """``weight × cost × alpha / divisor + weight × beta``, rounded once to an integer.

    Every deviation formula of DIP is of this form. ``weight`` carries its own scale (points e4), ``cost``
    and ``divisor`` share one unit (fen, or fen × e4 on both via ``alpha``), ``alpha`` has eight decimals and
    is not negative, ``beta`` has twelve and may be negative while the whole is not.
    """
    unsigned_weight = np.uint64(weight)
    high, low = multiply_words(unsigned_weight, np.uint64(cost))
    high, low = multiply_wide(high, low, np.uint64(alpha_e8))
    high, low = multiply_wide(high, low, np.uint64(10_000))
    high, low, remainder = divide_wide(high, low, np.uint64(divisor))
    if beta_e12 >= 0:
        beta_high, beta_low = multiply_words(unsigned_weight, np.uint64(beta_e12))
        high, low = add_wide(high, low, beta_high, beta_low)
    else:
        beta_high, beta_low = multiply_words(unsigned_weight, np.uint64(-beta_e12))
        high, low = subtract_wide(high, low, beta_high, beta_low)
    return np.int64(round_quotient(high, low, np.uint64(1_000_000_000_000), remainder != _0, mode))


@rule
def round_word_quotient(value: Any, divisor: Any, mode: Any) -> Any:
    """``value / divisor`` rounded to an integer; signed value, positive even divisor, both in 64 bits."""
    magnitude = abs(value)
    quotient = magnitude // divisor
    remainder = magnitude - quotient * divisor
    half = divisor // 2
    if mode == HALF_UP:
        up = remainder >= half
    elif mode == HALF_EVEN:
        up = remainder > half or (remainder == half and quotient % 2 == 1)
    else:
        up = False
    if up:
        quotient += 1
    return quotient if value >= 0 else -quotient


@rule
def round_product_quotient(a: Any, b: Any, divisor: Any, mode: Any) -> Any:
    """``a × b / divisor`` rounded to an integer, with a 128-bit product; nothing negative, divisor below 2**62."""
    high, low = multiply_words(np.uint64(a), np.uint64(b))
    _, quotient, remainder = divide_wide(high, low, np.uint64(divisor))
    twice = remainder << _1
    if mode == HALF_UP:
        up = twice >= np.uint64(divisor)
    elif mode == HALF_EVEN:
        up = twice > np.uint64(divisor) or (twice == np.uint64(divisor) and (quotient & _1) == _1)
    else:
        up = False
    return np.int64(quotient + _1 if up else quotient)
