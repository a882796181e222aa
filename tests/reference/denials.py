"""Denials after review by the reference, straight from settlement arithmetic 8.3: amounts, scaled amounts, void stays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tests.reference.numbers import rounded


class Denied(NamedTuple):
    """A denial as the reference takes it. mode : deduct_amount, deduct_scaled or void."""

    id: str
    setl_id: str
    date: str
    mode: str
    fund_fen: int


class OpenItem(NamedTuple):
    """What a denial leaves to be deducted."""

    id: str
    hospital_code: str
    pool: str
    type: int
    date: str
    amount_fen: int


def taken(denials: Sequence[Denied], payable_fen: int, recorded_fen: int) -> dict[str, int]:
    """What each denial of one stay takes: void stays first, then amounts by date and id, up to what is left."""
    left = max(payable_fen, 0)
    found = {}
    for one in sorted(denials, key=lambda denial: (denial.mode != "void", denial.date, denial.id)):
        asked = left if one.mode == "void" else one.fund_fen
        if one.mode == "deduct_scaled" and recorded_fen > 0 and payable_fen < recorded_fen:
            asked = rounded(Fraction(one.fund_fen) * max(payable_fen, 0) / recorded_fen)
        found[one.id] = min(asked, left)
        left -= found[one.id]
    return found
