"""Decisions on stays of a month that is paid, and the year after it, under random cities: the plain reference's amounts (5, 6.4)."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from drgdip import clear_year
from drgdip.base.errors import PolicyError
from tests.lanes import PLAIN
from tests.properties.cities import without_limits
from tests.properties.city_folder import CityFolder
from tests.properties.whole_cities import WholeCity, YearTerms, reviewed_cities, year_text, years
from tests.reference.year import Hospital, clear
from tests.year.random_pools import MODES, plain_bands, scaled, yuan


def check_months(whole: WholeCity) -> None:
    """Stays in March; what later months post and deny, and what March denies of its own, is what the reference says."""
    expected = whole.later()
    posted, denied = dict[tuple[int, str], int](), Counter[tuple[int, str]]()
    with tempfile.TemporaryDirectory() as folder:
        months = CityFolder(Path(folder), whole.city, whole.section)
        for number in sorted({3, whole.decided, *whole.denied}):
            report = None
            given = whole.decisions if number == whole.decided else ()
            with suppress(PolicyError):  # the fund of March may not cover what is paid by item
                report = months.settle(f"2026-{number:02}", given, whole.denied.get(number, ()))
            assume(report is not None or number > 3)
            assert report is not None
            assert [line.line_id for line in report.proof if not line.holds] == []
            assert all(line.standing == "posted" for line in report.denials)
            own = [line for line in report.special if line.standing == "in_force"]
            posted |= {(number, line.setl_id): line.posted_fen for line in own}
            for line in report.denials:
                denied[number, line.setl_id] += line.denied_fen
            sums = Counter[tuple[str, str]]()
            for line in own:
                sums[line.hospital_code, line.pool] += line.posted_fen
            assert {(row.hospital_code, row.pool): row.special_difference_fen for row in report.rows
                    if row.special_difference_fen} == {place: fen for place, fen in sums.items() if fen}  # fmt: skip
    assert posted == expected.posted
    assert dict(denied) == expected.denied


#: In months of its own, in one with the decisions, before and after.
MONTHS = ((5,), (3, 4, 4, 5, 6, 6))
posted_cities = st.one_of(reviewed_cities("dip", *MONTHS), reviewed_cities("chs-drg", *MONTHS))


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(posted_cities)
def test_months_post_what_decisions_and_denials_make_of_paid_stays(whole: WholeCity) -> None:
    check_months(whole)


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=2_000, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(posted_cities)
def test_two_thousand_posted_cities(whole: WholeCity) -> None:
    check_months(whole)


def measured(whole: WholeCity) -> dict[str, list[Hospital]]:
    """What counts of the year in every pool, straight from the stays of its only month with any (2.8, 5.2, 8.3)."""
    sums: dict[tuple[str, str], list[int]] = {}
    for stay, counted in whole.later().counted:
        own = sums.setdefault((stay.pool, stay.hospital), [0] * 6)
        own[:] = [before + now for before, now in zip(own, (*counted.measures, counted.deducted_fen), strict=True)]
    found: dict[str, list[Hospital]] = {pool: [] for pool in whole.city.policy[0][1].pools}
    for (pool, code), (points, *amounts) in sorted(sums.items()):
        found[pool].append(Hospital(code, Decimal(points).scaleb(-4), *map(yuan, amounts), Decimal(1)))
    return found


def plain_terms(whole: WholeCity, terms: YearTerms, pool: str) -> dict[str, Any]:
    """The terms of a pool as the reference of the year takes them."""
    values, fund = whole.city.policy[-1][1], terms.funds[pool]
    own = values.pools[pool]
    return {
        "fund": yuan(fund), "risk": yuan(fund * 5 // 100), "method": terms.method, "level": "pool",
        "ratio": scaled(own.pay_ratio_e4) if terms.source == "fixed" else None, "point_value": terms.point_value,
        "fixed": scaled(own.opening_point_value_e4), "base_value": None, "cap": None, "base": {},
        "distribution": terms.distribution, "by_item": terms.by_item, "bands": plain_bands(terms.bands),
        "scale": terms.scale, "pv_mode": MODES[values.rounding.point_value_mode],
    }  # fmt: skip


@st.composite
def cleared_cities(draw: st.DrawFn, scheme: str) -> tuple[WholeCity, YearTerms]:
    whole: WholeCity = draw(reviewed_cities(scheme, *MONTHS))
    # Limits of a year's point value are drawn in ``tests.year.random_pools``.
    whole = whole._replace(city=without_limits(whole.city))
    assume({values.rounding.mode for _, values in whole.city.policy} == {"half_up"})
    assume(whole.city.policy[0][1].rounding.point_value_mode in MODES)
    return whole, draw(years(whole.city))


def check_year(whole: WholeCity, terms: YearTerms) -> None:
    """Stays in March, decisions on them in May, denials of them from March to June: the year is what the reference clears it at."""
    with tempfile.TemporaryDirectory() as folder:
        months = CityFolder(Path(folder), whole.city, whole.section + year_text(terms))
        with suppress(PolicyError):  # the fund of March may not cover what is paid by item
            for number in range(1, 13):
                given = whole.decisions if number == whole.decided else ()
                months.settle(f"2026-{number:02}", given, whole.denied.get(number, ()))
        assume(len(months.runs) == 12)
        result = clear_year(months.policy, "2026", Path(folder) / "runs")

    over = set[str]()
    rows = {(row.pool, row.hospital_code): row for row in result.report.rows}
    for pool, hospitals in measured(whole).items():
        known = plain_terms(whole, terms, pool)
        _, value, lines = clear(known, hospitals)
        if sum(line.clearing for line in lines.values()) > known["fund"] + known["risk"]:
            over.add(f"limit_{pool}")  # what is paid by item is paid, whatever the fund holds: the proof says so
        for one in hospitals:
            row, line = rows[pool, one.code], lines[one.code]
            assert (scaled(row.points_e4), yuan(row.recorded_fen)) == (one.points, one.recorded - one.deductions)
            assert (yuan(row.by_item_fen), yuan(row.clearing_fen)) == (one.item_fund, line.clearing)
            assert scaled(row.point_value_e4) == value or not one.points
    assert {line.line_id for line in result.broken_proof} == over


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(cleared_cities("dip"), cleared_cities("chs-drg"), cleared_cities("chs-drg")))
def test_the_year_agrees_with_the_reference(drawn: tuple[WholeCity, YearTerms]) -> None:
    check_year(*drawn)


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=300, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(st.one_of(cleared_cities("dip"), cleared_cities("chs-drg"), cleared_cities("chs-drg")))
def test_three_hundred_years(drawn: tuple[WholeCity, YearTerms]) -> None:
    check_year(*drawn)
