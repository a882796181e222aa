"""Columns that come as numbers, dates or dictionaries: the same integers as from text, exactly."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN
from drgdip.intake.buffers import as_text, cells, written, written_once
from drgdip.intake.decode import codes, numbers, times
from drgdip.intake.status import DECIMALS, MISSING, OK, RANGE, WRONG


def fen(array: pa.Array) -> list[tuple[int, int]]:
    values, status = numbers(array, 2, False, MAX_CASE_FEN, 0)
    return list(zip(values.tolist(), status.tolist(), strict=True))


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()])
def test_integers_are_whole_yuan(kind: pa.DataType) -> None:
    assert fen(pa.array([0, 12, None], kind)) == [(0, OK), (1200, OK), (0, MISSING)]


def test_integers_out_of_range() -> None:
    assert fen(pa.array([10**8, 10**8 + 1, -(10**8) - 1, 2**63 - 1, -(2**63)])) == [(10**10, OK), *[(0, RANGE)] * 4]
    assert fen(pa.array([2**64 - 1], pa.uint64())) == [(0, RANGE)]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (pa.decimal128(16, 2), ["12.34", "-0.01", None], [(1234, OK), (-1, OK), (0, MISSING)]),
        (pa.decimal128(12, 0), ["12", "-3"], [(1200, OK), (-300, OK)]),
        (pa.decimal128(12, 1), ["12.5"], [(1250, OK)]),
        (
            pa.decimal128(18, 4),
            ["12.3400", "-12.3400", "12.3456", "-0.0001"],
            [(1234, OK), (-1234, OK), (0, DECIMALS), (0, DECIMALS)],
        ),
        (
            pa.decimal128(38, 18),
            ["1234.56", "1234.567", "-7", None],
            [(123456, OK), (0, DECIMALS), (-700, OK), (0, MISSING)],
        ),
        (pa.decimal128(38, 2), ["123456789012345678901234567890.00", "100000000.01"], [(0, RANGE), (0, RANGE)]),
        (pa.decimal128(38, 2), ["-92233720368547758.08", "92233720368547758.07"], [(0, RANGE), (0, RANGE)]),
        (pa.decimal128(38, 4), ["-922337203685477.5808", "922337203685477.5807"], [(0, RANGE), (0, RANGE)]),
        (pa.decimal256(40, 2), ["12.34", None], [(1234, OK), (0, MISSING)]),
    ],
)
def test_decimals(kind: pa.DataType, values: list[str | None], expected: list[tuple[int, int]]) -> None:
    assert fen(pa.array([None if v is None else Decimal(v) for v in values], kind)) == expected


def test_floats_are_taken_at_the_fen_they_mean() -> None:
    array = pa.array(
        [0.1 + 0.2, 1234.56, 0.005, 1.001, -3.21, math.nan, None, math.inf, 1e300, 99999999.99, 1e8, 1.0000001, 1e-9]
    )

    assert fen(array) == [
        (30, OK), (123456, OK), (0, DECIMALS), (0, DECIMALS), (-321, OK), (0, MISSING), (0, MISSING), (0, RANGE), (0, RANGE),
        (9999999999, OK), (10**10, OK), (100, OK), (0, OK),
    ]  # fmt: skip


@given(st.integers(-MAX_CASE_FEN, MAX_CASE_FEN))
def test_floats_of_whole_fen_are_exact(amount: int) -> None:
    assert fen(pa.array([amount / 100])) == [(amount, OK)]


@given(st.integers(-MAX_CASE_FEN, MAX_CASE_FEN), st.integers(2, 8))
def test_decimals_of_any_scale_are_exact(amount: int, scale: int) -> None:
    value = Decimal(amount).scaleb(-2).quantize(Decimal(1).scaleb(-scale))

    assert fen(pa.array([value], pa.decimal128(30, scale))) == [(amount, OK)]


def test_dictionaries_and_text_of_every_width() -> None:
    values = ["1.5", None, "x", "1.5"]
    expected = [(150, OK), (0, MISSING), (0, WRONG), (150, OK)]
    plain = pa.array(values, pa.string())

    for array in (plain, plain.dictionary_encode(), plain.cast(pa.large_string()), plain.cast(pa.binary())):
        assert fen(array) == expected
    assert fen(pa.array([1.5, None]).dictionary_encode()) == [(150, OK), (0, MISSING)]
    assert fen(pa.array([None, None])) == [(0, MISSING)] * 2


@pytest.mark.parametrize("start", range(0, 20))
def test_slices_keep_their_place(start: int) -> None:
    values = [None if i % 3 == 0 else f"{i}.25" for i in range(20)]
    expected = [(0, MISSING) if i % 3 == 0 else (i * 100 + 25, OK) for i in range(20)]
    text = pa.array(values)
    typed = pa.array([None if v is None else Decimal(v) for v in values], pa.decimal128(10, 2))

    for array in (text, text.dictionary_encode(), typed, typed.cast(pa.float64())):
        assert fen(array.slice(start, 7)) == expected[start : start + 7]


def test_bytes_under_a_null_do_not_count() -> None:
    full = pa.array(["1.25", "2.25", "3.25"])
    bitmap = pa.py_buffer(bytes([0b101]))
    text = pa.Array.from_buffers(pa.string(), 3, [bitmap, *full.buffers()[1:]])

    assert fen(text) == [(125, OK), (0, MISSING), (325, OK)]
    assert fen(text.slice(1)) == [(0, MISSING), (325, OK)]


MOMENT = datetime(2026, 1, 31, 23, 59, 59)
SECONDS = 1_769_903_999


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps(unit: str) -> None:
    values, status = times(pa.array([MOMENT, None, datetime(1969, 12, 31, 23, 59, 59)], pa.timestamp(unit)))

    assert values.tolist() == [SECONDS, 0, -1]
    assert status.tolist() == [OK, MISSING, OK]


def test_dates() -> None:
    for kind in (pa.date32(), pa.date64()):
        values, status = times(pa.array([date(2026, 1, 31), date(1899, 12, 31), date(2100, 1, 1), None], kind))
        assert values.tolist() == [SECONDS - 86_399, 0, 0, 0]
        assert status.tolist() == [OK, RANGE, RANGE, MISSING]


def test_integers_and_dictionaries_as_times() -> None:
    for array in (pa.array([20260131235959]), pa.array(["2026-01-31 23:59:59"]).dictionary_encode()):
        assert times(array)[0].tolist() == [SECONDS]
    assert times(pa.array([None]))[1].tolist() == [MISSING]
    assert times(pa.array([46053.5]))[1].tolist() == [WRONG]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([2, None, -1, 100]), [(2, OK), (-1, MISSING), (-1, WRONG), (-1, RANGE)]),
        (pa.array([2.0, math.nan, 2.5]), [(2, OK), (-1, MISSING), (-1, DECIMALS)]),
        (pa.array([True, False, None]), [(1, OK), (0, OK), (-1, MISSING)]),
        (pa.array([2, 3]).dictionary_encode(), [(2, OK), (3, OK)]),
    ],
)
def test_stored_numbers_as_codes(array: pa.Array, expected: list[tuple[int, int]]) -> None:
    values, status = codes(array, 2, 2, -1)
    values[status != OK] = -1

    assert list(zip(values.tolist(), status.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([310, None]), ["310", ""]),
        (pa.array([310.0, math.nan]), ["310", ""]),
        (pa.array([1.5]), ["1.5"]),
        (pa.array([Decimal("1.50")]), ["1.50"]),
        (pa.array([MOMENT], pa.timestamp("s")), ["2026-01-31 23:59:59"]),
        (pa.array([b"ab\xff", None]), ["ab\ufffd", ""]),
        (pa.array(["中文", None]).dictionary_encode(), ["中文", ""]),
        (pa.array(["x"], pa.string_view()), ["x"]),
        (pa.array([], pa.string()), []),
    ],
)
def test_cells_as_people_would_write_them(array: pa.Array, expected: list[str]) -> None:
    assert written(array) == expected


def test_blanks_are_those_that_bytes_strip_takes_off() -> None:
    values: list[Any] = [bytes([sign]) + b"x" + bytes([sign]) for sign in range(256)]
    found = cells(as_text(pa.array(values, pa.binary())))

    stripped = [bytes(found.data[a:b]) for a, b in zip(found.start, found.end, strict=True)]
    assert stripped == [value.strip() for value in values]
    assert found.start.dtype == np.int32


@pytest.mark.parametrize(
    "array",
    [
        pa.array([b" A", None, b"\xff", b"", b" A"]),
        pa.array(["2", None, "1", "2"]).dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([1, 0, None, 2]), pa.array(["a", None, "b", "unused"])),
        pa.array([310.0, 311.0, float("nan"), 310.0]),
        pa.DictionaryArray.from_arrays(pa.array([0, 0, None]), pa.array([310.0, 0.5])),
        pa.nulls(2),
        pa.array([], pa.string()),
    ],
)
def test_each_different_cell_is_written_once(array: pa.Array) -> None:
    texts, places = written_once(array)
    assert [texts[place] for place in places] == written(array)
