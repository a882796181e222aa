"""Denials after review by the reference, straight from settlement arithmetic 8.3.

Amounts and scaled amounts are taken from the payable; void stays, bills priced again and corrected groups come to what the
stay is worth then. What the patient paid stays as it was at the bedside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from tests.reference.numbers import rounded

#: Modes that make another stay of it.
STRUCTURAL = ("reprice_cost", "regroup", "void")


class Denied(NamedTuple):
    """A denial as the reference takes it. mode : deduct_amount, deduct_scaled, reprice_cost, regroup or void."""

    id: str
    setl_id: str
    date: str
    mode: str
    fund_fen: int = 0
    fee_fen: int = 0
    group: str = ""


class OpenItem(NamedTuple):
    """What a denial leaves to be deducted."""

    id: str
    hospital_code: str
    pool: str
    type: int
    date: str
    amount_fen: int


def taken(
    denials: Sequence[Denied], payable_fen: int, recorded_fen: int, after_fen: Callable[[Denied], int] = lambda one: 0
) -> dict[str, int]:
    """What each denial of one stay takes: those that make another stay of it first, then amounts by date and id.

    None takes more than is left. ``after_fen``: the payable that such a stay comes to.
    """
    left = max(payable_fen, 0)
    found = {}
    for one in sorted(denials, key=lambda denial: (denial.mode not in STRUCTURAL, denial.date, denial.id)):
        asked = one.fund_fen
        if one.mode in STRUCTURAL:
            asked = max(left - max(after_fen(one), 0), 0)
        elif one.mode == "deduct_scaled" and recorded_fen > 0 and payable_fen < recorded_fen:
            asked = rounded(Fraction(one.fund_fen) * max(payable_fen, 0) / recorded_fen)
        found[one.id] = min(asked, left)
        left -= found[one.id]
    return found
