"""Prepayment: which pools may, how much, and how it is offset (settlement arithmetic 4.4).

Source: notice on prepayment of medical insurance funds, 2024-11 [S7]; 按病种付费医疗保障经办管理规程 (2025) art. 25;
医疗保障按病种付费管理暂行办法 (2025) art. 26; vectors V65, V66.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from drgdip.base.apportion import largest_remainder
from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4

MONTHS = 12
#: Months of expenditure that a pool must have laid by, under the national notice [S7].
NATIONAL_BALANCE_MONTHS_E4: Mapping[str, int] = {"employee": 12 * E4, "resident": 6 * E4}


class PoolBalance(NamedTuple):
    """A pool's standing: months of expenditure laid by, result of the year, deficit in the next twelve months."""

    months_e4: int
    year_result_fen: int
    rolling_deficit: bool


def eligible(balance: PoolBalance, least_months_e4: int) -> bool:
    """Whether a pool may prepay: enough laid by, no deficit this year, none in the rolling forecast (4.4; V66)."""
    return balance.months_e4 >= least_months_e4 and balance.year_result_fen >= 0 and not balance.rolling_deficit


class Advance(NamedTuple):
    """The monthly mean that it is measured by, and the advance; fen."""

    monthly_mean_fen: int
    amount_fen: int


def advance(
    year_totals_fen: Sequence[int],
    scale_months_e4: int,
    months: int = MONTHS,
    coefficient_e4: int = E4,
    mode: RoundingMode = "half_up",
) -> Advance:
    """Mean monthly expenditure of the given years × months × coefficient, each rounded to fen once (4.4; V65)."""
    whole, count = sum(year_totals_fen), len(year_totals_fen) * months
    amount = divide(whole * scale_months_e4 * coefficient_e4, count * E4 * E4, mode)
    return Advance(divide(whole, count, mode), amount)


def instalments(amount_fen: int, parts: int) -> list[int]:
    """An advance in equal parts, month by month; odd fen go to the first months, so the parts add up (0.3 (5))."""
    months = [f"{month:02d}" for month in range(parts)]
    return largest_remainder(amount_fen, [1] * parts, months)
