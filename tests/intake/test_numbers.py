"""Numbers in text: exact, bounded, and refused where they are not plain."""

from __future__ import annotations

import re
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN
from drgdip.intake.decode import codes, numbers
from drgdip.intake.status import DECIMALS, LONG, MISSING, OK, RANGE, WRONG


def money(text: str | None) -> tuple[int, int]:
    values, status = numbers(pa.array([text], pa.string()), 2, False, MAX_CASE_FEN, 0)
    return int(values[0]), int(status[0])


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0), ("0.00", 0), ("-0.0", 0), ("1", 100), ("1.5", 150), ("1.05", 105), ("1234.56", 123456), ("+7.10", 710),
        ("-3.21", -321), ("0012.30", 1230), ("12.3000000", 1230), ("  45.6\t", 4560), ("99999999.99", 9999999999),
        ("100000000.00", 10**10), ("-100000000", -(10**10)), ("0.00000000000000000000000000", 0),
        ("00000000000000000000000000001.25", 125),
    ],
)  # fmt: skip
def test_money_in_order(text: str, fen: int) -> None:
    assert money(text) == (fen, OK)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, MISSING), ("", MISSING), ("  ", MISSING), ("\t\r\n", MISSING), ("1.234", DECIMALS), ("0.001", DECIMALS),
        ("1.230000001", DECIMALS), ("100000000.01", RANGE), ("-100000000.01", RANGE), ("9" * 17, RANGE), ("9" * 40, RANGE),
        ("9223372036854775807", RANGE), ("18446744073709551617", RANGE), ("一千元", WRONG), ("1,000.00", WRONG), ("1，000", WRONG), ("１２３．４５", WRONG),
        ("1e3", WRONG), ("1.", WRONG), (".5", WRONG), ("-", WRONG), ("+", WRONG), (".", WRONG), ("--1", WRONG), ("1-", WRONG),
        ("1 2", WRONG), ("1.2.3", WRONG), ("NaN", WRONG), ("１２", WRONG), ("¥12", WRONG), ("-.5", WRONG), ("0x10", WRONG),
    ],
)  # fmt: skip
def test_money_refused_is_zero_with_its_status(text: str | None, status: int) -> None:
    assert money(text) == (0, status)


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=2, allow_nan=False))
def test_money_agrees_with_decimal(amount: Decimal) -> None:
    assert money(f"{amount:f}") == (int(amount * 100), OK)


@given(st.text(alphabet="0123456789.-+ e,", max_size=12))
def test_money_is_read_only_if_decimal_reads_it_alike(text: str) -> None:
    value, status = money(text)
    plain = text.strip(" ")

    assert (status == MISSING) == (not plain)
    assert (status == WRONG) == bool(plain and not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain))
    if status == OK:
        assert Decimal(plain) * 100 == value
    elif status == DECIMALS:
        assert Decimal(plain) * 100 % 1 != 0
    elif status == RANGE:
        assert abs(Decimal(plain)) > 10**8


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("12", 12, OK),
        ("12.0", 12, OK),
        ("12.9", 12, OK),
        ("0.5", 0, OK),
        ("999.99", 999, OK),
        ("1000", -1, RANGE),
        ("x", -1, WRONG),
    ],
)
def test_decimals_of_a_measure_are_cut_off(text: str, value: int, status: int) -> None:
    values, states = numbers(pa.array([text]), 0, True, 999, -1)

    assert (int(values[0]), int(states[0])) == (value, status)


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("310", 310, OK), (" 310 ", 310, OK), ("000310", 310, OK), ("31", -1, WRONG), ("0000310", -1, LONG), ("31a", -1, WRONG),
        ("", -1, MISSING), ("310.0", -1, WRONG), ("-310", -1, WRONG), ("9" * 30, -1, LONG),
    ],
)  # fmt: skip
def test_codes_are_digits_of_given_length(text: str, value: int, status: int) -> None:
    values, states = codes(pa.array([text]), 3, 6, -1)

    assert (int(values[0]), int(states[0])) == (value, status)
