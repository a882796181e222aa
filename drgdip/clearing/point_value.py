"""Point values: opening, settlement, by month, and smoothing (settlement arithmetic 2.1, 2.2, 4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.clearing.fund_ratio import actual_ratio_e4
from drgdip.policy.values import PolicyValues, Pool


def _rounded(value: Fraction, scale: int, mode: RoundingMode) -> int:
    return divide(value.numerator * scale, value.denominator, mode)


class OpeningPointValue(NamedTuple):
    """Weighted cost (fen), weighted points and the point value (yuan), four decimals."""

    cost_fen: int
    points_e4: int
    point_value_e4: int


def opening_point_value_e4(
    costs_fen: Sequence[int], points_e4: Sequence[int], year_weights: Sequence[int], mode: RoundingMode = "half_up"
) -> OpeningPointValue:
    """Point value at the opening of a year, from history weighted by year (1:2:7).

    Source: DIP technical specification, ch. 5 s. 4 (settlement arithmetic 2.1), vector V10.
    """
    whole = sum(year_weights)
    cost = Fraction(sum(w * c for w, c in zip(year_weights, costs_fen, strict=True)), whole)
    points = Fraction(sum(w * p for w, p in zip(year_weights, points_e4, strict=True)), whole)
    # fen per point_e4 to yuan per point: × 10^4 / 100
    value = cost / points * E4 / 100
    return OpeningPointValue(_rounded(cost, 1, mode), _rounded(points, 1, mode), _rounded(value, E4, mode))


class SettlementPointValue(NamedTuple):
    """The cost that the fund covers (fen) and the point value (yuan), four decimals."""

    covered_cost_fen: int
    point_value_e4: int


def settlement_point_value_e4(
    fund_fen: int,
    pay_ratio: Fraction,
    total_points_e4: int,
    by_item_cost_fen: int = 0,
    mode: RoundingMode = "half_up",
) -> SettlementPointValue:
    """(fund ÷ payment ratio − cost paid by item) ÷ points.

    Source: DIP technical specification, ch. 5 s. 5 (settlement arithmetic 2.1), vectors V11, V12, V89.
    """
    covered = Fraction(fund_fen) / pay_ratio - by_item_cost_fen
    value = covered * E4 / (100 * total_points_e4)
    return SettlementPointValue(_rounded(covered, 1, "half_up"), _rounded(value, E4, mode))


def within_limits(value_e4: int, floor_e4: int | None, cap_e4: int | None) -> int:
    """A floating point value within what a policy names; None: no limit (settlement arithmetic 2.1, ``pv.floor/cap``)."""
    lifted = value_e4 if floor_e4 is None else max(value_e4, floor_e4)
    return lifted if cap_e4 is None else min(lifted, cap_e4)


def _floating_e4(
    name: str, pool: Pool, funds: Sequence[int | None], sums: Mapping[str, int], values: PolicyValues
) -> int:
    if sums["points_e4"] == 0:
        return 0
    if values.payment.fund_ratio_source == "actual" or pool.pay_ratio_e4 is None:
        ratio_e4 = actual_ratio_e4(sums["recorded_fen"], sums["total_cost_fen"])
        if ratio_e4 == 0:
            # The funds recorded nothing for any stay of the pool: there is nothing that points could be worth.
            return 0
    else:
        ratio_e4 = pool.pay_ratio_e4
    fund = sum(amount for amount in funds if amount is not None)
    if None in funds or not ratio_e4:
        raise PolicyError(
            Text(f"基金池 {name} 无法计算浮动点值:缺少月度基金额度或支付比例为零。",
                 f"Pool {name} has no month fund or a payment ratio of zero, so its floating point value is undefined."),
            Text("请在政策中填写 month_fund_yuan 与 pay_ratio。", "Give month_fund_yuan and pay_ratio in the policy."),
        )  # fmt: skip
    value = settlement_point_value_e4(
        fund,
        Fraction(ratio_e4, E4),
        sums["points_e4"],
        sums["by_item_gross_fen"],
        values.rounding.point_value_mode,
    ).point_value_e4
    value = within_limits(value, pool.point_value_floor_e4, pool.point_value_cap_e4)
    if value <= 0:
        raise PolicyError(
            Text(f"基金池 {name} 的月度基金额度扣除按项目付费病例后,点值不大于零。",
                 f"What the month fund of pool {name} leaves after cases paid by item gives no point value above zero."),
            Text("请核对政策中的 month_fund_yuan。", "Check month_fund_yuan in the policy."),
        )  # fmt: skip
    return value


def month_point_values_e4(
    values: PolicyValues, priced: Mapping[str, Sequence[int]], funds: Mapping[str, Sequence[int | None]]
) -> list[int]:
    """Point value of each pool for the month, four decimals, in the policy's order of pools.

    Parameters
    ----------
    values : policy values of the month.
    priced : sums by pool of the measures of priced stays.
    funds : by pool, the month funds (fen) that count: the month's own, or all of the year to date.

    Raises
    ------
    PolicyError : a floating value that the policy leaves undefined.

    Source: settlement arithmetic 4.1, vector V61.
    """
    if values.month.point_value == "fixed_opening":
        return [pool.opening_point_value_e4 for pool in values.pools.values()]
    return [
        _floating_e4(name, pool, funds[name], {m: int(sums[i]) for m, sums in priced.items()}, values)
        for i, (name, pool) in enumerate(values.pools.items())
    ]


class Smoothed(NamedTuple):
    """Regional mean cost per point, hospitals kept, and the smoothed point value, four decimals."""

    region_mean_e4: int
    kept: list[str]
    point_value_e4: int


def optimal_interval(hospitals: Sequence[tuple[str, int, int]], mode: RoundingMode = "half_up") -> Smoothed:
    """One-dimensional optimal interval: hospitals ``(id, cost_fen, points_e4)`` below the mean cost per point.

    Source: DIP technical specification, ch. 5 s. 4 (2) (settlement arithmetic 2.2), vector V13.
    """
    cost, points = sum(h[1] for h in hospitals), sum(h[2] for h in hospitals)
    kept = [h for h in hospitals if h[1] * points < cost * h[2]]
    kept_cost, kept_points = sum(h[1] for h in kept), sum(h[2] for h in kept)
    # Where all hospitals stand exactly at the mean none lies below it: the mean itself is the value.
    chosen = (kept_cost, kept_points) if kept else (cost, points)
    return Smoothed(
        divide(cost * 100 * E4, points, mode),
        [h[0] for h in kept],
        divide(chosen[0] * 100 * E4, chosen[1], mode),
    )


class Trimmed(NamedTuple):
    """Bounds, number kept and means, in fen."""

    low_fen: int
    high_fen: int
    kept: int
    mean_fen: int
    untrimmed_mean_fen: int


def _quantile(ordered: Sequence[int], q: Fraction) -> Fraction:
    position = q * (len(ordered) - 1)
    below = position.numerator // position.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def quantile_trim(costs_fen: Sequence[int], low: Fraction, high: Fraction, mode: RoundingMode = "half_up") -> Trimmed:
    """Mean cost without the tails; quantiles by linear interpolation, bounds included.

    Source: DIP technical specification, ch. 5 s. 4 (1) (settlement arithmetic 2.2), vector V14. The estimator is
    not defined there; linear interpolation (type 7) is this project's choice.
    """
    ordered = sorted(costs_fen)
    first, last = _quantile(ordered, low), _quantile(ordered, high)
    kept = [cost for cost in ordered if first <= cost <= last]
    return Trimmed(
        _rounded(first, 1, mode),
        _rounded(last, 1, mode),
        len(kept),
        divide(sum(kept), len(kept), mode),
        divide(sum(ordered), len(ordered), mode),
    )
