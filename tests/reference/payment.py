"""Point value and fund ratio of a period, and what the funds owe for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from drgdip.policy.values import PolicyValues
from tests.reference.case import Case
from tests.reference.clearing import actual_ratio_e4, floating_point_value_e4
from tests.reference.eligibility import ValuesOn
from tests.reference.fund_split import CasePayment, gross_fen, pay_by_points
from tests.reference.numbers import shared_out


def point_value_e4(
    cases: Sequence[Case], pool: str, policy: PolicyValues, values_on: ValuesOn, months: Sequence[str]
) -> int:
    """The point value of one pool. A floating one is zero where nothing is paid by points."""
    opening = policy.pools[pool].opening_point_value_e4
    if policy.month.point_value == "fixed_opening":
        return opening
    points_e4 = sum(case.points.points_e4 for case in cases)
    by_item_fen = sum(case.by_item_payment.gross_fen for case in cases if case.by_item)
    by_item_fen += sum(case.outside_fen for case in cases if not case.by_item)
    funds = [month_fund_fen(values_on(date.fromisoformat(f"{month}-01")), pool, int(month[5:])) for month in months]
    ratio_e4 = policy.pools[pool].pay_ratio_e4 or 0
    if policy.payment.fund_ratio_source == "actual":
        ratio_e4 = _ratio_e4(cases)
    if points_e4 == 0 or ratio_e4 == 0:
        return 0
    value = floating_point_value_e4(sum(funds), ratio_e4, by_item_fen, points_e4, policy.rounding.point_value_mode)
    own = policy.pools[pool]
    if own.point_value_floor_e4 is not None and value < own.point_value_floor_e4:
        return own.point_value_floor_e4
    if own.point_value_cap_e4 is not None and value > own.point_value_cap_e4:
        return own.point_value_cap_e4
    return value


def month_fund_fen(policy: PolicyValues, pool: str, month: int) -> int:
    """The month's fund as the policy names it, or its share of the year's budget for case payment (4.1, 5.1)."""
    named, shares = policy.pools[pool].month_fund_fen, policy.month.seasonal_quota_e4
    if named is not None or shares is None or policy.year is None:
        return named or 0
    budget = policy.year.budgets[pool]
    left = budget.inpatient_fen - budget.adjustment_fund_fen - budget.cross_region_fen - budget.other_fen
    months = {f"{number:02}": share for number, share in enumerate(shares, 1)}
    return shared_out(left, months)[f"{month:02}"]


def _ratio_e4(cases: Sequence[Case]) -> int:
    if not cases:
        return 0
    return actual_ratio_e4(sum(case.recorded_fen for case in cases), sum(case.cost_fen for case in cases))


def pay(case: Case, point_values: Mapping[str, int], settled: Sequence[Case]) -> CasePayment:
    """What the funds owe for a case."""
    if case.by_item:
        return case.by_item_payment
    payment, mode = case.policy.payment, case.policy.rounding.mode
    gross = gross_fen(case.points.points_e4, point_values[case.stay.pool], mode) + case.outside_fen
    if case.outside_fen and not case.points.points_e4:
        # Days by themselves are paid like items: less what others have paid.
        return pay_by_points(gross, *case.payers_fen, "residual", 0, payment.negative, mode)
    ratio_e4 = fund_ratio_e4(case, settled) if payment.method == "ratio" else 0
    return pay_by_points(gross, *case.payers_fen, payment.method, ratio_e4, payment.negative, mode)


def fund_ratio_e4(case: Case, settled: Sequence[Case]) -> int:
    """As the policy fixes it, or recorded ÷ cost of the pool, of the hospital in the pool, or of the case."""
    pool, payment = case.stay.pool, case.policy.payment
    if payment.fund_ratio_source == "fixed":
        return case.policy.pools[pool].pay_ratio_e4 or 0
    alike = [other for other in settled if other.stay.pool == pool]
    if payment.fund_ratio_level == "hospital":
        alike = [other for other in alike if other.stay.hospital == case.stay.hospital]
    elif payment.fund_ratio_level == "case":
        alike = [case]
    return _ratio_e4(alike)
