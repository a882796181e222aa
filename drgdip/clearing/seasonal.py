"""The fund of one month, where the policy shares a year's budget out by season (settlement arithmetic 4.1)."""

from __future__ import annotations

from drgdip.base.apportion import largest_remainder
from drgdip.policy.values import PolicyValues


def month_fund_fen(values: PolicyValues, pool: str, month: int) -> int | None:
    """A pool's fund of a month (1 to 12): as the policy names it, or its share of the year's budget for case payment.

    Shares are by largest remainder, so that the twelve months come to the budget to the fen; ties go to the earlier month.
    None where the policy says neither.
    """
    named, shares = values.pools[pool].month_fund_fen, values.month.seasonal_quota_e4
    if named is not None or shares is None or values.year is None or pool not in values.year.budgets:
        return named
    months = [f"{number:02d}" for number in range(1, len(shares) + 1)]
    return largest_remainder(values.year.budgets[pool].case_payment_fen, shares, months)[month - 1]
