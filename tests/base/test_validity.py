"""Dated values: periods hold their last day, and values tile a period exactly or the fault is named."""

from __future__ import annotations

from datetime import date

import pytest

from drgdip.base.validity import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_both_ends_belong_to_a_period(day: str, inside: bool) -> None:
    assert (date.fromisoformat(day) in YEAR) is inside


def test_only_days_lie_in_a_period() -> None:
    assert "2026-06-30" not in YEAR
    assert None not in YEAR


def test_a_period_shows_its_days() -> None:
    assert str(YEAR) == "2026-01-01 – 2026-12-31"
