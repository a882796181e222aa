"""The calculations that examples may name.

Each is a function whose parameters are the inputs of the example, with the same names and defaults; it only reads
numbers, calls the engine, and writes the results as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drgdip.audit.selftest import (
    case_rules,
    clearing,
    cross_region,
    grouping,
    indicators,
    month,
    payment,
    point_value,
    pricing,
    review,
    sanctions,
    special,
    weights,
    year,
)

KINDS: dict[str, Callable[..., Mapping[str, Any]]] = {
    # numbers, weights, coefficients
    "round_demo": weights.round_demo,
    "related_op_split": weights.related_op_split,
    "rw": weights.rw,
    "rebase_rw": weights.rebase_rw,
    "hospital_coef": weights.hospital_coef,
    "ratio_coef": weights.ratio_coef,
    "aux_select": weights.aux_select,
    # grouping
    "group_case": grouping.group_case,
    # point values
    "opening_pv": point_value.opening_pv,
    "settlement_pv": point_value.settlement_pv,
    "month_floating": point_value.month_floating,
    "cap_budget": point_value.cap_budget,
    "optimal_interval_1d": point_value.optimal_interval_1d,
    "optimal_interval_2d": point_value.optimal_interval_2d,
    "quantile_trim": point_value.quantile_trim,
    # pricing
    "attribution": pricing.attribution,
    "route_case": pricing.route_case,
    "case_points": pricing.case_points,
    "low_case_two_pv": case_rules.low_case_two_pv,
    "exclusion_cost": case_rules.exclusion_cost,
    "short_case": case_rules.short_case,
    "bed_day": case_rules.bed_day,
    "new_tech_addon": case_rules.new_tech_addon,
    "tcm_gate": case_rules.tcm_gate,
    "drg_case": case_rules.drg_case,
    "low_by_item": case_rules.low_by_item,
    "high_quota": case_rules.high_quota,
    "money_mode": case_rules.money_mode,
    "k_window": case_rules.k_window,
    # fund split
    "case_pay": payment.case_pay,
    "split_funds": payment.split_funds,
    # clearing
    "cumulative_month": clearing.cumulative_month,
    "month_prepay": clearing.month_prepay,
    "deduction_ledger": clearing.deduction_ledger,
    "largest_remainder": clearing.largest_remainder,
    "month_cases": clearing.month_cases,
    "month_e2e": month.month_e2e,
    # between regions
    "cross_region": cross_region.cross_region,
    # indicators
    "indicators": indicators.indicators,
    "budget_warning": indicators.budget_warning,
    # special-case review
    "quota": special.quota,
    "allocate_quota": special.allocate_quota,
    "special_case": special.special_case,
    # sanctions
    "sample_extrapolate": sanctions.sample_extrapolate,
    "denial": sanctions.denial,
    "void_pool": sanctions.void_pool,
    "readmission_merge": sanctions.readmission_merge,
    # review rules
    "review_rule": review.review_rule,
    # the year
    "prepayment": year.prepayment,
    "prepayment_eligible": year.prepayment_eligible,
    "elastic_pv": year.elastic_pv,
    "annual_ratio": year.annual_ratio,
    "ratio_level": year.ratio_level,
    "residual_vs_ratio": year.residual_vs_ratio,
    "clearing_band": year.clearing_band,
    "retention_release": year.retention_release,
    "year_true_up": year.year_true_up,
    "final_payable": year.final_payable,
    "annual_e2e": year.annual_e2e,
    "pay_rate": year.pay_rate,
}
