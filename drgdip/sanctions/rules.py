"""Scalar rules of denials after review (settlement arithmetic 8.3). What the patient paid stays as it was at the bedside."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import rule
from drgdip.base.rounding import divide

#: Codes of modes, in the order of the policy's choices; 0 is no denial.
DEDUCT_AMOUNT, DEDUCT_SCALED, REPRICE_COST, REGROUP, VOID = range(1, 6)


@rule
def denied_fen(asked_fen: Any, left_fen: Any) -> Any:
    """What is denied: what is asked for, up to what is left of the payable (8.3, vectors V103, V108)."""
    return min(max(asked_fen, 0), max(left_fen, 0))


def scaled_fen(claim_fen: int, payable_fen: int, recorded_fen: int) -> int:
    """A fund amount × payable ÷ recorded, half-up, where the stay pays less than was recorded (8.3, vector V104)."""
    if payable_fen >= recorded_fen or recorded_fen <= 0:
        return claim_fen
    return divide(claim_fen * max(payable_fen, 0), recorded_fen)


def counts_otherwise(before_points_e4: int, before_fen: int, after_points_e4: int, after_fen: int) -> bool:
    """Whether a stay that comes to other points and another payable counts as such: it loses something, or it was worth nothing
    and counts for no more than before: its points, or its cost by item, leave the pool all the same (8.3).
    """
    worthless = max(before_fen, after_fen) <= 0 <= before_points_e4 - after_points_e4
    return lost_fen(before_fen, after_fen) > 0 or worthless


def lost_fen(before_fen: int, after_fen: int) -> int:
    """What a stay loses that comes to another payable: never a gain, never more than it had (8.3, V105, V106, V109)."""
    return max(max(before_fen, 0) - max(after_fen, 0), 0)
