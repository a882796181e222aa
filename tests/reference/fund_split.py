"""Settlement arithmetic 4.2: from points to money, and which fund pays it."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from tests.reference.numbers import E4, rounded, shared_out


class CasePayment(NamedTuple):
    """Fen. balance : payable before clamping; clamped : what clamping added."""

    gross_fen: int
    balance_fen: int
    clamped_fen: int
    payable_fen: int


def gross_fen(points_e4: int, point_value_e4: int, mode: str = "half_up") -> int:
    """Points × yuan per point, in fen."""
    return rounded(Fraction(points_e4, E4) * Fraction(point_value_e4, E4) * 100, mode)


def pay_by_points(
    gross: int, patient: int, other_funds: int, method: str, fund_ratio_e4: int, negative: str, mode: str = "half_up"
) -> CasePayment:
    """What the funds owe for a case that is paid by points."""
    match method:
        case "residual":
            balance = gross - patient - other_funds
        case "ratio":
            balance = rounded(Fraction(gross * fund_ratio_e4, E4), mode)
        case "fund_pv":
            balance = gross
        case _:
            raise ValueError(method)
    return _kept_above_zero(gross, balance, negative)


def pay_by_item(cost: int, hospital_part: int, patient: int, other_funds: int, negative: str) -> CasePayment:
    """What the stay cost, less what others bear; a negative is treated like any other (4.2)."""
    gross = max(cost - hospital_part, 0)
    return _kept_above_zero(gross, gross - patient - other_funds, negative)


def _kept_above_zero(gross: int, balance: int, negative: str) -> CasePayment:
    """``clamp_case``: negative counts as 0; else the hospital's month bears it."""
    payable = max(balance, 0) if negative == "clamp_case" else balance
    return CasePayment(gross, balance, payable - balance, payable)


def split(payable: int, recorded: dict[str, int], pooled_fund: str, variance: str) -> dict[str, int]:
    """A payable by fund; ``recorded`` has every fund of the scope, by its national field."""
    if variance == "pool_residual":
        others = {name: amount for name, amount in recorded.items() if name != pooled_fund}
        return {**others, pooled_fund: payable - sum(others.values())}
    if sum(recorded.values()) == 0:
        return {name: payable if name == pooled_fund else 0 for name in recorded}
    return shared_out(payable, recorded)
