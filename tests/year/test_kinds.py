"""Worked examples of the year with other numbers, and what an example may not ask for; results by hand."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.audit.selftest.examples import Example
from drgdip.audit.selftest.report import Refusal
from drgdip.audit.selftest.run import run_example

RULES = [{"upto": "1", "rule": "dip"}, {"upto": None, "rule": "dip_plus", "share": "0.5"}]
HOSPITALS = [{"id": "A", "points": "100", "recorded": "700"}, {"id": "B", "points": "50", "recorded": "200"}]

HOLD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("prepayment", {"year_fund_totals": ["100"], "months": 12, "scale_months": "1.5"},
     {"monthly_avg": "8.33", "prepayment": "12.50"}),
    ("prepayment_eligible", {"pool": "resident", "cum_months": "6", "year_result": "0", "rolling_deficit": False},
     {"eligible": True}),
    ("prepayment_eligible", {"pool": "resident", "cum_months": "7", "year_result": "1", "rolling_deficit": True},
     {"eligible": False}),
    ("prepayment_eligible", {"pool": "employee", "cum_months": "12", "year_result": "-0.01", "rolling_deficit": False},
     {"eligible": False}),
    # 0.005 and 0.005 are rounded each: 0.01 + 0.01
    ("annual_ratio", {"case_groups": [{"points": "0.01", "fund_ratio": "0.5"}] * 2, "pv": "1", "assess": "1", "deductions": "0"},
     {"before": "0.02", "payable": "0.02"}),
    # 33.34 × 0.5 = 16.67, less 20
    ("annual_ratio", {"case_groups": [{"points": "33.34", "fund_ratio": "1"}], "pv": "1", "assess": "0.5", "deductions": "20"},
     {"before": "33.34", "payable": "-3.33"}),
    # start is one where it is left out
    ("clearing_band", {"recorded": "120", "dip": "100", "bands": RULES}, {"ratio": "1.2", "rule": "dip_plus", "payable": "110"}),
    ("clearing_band", {"recorded": "100", "dip": "100", "bands": RULES}, {"rule": "dip_plus", "payable": "100"}),
    ("retention_release", {"withheld": "100", "score": "75", "full": "90", "zero": "60"}, {"factor": "0.5", "release": "50"}),
    ("retention_release", {"withheld": "100", "score": "60", "full": "90", "zero": "60", "per_point": "0.01"},
     {"factor": "0.7", "release": "70"}),
    ("retention_release", {"withheld": "0.01", "score": "75", "full": "90", "zero": "60"}, {"release": "0.01"}),
    ("final_payable", {"clearing": "10", "monthly_paid": "10", "prepayment_outstanding": "0", "deductions_outstanding": "0.01"},
     {"final": "-0.01", "direction": "recover"}),
    ("year_true_up", {"points": ["0.5", "0.5"], "month_pv": ["1", "1"], "settle_pv": "1.01"}, {"true_up": "0.02"}),
    # capped at 2; a hospital below its base
    ("elastic_pv", {"base_points_region": "100", "base_pv": "1", "budget": "1000", "incr_points_region": "10", "incr_cap": "2",
                    "hospital_base": "50", "hospital_actual": "40"}, {"base_total": "100", "incr_pv": "2", "gross": "40"}),
    ("elastic_pv", {"base_points_region": "100", "base_pv": "1", "budget": "50", "incr_points_region": "10", "incr_cap": "2",
                    "hospital_base": "50", "hospital_actual": "60"}, {"incr_pv": "0", "gross": "50"}),
    ("residual_vs_ratio", {"points": "10", "pv": "1", "patient_paid": "4", "pool_ratio": "0.5"},
     {"gross": "10", "residual": "6", "ratio": "5", "difference": "-1"}),
    # the pool's ratio 0.3333 (1 ÷ 3) in the value: 10 ÷ 0.3333 ÷ 10 = 3.0003
    ("ratio_level", {"budget": "10", "hospitals": [{"id": "A", "points": "10", "cost": "3", "recorded": "1"}], "level": "pool"},
     {"pool_ratio": "0.3333", "pv": "3.0003", "payable": {"A": "10"}, "over_budget": "0"}),
    # 750 ÷ 0.5 ÷ 150 = 10; A 500 against 700: 500 + 100; B 250 against 200
    ("annual_e2e", {"budget": "750", "pay_ratio": "0.5", "pv_rounding": "down", "bands": RULES, "hospitals": HOSPITALS},
     {"pv": "10", "scaled": True, "total_clearing": "750",
      "hospitals": [{"id": "B", "clearing": "250", "final": "250"}, {"id": "A", "dip": "500", "clearing": "500"}]}),
    ("annual_e2e", {"budget": "750", "pay_ratio": "0.5", "pv_rounding": "down", "bands": RULES, "hospitals": HOSPITALS,
                    "risk_fund": "100"}, {"scaled": False, "total_clearing": "850"}),
    ("pay_rate", {"recorded": "3", "paid": "2"}, {"paid_over_recorded": "0.6667", "recorded_over_paid": "1.5"}),
]  # fmt: skip

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("prepayment", {"year_fund_totals": [], "months": 12, "scale_months": "1"}),
    ("prepayment", {"year_fund_totals": ["1"], "months": 0, "scale_months": "1"}),
    ("prepayment_eligible", {"pool": "both", "cum_months": "12", "year_result": "0", "rolling_deficit": False}),
    ("clearing_band", {"recorded": "1", "dip": "1", "bands": []}),
    ("clearing_band", {"recorded": "1", "dip": "1", "bands": [{"upto": "1", "rule": "dip"}]}),
    ("clearing_band", {"recorded": "1", "dip": "1", "bands": [{"upto": None, "rule": "other"}]}),
    ("clearing_band", {"recorded": "1", "dip": "1", "bands": [{"upto": None, "rule": "dip", "more": "1"}]}),
    ("ratio_level", {"budget": "1", "hospitals": [], "level": "case"}),
    ("pay_rate", {"recorded": "0", "paid": "1"}),
    ("annual_e2e", {"budget": "1", "pay_ratio": "1", "pv_rounding": "up", "bands": RULES, "hospitals": []}),
    ("final_payable", {"clearing": "1"}),
]


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"), HOLD, ids=lambda value: value if isinstance(value, str) else ""
)
def test_it_holds(kind: str, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert run_example(Example("X", kind, inputs, expected)) == []


@pytest.mark.parametrize(("kind", "inputs"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_it_is_unsupported(kind: str, inputs: dict[str, Any]) -> None:
    assert isinstance(run_example(Example("X", kind, inputs, {"x": "1"})), Refusal)
