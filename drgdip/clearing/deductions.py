"""Deductions from a month's due (settlement arithmetic 4.5)."""

from __future__ import annotations

from collections.abc import Iterable

from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_TYPES, DeductionLine

_ORDER = {type_: position for position, type_ in enumerate(DEDUCTION_TYPES)}


def take_deductions(due_fen: int, deductions: Iterable[Deduction]) -> list[DeductionLine]:
    """Take deductions from what is due: by type, then date, then id; never below zero, never losing one.

    What the month cannot absorb is carried to the next. Vector V67.
    """
    left = max(due_fen, 0)
    lines = []
    for item in sorted(deductions, key=lambda d: (_ORDER[d.type], d.date, d.id)):
        taken = min(left, item.amount_fen)
        left -= taken
        lines.append(
            DeductionLine(
                item.hospital_code,
                item.pool,
                item.type,
                item.date,
                item.id,
                item.amount_fen,
                taken,
                item.amount_fen - taken,
            )
        )
    return lines
