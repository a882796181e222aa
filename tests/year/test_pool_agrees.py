"""A pool's year is cleared as the reference clears it, to the fen; and what must hold for any pool holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from drgdip.clearing.year import PoolClearing, clear_pool
from tests.reference.year import clear
from tests.year.random_pools import RandomPool, pools, scaled, yuan


def check(pool: RandomPool) -> None:
    got = clear_pool(pool.terms, pool.hospitals)
    ratio, value, lines = clear(pool.plain_terms, pool.plain_hospitals)

    assert (scaled(got.ratio_e4), scaled(got.point_value_e4)) == (ratio, value)
    for hospital in got.hospitals:
        line = lines[hospital.code]
        assert (
            yuan(hospital.before_fen), yuan(hospital.dip_fen), hospital.band.rule, yuan(hospital.band.payable_fen),
            yuan(hospital.clearing_fen),
        ) == line  # fmt: skip


@given(pools())
@settings(max_examples=300, deadline=None)
def test_any_pool(pool: RandomPool) -> None:
    check(pool)


@pytest.mark.long
@given(pools())
@settings(max_examples=10_000, deadline=None)
def test_very_many_pools(pool: RandomPool) -> None:
    check(pool)


def bases(pool: RandomPool, result: PoolClearing) -> int:
    return sum(min(h.dip_fen, h.band.payable_fen) for h in result.hospitals)


@given(pools())
@settings(max_examples=300, deadline=None)
def test_invariants(pool: RandomPool) -> None:
    """12: (2) the same again; order does not matter; (9) a value that is cut stays within the fund; scaled to the fen."""
    terms, hospitals = pool.terms, pool.hospitals
    result = clear_pool(terms, hospitals)
    items = sum(h.by_item_fund_fen for h in hospitals)
    limit = terms.fund_fen + terms.risk_fund_fen - items

    assert clear_pool(terms, hospitals) == result
    turned = clear_pool(terms, hospitals[::-1])
    assert {h.code: h for h in turned.hospitals} == {h.code: h for h in result.hospitals}
    assert result.total_fen == sum(h.clearing_fen for h in result.hospitals)
    cut = terms.point_value == "floating" and terms.point_value_mode == "down" and terms.floor_e4 is None
    if cut and terms.ratio_level == "pool":
        own = terms.fund_fen - items if terms.by_item == "fund_amount" else terms.fund_fen
        assert sum(h.before_fen for h in result.hospitals) <= max(own, 0)
    if result.scaled:
        sharing = any(h.band.payable_fen > h.dip_fen for h in result.hospitals)
        if bases(pool, result) <= limit:
            assert sharing
            assert result.total_fen - items == limit
        elif terms.scale == "share_only":
            assert result.total_fen - items == bases(pool, result)
    else:
        assert result.total_fen - items <= limit
        assert all(h.clearing_fen - h.by_item_fund_fen == h.band.payable_fen for h in result.hospitals)


@given(pools())
@settings(max_examples=150, deadline=None)
def test_shared_out_to_the_fen(pool: RandomPool) -> None:
    """5.4: by largest remainder the fund goes out whole."""
    terms = pool.terms._replace(
        distribution="largest_remainder", by_item="fund_amount", point_value="floating", method="fund_pv"
    )
    result = clear_pool(terms, pool.hospitals)
    fund = max(terms.fund_fen - sum(h.by_item_fund_fen for h in pool.hospitals), 0)

    expected = fund if any(h.points_e4 for h in pool.hospitals) else 0
    assert sum(h.before_fen for h in result.hospitals) == expected
