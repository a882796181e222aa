"""Fund ratios of the ratio method: recorded fund ÷ total cost, by pool or hospital (settlement arithmetic 2.1, 13-3)."""

from __future__ import annotations

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.clearing.totals import MonthTotals
from drgdip.policy.values import PolicyValues


def actual_ratio_e4(recorded_fen: int, cost_fen: int) -> int:
    """Recorded fund ÷ total cost, four decimals half-up; 0 where nothing was spent."""
    return divide(recorded_fen * E4, cost_fen) if cost_fen else 0


def fund_ratios_e4(values: PolicyValues, totals: MonthTotals) -> list[list[int]]:
    """Ratios by hospital (one row where they do not differ) and pool, four decimals.

    Fixed ratios come from the policy; actual ones from the month's recorded and total amounts.
    """
    pools = list(values.pools.values())
    if values.payment.method != "ratio" or values.payment.fund_ratio_level == "case":
        return [[E4] * len(pools)]
    if values.payment.fund_ratio_source == "fixed":
        return [[pool.pay_ratio_e4 or 0 for pool in pools]]
    sums = totals.priced()
    recorded, cost = sums["recorded_fen"], sums["total_cost_fen"]
    if values.payment.fund_ratio_level == "pool":
        return [[actual_ratio_e4(int(recorded[:, p].sum()), int(cost[:, p].sum())) for p in range(len(pools))]]
    return [
        [actual_ratio_e4(int(recorded[h, p]), int(cost[h, p])) for p in range(len(pools))] for h in range(len(recorded))
    ] or [[0] * len(pools)]
