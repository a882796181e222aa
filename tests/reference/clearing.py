"""Settlement arithmetic 2.1, 4.1, 4.3 and 4.5: point values, retention and deductions of a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.numbers import E4, e4, from_e4, from_fen, rounded

#: Deduction types in the order in which they are taken, and the statement's column for each.
DEDUCTIONS = {
    10: "audit_deduction_fen",
    20: "inspection_deduction_fen",
    30: "prepayment_offset_fen",
    40: "retention_hold_fen",
    99: "other_deduction_fen",
}


class Taken(NamedTuple):
    """One deduction: what this month took, and what the next one has to."""

    item_id: str
    deduction_type: int
    date: str
    amount_fen: int
    taken_fen: int
    carried_fen: int

    @property
    def state(self) -> str:
        if self.carried_fen == 0:
            return "full"
        return "partial" if self.taken_fen else "none"


def floating_point_value_e4(
    fund_fen: int, pay_ratio_e4: int, by_item_gross_fen: int, points_e4: int, mode: str = "half_up"
) -> int:
    """(Fund ÷ ratio − what is paid by item) ÷ points, rounded once."""
    covered = from_fen(fund_fen) / from_e4(pay_ratio_e4) - from_fen(by_item_gross_fen)
    return e4(covered / from_e4(points_e4), mode)


def actual_ratio_e4(recorded_fen: int, cost_fen: int) -> int:
    """Recorded fund ÷ cost, at four decimals."""
    return e4(Fraction(recorded_fen, cost_fen))


def retained_fen(payable_fen: int, retention_e4: int) -> int:
    """What a month by itself holds back; nothing of a payable that is not above zero."""
    return rounded(Fraction(payable_fen * retention_e4, E4)) if payable_fen > 0 else 0


def cumulative_due_fen(cumulative_payable_fen: int, released_e4: int, paid_before_fen: int) -> int:
    """ρ × what the year to date comes to − what was paid before."""
    return rounded(Fraction(cumulative_payable_fen * released_e4, E4)) - paid_before_fen


def take_deductions(due_fen: int, items: Iterable[Any]) -> list[Taken]:
    """Types in their order, then by date, then by ID; each takes at most what is left, nothing is dropped."""
    left = max(due_fen, 0)
    order = list(DEDUCTIONS)
    result = []
    for item in sorted(items, key=lambda item: (order.index(item.type), item.date, item.id)):
        taken = min(left, item.amount_fen)
        left -= taken
        result.append(Taken(item.id, item.type, item.date, item.amount_fen, taken, item.amount_fen - taken))
    return result


def paid_fen(due_fen: int, taken: Sequence[Taken]) -> int:
    """What is transferred; a negative due is not."""
    return max(due_fen, 0) - sum(item.taken_fen for item in taken)
