"""An open deduction, as it comes in and as clearing takes it (settlement arithmetic 4.5)."""

from __future__ import annotations

from typing import NamedTuple


class Deduction(NamedTuple):
    """An open deduction of one hospital and pool.

    Parameters
    ----------
    id : str
        Name of the item, never used twice.
    hospital_code, pool : str
        Whose payout it is taken from.
    type : int
        National type: 10 audit, 20 inspection, 30 prepayment offset, 40 retention hold, 99 other; taken in this order.
    date : str
        ``YYYY-MM-DD``; older items of a type are taken first.
    amount_fen : int
        What is to be taken.
    """

    id: str
    hospital_code: str
    pool: str
    type: int
    date: str
    amount_fen: int
