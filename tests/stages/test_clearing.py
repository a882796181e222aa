"""The month: point values, retention, deductions, statement (settlement arithmetic 2.1, 2.2, 4.1, 4.3, 4.5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.base.reasons import number
from drgdip.clearing import (
    MonthTotals,
    cumulative_due_fen,
    fund_ratios_e4,
    month_due,
    month_point_values_e4,
    opening_point_value_e4,
    optimal_interval,
    quantile_trim,
    settlement_point_value_e4,
    statement_rows,
    take_deductions,
)
from drgdip.clearing.prepayment import prepayment_month_fen
from drgdip.clearing.totals import GROUP_MEASURES, PAID_MEASURES, PRICED_MEASURES
from drgdip.interface.deduction import Deduction
from drgdip.policy.values import PolicyValues
from tests.stages.samples import POLICY, half_up


def item(
    id_: str, type_: int, amount: int, date: str = "2026-01-05", hospital: str = "H1", pool: str = "310"
) -> Deduction:
    return Deduction(id_, hospital, pool, type_, date, amount)


# --- deductions ------------------------------------------------------------------------------------


def test_what_a_month_cannot_absorb_is_carried() -> None:
    """V67: 500.00 due; 300.00, 250.00, 80.00 to take."""
    lines = take_deductions(50_000, [item("D1", 10, 30_000), item("D2", 20, 25_000), item("D3", 30, 8_000)])

    assert [(line.item_id, line.taken_fen, line.carried_fen, line.state) for line in lines] == [
        ("D1", 30_000, 0, "full"),
        ("D2", 20_000, 5_000, "partial"),
        ("D3", 0, 8_000, "none"),
    ]


def test_deductions_go_by_type_then_date_then_id() -> None:
    items = [
        item("z", 99, 1, "2025-01-01"),
        item("b", 10, 1, "2026-01-02"),
        item("a", 10, 1, "2026-01-02"),
        item("c", 10, 1, "2025-12-31"),
        item("y", 40, 1, "2025-01-01"),
        item("x", 20, 1, "2025-01-01"),
    ]

    assert [line.item_id for line in take_deductions(10, items)] == ["c", "a", "b", "x", "y", "z"]


@given(
    st.integers(-1000, 1000),
    st.lists(st.tuples(st.sampled_from([10, 20, 30, 40, 99]), st.integers(0, 500)), max_size=8),
)
def test_no_deduction_is_lost_and_none_makes_a_month_negative(due: int, amounts: list[tuple[int, int]]) -> None:
    lines = take_deductions(due, [item(str(i), type_, amount) for i, (type_, amount) in enumerate(amounts)])

    assert sorted(line.amount_fen for line in lines) == sorted(amount for _, amount in amounts)
    assert all(line.taken_fen + line.carried_fen == line.amount_fen and line.taken_fen >= 0 for line in lines)
    assert sum(line.taken_fen for line in lines) == min(max(due, 0), sum(amount for _, amount in amounts))


@pytest.mark.parametrize(("due", "state"), [(0, "none"), (1, "partial"), (99, "partial"), (100, "full"), (101, "full")])
def test_state_of_a_deduction(due: int, state: str) -> None:
    assert take_deductions(due, [item("D", 10, 100)])[0].state == state


# --- due -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payable", "retained"),
    [(1_372_798, 68_640), (1_326_500, 66_325), (9, 0), (10, 1), (0, 0), (-100, 0)],
)
def test_retention(payable: int, retained: int) -> None:
    """V63 (686.399 → 686.40), V64; half a fen goes up; nothing is held back of a negative month."""
    assert month_due(payable, 500) == (retained, payable - retained)


def test_cumulative_due() -> None:
    """V62: 0.95 × 302 500.00 − 180 000.00; a later cut makes it negative."""
    assert cumulative_due_fen(3_025_000_000, 1_800_000_000, 9_500) == 1_073_750_000
    assert cumulative_due_fen(100, 96, 9_500) == -1


def test_prepayment_formula() -> None:
    """V60; the deduction is taken whole, and the rest may be negative."""
    assert prepayment_month_fen(15_234_567, 95_752_500, 320_000_000, 9_500, 4_567_890) == (
        1_458_747_877,
        1_081_810_483,
        1_077_242_593,
    )
    assert prepayment_month_fen(10_000, 10_000, 200, 9_500, 1) == (100, -95, -96)


# --- point values ----------------------------------------------------------------------------------


def test_opening_point_value() -> None:
    """V10: 77.65625 goes half-up."""
    costs, points = (
        [84_000_000_000, 98_000_000_000, 102_000_000_000],
        [120_000_000_000, 125_000_000_000, 130_000_000_000],
    )

    assert opening_point_value_e4(costs, points, [1, 2, 7]) == (99_400_000_000, 128_000_000_000, 776_563)
    assert opening_point_value_e4(costs, points, [1, 2, 7], "half_even").point_value_e4 == 776_562


def test_settlement_point_value() -> None:
    """V11, V89; the covered cost is not rounded before it is divided."""
    assert settlement_point_value_e4(62_000_000_000, Fraction("0.65"), 126_000_000_000) == (95_384_615_385, 757_021)
    assert settlement_point_value_e4(1_000_000_000, Fraction(1), 9_950_000_000, 30_000_000) == (970_000_000, 97_487)


def test_a_point_value_cut_off_stays_inside_the_budget() -> None:
    """V73, V74."""
    points = 300_007_000

    assert settlement_point_value_e4(100_000_000, Fraction(1), points).point_value_e4 == 333_326
    assert settlement_point_value_e4(100_000_000, Fraction(1), points, mode="down").point_value_e4 == 333_325


def test_optimal_interval() -> None:
    """V13; a hospital at the mean itself is not below it."""
    hospitals = [("A", 500_000_000, 600_000_000), ("B", 420_000_000, 600_000_000), ("C", 240_000_000, 400_000_000)]

    assert optimal_interval(hospitals) == (725_000, ["B", "C"], 660_000)
    assert optimal_interval([("A", 100, 10_000), ("B", 200, 20_000)]) == (10_000, [], 10_000)


def test_quantiles_are_interpolated_and_their_bounds_kept() -> None:
    """Type 7: at 0.25 of 10, 20, 30, 40, 100 stands 20, at 0.75 40; at 0.1 14."""
    costs = [100, 10, 40, 20, 30]

    assert quantile_trim(costs, Fraction("0.25"), Fraction("0.75")) == (20, 40, 3, 30, 40)
    assert quantile_trim(costs, Fraction("0.1"), Fraction(1)) == (14, 100, 4, 48, 40)
    assert quantile_trim([7], Fraction(0), Fraction(1)) == (7, 7, 1, 7, 7)


def with_month(point_value: Any, **payment: Any) -> PolicyValues:
    month = POLICY.month._replace(point_value=point_value)
    return POLICY._replace(month=month, payment=POLICY.payment._replace(**payment))


def sums(**measures: tuple[int, int]) -> dict[str, tuple[int, int]]:
    return {name: (0, 0) for name in PRICED_MEASURES} | measures


def test_floating_point_values() -> None:
    """V61 for employees (6.5 million ÷ 0.65 ÷ 1.25 million points); residents carve out what is paid by item (V89)."""
    priced = sums(points_e4=(12_500_000_000, 9_000_000_000), by_item_gross_fen=(0, 83_333_333))
    funds = {"310": [650_000_000], "390": [500_000_000]}

    got = month_point_values_e4(with_month("floating"), priced, funds)

    residents = (Fraction(500_000_000 * 10_000, 6_000) - 83_333_333) / 9_000_000_000 * 100
    assert got == [80_000, half_up(residents, 10_000)]


@pytest.mark.parametrize(
    ("floor", "cap", "value"),
    [
        (None, None, 80_000),
        (80_000, 80_000, 80_000),
        (80_001, None, 80_001),
        (None, 79_999, 79_999),
        (1, 80_001, 80_000),
    ],
)
def test_a_floating_point_value_keeps_its_limits(floor: int | None, cap: int | None, value: int) -> None:
    """2.1: 6.5 million ÷ 0.65 ÷ 1.25 million points are 8; a pool without points has no value, whatever its floor."""
    values = with_month("floating")
    pools = {
        name: pool._replace(point_value_floor_e4=floor, point_value_cap_e4=cap) for name, pool in values.pools.items()
    }
    priced = sums(points_e4=(12_500_000_000, 0))

    got = month_point_values_e4(values._replace(pools=pools), priced, {"310": [650_000_000], "390": [1]})

    assert got == [value, 0]


def test_cumulative_point_values_take_all_funds_of_the_year() -> None:
    priced = sums(points_e4=(25_000_000_000, 0))

    got = month_point_values_e4(with_month("cumulative"), priced, {"310": [650_000_000, 650_000_000], "390": [None]})

    assert got == [80_000, 0]


def test_an_actual_ratio_is_that_of_the_cases() -> None:
    """Recorded 2, cost 3: the ratio is used with four decimals, 0.6667."""
    priced = sums(points_e4=(12_500_000_000, 0), recorded_fen=(200, 0), total_cost_fen=(300, 0))
    values = with_month("floating", fund_ratio_source="actual")

    got = month_point_values_e4(values, priced, {"310": [650_000_000], "390": [1]})

    assert got[0] == half_up(Fraction(650_000_000 * 10_000, 6_667) / 12_500_000_000 * 100, 10_000)


def test_opening_point_values_need_no_funds() -> None:
    assert month_point_values_e4(POLICY, sums(), {}) == [81_234, 62_345]


@pytest.mark.parametrize(
    ("fund", "by_item"),
    [(None, 0), (100, 10**12)],
)
def test_a_floating_point_value_that_is_undefined_stops_the_run(fund: int | None, by_item: int) -> None:
    priced = sums(points_e4=(10_000, 0), by_item_gross_fen=(by_item, 0))

    with pytest.raises(PolicyError):
        month_point_values_e4(with_month("floating"), priced, {"310": [fund], "390": [0]})


# --- sums and statement ----------------------------------------------------------------------------


def batch(rows: list[dict[str, int]]) -> dict[str, np.ndarray]:
    names = {*PAID_MEASURES, *PRICED_MEASURES, *GROUP_MEASURES} - {"by_item_gross_fen"}
    columns = {name: np.array([row.get(name, 0) for row in rows], dtype=np.int64) for name in names}
    for name, dtype in (
        ("hospital_id", np.int32),
        ("hospital_tier", np.int8),
        ("pool_index", np.int16),
        ("group_id", np.int32),
    ):
        columns[name] = np.array([row.get(name, 0) for row in rows], dtype=dtype)
    columns["route"] = np.array([row.get("route", number("route_group")) for row in rows], dtype=np.int16)
    band = number("band_normal")
    columns["deviation_band"] = np.array([row.get("deviation_band", band) for row in rows], dtype=np.int16)
    return columns


def totals_of(rows: list[dict[str, int]], hospitals: int, chunks: int = 1) -> MonthTotals:
    totals = MonthTotals(2, 3)
    for start in range(chunks):
        part = rows[start::chunks]
        if part:
            totals.add_priced(batch(part), hospitals)
            totals.add_paid(batch(part), hospitals)
    return totals


def test_sums_are_kept_by_hospital_and_pool() -> None:
    by_item = number("route_by_item")
    rows = [
        {"hospital_id": 1, "pool_index": 0, "payable_fen": 5, "points_e4": 1, "group_id": 2, "hospital_tier": 3},
        {"hospital_id": 1, "pool_index": 0, "payable_fen": 7, "points_e4": 2, "group_id": -1, "deviation_band": 515},
        {
            "hospital_id": 0,
            "pool_index": 1,
            "payable_fen": 11,
            "total_cost_fen": 90,
            "hospital_part_fen": 20,
            "route": by_item,
        },
    ]
    totals = totals_of(rows, 2)
    paid, priced = totals.paid(), totals.priced()

    assert paid["payable_fen"].tolist() == [[0, 11], [12, 0]]
    assert paid["cases"].tolist() == [[0, 1], [2, 0]]
    assert paid["band_ungrouped"].tolist() == [[0, 0], [1, 0]]
    assert priced["by_item_gross_fen"].tolist() == [[0, 70], [0, 0]]
    groups = totals.by_group()
    assert groups["cases"].tolist() == [1, 0, 1, 1]
    assert groups["payable_fen"].tolist() == [11, 0, 5, 7]
    assert groups["band_normal"].tolist() == [1, 0, 1, 0]
    assert groups["band_ungrouped"].tolist() == [0, 0, 0, 1]
    assert totals.tiers == {0: 0, 1: 3}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(-100, 100)), min_size=1, max_size=30))
def test_sums_do_not_depend_on_chunks(cases: list[tuple[int, int, int]]) -> None:
    rows = [{"hospital_id": h, "pool_index": p, "payable_fen": amount} for h, p, amount in cases]

    whole, parts = totals_of(rows, 4).paid(), totals_of(rows, 4, chunks=3).paid()

    assert {name: table.tolist() for name, table in whole.items()} == {
        name: table.tolist() for name, table in parts.items()
    }


def statement(values: PolicyValues, rows: list[dict[str, int]], hospitals: list[str], *args: Any) -> tuple[Any, Any]:
    return statement_rows("2026-01", values, totals_of(rows, len(hospitals)), hospitals, [81_234, 62_345], *args)


def test_a_statement_row() -> None:
    rows, ledger = statement(
        POLICY,
        [{"payable_fen": 1_372_798, "recorded_fen": 1_500_000, "gross_fen": 2_000_000, "hospital_tier": 3}],
        ["H1"],
        [item("D1", 10, 10_000), item("D2", 30, 2_000_000)],
    )
    (row,) = rows

    assert (row.retained_fen, row.due_fen, row.difference_fen) == (68_640, 1_304_158, -127_202)
    assert (row.audit_deduction_fen, row.prepayment_offset_fen, row.paid_fen) == (10_000, 1_294_158, 0)
    assert [(line.item_id, line.carried_fen) for line in ledger] == [("D1", 0), ("D2", 705_842)]


def test_a_negative_month_pays_nothing_and_is_carried() -> None:
    rows, ledger = statement(POLICY, [{"payable_fen": -30_000}], ["H1"], [item("D1", 10, 100)])

    assert (rows[0].retained_fen, rows[0].due_fen, rows[0].paid_fen) == (0, -30_000, 0)
    assert [(line.deduction_type, line.amount_fen, line.carried_fen, line.state) for line in ledger] == [
        (10, 100, 100, "none"),
        (99, 30_000, 30_000, "none"),
    ]


def test_a_cumulative_month_takes_off_what_was_paid_before() -> None:
    """ρ 0.95: 0.95 × 1 000.01 = 950.0095 → 950.01; paid before 900.00."""
    rows, ledger = statement(with_month("cumulative"), [{"payable_fen": 100_001}], ["H1"], [], {("H1", "310"): 90_000})

    assert (rows[0].retained_fen, rows[0].due_fen, rows[0].paid_fen) == (5_000, 5_001, 5_001)
    assert ledger == []


def test_hospitals_and_pools_stand_in_order_and_pools_never_mix() -> None:
    rows, ledger = statement(
        POLICY,
        [
            {"hospital_id": 0, "pool_index": 1, "payable_fen": 100},
            {"hospital_id": 1, "pool_index": 0, "payable_fen": 200},
        ],
        ["H2", "H1"],
        [item("D1", 10, 50, hospital="H2", pool="310"), item("D2", 10, 60, hospital="H0", pool="390")],
    )

    assert [(row.hospital_code, row.pool, row.payable_fen, row.cases) for row in rows] == [
        ("H0", "390", 0, 0),
        ("H1", "310", 200, 1),
        ("H2", "310", 0, 0),
        ("H2", "390", 100, 1),
    ]
    # H2's deduction belongs to its employees' pool, which has nothing due: residents' money is not touched.
    assert [(line.item_id, line.taken_fen) for line in ledger] == [("D2", 0), ("D1", 0)]


@pytest.mark.parametrize(
    ("level", "source", "expected"),
    [
        ("pool", "fixed", [[6_500, 6_000]]),
        ("pool", "actual", [[6_000, 0]]),
        ("hospital", "actual", [[7_000, 0], [5_000, 0]]),
        ("case", "actual", [[10_000, 10_000]]),
    ],
)
def test_fund_ratios(level: str, source: str, expected: list[list[int]]) -> None:
    rows = [
        {"hospital_id": 0, "recorded_fen": 70, "total_cost_fen": 100},
        {"hospital_id": 1, "recorded_fen": 50, "total_cost_fen": 100},
    ]
    values = with_month("fixed_opening", method="ratio", fund_ratio_level=level, fund_ratio_source=source)

    assert fund_ratios_e4(values, totals_of(rows, 2)) == expected
