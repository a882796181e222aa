"""Random cities with every mechanism that looks at more than one stay: engine and plain reference equal to the fen.

Review before and after the point value, quotas, readmissions, denials of every mode, seasonal funds, samples: by themselves and
together, for DIP and for CHS-DRG.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.pipeline.report import month_proof
from drgdip.sanctions import Sampled, draw, extrapolate, sample_size
from tests.lanes import PLAIN
from tests.properties.drg_cities import as_tables as drg_tables
from tests.properties.test_month import assert_same, settled
from tests.properties.whole_cities import RATE_E4, SEED, Sample, WholeCity, whole_cities

ALL = list(HealthCheck)


def sampled(one: Sample) -> int:
    """What a checked sample takes by the engine."""
    stays = draw(one.funds_fen, SEED, sample_size(len(one.funds_fen), RATE_E4))
    assert stays == one.stays
    paid, bad = sum(one.funds_fen[id_] for id_ in stays), sum(one.funds_fen[id_] for id_ in one.bad)
    if one.by == "money" and paid <= 0:
        return 0
    found = Sampled(len(stays), len(one.bad), paid, bad)
    return extrapolate(found, sum(one.funds_fen.values()), one.by).deduction_fen  # type: ignore[arg-type]


def same(whole: WholeCity, chunk_rows: int, threads: int) -> None:
    edition = None if whole.city.catalogue.drg is None else drg_tables(whole.city)
    engine = None
    with suppress(PolicyError):  # without what is decided or denied the fund may no longer cover what is paid by item
        engine = settled(whole.city, chunk_rows, threads, edition, whole.section, whole.given, whole.special)
    assume(engine is not None)
    assert_same(whole.city, engine, whole.settle())
    assert [line.line_id for line in month_proof(engine.month) if not line.holds] == []
    assert whole.sample is None or sampled(whole.sample) == whole.sample.taken_fen


@settings(max_examples=6 if PLAIN else 30, deadline=None, suppress_health_check=ALL)
@given(whole_cities("dip"))
def test_dip_agrees_with_the_reference(whole: WholeCity) -> None:
    same(whole, 100_000, 1)


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=20, deadline=None, suppress_health_check=ALL)
@given(whole_cities("chs-drg"))
def test_chs_drg_agrees_with_the_reference(whole: WholeCity) -> None:
    same(whole, 100_000, 1)


@settings(max_examples=5, deadline=None, suppress_health_check=ALL)
@given(st.one_of(whole_cities("dip"), whole_cities("chs-drg")))
def test_in_chunks_of_three_on_two_threads(whole: WholeCity) -> None:
    same(whole, 3, 2)


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=10_000, deadline=None, derandomize=False, suppress_health_check=ALL)
@given(st.one_of(whole_cities("dip"), whole_cities("dip"), whole_cities("chs-drg")))
def test_ten_thousand_cities(whole: WholeCity) -> None:
    same(whole, 3, 2)
