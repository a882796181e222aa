"""Yuan at the edges, fen inside. Expected: by hand; amounts are chosen where binary floats go wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN, format_yuan, parse_yuan, round_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("0.29", 29),
        ("1.1", 110),
        ("100", 10_000),
        ("1234.56", 123_456),
        ("1234.560", 123_456),
        ("-0.05", -5),
        ("-312.40", -31_240),
        ("90071992547409.93", 9_007_199_254_740_993),
    ],
)
def test_yuan_become_fen(text: str, fen: int) -> None:
    """0.29 × 100 is less than 29, and the last amount is the first whole number that doubles lack."""
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["0.001", "-0.001", "2.675", "1234.561"])
def test_a_part_of_a_fen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="more than 2 decimals"):
        parse_yuan(text)


@pytest.mark.parametrize("text", ["", "12,00", "1e2", "￥1", "1.00元", "nan"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_yuan(text)


@pytest.mark.parametrize(
    ("text", "half_up", "half_even", "down"),
    [
        ("1.004999", 100, 100, 100),
        ("1.005", 101, 100, 100),
        ("1.005001", 101, 101, 100),
        ("1.015", 102, 102, 101),
        ("-1.005", -101, -100, -100),
        ("-1.015", -102, -102, -101),
        ("33.332567", 3_333, 3_333, 3_333),
    ],
)
def test_longer_amounts_are_rounded_on_request(text: str, half_up: int, half_even: int, down: int) -> None:
    """Settlement arithmetic 0.3: half-up, away from zero, unless said otherwise."""
    assert round_yuan(text) == round_yuan(text, "half_up") == half_up
    assert round_yuan(text, "half_even") == half_even
    assert round_yuan(text, "down") == down


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (110, "1.10"), (-31_240, "-312.40"), (10**10, "100000000.00")],
)
def test_fen_are_written_with_two_decimals(fen: int, text: str) -> None:
    assert format_yuan(fen) == text


@given(st.integers(-(10**20), 10**20))
def test_every_amount_comes_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


def test_the_largest_amount_of_a_stay() -> None:
    """One hundred million yuan; 92 233 720 such stays still add up within 64 bits."""
    assert parse_yuan("100000000.00") == MAX_CASE_FEN
    assert 900_000_000 * MAX_CASE_FEN < 2**63
