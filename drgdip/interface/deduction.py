"""An open deduction, as it comes in and as clearing takes it (settlement arithmetic 4.5)."""

from __future__ import annotations

from typing import NamedTuple


class Deduction(NamedTuple):
    """An open deduction of one hospital and pool; ``type`` a key of DEDUCTION_TYPES, ``date`` ISO text."""

    id: str
    hospital_code: str
    pool: str
    type: int
    date: str
    amount_fen: int
