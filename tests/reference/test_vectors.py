"""The reference itself against the worked examples of the settlement arithmetic."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drgdip.policy.sections.case_rules_values import BedDayTier, CoefficientWindow
from drgdip.policy.values import Deviation, Grouping, HighRule, HighSegment, HospitalCoefficient, LowRule, Route
from tests.reference.case_rules import (
    addition_fen,
    bed_day_fen,
    lower_of,
    points_of_fen,
    quota,
    reaches_share,
    within_quota,
)
from tests.reference.catalogue import Catalogue
from tests.reference.clearing import (
    cumulative_due_fen,
    floating_point_value_e4,
    paid_fen,
    retained_fen,
    take_deductions,
)
from tests.reference.fund_split import CasePayment, gross_fen, pay_by_item, pay_by_points, split
from tests.reference.grouping import group_case
from tests.reference.numbers import e4, fen, from_e4, from_fen, rounded
from tests.reference.pricing import Points, Valued, grouped_points, route_of, ungrouped_points
from tests.reference.valuation import coefficient_e4, hospital_coefficient_e4

Inputs = Mapping[str, Any]

EXAMPLES = json.loads((Path(__file__).parent.parent / "vectors/settlement_examples.json").read_text(encoding="utf-8"))
TYPES = ("surgery", "intervention", "therapeutic", "diagnostic", "conservative")


def money(text: str) -> int:
    return fen(Fraction(text))


def scaled(text: str) -> int:
    return e4(Fraction(text))


def yuan(amount_fen: int) -> str:
    return f"{'-' if amount_fen < 0 else ''}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02}"


def decimals(scaled_e4: int) -> str:
    return f"{'-' if scaled_e4 < 0 else ''}{abs(scaled_e4) // 10_000}.{abs(scaled_e4) % 10_000:04}"


# --- grouping, routing, coefficients -------------------------------------------------------------


def group(inputs: Inputs) -> Any:
    groups = [
        {
            "dip_code": row["id"],
            "kind": "core" if row["kind"] == "core" else "comprehensive",
            "treatment_type": row["type"],
            "diagnosis_category": row["dx"],
            "operations": row["combo"],
            "points": row["rw"],
            "mean_cost_yuan": row["avg"],
            "cases": row["n"],
            "primary_care": "0",
        }
        for row in inputs["catalog"]
    ]
    listed = {code for row in groups for code in row["operations"].replace("+", "/").split("/")}
    procedures = {code for code in {*inputs["op_types"], *inputs["ops"], *listed} if len(code) > 5}
    catalogue = Catalogue(groups, 1000, "10000", inputs["op_types"], {inputs["dx"]}, procedures)
    policy = inputs["policy"]
    rules = Grouping(
        policy["main_op_first"],
        tuple(policy["tie_break"]),
        TYPES,
        policy.get("subcategory_wildcard", False),
        policy.get("intervention_as", "surgery"),
        10_000,
    )
    found = group_case(catalogue, inputs["dx"], inputs["ops"], money(policy.get("cost", "0")), rules)
    route = found.reason.replace("core_operation", "core_op").replace("comprehensive", "comp")
    return {"group": found.group["dip_code"] if found.group else None, "route": route}


def route(inputs: Inputs) -> Any:
    """Flags are not part of a policy's routes: a rule with a flag that the case lacks does not hold."""
    rules: list[Any] = []
    for rule in inputs["rules"]:
        if "flag" not in rule or rule["flag"] in inputs["case"]["flags"]:
            rules.append(Route(rule["mode"], rule.get("los_max"), rule.get("los_min")))
    return {"mode": route_of(rules, inputs["case"]["los"], "local")}


def coefficient(inputs: Inputs) -> Any:
    def limit(name: str) -> int | None:
        return scaled(inputs[name]) if inputs.get(name) is not None else None

    rules = HospitalCoefficient(
        inputs.get("mode", "additive"), {}, {}, {}, limit("bonus_cap"), limit("floor"), limit("cap"), "none"
    )
    bonuses = [scaled(bonus) for bonus in inputs["bonuses"].values()]
    return {"k": decimals(coefficient_e4(scaled(inputs["base"]), bonuses, rules))}


# --- points and payment --------------------------------------------------------------------------


def deviation(rules: Inputs) -> Deviation:
    low, high = rules.get("low"), rules.get("high")
    low_rule = low and LowRule(scaled(low["threshold"]), low.get("inclusive", False), low["formula"])
    high_rule = None
    if high:
        segments = high.get("segments") or [{"rw_lt": None, "threshold": high.get("threshold", "0")}]
        high_rule = HighRule(
            tuple(HighSegment(s["rw_lt"] and scaled(s["rw_lt"]), scaled(s["threshold"])) for s in segments),
            high.get("inclusive", False),
            high["formula"],
            scaled(high["cap_ratio"]) if high.get("cap_ratio") else None,
            "no_extra",
        )
    return Deviation(rules.get("basis", "ref_cost"), "table", low_rule, high_rule)


def points_of(case: Inputs, rules: Inputs) -> Points:
    k = Fraction(1) if case.get("base_disease") else Fraction(case.get("k", "1"))
    aux = Fraction(case.get("aux", "1"))
    valued = Valued(Fraction(case["rw"]), Fraction(case["cost"]), Fraction(case["ref_cost"]), k, aux)
    if rules.get("ungrouped_factor"):
        return ungrouped_points(valued._replace(k=Fraction(1), aux=Fraction(1)), Fraction(rules["ungrouped_factor"]))
    return grouped_points(valued, deviation(rules))


def points(inputs: Inputs) -> Any:
    found = points_of(inputs, inputs)
    return {
        "band": found.band,
        "ratio": decimals(e4(found.ratio)),
        "points": decimals(found.points_e4),
        "review": found.review,
    }


def case_pay(inputs: Inputs) -> Any:
    paid = pay_by_points(
        gross_fen(scaled(inputs["points"]), scaled(inputs["pv"])),
        money(inputs.get("patient", "0")),
        money(inputs.get("other_funds", "0")),
        inputs["method"],
        scaled(inputs.get("fund_ratio") or "0"),
        "clamp_case" if inputs.get("negative", "clamp") == "clamp" else "hospital_month",
    )
    return {"gross": yuan(paid.gross_fen), "payable": yuan(paid.payable_fen), "clamped": paid.clamped_fen != 0}


def split_funds(inputs: Inputs) -> Any:
    recorded = {fund: money(amount) for fund, amount in inputs["recorded"].items()}
    pooled = next(iter(recorded))
    payable = money(inputs["gross"]) - money(inputs["patient"])
    return {fund: yuan(amount) for fund, amount in split(payable, recorded, pooled, inputs["mode"]).items()}


# --- further ways to pay a case ------------------------------------------------------------------


def bed_day(inputs: Inputs) -> Any:
    tiers = [BedDayTier(tier["upto"], money(tier["rate"])) for tier in inputs["tiers"]]
    return {"payable": yuan(bed_day_fen(inputs["los"], tiers))}


def new_tech_addon(inputs: Inputs) -> Any:
    cap = money(inputs["cap"]) if inputs.get("cap") is not None else None
    amount = addition_fen(money(inputs["eligible_cost"]), scaled(inputs["add_ratio"]), cap, "half_up")
    return {"amount": yuan(amount), "points": decimals(points_of_fen(amount, scaled(inputs["pv_open"]), "half_up"))}


def exclusion_cost(inputs: Inputs) -> Any:
    cost, rule = Fraction(inputs["cost"]), {"high": {"threshold": inputs["t"], "formula": "none"}}
    both = [
        grouped_points(Valued(Fraction(1), amount, Fraction(inputs["ref_cost"])), deviation(rule))
        for amount in (cost, cost - Fraction(inputs["excluded"]))
    ]
    ratios, bands = [decimals(e4(found.ratio)) for found in both], [found.band == "high" for found in both]
    return {"ratio_all": ratios[0], "ratio_net": ratios[1], "high_all": bands[0], "high_net": bands[1]}


def short_case(inputs: Inputs) -> Any:
    basis = lower_of(money(inputs["cost"]), money(inputs["std"]))
    paid = pay_by_item(basis, 0, money(inputs["patient"]), money(inputs["other_funds"]), "clamp_case")
    return {"basis": yuan(basis), "payable": yuan(paid.payable_fen)}


def low_case_two_pv(inputs: Inputs) -> Any:
    """The standard in money is what the cost is compared with, at the point value that it is fixed with."""
    standard = Fraction(inputs["rw"]) * Fraction(inputs["pv_std"])
    rule = {"low": {"threshold": "10000", "inclusive": True, "formula": "std_correction"}}
    found = grouped_points(Valued(Fraction(inputs["rw"]), Fraction(inputs["cost"]), standard), deviation(rule))
    return {
        "points": decimals(found.points_e4),
        "gross": yuan(gross_fen(found.points_e4, scaled(inputs["pv_pay"]))),
    }


def tcm_gate(inputs: Inputs) -> Any:
    part, whole = (sum(map(money, inputs[side].values())) for side in ("tcm_fees", "denom_fees"))
    passes = reaches_share(part, whole, scaled(inputs["threshold"]))
    weight = Fraction(inputs["tcm_weight" if passes else "fallback_weight"])
    standard = Valued(weight, Fraction(0), Fraction(1), Fraction(inputs["coef"])).standard
    return {
        "tcm_ratio": decimals(e4(Fraction(part, whole))),
        "passes": passes,
        "std": yuan(gross_fen(e4(standard), scaled(inputs["rate"]))),
    }


def drg_case(inputs: Inputs) -> Any:
    standard = Valued(Fraction(inputs["weight"]), Fraction(0), Fraction(1), Fraction(inputs.get("coef", "1"))).standard
    return {"std": yuan(gross_fen(e4(standard), scaled(inputs["rate"])))}


def low_by_item(inputs: Inputs) -> Any:
    standard, cost = Fraction(inputs["std"]), Fraction(inputs["cost"])
    rule = {"low": {"threshold": inputs["threshold"], "inclusive": inputs["inclusive"], "formula": "by_item"}}
    found = grouped_points(Valued(standard, cost, standard), deviation(rule))
    return {
        "limit": decimals(e4(standard * Fraction(inputs["threshold"]))),
        "by_item": found.by_item,
        "pay_basis": yuan(fen(cost if found.by_item else from_e4(found.points_e4))),
    }


def high_quota(inputs: Inputs) -> Any:
    rule = deviation({"high": {"threshold": inputs["min_ratio"], "formula": "by_item"}})
    ratios = {name: Fraction(ratio) for name, ratio in inputs["cases"].items()}
    high = {
        name: ratio
        for name, ratio in ratios.items()
        if grouped_points(Valued(Fraction(1), ratio, Fraction(1)), rule).band == "high"
    }
    most = quota(int(inputs["discharges"]), scaled(inputs["share"]))
    kept = within_quota(high, most)
    return {
        "quota": most,
        "by_item": kept,
        "normal": [name for name in within_quota(high, len(high)) if name not in kept],
    }


def money_mode(inputs: Inputs) -> Any:
    """A weight of one costs the city's mean; ``scale`` points are a weight of one."""
    rw, mean, scale, pv = (Fraction(inputs[name]) for name in ("rw", "city_avg", "scale", "pv"))
    side, formula = MODES[inputs["mode"]]
    rule = {side: {"threshold": inputs["threshold"], "formula": formula}} if side else {}
    found = grouped_points(
        Valued(rw * scale, Fraction(inputs["cost"]), rw * mean, Fraction(inputs["k"])), deviation(rule)
    )
    pay = money(inputs["cost"]) if found.by_item else gross_fen(found.points_e4, e4(pv))
    control = rounded(pv * scale / mean * 10**6)
    return {
        "ratio": decimals(e4(found.ratio)),
        "control": f"{control // 10**6}.{control % 10**6:06}",
        "pay_total": yuan(pay),
    }


def special_case(inputs: Inputs) -> Any:
    """2.8, 6.4: by item points are nothing; an adjusted standard is a multiple; a rejected case is an ordinary one."""
    patient, other = money(inputs["patient"]), money(inputs["other_funds"])
    if inputs["outcome"] == "by_item":
        paid = pay_by_item(money(inputs["cost_allowed"]), 0, patient, other, "clamp_case")
        return {"points": decimals(0), "payable": yuan(paid.payable_fen)}
    factor = Fraction(inputs["factor"]) if inputs["outcome"] == "adjusted" else Fraction(1)
    points_e4 = e4(Fraction(inputs["rw"]) * Fraction(inputs["k"]) * factor)
    gross = gross_fen(points_e4, scaled(inputs["pv"]))
    paid = pay_by_points(gross, patient, other, "residual", 0, "clamp_case")
    return {"points": decimals(points_e4), "payable": yuan(paid.payable_fen)}


MODES = {
    "normal": ("", ""),
    "low_no_factor": ("low", "std_correction"),
    "low_actual": ("low", "by_item"),
    "high_deduct": ("high", "deduct"),
    "high_linear_add": ("high", "linear_add"),
    "high_cap": ("high", "cap"),
}


def k_window(inputs: Inputs) -> Any:
    k, days = scaled(inputs["k"]), [date.fromisoformat(inputs[name]) for name in ("start", "end")]
    window = CoefficientWindow("H", days[0], days[1], scaled(inputs["k_sanction"]) - k, None, "example")
    rules = HospitalCoefficient("additive", {"unrated": k}, {}, {}, None, None, None, "none", windows=(window,))  # type: ignore[typeddict-item]
    points = [
        e4(
            Fraction(case["rw_points"])
            * from_e4(hospital_coefficient_e4(rules, "H", "unrated", "", date.fromisoformat(case["discharge"])))
        )
        for case in inputs["cases"]
    ]
    gross = sum(gross_fen(one, scaled(inputs["pv"])) for one in points)
    return {"points": decimals(sum(points)), "gross": yuan(gross)}


# --- point values and months ---------------------------------------------------------------------


def settlement_pv(inputs: Inputs) -> Any:
    fund, ratio, by_item = money(inputs["fund_budget"]), scaled(inputs["pay_ratio"]), money(inputs.get("ffs_cost", "0"))
    return {
        "covered_cost": yuan(fen(from_fen(fund) / from_e4(ratio)) - by_item),
        "pv": decimals(floating_point_value_e4(fund, ratio, by_item, scaled(inputs["total_points"]))),
    }


def month_floating(inputs: Inputs) -> Any:
    hospitals = {name: scaled(points) for name, points in inputs["hospital_points"].items()}
    pv = floating_point_value_e4(money(inputs["month_fund"]), scaled(inputs["pay_ratio"]), 0, sum(hospitals.values()))
    gross = {name: yuan(gross_fen(points, pv)) for name, points in hospitals.items()}
    return {"pv": decimals(pv), "gross": gross}


def cumulative_month(inputs: Inputs) -> Any:
    due = cumulative_due_fen(money(inputs["cum_payable"]), scaled(inputs["ratio"]), money(inputs["paid_before"]))
    return {"due": yuan(due)}


class Item(NamedTuple):
    """A deduction as clearing takes it."""

    id: str
    type: int
    date: str
    amount_fen: int


def deduction_ledger(inputs: Inputs) -> Any:
    items = [
        Item(row["id"], int(row["type"]), row.get("date", ""), money(row["amount"])) for row in inputs["deductions"]
    ]
    due = money(inputs["due"])
    taken = take_deductions(due, items)
    ledger = [
        {"id": item.item_id, "taken": yuan(item.taken_fen), "carried": yuan(item.carried_fen), "state": item.state}
        for item in taken
    ]
    return {"paid": yuan(paid_fen(due, taken)), "ledger": ledger}


def paid_after(payable: int, retained: int, deduction: int) -> int:
    due = payable - retained
    return paid_fen(due, take_deductions(due, [Item("all", 10, "", deduction)]))


def month_cases(inputs: Inputs) -> Any:
    pv = scaled(inputs["pv"])
    negative = "clamp_case" if inputs.get("offset", "case") == "case" else inputs["offset"]
    payables = {
        case["id"]: pay_by_points(
            gross_fen(scaled(case["points"]), pv), money(case["patient"]), money(case["other"]), "residual", 0, negative
        ).payable_fen
        for case in inputs["cases"]
    }
    payable = sum(payables.values())
    retained = retained_fen(payable, scaled(inputs["retention"]))
    return {
        "per_case": {name: yuan(amount) for name, amount in payables.items()},
        "payable": yuan(payable),
        "retained": yuan(retained),
        "paid": yuan(paid_after(payable, retained, money(inputs["deductions"]))),
    }


class Settled(NamedTuple):
    """One case of the end-to-end example."""

    id: str
    pool: str
    points: Points
    paid: CasePayment
    recorded_fen: int


def month_e2e(inputs: Inputs) -> Any:
    cases = [settled(case, inputs) for case in inputs["cases"]]
    return {
        "cases": [
            {
                "id": case.id,
                "band": case.points.band,
                "points": decimals(case.points.points_e4),
                "gross": yuan(case.paid.gross_fen),
                "payable": yuan(case.paid.payable_fen),
            }
            for case in cases
        ],
        "pools": {
            pool: pool_month([case for case in cases if case.pool == pool], pool, inputs["hospital"])
            for pool in inputs["pools"]
        },
    }


def settled(case: Inputs, inputs: Inputs) -> Settled:
    profile, pool = inputs["profile"], case["pool"]
    patient, other = money(case["patient"]), money(case["other"])
    recorded = money(case["cost"]) - patient - other
    factor = profile["ungrouped_factor"] if case.get("ungrouped") else None
    priced = points_of({**case, "k": inputs["hospital"]["k"]}, {**profile, "ungrouped_factor": factor})
    if case.get("special") == "by_item":
        by_item = Points("by_item", priced.ratio, 0, False, True)
        item = pay_by_item(money(case["cost_allowed"]), 0, patient, other, profile["negative"])
        return Settled(case["id"], pool, by_item, item, recorded)
    gross = gross_fen(priced.points_e4, scaled(inputs["pools"][pool]["pv"]))
    paid = pay_by_points(gross, patient, other, "residual", 0, profile["negative"])
    return Settled(case["id"], pool, priced, paid, recorded)


def pool_month(cases: list[Settled], pool: str, hospital: Inputs) -> dict[str, str]:
    payable = sum(case.paid.payable_fen for case in cases)
    recorded = sum(case.recorded_fen for case in cases)
    retained = retained_fen(payable, scaled(hospital["retention"]))
    deduction = money(hospital["deductions"].get(pool, "0"))
    return {
        "points": decimals(sum(case.points.points_e4 for case in cases)),
        "gross": yuan(sum(case.paid.gross_fen for case in cases)),
        "payable": yuan(payable),
        "recorded": yuan(recorded),
        "difference": yuan(payable - recorded),
        "retained": yuan(retained),
        "deducted": yuan(deduction),
        "paid": yuan(paid_after(payable, retained, deduction)),
    }


KINDS: dict[str, Callable[[Inputs], Any]] = {
    "group_case": group,
    "route_case": route,
    "hospital_coef": coefficient,
    "case_points": points,
    "case_pay": case_pay,
    "split_funds": split_funds,
    "settlement_pv": settlement_pv,
    "month_floating": month_floating,
    "cumulative_month": cumulative_month,
    "deduction_ledger": deduction_ledger,
    "month_cases": month_cases,
    "month_e2e": month_e2e,
    "bed_day": bed_day,
    "new_tech_addon": new_tech_addon,
    "exclusion_cost": exclusion_cost,
    "short_case": short_case,
    "low_case_two_pv": low_case_two_pv,
    "tcm_gate": tcm_gate,
    "drg_case": drg_case,
    "low_by_item": low_by_item,
    "high_quota": high_quota,
    "money_mode": money_mode,
    "k_window": k_window,
    "special_case": special_case,
}
CHECKED = [example for example in EXAMPLES["vectors"] if example["fn"] in KINDS]


@pytest.mark.parametrize("example", CHECKED, ids=[example["id"] for example in CHECKED])
def test_example(example: dict[str, Any]) -> None:
    assert KINDS[example["fn"]](example["inputs"]) == example["expected"]


def test_every_kind_has_an_example() -> None:
    assert {example["fn"] for example in CHECKED} == set(KINDS)
    assert len(EXAMPLES["vectors"]) == 144
