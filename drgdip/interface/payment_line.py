"""Lines of payment methods under one total, as ``lines.csv`` keeps them (settlement arithmetic 8.5)."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Text


class MethodLine(NamedTuple):
    """What one line of a hospital's month and pool comes to; money in fen, points in ten-thousandths.

    amount : payable of its stays, without what is held. cap, ceiling : the most that the line and the whole month may come
    to; None without. allowed : what is paid of it; amount − allowed = over.
    """

    month: str
    hospital_code: str
    pool: str
    line: str
    name: Text
    cases: int
    points_e4: int
    amount_fen: int
    cap_fen: int | None
    ceiling_fen: int | None
    allowed_fen: int
    over_fen: int
