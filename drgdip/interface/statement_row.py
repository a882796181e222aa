"""Rows that clearing hands to the statement: one per hospital and pool, and one per deduction.

Source: settlement arithmetic 4.3 (hospital-month statement) and 4.5 (deductions).
"""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Text

#: Deduction types of the national interface, in the order in which they are taken [S9].
DEDUCTION_TYPES: dict[int, Text] = {
    10: Text("审核扣款", "audit deduction"),
    20: Text("稽核扣款", "inspection deduction"),
    30: Text("预付金抵扣", "prepayment offset"),
    40: Text("预留金暂扣", "retention hold"),
    99: Text("其他", "other"),
}

#: The statement field that takes each type's sum.
DEDUCTION_FIELDS: dict[int, str] = {
    10: "audit_deduction_fen",
    20: "inspection_deduction_fen",
    30: "prepayment_offset_fen",
    40: "retention_hold_fen",
    99: "other_deduction_fen",
}


class StatementRow(NamedTuple):
    """What one hospital gets from one pool for one month; money in fen, points and point value in ten-thousandths.

    ``difference_fen`` is payable − recorded; ``due_fen`` what remains after retention and earlier payments;
    the five deductions are the amounts taken; ``paid_fen`` is what is transferred.
    ``special_cases`` counts decided stays of the month; ``special_difference_fen`` is posted for stays of earlier months.
    ``denied_*`` tell what denials after review took of stays of the month and of earlier ones; the money is among the
    audit deductions.
    ``hospital_tier`` 3 tertiary, 2 secondary, 1 primary, 0 unrated. Source: settlement arithmetic 4.3, 4.5.
    """

    month: str
    hospital_code: str
    hospital_tier: int
    pool: str
    pool_name: Text
    cases: int
    points_e4: int
    point_value_e4: int
    gross_fen: int
    patient_fen: int
    other_funds_fen: int
    payable_fen: int
    clamped_fen: int
    recorded_fen: int
    difference_fen: int
    retained_fen: int
    paid_before_fen: int
    due_fen: int
    audit_deduction_fen: int
    inspection_deduction_fen: int
    prepayment_offset_fen: int
    retention_hold_fen: int
    other_deduction_fen: int
    paid_fen: int
    normal_cases: int
    low_cases: int
    high_cases: int
    extreme_cases: int
    ungrouped_cases: int
    by_item_cases: int
    special_cases: int = 0
    special_difference_fen: int = 0
    denied_cases: int = 0
    denied_fen: int = 0
    denied_points_e4: int = 0
    denied_earlier_fen: int = 0
    late_cases: int = 0
    held_cases: int = 0
    held_fen: int = 0
    released_fen: int = 0
    over_ceiling_fen: int = 0

    @property
    def further_fen(self) -> int:
        """What stands between payable and due beside retention and earlier payments: posted, held, released, over a ceiling."""
        return self.special_difference_fen - self.held_fen + self.released_fen - self.over_ceiling_fen


class DeductionLine(NamedTuple):
    """One deduction item: what was to be taken, what was taken this month, and what is carried to the next."""

    hospital_code: str
    pool: str
    deduction_type: int
    date: str
    item_id: str
    amount_fen: int
    taken_fen: int
    carried_fen: int

    @property
    def state(self) -> str:
        """``none``, ``partial`` or ``full``: how much of the item this month took [S9]."""
        return "full" if self.carried_fen == 0 else "partial" if self.taken_fen else "none"
