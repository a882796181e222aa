"""Decimal text and scaled integers. Expected: by hand, and Python's decimals."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drgdip.base.rounding import ROUNDING_MODES, RoundingMode
from drgdip.base.scaled import format_scaled, parse_ratio, parse_scaled, round_scaled

DECIMAL = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
EXACT = Context(prec=200)

numbers = st.integers(-(10**30), 10**30) | st.integers(-(10**5), 10**5)
places_kept = st.integers(0, 12)


def written(number: int, places: int) -> str:
    """A scaled integer in plain decimal notation, by Python."""
    return f"{Decimal(number).scaleb(-places, EXACT):f}"


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("0", (0, 1)),
        ("12", (12, 1)),
        ("1230.7692", (12_307_692, 10_000)),
        ("-0.05", (-5, 100)),
        ("+1.5", (15, 10)),
        ("007.10", (710, 100)),
        (" 1.5\t", (15, 10)),
        ("　1.5　", (15, 10)),
    ],
)
def test_a_decimal_is_read_exactly(text: str, ratio: tuple[int, int]) -> None:
    assert parse_ratio(text) == ratio


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", ".5", "5.", "-", "+-1", "--1", "- 1", "1.2.3", "1 000", "1,000", "1，5", "1_000", "1e3", "1E-2",
     "0x10", "NaN", "inf", "-Infinity", "１２", "١٢", "一", "1.5元", "1\n2", "½"],
)  # fmt: skip
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_ratio(text)


@pytest.mark.parametrize(
    ("text", "places", "scaled"),
    [
        ("1230.7692", 4, 12_307_692),
        ("1.1", 4, 11_000),
        ("-1.1", 4, -11_000),
        ("-0.0001", 4, -1),
        ("2.50000", 1, 25),
        ("-2.50", 1, -25),
        ("3", 0, 3),
        ("-0", 2, 0),
    ],
)
def test_at_most_so_many_decimals(text: str, places: int, scaled: int) -> None:
    assert parse_scaled(text, places) == scaled


@pytest.mark.parametrize(("text", "places"), [("0.00001", 4), ("-0.00001", 4), ("1.005", 2), ("-1.005", 2), ("0.5", 0)])
def test_more_decimals_are_refused_not_cut(text: str, places: int) -> None:
    with pytest.raises(ValueError, match=f"more than {places} decimals"):
        parse_scaled(text, places)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (12_307_692, 4, "1230.7692"),
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (-100, 2, "-1.00"),
        (10_000, 4, "1.0000"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (np.int64(-123), 2, "-1.23"),
        (np.int64(-(2**63)), 2, "-92233720368547758.08"),
    ],
)
def test_decimals_are_written_in_full(value: int, places: int, text: str) -> None:
    assert format_scaled(value, places) == text


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert format_scaled(round_scaled("-0.004", 2), 2) == "0.00"


@given(numbers, places_kept)
def test_what_is_written_is_read_back(number: int, places: int) -> None:
    assert format_scaled(number, places) == written(number, places)
    assert parse_scaled(written(number, places), places) == number


@given(numbers, places_kept, places_kept, st.sampled_from(ROUNDING_MODES))
@example(-2675, 3, 2, "half_up")
@example(7_765_625, 5, 4, "half_even")
def test_any_length_is_rounded_as_decimals_are(number: int, places: int, kept: int, mode: RoundingMode) -> None:
    text = written(number, places)
    expected = Decimal(text).quantize(Decimal(1).scaleb(-kept), DECIMAL[mode], EXACT)

    assert round_scaled(text, kept, mode) == int(expected.scaleb(kept, EXACT))
