"""Stage 10, 预结清算: the month's point values, sums by hospital and pool, retention, deductions, payout."""

from __future__ import annotations

from drgdip.clearing.deductions import take_deductions
from drgdip.clearing.fund_ratio import fund_ratios_e4
from drgdip.clearing.month import DeniedSums, MonthlyDue, SpecialSums, cumulative_due_fen, month_due, statement_rows
from drgdip.clearing.point_value import (
    Smoothed,
    month_point_values_e4,
    opening_point_value_e4,
    optimal_interval,
    quantile_trim,
    settlement_point_value_e4,
)
from drgdip.clearing.seasonal import month_fund_fen
from drgdip.clearing.totals import MonthTotals

__all__ = [
    "DeniedSums",
    "MonthTotals",
    "MonthlyDue",
    "Smoothed",
    "SpecialSums",
    "cumulative_due_fen",
    "fund_ratios_e4",
    "month_due",
    "month_fund_fen",
    "month_point_values_e4",
    "opening_point_value_e4",
    "optimal_interval",
    "quantile_trim",
    "settlement_point_value_e4",
    "statement_rows",
    "take_deductions",
]
