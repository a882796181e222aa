"""Dates and times in text: every form the interface is met in, and nothing that no calendar has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.intake.decode import times
from drgdip.intake.status import MISSING, OK, RANGE, WRONG

FIRST, LAST = datetime(1900, 1, 1), datetime(2099, 12, 31, 23, 59, 59)


def seconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(seconds=1)


def read(text: str | None) -> tuple[int, int]:
    values, status = times(pa.array([text], pa.string()))
    return int(values[0]), int(status[0])


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05 08:30:00", "2026-01-05 08:30", "2026-01-05T08:30:00", "2026/01/05 08:30:00", "2026/1/5 8:30",
        "20260105083000", " 2026-01-05 08:30:00 ", "2026-01-05   08:30:00", "2026-01-05 08:30:00.0",
        "2026-01-05 08:30:00.123456789", "2026年1月5日 08:30", "2026年01月05日 08:30:00", "2026年1月5日8:30",
    ],
)  # fmt: skip
def test_forms_of_a_time(text: str) -> None:
    assert read(text) == (seconds(datetime(2026, 1, 5, 8, 30)), OK)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026/01/05",
        "20260105",
        "2026/1/5",
        "2026-1-5",
        "2026-01-05 00:00:00",
        "2026年1月5日",
        "2026年01月05日",
    ],
)
def test_a_date_alone_is_its_first_second(text: str) -> None:
    assert read(text) == (seconds(datetime(2026, 1, 5)), OK)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01", datetime(1970, 1, 1)),
        ("1969-12-31 23:59:59", datetime(1969, 12, 31, 23, 59, 59)),
        ("1900-01-01", FIRST),
        ("2099-12-31 23:59:59", LAST),
        ("2000-02-29", datetime(2000, 2, 29)),
        ("2024-02-29", datetime(2024, 2, 29)),
    ],
)
def test_known_moments(text: str, moment: datetime) -> None:
    assert read(text) == (seconds(moment), OK)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29", "2026-02-30 08:00:00", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
        "1899-12-31", "2100-01-01", "0000-00-00", "9999-12-31", "2026-01-01 24:00:00", "2026-01-01 12:60", "2026-01-01 12:00:60",
        "20261301", "20260101250000", "2026年2月29日",
    ],
)  # fmt: skip
def test_no_such_time(text: str) -> None:
    assert read(text) == (0, RANGE)


@pytest.mark.parametrize(
    "text",
    [
        "abc", "2026", "2026-01", "202601", "2026-01-", "26-01-05", "2026-001-05", "2026-01/05", "2026.01.05",
        "2026-01-05 8", "2026-01-05 08:3", "2026-01-05 08:30:", "2026-01-05 08:30:5", "2026-01-05 08:30:00.", "2026-01-05x08:30",
        "2026-01-05 08:30:00Z", "2026-01-05 08:30:00+08:00", "2026年1月5", "2026年1-5日", "2026-1月5日",
        "2026年1月5日T08:30", "2026年1月", "1月5日", "2026年1月5号", "年", "-2026-01-05", "2026--01-05", "202601050830",
        "2026010508300000", "2026-01-05 08:30:00:00", "05/01/2026", "2026-01-05  08", "46027",
    ],
)  # fmt: skip
def test_no_time_at_all(text: str) -> None:
    assert read(text) == (0, WRONG)


@pytest.mark.parametrize("text", [None, "", "   "])
def test_no_text(text: str | None) -> None:
    assert read(text) == (0, MISSING)


@given(st.datetimes(FIRST, LAST))
def test_agrees_with_datetime(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)

    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S"):
        assert read(moment.strftime(form)) == (seconds(moment), OK)
    assert read(moment.strftime("%Y%m%d")) == (seconds(datetime(moment.year, moment.month, moment.day)), OK)


@given(st.integers(1890, 2110), st.integers(0, 13), st.integers(0, 32))
def test_agrees_with_the_calendar(year: int, month: int, day: int) -> None:
    try:
        exists = FIRST <= datetime(year, month, day) <= LAST
    except ValueError:
        exists = False

    assert read(f"{year:04d}-{month:02d}-{day:02d}")[1] == (OK if exists else RANGE)


@given(st.text(alphabet="0123456789-/: T.", max_size=20))
def test_whatever_is_read_is_in_range(text: str) -> None:
    value, status = read(text)

    assert seconds(FIRST) <= value <= seconds(LAST)
    assert status in (OK, MISSING, RANGE, WRONG)


def test_utc_has_no_part_in_it() -> None:
    aware = pa.array([datetime(2026, 1, 31, 16, 30, tzinfo=UTC)], pa.timestamp("us", tz="Asia/Shanghai"))

    assert times(aware)[0].tolist() == [seconds(datetime(2026, 2, 1, 0, 30))]
