"""Random small cities that pay by CHS-DRG, settled by the engine and by the plain reference: equal to the fen."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from drgdip.pipeline.report import month_proof
from tests.lanes import PLAIN
from tests.properties.cities import City
from tests.properties.drg_cities import as_tables, drg_cities
from tests.properties.test_month import assert_same, settled


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drg_cities())
def test_engine_and_reference_agree_to_the_fen(city: City) -> None:
    engine = settled(city, 100_000, 1, as_tables(city))
    assert_same(city, engine, city.settle())
    assert all(line.holds for line in month_proof(engine.month))


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=3_000, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(drg_cities())
def test_three_thousand_cities(city: City) -> None:
    assert_same(city, settled(city, 3, 2, as_tables(city)), city.settle())


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(drg_cities())
def test_in_chunks_of_three_on_two_threads(city: City) -> None:
    assert_same(city, settled(city, 3, 2, as_tables(city)), city.settle())
