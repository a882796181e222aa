"""Months of a year to date under random cities: stays are decided on and denied in any order, and every month pays what the plain
reference says (4.1, 4.5, 6.2, 6.4, 8.3).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.statement import MonthReport
from tests.lanes import PLAIN
from tests.properties.city_folder import CityFolder
from tests.properties.whole_cities import ToDateCity, to_date_cities
from tests.reference.to_date import MonthToDate

#: March has most of the stays, April the rest.
MONTHS = ("2026-03", "2026-04", "2026-05", "2026-06")
COLUMNS = (
    *(
        "payable_fen",
        "special_difference_fen",
        "paid_before_fen",
        "retained_fen",
        "due_fen",
        "audit_deduction_fen",
        "paid_fen",
    ),
    *("cases", "points_e4", "point_value_e4", "special_cases"),
)


def check_months(whole: ToDateCity) -> None:
    """Every month of a city is settled as the reference settles it."""
    with tempfile.TemporaryDirectory() as folder:
        months = CityFolder(Path(folder), whole.city, whole.section)
        for month, expected in zip(whole.months, whole.months_to_date(), strict=True):
            report = None
            with suppress(PolicyError):  # the fund may not cover what is paid by item
                report = months.settle(month, whole.decisions.get(month, ()), whole.denials.get(month, ()))
            assume(report is not None)
            assert report is not None
            check_month(report, expected)


def check_month(report: MonthReport, expected: MonthToDate) -> None:
    assert [line.line_id for line in report.proof if not line.holds] == []
    assert {line.denial_id: line.denied_fen for line in report.denials if line.standing == "posted"} == expected.denied
    usable = [line for line in report.special if line.standing in ("in_force", "waiting", "rejected")]
    assert {line.setl_id: line.standing for line in usable} == expected.standings
    changes = {line.setl_id: line.denied_change_fen for line in usable if line.standing == "in_force"}
    assert changes == expected.changes
    rows: list[dict[str, Any]] = [row._asdict() for row in report.rows]
    keys = ("hospital_code", "pool", *COLUMNS)
    assert [{key: row[key] for key in keys} for row in rows] == [
        {key: row[key] for key in keys} for row in expected.statement
    ]


def to_date(months: Sequence[str]) -> st.SearchStrategy[ToDateCity]:
    return st.one_of(to_date_cities("dip", months), to_date_cities("chs-drg", months))


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(to_date(MONTHS[:3]))
def test_a_year_to_date_decides_and_denies_as_the_reference(whole: ToDateCity) -> None:
    check_months(whole)


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=1_000, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(to_date(MONTHS))
def test_a_thousand_years_to_date(whole: ToDateCity) -> None:
    check_months(whole)
