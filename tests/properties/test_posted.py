"""Decisions on stays of a month that is paid, under random cities of both schemes: the plain reference's difference (6.4)."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lanes import PLAIN
from tests.properties.city_folder import CityFolder
from tests.properties.whole_cities import WholeCity, reviewed_cities
from tests.reference.month import posted


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(reviewed_cities("dip"), reviewed_cities("chs-drg"), reviewed_cities("chs-drg")))
def test_the_month_of_decision_posts_the_difference(whole: WholeCity) -> None:
    city = whole.city
    expected = posted(
        city.values_on, city.catalogue, city.cases, city.month, whole.decisions, region=city.region, fees=city.fees
    )
    with tempfile.TemporaryDirectory() as folder:
        months = CityFolder(Path(folder), city, whole.section)
        march, april = months.settle("2026-03"), months.settle("2026-04", whole.decisions)

    assert {line.setl_id for line in april.special if line.standing == "in_force"} == set(expected)
    sums = Counter[tuple[str, str]]()
    for hospital, pool, fen in expected.values():
        sums[hospital, pool] += fen
    differences = {(row.hospital_code, row.pool): row.special_difference_fen for row in april.rows}
    assert {place: fen for place, fen in differences.items() if fen} == {
        place: fen for place, fen in sums.items() if fen
    }
    assert {line.setl_id: line.posted_fen for line in april.special if line.setl_id in expected} == {
        name: fen for name, (_, _, fen) in expected.items()
    }
    for report in (march, april):
        assert [line.line_id for line in report.proof if not line.holds] == []
