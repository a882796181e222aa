"""Fund ratios of the ratio method: recorded fund ÷ total cost, by pool or hospital (settlement arithmetic 2.1, 13-3)."""

from __future__ import annotations

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.clearing.totals import MonthTotals
from drgdip.policy.values import PolicyValues


def _ratio_e4(recorded_fen: int, cost_fen: int, mode: RoundingMode) -> int:
    return divide(recorded_fen * E4, cost_fen, mode) if cost_fen else 0


def fund_ratios_e4(values: PolicyValues, totals: MonthTotals, hospitals: int) -> list[list[int]]:
    """Ratios by hospital (one row where they do not differ) and pool, four decimals.

    Fixed ratios come from the policy; actual ones from the month's recorded and total amounts.
    """
    pools = list(values.pools.values())
    if values.payment.method != "ratio" or values.payment.fund_ratio_level == "case":
        return [[E4] * len(pools)]
    if values.payment.fund_ratio_source == "fixed":
        return [[pool.pay_ratio_e4 or 0 for pool in pools]]
    sums = totals.priced()
    recorded, cost, mode = sums["recorded_fen"], sums["total_cost_fen"], values.rounding.mode
    if values.payment.fund_ratio_level == "pool":
        return [[_ratio_e4(int(recorded[:, p].sum()), int(cost[:, p].sum()), mode) for p in range(len(pools))]]
    return [
        [_ratio_e4(int(recorded[h, p]), int(cost[h, p]), mode) for p in range(len(pools))] for h in range(hospitals)
    ]
