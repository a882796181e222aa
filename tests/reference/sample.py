"""Settlement arithmetic 8.2: a sample of stays, and what its rate of violation takes, straight from the text."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from fractions import Fraction
from math import ceil

from tests.reference.numbers import E4, e4, rounded


def drawn(frame: Collection[str], seed: str, rate_e4: int) -> list[str]:
    """The share of the stays, at least; those whose hash with the seed comes first."""
    size = ceil(Fraction(rate_e4, E4) * len(frame))
    return sorted(frame, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).hexdigest())[:size]


def taken_fen(funds_fen: Mapping[str, int], sample: Collection[str], bad: Collection[str], by: str) -> int:
    """The fund payment × the rate by number of stays or by money, never more than it; a rate of nothing takes nothing."""
    paid, bad_paid = sum(funds_fen[name] for name in sample), sum(funds_fen[name] for name in bad)
    part, whole = (len(bad), len(sample)) if by == "count" else (bad_paid, paid)
    if whole <= 0:
        return 0
    fund = sum(funds_fen.values())
    return min(rounded(fund * Fraction(e4(Fraction(part, whole)), E4)), fund)
