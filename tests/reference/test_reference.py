"""The reference's whole month, from rows of text to the statement, on numbers worked out elsewhere or by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drgdip.base.text import Text
from drgdip.policy import values as v
from tests.reference.catalogue import Catalogue
from tests.reference.fields import FUNDS
from tests.reference.month import ReferenceResult, settle_month

EXAMPLES = json.loads((Path(__file__).parent.parent / "vectors/settlement_examples.json").read_text(encoding="utf-8"))
E01 = next(example for example in EXAMPLES["vectors"] if example["id"] == "E01")

MONTH, HOSPITAL = "2026-01", "H1"
SCOPE = ("hifp_pay", "hifmi_pay", "maf_pay")
TYPES: tuple[v.TreatmentType, ...] = ("surgery", "intervention", "therapeutic", "diagnostic", "conservative")


def pool(insurance_type: str, point_value_e4: int, fund_fen: int | None = None) -> v.Pool:
    name = Text(insurance_type, insurance_type)
    return v.Pool(name, (insurance_type,), "any", SCOPE, "hifp_pay", point_value_e4, fund_fen, 6_500)


#: Strictly below half, strictly above twice the reference cost; K 1.05 for tertiary hospitals; 5 % retained.
POLICY = v.PolicyValues(
    basis_date="discharge",
    rounding=v.Rounding("half_up", "half_up"),
    quality_control=v.QualityControl(0),
    grouping=v.Grouping(True, ("max_ops", "id"), TYPES, False, "surgery", 7_000),
    k=v.HospitalCoefficient(
        "additive",
        {"tertiary": 10_500, "secondary": 10_000, "primary": 10_000, "unrated": 10_000},
        {},
        {},
        None,
        None,
        None,
        "none",
    ),
    deviation=v.Deviation(
        "ref_cost",
        "table",
        v.LowRule(5_000, False, "ratio"),
        v.HighRule((v.HighSegment(None, 20_000),), False, "excess_plus_one", None, "no_extra"),
    ),
    routes=(v.Route("by_item", los_min=60),),
    pools={"310": pool("310", 81_234), "390": pool("390", 62_345)},
    payment=v.Payment("residual", "pool", "fixed", "clamp_case", "pool_residual"),
    month=v.Month("fixed_opening", 500),
)


class Deduction(NamedTuple):
    """An open deduction."""

    id: str
    hospital_code: str
    pool: str
    type: int
    date: str
    amount_fen: int


def conservative(category: str, points: str, mean_cost_yuan: str, primary_care: str = "0") -> dict[str, str]:
    """A core group without operations, whose code is its category."""
    return {
        "dip_code": category,
        "kind": "core",
        "treatment_type": "conservative",
        "diagnosis_category": category,
        "operations": "",
        "points": points,
        "mean_cost_yuan": mean_cost_yuan,
        "cases": "100",
        "primary_care": primary_care,
    }


def catalogue_of(groups: Sequence[Mapping[str, Any]]) -> Catalogue:
    """With a diagnosis ``A01.100`` for every category ``A01.1``, and ``Z99.900`` that no group takes."""
    diagnoses = {f"{group['diagnosis_category']}00" for group in groups} | {"Z99.900"}
    return Catalogue(groups, 1000, "10000", {}, diagnoses, {"47.0100"})


CATALOGUE = catalogue_of([conservative("A01.1", "1000", "10000")])


def row(setl_id: str, cost: str, patient: str = "0", other: str = "0", **cells: str) -> dict[str, str]:
    """A stay in order: the patient pays cash, ``other`` comes from a fund outside the pool's scope."""
    pooled = Fraction(cost) - Fraction(patient) - Fraction(other)
    text = {
        "setl_id": setl_id,
        "fixmedins_code": HOSPITAL,
        "hosp_lv": "01",
        "insutype": "310",
        "insu_admdvs": "990100",
        "mdtrt_admdvs": "990100",
        "adm_time": "2026-01-05",
        "dscg_time": "2026-01-12 09:30:00",
        "setl_time": "2026-01-12",
        "act_ipt_days": "7",
        "diag_code": "A01.100",
        "oprn_oprt_code": "",
        "medfee_sumamt": cost,
        "fulamt_ownpay_amt": "0",
        "overlmt_selfpay": "0",
        "preselfpay_amt": "0",
        "inscp_scp_amt": cost,
        "hifp_pay": decimals(pooled, 2),
        "hifob_pay": other,
        "fund_pay_sumamt": decimals(pooled + Fraction(other), 2),
        "acct_pay": "0",
        "psn_cash_pay": patient,
    }
    return {**text, **cells}


def decimals(amount: Fraction, places: int) -> str:
    scaled = exact(amount, places)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}}"


def exact(amount: Fraction | str, places: int) -> int:
    scaled = Fraction(amount) * 10**places
    assert scaled.denominator == 1
    return int(scaled)


def settle(
    rows: Sequence[Mapping[str, str]],
    policy: v.PolicyValues = POLICY,
    catalogue: Catalogue = CATALOGUE,
    deductions: Iterable[Deduction] = (),
) -> ReferenceResult:
    return settle_month(lambda day: policy, catalogue, rows, MONTH, deductions)


# --- the end-to-end example ----------------------------------------------------------------------


def e01_rows() -> tuple[Catalogue, list[dict[str, str]]]:
    """A group for each case. There is no auxiliary coefficient yet: that of one case stands in its group's points."""
    groups, rows = [], []
    for number, case in enumerate(E01["inputs"]["cases"]):
        category = f"A{number:02}.1"
        points = Fraction(case["rw"]) * Fraction(case.get("aux", "1"))
        primary_care = str(int("base_disease" in case))
        groups.append(conservative(category, decimals(points, 4), case["ref_cost"], primary_care))
        cells = {"insutype": case["pool"], "diag_code": "Z99.900" if "ungrouped" in case else f"{category}00"}
        if case.get("special") == "by_item":
            cells["act_ipt_days"] = "60"
        rows.append(row(case["id"], case["cost"], case["patient"], case["other"], **cells))
    return catalogue_of(groups), rows


@pytest.fixture(scope="module")
def month_e01() -> ReferenceResult:
    catalogue, rows = e01_rows()
    taken = E01["inputs"]["hospital"]["deductions"]["310"]
    return settle(rows, POLICY, catalogue, [Deduction("D1", HOSPITAL, "310", 10, "2026-01-20", exact(taken, 2))])


def test_e01_cases(month_e01: ReferenceResult) -> None:
    assert not month_e01.set_aside
    found = [
        (case["setl_id"], case["deviation_band"], case["points_e4"], case["gross_fen"], case["payable_fen"])
        for case in month_e01.cases
    ]
    assert found == [
        (
            case["id"],
            f"band_{case['band']}",
            exact(case["points"], 4),
            exact(case["gross"], 2),
            exact(case["payable"], 2),
        )
        for case in E01["expected"]["cases"]
    ]


@pytest.mark.parametrize("pool_name", ["310", "390"])
def test_e01_statement(month_e01: ReferenceResult, pool_name: str) -> None:
    expected = E01["expected"]["pools"][pool_name]
    (found,) = [line for line in month_e01.statement if line["pool"] == pool_name]
    assert found["points_e4"] == exact(expected["points"], 4)
    assert found["audit_deduction_fen"] == exact(expected["deducted"], 2)
    for name in ("gross", "payable", "recorded", "difference", "retained", "paid"):
        assert found[f"{name}_fen"] == exact(expected[name], 2), name


# --- which rows are settled ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"hosp_lv": ""}, ("missing_value",)),
        ({"act_ipt_days": "seven"}, ("wrong_type",)),
        ({"adm_time": "2026-02-30"}, ("impossible_date",)),
        ({"act_pay_dedc": "1.005"}, ("too_many_decimals",)),
        ({"diag_code": "A01.100|Q00.000"}, ("unknown_diagnosis_code",)),
        ({"oprn_oprt_code": "99.9999"}, ("unknown_procedure_code",)),
        ({"act_pay_dedc": "-0.01"}, ("negative_amount",)),
        ({"adm_time": "2026-01-12 09:30:01"}, ("discharge_before_admission",)),
        ({"setl_time": "2026-01-11 23:59:59"}, ("settlement_before_discharge",)),
        ({"inscp_scp_amt": "9999.99"}, ("cost_identity_broken",)),
        ({"maf_pay": "0.01"}, ("fund_identity_broken",)),
        ({"psn_cash_pay": "0.01"}, ("payer_identity_broken",)),
        ({"inscp_scp_amt": "1", "maf_pay": "1"}, ("cost_identity_broken", "fund_identity_broken")),
        ({"refd_setl_flag": "1"}, ("refunded",)),
        ({"insutype": "510"}, ("no_pool",)),
        ({"refd_setl_flag": "1", "insutype": "510"}, ("refunded",)),
        ({"refd_setl_flag": "1", "hosp_lv": ""}, ("missing_value",)),
    ],
)
def test_why_a_row_is_not_settled(cells: dict[str, str], reasons: tuple[str, ...]) -> None:
    result = settle([row("S1", "10000", **cells), row("S2", "10000")])
    assert [(aside.row, aside.setl_id, aside.reasons) for aside in result.set_aside] == [(1, "S1", reasons)]
    assert [case["setl_id"] for case in result.cases] == ["S2"]


def test_settlement_on_the_day_of_discharge_is_in_order() -> None:
    """The hour does not matter: a stay may be settled in the morning and left at noon."""
    assert not settle([row("S1", "10000", setl_time="2026-01-12 00:00:00")]).set_aside


@pytest.mark.parametrize(("gap", "settled"), [("10000.01", True), ("10000.02", False), ("9999.99", True)])
def test_an_identity_may_miss_by_the_tolerance_and_no_more(gap: str, settled: bool) -> None:
    tolerant = POLICY._replace(quality_control=v.QualityControl(1))
    assert bool(settle([row("S1", "10000", inscp_scp_amt=gap)], tolerant).cases) == settled


def test_a_stay_that_cost_nothing() -> None:
    result = settle([row("S1", "0")])
    assert [aside.reasons for aside in result.set_aside] == [("zero_cost",)]


def test_the_month_begins_and_ends_with_a_second() -> None:
    times = ["2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-01-31 23:59:59", "2026-02-01 00:00:00"]
    rows = [
        row(f"S{number}", "10000", adm_time="2025-12-20", dscg_time=time, setl_time="2026-02-03")
        for number, time in enumerate(times)
    ]
    by_discharge = settle(rows)
    assert [case["setl_id"] for case in by_discharge.cases] == ["S1", "S2"]
    assert (by_discharge.set_aside, by_discharge.other_period) == ([], 2)
    assert not settle(rows, POLICY._replace(basis_date="settlement")).cases


def test_identical_rows_keep_the_first_and_differing_rows_none() -> None:
    costs = {"S1": ("10000", "10000"), "S2": ("10000", "10000"), "S3": ("10000", "10000.01")}
    result = settle([row(setl_id, cost) for setl_id, both in costs.items() for cost in both])
    assert [case["row"] for case in result.cases] == [1, 3]
    assert [(aside.row, aside.reasons) for aside in result.set_aside] == [
        (2, ("duplicate_setl_id",)),
        (4, ("duplicate_setl_id",)),
        (5, ("conflicting_setl_id",)),
        (6, ("conflicting_setl_id",)),
    ]


# --- the month -----------------------------------------------------------------------------------


def test_what_is_paid_by_item_leaves_the_floating_point_value() -> None:
    """6500 ÷ 0.65 = 10000; less 2000 by item: 8000 for 1050 points. 8000 ÷ 1050 = 7.619047…, shown as 7.6190."""
    floating = POLICY._replace(
        pools={"310": pool("310", 81_234, 650_000)}, month=POLICY.month._replace(point_value="floating")
    )
    result = settle([row("S1", "10000", "1000"), row("S2", "2000", "500", "100", act_ipt_days="60")], floating)
    (line,) = result.statement
    assert line["point_value_e4"] == 76_190
    by_group, by_item = result.cases
    # 1050 × 7.6190 = 7999.95
    assert (by_group["gross_fen"], by_group["payable_fen"]) == (799_995, 699_995)
    assert (by_item["gross_fen"], by_item["payable_fen"], by_item["points_e4"]) == (200_000, 140_000, 0)
    assert by_item["route"] == "route_by_item"
    assert by_item["deviation_band"] == "band_by_item"
    assert line["by_item_cases"] == line["normal_cases"] == 1


def test_a_deduction_never_makes_a_month_negative_and_is_never_dropped() -> None:
    """Payable 1050 × 8.1234 = 8529.57; 5 % is 426.48 (426.4785); due 8103.09: 8000 audit, 103.09 of 200 inspection."""
    items = [
        Deduction("late", HOSPITAL, "310", 20, "2026-01-01", 20_000),
        Deduction("first", HOSPITAL, "310", 10, "2026-01-09", 800_000),
        Deduction("last", HOSPITAL, "310", 99, "2025-12-01", 1),
    ]
    result = settle([row("S1", "10000")], deductions=items)
    (line,) = result.statement
    assert (line["payable_fen"], line["retained_fen"], line["due_fen"]) == (852_957, 42_648, 810_309)
    assert (line["audit_deduction_fen"], line["inspection_deduction_fen"]) == (800_000, 10_309)
    assert (line["other_deduction_fen"], line["paid_fen"]) == (0, 0)
    assert [(item["item_id"], item["carried_fen"], item["state"]) for item in result.deductions] == [
        ("first", 0, "full"),
        ("late", 9_691, "partial"),
        ("last", 1, "none"),
    ]


def test_the_pooled_fund_bears_the_difference() -> None:
    """Recorded 9000 pooled and 1000 aid; payable 8529.57: aid keeps 1000, the pooled fund pays 7529.57."""
    result = settle([row("S1", "10000", hifp_pay="9000", maf_pay="1000")])
    (case,) = result.cases
    funds = {stem: case[f"{stem}_payable_fen"] for stem in FUNDS.values() if case[f"{stem}_payable_fen"]}
    assert funds == {"pooled_fund": 752_957, "medical_aid_fund": 100_000}
    shared = settle(
        [row("S1", "10000", hifp_pay="9000", maf_pay="1000")],
        POLICY._replace(payment=POLICY.payment._replace(fund_variance="proportional")),
    )
    # 8529.57 × 0.9 = 7676.613 and × 0.1 = 852.957: the fen that is left goes to the larger remainder.
    assert shared.cases[0]["pooled_fund_payable_fen"] == 767_661
    assert shared.cases[0]["medical_aid_fund_payable_fen"] == 85_296


@pytest.mark.parametrize(("mode", "points_e4"), [("half_up", 5_000_001), ("half_even", 5_000_000), ("down", 5_000_000)])
def test_points_follow_the_rounding_mode_and_the_ratio_that_is_shown_does_not(mode: str, points_e4: int) -> None:
    """K 0.5: 1000.0001 × 0.5 = 500.00005. The ratio 10000 ÷ 15000 is shown as 0.6667."""
    policy = POLICY._replace(
        rounding=v.Rounding(mode, "half_up"),  # type: ignore[arg-type]
        k=POLICY.k._replace(base=dict.fromkeys(POLICY.k.base, 5_000)),
    )
    catalogue = catalogue_of([conservative("A01.1", "1000.0001", "15000")])
    (case,) = settle([row("S1", "10000")], policy, catalogue).cases
    assert (case["points_e4"], case["cost_ratio_e4"]) == (points_e4, 6_667)
