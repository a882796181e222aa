"""Sample extrapolation: a random part of a hospital's stays is checked, and the year's fund payment cut by the rate found.

Nothing here is left to a random generator of some library: stays are ordered by the SHA-256 of seed and settlement ID, so
anybody can draw the same sample again. Whether the rate goes by number of stays or by money the texts do not say (8.2,
13-11): both are worked out, and the order for the check chooses.

Source: settlement arithmetic 8.2, vectors V101 and V102.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import comb
from typing import Literal, NamedTuple

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4

RateBy = Literal["count", "money"]
#: Both tails of the interval together may hold this much.
CONFIDENCE_E4 = 9_500


class Sampled(NamedTuple):
    """A checked sample: stays and fund payment of the sample, and of those in it that break the rules."""

    stays: int
    bad_stays: int
    fund_fen: int
    bad_fund_fen: int


class Extrapolation(NamedTuple):
    """A rate of violation, and what it takes from the year's fund payment."""

    rate_e4: int
    deduction_fen: int


def sample_size(frame_stays: int, rate_e4: int) -> int:
    """Stays to draw: the share, rounded up, so that a sample never falls short of it."""
    return -(-frame_stays * rate_e4 // E4)


def draw(frame: Iterable[str], seed: str, size: int) -> list[str]:
    """The sample, in the order in which it is drawn: by SHA-256 of ``seed:id``, ties (there are none) by id."""
    return sorted(set(frame), key=lambda id_: (hashlib.sha256(f"{seed}:{id_}".encode()).hexdigest(), id_))[:size]


def frame_sha256(frame: Mapping[str, int]) -> str:
    """Hash of a frame: lines ``id,fen`` sorted by id, each ended by a line feed."""
    lines = (f"{id_},{fund}\n" for id_, fund in sorted(frame.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def extrapolate(sample: Sampled, annual_fund_fen: int, by: RateBy) -> Extrapolation:
    """The rate (four decimals, half-up), and the fund payment × rate, never above the fund payment (V101, V102).

    Raises ValueError for a sample of nothing.
    """
    bad, whole = (sample.bad_stays, sample.stays) if by == "count" else (sample.bad_fund_fen, sample.fund_fen)
    if whole <= 0:
        raise ValueError("a rate needs a sample")
    rate_e4 = divide(bad * E4, whole)
    fund = max(annual_fund_fen, 0)
    return Extrapolation(rate_e4, min(divide(fund * rate_e4, E4), fund))


def rate_interval_e4(
    frame_stays: int, stays: int, bad_stays: int, confidence_e4: int = CONFIDENCE_E4
) -> tuple[int, int]:
    """Exact confidence interval of the share of bad stays in the frame, four decimals, rounded outwards.

    The interval of Clopper and Pearson for drawing without replacement: all numbers of bad stays that a sample like this
    would not be too rare for, each tail (hypergeometric) holding half of what the confidence leaves. Whole numbers all
    through. Raises ValueError if the counts cannot be.
    """
    if not 0 <= bad_stays <= stays <= frame_stays or stays == 0:
        raise ValueError("the counts do not fit one another")
    least, most = bad_stays, frame_stays - (stays - bad_stays)
    # A tail that the sample is too rare for, in ways to draw: half of what the confidence leaves.
    rare = Fraction((E4 - confidence_e4) * comb(frame_stays, stays), 2 * E4)
    ways = _Ways(frame_stays, stays, bad_stays)
    low = _first(least, most, lambda bad: ways.exceed(rare, bad, upwards=True))
    high = most - _first(0, most - least, lambda fewer: ways.exceed(rare, most - fewer, upwards=False))
    return low * E4 // frame_stays, -(-high * E4 // frame_stays)


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first integer of a range from which on something holds; it holds at the end."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


class _Ways(NamedTuple):
    """Ways to draw a sample from a frame with a number of bad stays in it."""

    frame: int
    drawn: int
    found: int

    def exceed(self, limit: Fraction, bad: int, *, upwards: bool) -> bool:
        """Whether the ways to find at least (or at most) as many bad ones as were found exceed a limit.

        Ways fall ever faster along a tail, so a geometric row bounds what is left of it, and most of it needs no look.
        """
        i, total = self.found, 0
        ways = comb(bad, i) * comb(self.frame - bad, self.drawn - i)
        while ways:
            total += ways
            if total > limit:
                return True
            up, down = self._step(i, bad, upwards)
            if up < down and total + Fraction(ways * up, down - up) <= limit:
                return False
            ways, i = ways * up // down, i + (1 if upwards else -1)
        return False

    def _step(self, i: int, bad: int, upwards: bool) -> tuple[int, int]:
        """By what fraction the ways change with one more (or one fewer) bad one."""
        spare = self.frame - bad - self.drawn
        if upwards:
            return (bad - i) * (self.drawn - i), (i + 1) * (spare + i + 1)
        return i * (spare + i), (bad - i + 1) * (self.drawn - i + 1)
