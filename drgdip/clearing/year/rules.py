"""Scalar rules of the year: integers in, one integer out (settlement arithmetic 5.1, 5.2, 5.5, 5.6)."""

from __future__ import annotations

from typing import Literal

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4, E8_PER_FEN


def gross_fen(points_e4: int, point_value_e4: int, mode: RoundingMode = "half_up") -> int:
    """Points × point value, rounded to fen once (0.3; vector V135)."""
    return divide(points_e4 * point_value_e4, E8_PER_FEN, mode)


def ratio_amount_fen(points_e4: int, point_value_e4: int, ratio_e4: int, mode: RoundingMode = "half_up") -> int:
    """Points × settlement point value × fund ratio, rounded to fen once (5.2, S1 ch. 7 s. 3 (4); vectors V70, V71)."""
    return divide(points_e4 * point_value_e4 * ratio_e4, E8_PER_FEN * E4, mode)


def assessed_fen(amount_fen: int, coefficient_e4: int, deductions_fen: int, mode: RoundingMode = "half_up") -> int:
    """Amount × assessment coefficient − audit deductions; the deductions stand outside the coefficient (5.2; V70)."""
    return divide(amount_fen * coefficient_e4, E4, mode) - deductions_fen


def structural_difference_fen(
    points_e4: int, point_value_e4: int, ratio_e4: int, patient_fen: int, mode: RoundingMode = "half_up"
) -> int:
    """Ratio method less residual method at the same point value: what no point value explains (5.2, 13-4; V135)."""
    residual = gross_fen(points_e4, point_value_e4, mode) - patient_fen
    return ratio_amount_fen(points_e4, point_value_e4, ratio_e4, mode) - residual


def true_up_fen(points_e4: int, month_e4: int, settlement_e4: int, mode: RoundingMode = "half_up") -> int:
    """What a month's points are worth more at the settlement point value than at the month's (5.6; V81)."""
    return divide(points_e4 * (settlement_e4 - month_e4), E8_PER_FEN, mode)


def linear_factor_e4(score_e4: int, full_e4: int, per_point_e4: int, mode: RoundingMode = "half_up") -> int:
    """One from ``full`` on, less ``per_point`` for each point that is missing, never below zero (5.5; V76, V77)."""
    missing = max(full_e4 - score_e4, 0)
    return max(E4 - divide(missing * per_point_e4, E4, mode), 0)


def release_factor_e4(
    score_e4: int, full_e4: int, zero_e4: int, per_point_e4: int | None, mode: RoundingMode = "half_up"
) -> int:
    """The share of the retention that a score releases (5.5; V76–V78).

    All of it from ``full`` on, nothing below ``zero``; between them ``per_point`` less for each missing point, or,
    where there is none, in proportion.
    """
    if score_e4 >= full_e4:
        return E4
    if score_e4 < zero_e4:
        return 0
    if per_point_e4 is None:
        return divide((score_e4 - zero_e4) * E4, full_e4 - zero_e4, mode)
    return linear_factor_e4(score_e4, full_e4, per_point_e4, mode)


def released_fen(withheld_fen: int, factor_e4: int, mode: RoundingMode = "half_up") -> int:
    """Retention × release factor (5.5; V76–V78)."""
    return divide(withheld_fen * factor_e4, E4, mode)


def final_fen(
    clearing_fen: int, paid_fen: int, prepayment_fen: int, deductions_fen: int, forfeited_fen: int = 0
) -> int:
    """Clearing − paid by month − prepayment outstanding − open deductions − forfeited retention (5.6; V79, V80).

    Below zero the hospital pays back.
    """
    return clearing_fen - paid_fen - prepayment_fen - deductions_fen - forfeited_fen


def quotient_e4(part: int, whole: int, mode: RoundingMode = "half_up") -> int:
    """Part ÷ whole at four decimals; 0 where there is no whole (10; V136)."""
    return divide(part * E4, whole, mode) if whole else 0


def direction(amount_fen: int) -> Literal["pay", "recover"]:
    """Whether a final amount is paid to the hospital or recovered from it (5.6)."""
    return "pay" if amount_fen >= 0 else "recover"
