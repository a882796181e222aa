"""Money: integer fen inside, yuan with two decimals at the edges."""

from __future__ import annotations

from drgdip.base.rounding import RoundingMode
from drgdip.base.scaled import format_scaled, parse_scaled, round_scaled

FEN_PLACES = 2

#: The largest amount of one stay that is accepted, in fen (one hundred million yuan). Every bound
#: that proves freedom from overflow starts here; a larger amount is a finding, not a payment.
MAX_CASE_FEN = 10**10


def parse_yuan(text: str) -> int:
    """Yuan as written (at most two decimals) to fen."""
    return parse_scaled(text, FEN_PLACES)


def round_yuan(text: str, mode: RoundingMode = "half_up") -> int:
    """Yuan with any number of decimals to fen, rounded."""
    return round_scaled(text, FEN_PLACES, mode)


def format_yuan(fen: int) -> str:
    """Fen to yuan with two decimals."""
    return format_scaled(fen, FEN_PLACES)
