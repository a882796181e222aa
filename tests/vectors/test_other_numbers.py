"""Examples with other numbers and other combinations of inputs; results worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.audit.selftest.examples import Example
from drgdip.audit.selftest.report import Refusal
from drgdip.audit.selftest.run import run_example

HALF = {"threshold": "0.5", "formula": "ratio"}
TWICE = {"threshold": "2", "formula": "excess_plus_one"}
CATALOGUE = [
    {
        "id": "S",
        "kind": "core",
        "dx": "I63.9",
        "combo": "39.7400",
        "type": "surgery",
        "rw": "2000",
        "avg": "30000",
        "n": "5",
    },
    {
        "id": "W",
        "kind": "core",
        "dx": "I63.9",
        "combo": "39.74",
        "type": "surgery",
        "rw": "2500",
        "avg": "40000",
        "n": "9",
    },
    {"id": "ZS", "kind": "comp", "dx": "I63", "type": "surgery", "rw": "1500", "avg": "20000"},
    {"id": "ZC", "kind": "comp", "dx": "I63", "type": "conservative", "rw": "700", "avg": "8000"},
]
TYPES = {"39.7400": "surgery", "39.7401": "intervention", "88.4100": "diagnostic"}


def stroke(**inputs: Any) -> dict[str, Any]:
    return {"catalog": CATALOGUE, "dx": "I63.900", "op_types": TYPES, **inputs}


HOLD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("round_demo", {"value": "-0.00005", "places": "4"}, {"half_up": "-0.0001", "half_even": "0.0000", "down": "0"}),
    ("round_demo", {"value": "2.5", "places": 0}, {"half_up": "3", "half_even": "2", "down": "2"}),
    ("related_op_split", {"without_avg": "1000.50", "with_avg": "1100.55", "threshold": "0.1"}, {"increase": "0.1", "split": True}),
    ("related_op_split", {"without_avg": "1000.50", "with_avg": "1100.5499", "threshold": "0.1"}, {"split": False}),
    ("related_op_split", {"without_avg": "1000", "with_avg": "900", "threshold": "0.1"}, {"increase": "-0.1000"}),
    ("aux_select", {"triggers": {"age": "1.1", "icu": "1.1"}}, {"aux": "1.1000", "chosen": "age"}),
    ("aux_select", {"triggers": {"age": "0.95"}}, {"aux": "0.9500", "chosen": "age"}),
    ("aux_select", {"triggers": {}}, {"aux": "1.0000", "chosen": None}),
    ("aux_select", {"triggers": {"age": "1.04999", "icu": "1.05"}, "eligible": True}, {"aux": "1.0500", "chosen": "age"}),
    # weights of years as shares; a missing year of the region drops out there alone: (2 × 7500 + 7 × 8000) ÷ 9
    (
        "rw",
        {"disease_avgs": ["8000", "9000", "10000"], "region_avgs": [None, "7500", "8000"],
         "weights": ["0.1", "0.2", "0.7"], "scale": "100"},
        {"m": "9600", "M": "7888.8889", "rw": "121.6901"},
    ),
    # pooled on both sides: 11.4 million ÷ 1200; (7000 + 2 × 7500 + 7 × 8000) ÷ 10 with as many cases each year
    (
        "rw",
        {"disease_avgs": ["8000", "9000", "10000"], "counts": ["100", "200", "100"], "region_avgs": ["7000", "7500", "8000"],
         "region_counts": ["5", "5", "5"], "weights": ["1", "2", "7"], "scale": "1000", "mode": "pooled"},
        {"m": "9500", "M": "7800", "rw": "1217.9487"},
    ),
    # 5 years, M given beside the averages counts
    (
        "rw",
        {"disease_avgs": ["1", "2", "3", "4", "5"], "region_avgs": ["1", "1", "1", "1", "1"], "M": "2.5",
         "weights": ["1", "1", "1", "1", "1"], "scale": "1"},
        {"m": "3", "M": "2.5", "rw": "1.2"},
    ),
    # 2 × (11 − 10) is taken from 3 × 20: factor 58/60
    (
        "rebase_rw",
        {"rows": [{"id": "A", "rw": "10", "n": "2"}, {"id": "B", "rw": "20", "n": "3"}], "changes": {"A": "11"}},
        {"factor": "0.966667", "rw": {"A": "11.0000", "B": "19.3333"}},
    ),
    ("rebase_rw", {"rows": [{"id": "A", "rw": "10", "n": "2"}], "changes": {}}, {"factor": "1", "rw": {"A": "10"}}),
    ("hospital_coef", {"base": "0.95"}, {"k": "0.9500"}),
    ("hospital_coef", {"base": "1.1", "bonuses": {"a": "0.05"}, "cap": "1.12"}, {"k": "1.12"}),
    ("hospital_coef", {"base": "0.8", "bonuses": {"a": "-0.05"}, "floor": "0.78"}, {"k": "0.78"}),
    ("hospital_coef", {"base": "0.9", "bonuses": {"a": "0.1", "b": "0.1"}, "mode": "multiplicative"}, {"k": "1.089"}),
    ("hospital_coef",
     {"base": "0.9", "bonuses": {"a": "0.1", "b": "0.1"}, "mode": "multiplicative", "bonus_cap": "0.2"}, {"k": "1.08"}),
    ("ratio_coef", {"part_avg": "9000.125", "whole_avg": "10000"}, {"coef": "0.9000"}),
    # grouping: defaults, wildcards, interventions, weights
    ("group_case", stroke(ops=["39.7400"]), {"group": "S", "route": "core_op"}),
    ("group_case", stroke(ops=["39.7400"], policy={"subcategory_wildcard": True, "tie_break": ["max_rw"]}), {"group": "S"}),
    ("group_case", stroke(ops=["39.7401"], policy={"subcategory_wildcard": True}), {"group": "W", "route": "core_op"}),
    ("group_case", stroke(ops=["39.7401"]), {"group": "ZS", "route": "comp_surgery"}),
    ("group_case", stroke(ops=["39.7401"], policy={"intervention_as": "therapeutic"}), {"group": None, "route": "ungrouped"}),
    ("group_case", stroke(ops=["88.4100", "39.7400"], policy={"main_op_first": False}), {"group": "S", "route": "core_op"}),
    ("group_case", stroke(ops=["88.4100", "39.7400"]), {"group": None, "route": "ungrouped"}),
    ("group_case", stroke(), {"group": "ZC", "route": "comp_conservative"}),
    # point values: (1 × 100 + 3 × 200) ÷ 4 over (10 + 3 × 15) ÷ 4
    ("opening_pv", {"costs": ["100", "200"], "points": ["10", "15"], "weights": ["0.25", "0.75"]},
     {"cost": "175.00", "points": "13.75", "pv": "12.7273"}),
    ("settlement_pv", {"fund_budget": "650.65", "pay_ratio": "0.65", "total_points": "100.1", "ffs_cost": "1"},
     {"covered_cost": "1000", "pv": "9.9900"}),
    ("month_floating", {"month_fund": "100", "pay_ratio": "0.6", "hospital_points": {"B": "10", "A": "20.5"}},
     {"pv": "5.4645", "gross": {"A": "112.02", "B": "54.65"}}),  # 112.02225, 54.645
    ("optimal_interval_1d",
     {"hospitals": [{"id": "x", "cost": "10", "points": "1"}, {"id": "y", "cost": "30", "points": "2"}]},
     {"region_mean": "13.3333", "kept": ["x"], "pv": "10"}),
    ("quantile_trim", {"costs": ["3", "1", "2", "10"], "lo": "0", "hi": "0.5"},
     {"q_lo": "1", "q_hi": "2.50", "kept": 2, "mean": "1.5", "untrimmed_mean": "4"}),
    ("cap_budget", {"budget": "100", "points": {"a": "3", "b": "4"}, "pv_rounding": "half_even"},
     {"pv": "14.2857", "alloc": {"a": "42.86", "b": "57.14"}, "sum": "100", "over_budget": "0"}),
    # cases: no rule applies unless given
    ("case_points", {"rw": "1000", "cost": "1", "ref_cost": "10000"}, {"band": "normal", "ratio": "0.0001", "points": "1000"}),
    ("case_points", {"rw": "1000", "cost": "99999", "ref_cost": "10000", "low": HALF}, {"band": "normal", "points": "1000"}),
    ("case_points", {"rw": "500", "cost": "4000", "ref_cost": "10000", "low": HALF, "k": "1.1", "aux": "1.2"},
     {"band": "low", "points": "240", "review": False}),
    # K of a primary-care group is 1 in the points and in the basis: 4 000 < 0.5 × 10 000 × 1.2
    ("case_points",
     {"rw": "500", "cost": "5999.99", "ref_cost": "10000", "low": HALF, "k": "2", "aux": "1.2", "base_disease": True,
      "basis": "ref_cost_k"},
     {"band": "low", "ratio": "0.5000", "points": "299.9995"}),
    # 1.2 × (2.6 − 1.7 + 1.1) × 1.5 = 3.6
    ("case_points",
     {"rw": "1.2", "cost": "26000", "ref_cost": "10000", "k": "1.1", "aux": "1.5",
      "high": {"threshold": "1.7", "formula": "excess_plus_k", "inclusive": True}},
     {"band": "high", "points": "3.6", "review": False}),
    ("case_points", {"rw": "10", "cost": "20000", "ref_cost": "10000", "high": {**TWICE, "inclusive": True}},
     {"band": "high", "points": "10"}),
    # ungrouped: no rule applies, whatever is given
    ("case_points",
     {"rw": "1000", "cost": "100", "ref_cost": "10000", "ungrouped_factor": "0.65", "low": HALF, "k": "1.3", "aux": "1.2",
      "basis": "ref_cost_k"},
     {"band": "ungrouped", "ratio": "0.01", "points": "6.5", "review": False}),
    # beyond the last limit there is no threshold
    ("case_points",
     {"rw": "5", "cost": "90000", "ref_cost": "10000",
      "high": {"formula": "none", "segments": [{"rw_lt": "5", "threshold": "2"}]}},
     {"band": "normal", "review": False}),
    # a reference cost finer than fen is used as it is: 4888.88885 is half of it
    ("case_points", {"rw": "1000", "cost": "4888.88", "ref_cost": "9777.7777", "low": HALF}, {"band": "low", "points": "499.9991"}),
    ("case_points", {"rw": "1000", "cost": "4888.89", "ref_cost": "9777.7777", "low": HALF}, {"band": "normal", "points": "1000"}),
    ("case_points", {"rw": "1000", "cost": "100", "ref_cost": "10000", "low": {**HALF, "formula": "by_item"}},
     {"band": "low", "points": "0"}),
    ("low_case_two_pv", {"rw": "800", "cost": "1000", "pv_std": "3", "pv_pay": "3.3"}, {"points": "333.3333", "gross": "1100"}),
    ("exclusion_cost", {"cost": "20000.01", "excluded": "0.01", "ref_cost": "10000", "t": "2"},
     {"ratio_all": "2", "ratio_net": "2", "high_all": True, "high_net": False}),
    ("short_case", {"cost": "500", "std": "400", "patient": "100", "other_funds": "50.5"}, {"basis": "400", "payable": "249.50"}),
    ("short_case", {"cost": "400", "std": "400", "patient": "100", "other_funds": "0"}, {"basis": "400", "payable": "300"}),
    # What the patient bears beyond the lower of both is no debt of the hospital (4.2), whichever of both it is.
    ("short_case", {"cost": "400", "std": "500", "patient": "400.01", "other_funds": "0"}, {"basis": "400", "payable": "0"}),
    ("short_case", {"cost": "500", "std": "400", "patient": "400.01", "other_funds": "0"}, {"basis": "400", "payable": "0"}),
    ("short_case", {"cost": "400", "std": "500", "patient": "399", "other_funds": "0.99"}, {"basis": "400", "payable": "0.01"}),
    ("bed_day", {"los": 60, "tiers": [{"upto": 60, "rate": "400"}, {"upto": None, "rate": "300"}]}, {"payable": "24000"}),
    ("bed_day", {"los": 61, "tiers": [{"upto": 60, "rate": "400"}, {"upto": None, "rate": "300"}]}, {"payable": "24300"}),
    ("new_tech_addon", {"eligible_cost": "50000", "add_ratio": "0.6", "pv_open": "8", "cap": "30000"},
     {"amount": "30000", "points": "3750"}),
    ("new_tech_addon", {"eligible_cost": "100.01", "add_ratio": "0.5", "pv_open": "3"}, {"amount": "50.01", "points": "16.67"}),
    ("tcm_gate", {"tcm_fees": {"a": "60"}, "denom_fees": {"b": "100"}, "threshold": "0.6", "rate": "100", "coef": "1",
     "tcm_weight": "2", "fallback_weight": "1"}, {"tcm_ratio": "0.6", "passes": True, "std": "200"}),
    ("tcm_gate", {"tcm_fees": {"a": "59.99"}, "denom_fees": {"b": "100"}, "threshold": "0.6", "rate": "100", "coef": "1",
     "tcm_weight": "2", "fallback_weight": "1"}, {"tcm_ratio": "0.5999", "passes": False, "std": "100"}),
    ("low_by_item", {"cost": "400", "std": "1000", "threshold": "0.4", "inclusive": False},
     {"limit": "400", "by_item": False, "pay_basis": "1000"}),
    ("high_quota", {"discharges": "19", "share": "0.05", "min_ratio": "3", "cases": {"b": "4", "a": "4", "c": "3"}},
     {"quota": 0, "by_item": [], "normal": ["a", "b"]}),
    ("high_quota", {"discharges": 20, "share": "0.05", "min_ratio": "3", "cases": {"b": "4", "a": "4"}},
     {"quota": 1, "by_item": ["a"], "normal": ["b"]}),
    ("k_window", {"cases": [{"discharge": "2025-06-30", "rw_points": "100"}, {"discharge": "2025-07-01", "rw_points": "100"}],
     "k": "1", "k_sanction": "0.9", "start": "2025-04-01", "end": "2025-06-30", "pv": "2"}, {"points": "190", "gross": "380"}),
    ("route_case", {"case": {"los": 2, "flags": ["bed_day"]}, "rules": [{"mode": "by_item", "los_max": 1},
     {"mode": "bed_day", "flag": "bed_day"}, {"mode": "by_item", "los_max": 2}]}, {"mode": "bed_day"}),
    ("route_case", {"case": {"los": "9"}, "rules": []}, {"mode": "dip"}),
    ("route_case", {"case": {"los": 9, "flags": ["tcm", "x"]}, "rules": [{"mode": "a", "flag": "x", "los_min": 10},
     {"mode": "b", "flag": "x", "los_min": 3, "los_max": 9}]}, {"mode": "b"}),
    ("attribution", {"discharge": "2025-06-30", "settled": "2025-12-31", "rule": "discharge", "cutoff": "01-15"}, {"year": 2025}),
    ("attribution", {"discharge": "2025-12-31", "settled": "2026-01-15", "rule": "discharge", "cutoff": "01-15"}, {"year": "2025"}),
    # payment: defaults are nothing paid by others, and a negative counts as zero
    ("case_pay", {"points": "10", "pv": "1.5", "method": "residual"}, {"gross": "15", "payable": "15", "clamped": False}),
    ("case_pay", {"points": "10", "pv": "1.5", "method": "residual", "patient": "10", "other_funds": "5.01"},
     {"payable": "0", "clamped": True}),
    ("case_pay", {"points": "10", "pv": "1.5", "method": "residual", "patient": "15"}, {"payable": "0", "clamped": False}),
    ("case_pay", {"points": "10", "pv": "1.5", "method": "fund_pv", "patient": "99"}, {"payable": "15"}),
    ("case_pay", {"points": "0.0333", "pv": "1.5", "method": "ratio", "fund_ratio": "0.5", "patient": "99"},
     {"gross": "0.05", "payable": "0.03"}),
    ("split_funds", {"gross": "100", "patient": "0", "recorded": {"390100": "1", "390200": "1", "610100": "1"}, "mode": "proportional"},
     {"390100": "33.34", "390200": "33.33", "610100": "33.33"}),
    ("split_funds", {"gross": "100", "patient": "20", "recorded": {"330100": "50", "310100": "10"}, "mode": "pool_residual"},
     {"310100": "30", "330100": "50"}),
    # clearing
    ("cumulative_month", {"cum_payable": "100.01", "paid_before": "100", "ratio": "0.95"}, {"due": "-4.99"}),
    ("month_prepay", {"total_weight": "2.5", "rate": "100.01", "patient_paid": "50", "prepay_ratio": "0.9"},
     {"gross": "250.03", "prepay": "180.03", "paid": "180.03"}),  # 250.025; 180.027
    ("deduction_ledger",
     {"due": "100", "deductions": [{"id": "a", "type": 99, "amount": "30"}, {"id": "b", "type": "20", "amount": "90"},
                                   {"id": "c", "type": "20", "amount": "5", "date": "0001-01-01"}]},
     {"paid": "0", "ledger": [{"id": "c", "taken": "5", "carried": "0", "state": "full"},
                              {"id": "b", "taken": "90", "carried": "0", "state": "full"},
                              {"id": "a", "taken": "5", "carried": "25", "state": "partial"}]}),
    ("deduction_ledger", {"due": "-5", "deductions": []}, {"paid": "0", "ledger": []}),
    # without dates, in the order listed, not by id
    ("deduction_ledger",
     {"due": "1", "deductions": [{"id": "D2", "type": "10", "amount": "1"}, {"id": "D10", "type": "10", "amount": "1"}]},
     {"ledger": [{"id": "D2", "taken": "1"}, {"id": "D10", "taken": "0"}]}),
    ("largest_remainder", {"total": "0.05", "weights": {"b": "0.5", "a": "0.5"}}, {"alloc": {"a": "0.03", "b": "0.02"}}),
    ("month_cases", {"cases": [{"id": "x", "points": "10", "patient": "20"}], "pv": "1", "retention": "0.05"},
     {"per_case": {"x": "0"}, "payable": "0", "retained": "0", "paid": "0"}),
    ("month_cases",
     {"cases": [{"id": "x", "points": "10"}, {"id": "y", "points": "1", "other": "3"}], "pv": "1", "retention": "0.1",
      "deductions": "100", "offset": "hospital_month"},
     {"per_case": {"x": "10", "y": "-2"}, "payable": "8", "retained": "0.80", "paid": "0"}),
    # a month: 1000 × 1.2 = 1200 points; by item 900 allowed of 1000; the negative case offsets the month
    (
        "month_e2e",
        {
            "profile": {"negative": "hospital_month", "basis": "ref_cost"},
            "hospital": {"k": "1.2"},
            "pools": {"310": {"pv": "2"}, "390": {"pv": "1"}},
            "cases": [
                {"id": "a", "pool": "310", "rw": "1000", "cost": "3000", "ref_cost": "2000", "patient": "400"},
                {"id": "b", "pool": "310", "rw": "1", "cost": "1000", "ref_cost": "10", "patient": "100", "other": "50",
                 "special": "by_item", "cost_allowed": "900"},
                {"id": "c", "pool": "310", "rw": "10", "cost": "100", "ref_cost": "10", "patient": "50", "special": "reject",
                 "base_disease": True},
            ],
        },
        {
            "cases": [
                {"id": "c", "band": "normal", "points": "10", "gross": "20", "payable": "-30"},
                {"id": "a", "band": "normal", "points": "1200", "gross": "2400", "payable": "2000"},
                {"id": "b", "band": "by_item", "points": "0", "gross": "900", "payable": "750"},
            ],
            "pools": {
                "310": {"points": "1210", "gross": "3320", "payable": "2720", "recorded": "3500", "difference": "-780",
                        "retained": "0", "deducted": "0", "paid": "2720"},
                "390": {"points": "0", "gross": "0", "payable": "0", "paid": "0"},
            },
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "expected"), HOLD)
def test_other_numbers(kind: str, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert run_example(Example("X", kind, inputs, expected)) == []


CASE = {"rw": "1000", "cost": "4000", "ref_cost": "10000"}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("nursing_share", {}, "nursing_share"),
    (
        "money_mode",
        {
            "rw": "1",
            "city_avg": "1",
            "pv": "1",
            "scale": "1",
            "cost": "1",
            "k": "1",
            "threshold": "1",
            "mode": "high_other",
        },
        "high_other",
    ),
    ("case_points", {"rw": "1000", "cost": "4000"}, "ref_cost"),
    ("case_points", {**CASE, "rw": "one"}, "one"),
    ("case_points", {**CASE, "rw": True}, "True"),
    ("case_points", {**CASE, "base_disease": "no"}, "no"),
    ("case_points", {**CASE, "low": {**HALF, "carry": "1"}}, "carry"),
    ("case_points", {**CASE, "low": {**HALF, "formula": "halved"}}, "halved"),
    ("case_points", {**CASE, "low": {**HALF, "threshold": "0.33333"}}, "0.33333"),
    ("case_points", {**CASE, "high": {**TWICE, "over_cap": "panel"}}, "panel"),
    ("case_points", {**CASE, "high": {"formula": "none"}}, "threshold"),
    ("case_points", {**CASE, "cost": "100000000.01"}, "10000000001"),
    ("case_points", {**CASE, "ref_cost": "0"}, "above zero"),
    ("group_case", stroke(policy={"exclusions": "list"}), "exclusions"),
    ("group_case", stroke(policy={"tie_break": ["min_los"]}), "min_los"),
    ("group_case", stroke(catalog=[*CATALOGUE, CATALOGUE[0]]), "repeated"),
    ("route_case", {"case": {"flags": []}, "rules": [{"mode": "by_item", "los_max": 2}]}, "los"),
    ("route_case", {"case": {"los": 2}, "rules": [{"mode": "by_item", "age_max": 2}]}, "age_max"),
    ("case_pay", {"points": "1", "pv": "1", "method": "ratio"}, "fund_ratio"),
    ("case_pay", {"points": "1", "pv": "1", "method": "residual", "negative": "carry"}, "carry"),
    ("case_pay", {"points": "10000000000", "pv": "1000000", "method": "residual"}, "range"),
    ("deduction_ledger", {"due": "1", "deductions": [{"id": "a", "type": "50", "amount": "1"}]}, "50"),
    (
        "attribution",
        {"discharge": "2025-13-01", "settled": "2026-01-01", "rule": "discharge", "cutoff": "01-31"},
        "2025-13-01",
    ),
    ("rw", {"disease_avgs": ["1"], "weights": ["1"], "scale": "1"}, "region_avgs"),
    ("aux_select", {"triggers": {"age": "-1"}}, "negative"),
    ("aux_select", {"triggers": {"age": "1"}, "eligible": "yes"}, "yes"),
    ("month_e2e", {"profile": {"method": "ratio"}, "hospital": {}, "pools": {}, "cases": []}, "method"),
]


@pytest.mark.parametrize(("kind", "inputs", "word"), REFUSED)
def test_what_the_engine_does_not_have_is_unsupported(kind: str, inputs: dict[str, Any], word: str) -> None:
    outcome = run_example(Example("X", kind, inputs, {"anything": "1"}))

    assert isinstance(outcome, Refusal)
    assert word in outcome.words.en


def test_a_fault_of_a_calculation_fails_the_example_only() -> None:
    (failure,) = run_example(Example("X", "ratio_coef", {"part_avg": "1", "whole_avg": "0"}, {"coef": "1"}))  # type: ignore[misc]

    assert failure.id == "X"
    assert "ZeroDivisionError" in failure.got
