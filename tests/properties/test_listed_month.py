"""Random cities whose lists come early, late or never and whose stays have several bills: equal to the plain reference."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drgdip.pipeline.report import month_proof
from tests.lanes import examples
from tests.properties.cities import City, cities
from tests.properties.drg_cities import as_tables, drg_cities, fits
from tests.properties.listed import with_lists
from tests.properties.test_month import assert_same, settled

listed = st.one_of(cities(), cities(), drg_cities()).flatmap(with_lists).filter(fits)


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(listed)
def test_engine_and_reference_agree_to_the_fen(city: City) -> None:
    engine = settled(city, 3, 2, None if city.catalogue.drg is None else as_tables(city))
    assert_same(city, engine, city.settle())
    assert [line.line_id for line in month_proof(engine.month) if not line.holds] == []
