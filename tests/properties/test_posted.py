"""Decisions on stays of a month that is paid, and the year after it, under random cities: the plain reference's amounts (5, 6.4)."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
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
from tests.reference.numbers import rounded
from tests.reference.year import Hospital, clear
from tests.year.random_pools import MODES, plain_bands, scaled, yuan


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(reviewed_cities("dip"), reviewed_cities("chs-drg"), reviewed_cities("chs-drg")))
def test_the_month_of_decision_posts_the_difference(whole: WholeCity) -> None:
    expected = {one.case.stay.setl_id: one for one in whole.reviewed_later() if one.case.decision is not None}
    with tempfile.TemporaryDirectory() as folder:
        months = CityFolder(Path(folder), whole.city, whole.section)
        march = None
        with suppress(PolicyError):  # the fund of March may not cover what is paid by item
            march = months.settle("2026-03")
        assume(march is not None)
        april = months.settle("2026-04", whole.decisions)

    assert {line.setl_id for line in april.special if line.standing == "in_force"} == set(expected)
    changes = {name: one.after.payable_fen - one.before.payable_fen for name, one in expected.items()}
    assert {line.setl_id: line.posted_fen for line in april.special if line.setl_id in expected} == changes
    sums = Counter[tuple[str, str]]()
    for name, one in expected.items():
        sums[one.case.stay.hospital, one.case.stay.pool] += changes[name]
    differences = {(row.hospital_code, row.pool): row.special_difference_fen for row in april.rows}
    assert {place: fen for place, fen in differences.items() if fen} == {
        place: fen for place, fen in sums.items() if fen
    }
    for report in (march, april):
        assert [line.line_id for line in report.proof if not line.holds] == []


def measured(whole: WholeCity) -> dict[str, list[Hospital]]:
    """What counts of the year in every pool, straight from the cases of its only month with stays (2.8, 5.2)."""
    sums: dict[tuple[str, str], list[int]] = {}
    for case, _, paid in whole.reviewed_later():
        own = sums.setdefault((case.stay.pool, case.stay.hospital), [0] * 5)
        points, outside = case.points.points_e4, case.outside_fen
        if not points and paid.gross_fen:
            counted = (0, 0, 0, paid.gross_fen, paid.payable_fen)
        else:
            part = rounded(Fraction(paid.payable_fen * outside, paid.gross_fen)) if outside else 0
            counted = (points, case.recorded_fen, case.cost_fen, outside, part)
        own[:] = [before + now for before, now in zip(own, counted, strict=True)]
    found: dict[str, list[Hospital]] = {pool: [] for pool in whole.city.policy[0][1].pools}
    for (pool, code), (points, *amounts) in sorted(sums.items()):
        found[pool].append(Hospital(code, Decimal(points).scaleb(-4), *map(yuan, amounts), Decimal(0), Decimal(1)))
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
    whole: WholeCity = draw(reviewed_cities(scheme))
    # Limits of a year's point value are drawn in ``tests.year.random_pools``.
    whole = whole._replace(city=without_limits(whole.city))
    assume({values.rounding.mode for _, values in whole.city.policy} == {"half_up"})
    assume(whole.city.policy[0][1].rounding.point_value_mode in MODES)
    return whole, draw(years(whole.city))


def check_year(whole: WholeCity, terms: YearTerms) -> None:
    """Stays in March, decisions on them in April, nothing else: the year is what the reference clears it at."""
    with tempfile.TemporaryDirectory() as folder:
        months = CityFolder(Path(folder), whole.city, whole.section + year_text(terms))
        with suppress(PolicyError):  # the fund of March may not cover what is paid by item
            for number in range(1, 13):
                months.settle(f"2026-{number:02}", whole.decisions if number == 4 else ())
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
            assert (scaled(row.points_e4), yuan(row.recorded_fen)) == (one.points, one.recorded)
            assert (yuan(row.by_item_fen), yuan(row.clearing_fen)) == (one.item_fund, line.clearing)
            assert scaled(row.point_value_e4) == value or not one.points
    assert {line.line_id for line in result.broken_proof} == over


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(cleared_cities("dip"), cleared_cities("chs-drg"), cleared_cities("chs-drg")))
def test_the_year_agrees_with_the_reference(drawn: tuple[WholeCity, YearTerms]) -> None:
    check_year(*drawn)


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=300, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(st.one_of(cleared_cities("dip"), cleared_cities("chs-drg"), cleared_cities("chs-drg")))
def test_three_hundred_years(drawn: tuple[WholeCity, YearTerms]) -> None:
    check_year(*drawn)
