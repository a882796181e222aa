"""Money that is held, as ``holds.csv`` keeps it (settlement arithmetic 2.9, 8.1)."""

from __future__ import annotations

from typing import NamedTuple


class HoldLine(NamedTuple):
    """What is held of one hospital and pool for one reason; money in fen.

    reason : key of the reason, ``held_late_list`` or ``held_suspended``; decision : of the suspension. cases : stays of the
    month that are held. before + held − released = open.
    """

    month: str
    hospital_code: str
    pool: str
    reason: str
    decision: str
    cases: int
    before_fen: int
    held_fen: int
    released_fen: int
    open_fen: int
