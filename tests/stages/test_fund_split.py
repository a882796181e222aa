"""Points to money and money to funds (settlement arithmetic 4.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.apportion import largest_remainder
from drgdip.base.reasons import number
from drgdip.fund_split import (
    FUND_COLUMNS,
    bedside_parameters,
    pay_cases,
    payment_parameters,
    split_bedside,
)
from drgdip.fund_split.columns import FUND_FIELDS
from drgdip.policy.values import Payment, PolicyValues
from tests.stages.samples import POLICY, half_up

E4 = 10_000
NAMES = [fund.name for fund in FUND_COLUMNS]
PAYABLE = [name.replace("_fen", "_payable_fen") for name in NAMES]
#: In the scope of pool 310, by name and by position in FUND_COLUMNS.
SCOPE = ("large_amount_fund_fen", "pooled_fund_fen", "medical_aid_fund_fen")
POSITIONS = [NAMES.index(name) for name in SCOPE]


def with_payment(**changes: Any) -> PolicyValues:
    return POLICY._replace(payment=POLICY.payment._replace(**changes))


def paid(
    rows: list[dict[str, Any]],
    values: PolicyValues = POLICY,
    point_values: tuple[int, int] = (81_234, 62_345),
    ratios: list[list[int]] | None = None,
) -> list[dict[str, int]]:
    """Bedside split and payment of rows; amounts not given are zero."""

    def column(name: str, dtype: Any = np.int64, default: int = 0) -> np.ndarray:
        return np.array([row.get(name, default) for row in rows], dtype=dtype)

    amounts = (
        "other_payers_fen",
        "account_paid_fen",
        "cash_paid_fen",
        "points_e4",
        "total_cost_fen",
        "hospital_part_fen",
    )
    columns = {name: column(name) for name in (*NAMES, *amounts)}
    columns["pool_index"] = column("pool_index", np.int16)
    columns["hospital_id"] = column("hospital_id", np.int32)
    columns["route"] = column("route", np.int16, number("route_group"))
    columns |= split_bedside(columns, bedside_parameters(values))
    columns |= pay_cases(columns, payment_parameters(values, point_values, ratios or [[E4, E4]]))
    return [{name: int(values[i]) for name, values in columns.items()} for i in range(len(rows))]


def test_the_bedside_tells_patient_own_funds_and_others_apart() -> None:
    """Pool 310 takes pooled, large-amount and medical aid; civil servants' and enterprise money is others'."""
    row = {name: 10**i for i, name in enumerate(NAMES)} | {
        "other_payers_fen": 7,
        "account_paid_fen": 30,
        "cash_paid_fen": 4,
    }
    employees, residents = paid([row, row | {"pool_index": 1}])

    assert (employees["patient_fen"], residents["patient_fen"]) == (34, 34)
    assert NAMES[3:] == ["large_amount_fund_fen", "pooled_fund_fen", "medical_aid_fund_fen"]
    assert (employees["recorded_fen"], employees["other_funds_fen"]) == (111_000, 118)
    assert (residents["recorded_fen"], residents["other_funds_fen"]) == (10_000, 101_118)


def test_residual_ratio_and_fund_point_value() -> None:
    """V37–V39: 1292.3077 points."""
    row = {"points_e4": 12_923_077, "cash_paid_fen": 300_000, "other_payers_fen": 50_000}

    (residual,) = paid([row])
    (ratio,) = paid([row], with_payment(method="ratio"), ratios=[[6_800, 0]])
    (fund,) = paid([row], with_payment(method="fund_pv"), point_values=(54_321, 0))

    assert (residual["gross_fen"], residual["payable_fen"]) == (1_049_793, 699_793)
    assert (ratio["gross_fen"], ratio["payable_fen"]) == (1_049_793, 713_859)
    assert (fund["gross_fen"], fund["payable_fen"]) == (701_994, 701_994)


def test_a_negative_counts_as_zero_or_offsets_the_month() -> None:
    """V40, V41; one fen either side of zero."""
    row = {"points_e4": 286_320, "cash_paid_fen": 474_524}
    edge = [{"points_e4": E4, "cash_paid_fen": 812 + d} for d in (-1, 0, 1)]

    (clamped,) = paid([row], point_values=(736_011, 0))
    (allowed,) = paid([row], with_payment(negative="hospital_month"), point_values=(736_011, 0))

    assert (clamped["balance_fen"], clamped["clamped_fen"], clamped["payable_fen"]) == (-263_789, 263_789, 0)
    assert (allowed["balance_fen"], allowed["clamped_fen"], allowed["payable_fen"]) == (-263_789, 0, -263_789)
    assert [(r["clamped_fen"], r["payable_fen"]) for r in paid(edge)] == [(0, 1), (0, 0), (1, 0)]


def test_a_fund_ratio_may_be_that_of_the_hospital_or_of_the_case() -> None:
    rows = [
        {"points_e4": 1000 * E4, "hospital_id": h, "pool_index": p, "total_cost_fen": 30_000, "pooled_fund_fen": 20_000}
        for h in (0, 1)
        for p in (0, 1)
    ]
    table = [[5_000, 6_000], [7_000, 8_000]]

    by_hospital = paid(rows, with_payment(method="ratio", fund_ratio_level="hospital"), (10_000, 10_000), table)
    by_case = paid(rows, with_payment(method="ratio", fund_ratio_level="case"), (10_000, 10_000))

    assert [row["payable_fen"] for row in by_hospital] == [50_000, 60_000, 70_000, 80_000]
    assert [row["payable_fen"] for row in by_case] == [66_670] * 4  # 2/3 is used with four decimals


def test_paid_by_item_is_cost_less_what_others_bear() -> None:
    """Whatever the method; what the hospital bears itself is in no payable."""
    row = {
        "route": number("route_by_item"),
        "total_cost_fen": 100_000,
        "hospital_part_fen": 5_000,
        "cash_paid_fen": 20_000,
        "other_payers_fen": 10_000,
        "pooled_fund_fen": 60_000,
        "medical_aid_fund_fen": 5_000,
    }
    for method in ("residual", "ratio", "fund_pv"):
        (got,) = paid([row], with_payment(method=method))
        assert (got["gross_fen"], got["payable_fen"], got["clamped_fen"]) == (95_000, 65_000, 0)
        assert got["payable_fen"] == got["recorded_fen"]
        assert (got["pooled_fund_payable_fen"], got["medical_aid_fund_payable_fen"]) == (60_000, 5_000)


def test_by_item_a_negative_follows_the_same_rule() -> None:
    """4.2: a patient who paid more than the stay cost leaves nothing, or what the hospital's month bears; 1 fen around."""
    route = number("route_by_item")
    rows = [{"route": route, "total_cost_fen": 50_000, "cash_paid_fen": 50_000 + d} for d in (-1, 0, 1)]

    clamped = paid(rows)
    offset = paid(rows, with_payment(negative="hospital_month"))

    assert [(r["balance_fen"], r["clamped_fen"], r["payable_fen"]) for r in clamped] == [
        (1, 0, 1),
        (0, 0, 0),
        (-1, 1, 0),
    ]
    assert [r["payable_fen"] for r in offset] == [1, 0, -1]


def test_what_is_out_of_scope_is_worth_nothing() -> None:
    (got,) = paid([{"route": number("route_out_of_scope"), "points_e4": 0, "total_cost_fen": 100, "cash_paid_fen": 30}])

    assert (got["gross_fen"], got["payable_fen"], got["clamped_fen"]) == (0, 0, 0)


RECORDED = {"pooled_fund_fen": 600_000, "large_amount_fund_fen": 150_000, "medical_aid_fund_fen": 50_000}


def test_the_pooled_fund_takes_the_variance() -> None:
    """V43: 8 120.00 of payable against 8 000.00 recorded."""
    (got,) = paid([RECORDED | {"points_e4": 1100 * E4, "cash_paid_fen": 200_000}], point_values=(92_000, 0))

    assert got["payable_fen"] == 812_000
    assert [got[PAYABLE[i]] for i in POSITIONS] == [150_000, 612_000, 50_000]


def test_funds_share_in_proportion() -> None:
    """V44: 8 120.00 by 6 000 : 1 500 : 500."""
    values = with_payment(fund_variance="proportional")
    (got,) = paid([RECORDED | {"points_e4": 1100 * E4, "cash_paid_fen": 200_000}], values, (92_000, 0))

    assert [got[PAYABLE[i]] for i in POSITIONS] == [152_250, 609_000, 50_750]


def test_ties_of_the_largest_remainder_go_by_the_name_of_the_fund_field() -> None:
    """100 fen in three equal parts: the odd one to hifob_pay, before hifp_pay and maf_pay; 101: the first two."""
    values = with_payment(fund_variance="proportional")
    equal = dict.fromkeys(SCOPE, 5)

    one, two = paid([equal | {"points_e4": 1000 * E4}, equal | {"points_e4": 1010 * E4}], values, (1_000, 0))

    assert [FUND_FIELDS[i] for i in POSITIONS] == ["hifob_pay", "hifp_pay", "maf_pay"]
    assert (one["payable_fen"], two["payable_fen"]) == (10_000, 10_100)
    assert [one[PAYABLE[i]] for i in POSITIONS] == [3_334, 3_333, 3_333]
    assert [two[PAYABLE[i]] for i in POSITIONS] == [3_367, 3_367, 3_366]


@pytest.mark.parametrize("variance", ["pool_residual", "proportional"])
def test_with_nothing_recorded_the_pooled_fund_takes_all(variance: str) -> None:
    (got,) = paid([{"points_e4": 1000 * E4, "civil_servant_fund_fen": 0}], with_payment(fund_variance=variance))

    assert got["pooled_fund_payable_fen"] == got["payable_fen"] == 812_340


amounts = st.one_of(st.just(0), st.integers(0, 10**9))
cases = st.fixed_dictionaries(
    {
        **{name: amounts for name in NAMES},
        "other_payers_fen": amounts,
        "account_paid_fen": amounts,
        "cash_paid_fen": amounts,
        "points_e4": st.integers(0, 10**10),
        "pool_index": st.integers(0, 1),
    }
)


@given(st.lists(cases, min_size=1, max_size=20), st.sampled_from(["pool_residual", "proportional"]), st.booleans())
def test_what_funds_pay_adds_up_to_the_payable(rows: list[dict[str, int]], variance: Any, clamp: bool) -> None:
    values = with_payment(fund_variance=variance, negative="clamp_case" if clamp else "hospital_month")

    for row in paid(rows, values):
        gross = half_up(Fraction(row["points_e4"] * (81_234, 62_345)[row["pool_index"]], 10**6))
        balance = gross - row["patient_fen"] - row["other_funds_fen"]
        assert row["gross_fen"] == gross
        assert row["balance_fen"] == balance
        assert row["payable_fen"] == (max(balance, 0) if clamp else balance)
        assert row["clamped_fen"] == row["payable_fen"] - balance
        assert sum(row[name] for name in PAYABLE) == row["payable_fen"]


@given(st.lists(amounts, min_size=3, max_size=3), st.integers(-(10**10), 10**10))
def test_shares_are_those_of_the_largest_remainder(recorded: list[int], payable: int) -> None:
    """The kernel against the plain function, over positive and negative payables."""
    values = with_payment(fund_variance="proportional", negative="hospital_month")
    row = dict(zip(SCOPE, recorded, strict=True)) | {"points_e4": max(payable, 0), "cash_paid_fen": max(-payable, 0)}

    (got,) = paid([row], values, (10**6, 0))

    assert got["payable_fen"] == payable
    if sum(recorded):
        expected = largest_remainder(payable, recorded, [FUND_FIELDS[i] for i in POSITIONS])
        assert [got[PAYABLE[i]] for i in POSITIONS] == expected
    else:
        assert got["pooled_fund_payable_fen"] == payable


def test_payment_reads_no_ratio_of_another_level() -> None:
    values = with_payment(method="ratio", fund_ratio_level="pool")

    assert not payment_parameters(values, [1, 1], [[1, 1], [2, 2]]).ratio_by_hospital
    assert isinstance(values.payment, Payment)
