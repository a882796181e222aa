"""What a month is settled by: its days, its values, and the proof that nothing can overflow."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from drgdip.base.errors import PolicyError, TablesError
from drgdip.base.text import Text
from drgdip.clearing import MonthTotals, fund_ratios_e4, month_fund_fen, month_point_values_e4
from drgdip.pipeline.context import MonthValues, month_bounds
from drgdip.pipeline.policy_groups import check_groups
from drgdip.policy.bounds import MAX_CASES, prove_policy
from drgdip.valuation import group_values
from drgdip.valuation.auxiliary import coefficient_range_e4

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables


def window(policy: Policy, month: str) -> tuple[date, date]:
    """Days whose cases the run settles: the month, or the year to date in the cumulative mode.

    Raises PolicyError if a value that holds for the month as a whole changes within it.
    """
    first, last = month_bounds(month)
    values = policy.on(last)
    start = first.replace(month=1) if values.month.point_value == "cumulative" else first
    for day in [start, *policy.change_days(start, last)]:
        on = policy.on(day)
        if whole_month_values(on, day >= first) != whole_month_values(values, day >= first):
            raise PolicyError(
                Text(f"政策在结算期内({day})改变了按月统一的取值。",
                     f"The policy changes a value that holds for the whole month within it (on {day})."),
                Text("基金池、支付方式、月度与舍入规则只能自月初变更。",
                     "Pools, payment, month and rounding rules may change at the beginning of a month only."),
            )  # fmt: skip
    return start, last


def whole_month_values(values: PolicyValues, with_funds: bool = False) -> object:
    """What must not change while a month's cases are settled together."""
    pools = values.pools.items()
    comparable = [(name, pool if with_funds else pool._replace(month_fund_fen=None)) for name, pool in pools]
    return (comparable, values.payment, values.month, values.rounding, values.basis_date, values.quality_control)


def prove(
    policy: Policy, tables: GroupTables, max_point_value_e4: int | None = None, max_cases: int = MAX_CASES
) -> None:
    """Prove that nothing can overflow, or refuse the policy. A floating point value is proven once it is known.

    ``max_cases`` : as many as may be summed; a large number before they are read, their number afterwards.

    Raises TablesError for an edition without weights: it groups, and pays nothing; PolicyError where the policy names a
    group that the edition does not have.
    """
    check_groups(policy, tables)
    if not tables.weighted:
        raise TablesError(
            Text(
                "该目录没有病种分值,只能入组,不能结算。", "This edition has no weights: it groups, and cannot settle."
            ),
            Text("请使用带本地分值的目录。", "Use an edition with the weights of the place."),
        )
    prove_policy(
        policy,
        lambda values: group_values(tables, values),
        max_point_value_e4,
        max_cases,
        lambda values: coefficient_range_e4(tables, values),
    )


def month_values(totals: MonthTotals, policy: Policy, first: date, last: date) -> MonthValues:
    """Point value by pool and fund ratio by hospital and pool, from the sums of the period's priced stays."""
    values = policy.on(last)
    months = [date(first.year, m, 1) for m in range(first.month, last.month + 1)]
    funds = {name: [month_fund_fen(policy.on(day), name, day.month) for day in months] for name in values.pools}
    priced = {name: table.sum(axis=0).tolist() for name, table in totals.priced().items()}
    return MonthValues(month_point_values_e4(values, priced, funds), fund_ratios_e4(values, totals))
