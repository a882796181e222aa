"""The monthly prepayment formula of the draft of DIP 3.0 (settlement arithmetic 4.1)."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4


class MonthlyPrepayment(NamedTuple):
    """What the month's cases are worth, what of it is prepaid, and what is transferred; fen."""

    gross_fen: int
    prepaid_fen: int
    paid_fen: int


def prepayment_month_fen(
    total_weight_e4: int,
    rate_e4: int,
    patient_fen: int,
    prepay_ratio_e4: int,
    audit_deduction_fen: int = 0,
    mode: RoundingMode = "half_up",
) -> MonthlyPrepayment:
    """(Σ weight × rate − Σ patient paid) × prepay ratio − audit deductions; each step rounded to fen once.

    The deduction is taken whole: the ratio does not apply to it. The result may be negative; what a month cannot
    absorb is for :func:`drgdip.clearing.deductions.take_deductions` to carry.
    Source: DIP technical specification 3.0 (draft), ch. 7 s. 2, vector V60.
    """
    gross = divide(total_weight_e4 * rate_e4 * 100, E4 * E4, mode)
    prepaid = divide((gross - patient_fen) * prepay_ratio_e4, E4, mode)
    return MonthlyPrepayment(gross, prepaid, prepaid - audit_deduction_fen)
