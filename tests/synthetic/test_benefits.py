"""Amounts of a stay add up to the fen, whatever it cost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.money import MAX_CASE_FEN
from drgdip.synthetic import benefits
from tests.synthetic.sample import Drawn

COVERAGE = ("self_paid_fen", "over_limit_fen", "advance_self_paid_fen", "in_scope_fen")
FUNDS = (
    "pooled_fund_fen",
    "civil_servant_fund_fen",
    "enterprise_fund_fen",
    "serious_illness_fund_fen",
    "large_amount_fund_fen",
    "medical_aid_fund_fen",
)
PAYERS = ("fund_total_fen", "account_paid_fen", "cash_paid_fen", "hospital_part_fen", "other_payers_fen")


def check(amounts: benefits.Amounts) -> None:
    total = amounts["total_cost_fen"]
    assert (sum(amounts[name] for name in COVERAGE) == total).all()
    assert (sum(amounts[name] for name in FUNDS) == amounts["fund_total_fen"]).all()
    assert (sum(amounts[name] for name in PAYERS) == total).all()
    assert all(amount.dtype == np.int64 and amount.min() >= 0 for amount in amounts.values())
    assert (amounts["deductible_fen"] <= amounts["in_scope_fen"]).all()
    assert (amounts["fund_total_fen"] <= amounts["in_scope_fen"]).all()


def test_identities_hold_for_every_drawn_stay(drawn: Drawn) -> None:
    for stays in drawn.chunks:
        check(stays.amounts)


@given(
    costs=st.lists(st.integers(1, MAX_CASE_FEN), min_size=1, max_size=50),
    tier=st.sampled_from((1, 2, 3)),
    employee=st.booleans(),
    residence=st.sampled_from((0, 1, 2)),
    seed=st.integers(0, 1000),
)
def test_identities_hold_for_any_cost(costs: list[int], tier: int, employee: bool, residence: int, seed: int) -> None:
    n = len(costs)
    amounts = benefits.settle(
        np.array(costs), np.full(n, tier), np.full(n, employee), np.full(n, residence), np.random.default_rng(seed)
    )

    check(amounts)


def test_shares_of_coverage(drawn: Drawn) -> None:
    for stays in drawn.chunks:
        total = stays.amounts["total_cost_fen"]
        for name, least, most in (("self_paid_fen", 3, 12), ("over_limit_fen", 0, 2), ("advance_self_paid_fen", 4, 10)):
            amount = stays.amounts[name]
            assert (100 * amount >= least * total - 100).all()
            assert (100 * amount <= most * total).all()


def test_pooled_fund_by_hand() -> None:
    """Secondary hospital, employee, local: (in scope − 600.00) × 90 %, half up to the fen."""
    amounts = benefits.settle(
        np.array([1_000_000]), np.array([2]), np.array([True]), np.array([0]), np.random.default_rng(1)
    )

    in_scope = int(amounts["in_scope_fen"][0])
    assert amounts["deductible_fen"][0] == 60_000
    assert amounts["pooled_fund_fen"][0] == ((in_scope - 60_000) * 9 * 10 + 50) // 100


def test_each_fund_pays_somebody_of_its_own_pool_only(drawn: Drawn) -> None:
    employee = drawn.is_employee
    amounts = {name: np.concatenate([s.amounts[name] for s in drawn.chunks]) for name in (*FUNDS, *PAYERS)}

    for name in ("civil_servant_fund_fen", "enterprise_fund_fen", "large_amount_fund_fen", "account_paid_fen"):
        assert not amounts[name][~employee].any()
    for name in ("serious_illness_fund_fen", "medical_aid_fund_fen"):
        assert not amounts[name][employee].any()
        assert amounts[name].any()
    for name in (
        "civil_servant_fund_fen",
        "enterprise_fund_fen",
        "account_paid_fen",
        "hospital_part_fen",
        "other_payers_fen",
    ):
        assert amounts[name].any()
