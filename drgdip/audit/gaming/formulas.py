"""Formulas of signs of gaming: counts in, exact numbers out. They are leads for a sample, and never touch money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import erfc, sqrt
from typing import NamedTuple

_DIGITS = 40
#: Group -> share of all stays, by family of groups.
Shares = Mapping[str, Mapping[str, Fraction]]


class PairIndex(NamedTuple):
    """The share of the higher group of a pair, that of peers, how many deviations lie between, and the stays in excess."""

    share: Fraction
    peer_share: Fraction
    z: Fraction
    excess: Fraction


def pair_index(high: int, low: int, peer_high: int, peer_low: int) -> PairIndex | None:
    """``z = (p − p_peer) ÷ √(p_peer (1 − p_peer) ÷ n)``; excess ``n (p − p_peer)``, never below zero (3.2).

    None where peers have only one of the groups, or either side has no stay.
    """
    n, peers = high + low, peer_high + peer_low
    if not n or not peers or peer_high in (0, peers):
        return None
    share, peer = Fraction(high, n), Fraction(peer_high, peers)
    z = (share - peer) / _root(peer * (1 - peer) / n)
    return PairIndex(share, peer, z, max(Fraction(0), n * (share - peer)))


def lead_yuan(excess: Fraction, weight_gain: Fraction, rate: Fraction, fund_share: Fraction) -> Fraction:
    """``excess × Δw × rate × fund share``: what a pair is worth looking at for (3.2)."""
    return excess * weight_gain * rate * fund_share


def _root(value: Fraction) -> Fraction:
    with localcontext() as context:
        context.prec = _DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


class Drift(NamedTuple):
    """A change of the case-mix index, and its parts: which families, which tiers within them, other weights of groups."""

    before: Fraction
    after: Fraction
    mix: Fraction
    tier: Fraction
    weights: Fraction


def drift(before: Shares, after: Shares, old: Mapping[str, Fraction], new: Mapping[str, Fraction]) -> Drift:
    """Kitagawa's decomposition, each part at the mean of both periods, so that the parts add up to the change (3.4).

    before, after : shares by family and group, 1 in all. old, new : weights; a group that one period lacks has the other's.
    """
    families = sorted({*before, *after})
    mix = tier = shift = Fraction(0)
    sums = [Fraction(0), Fraction(0)]
    for family in families:
        own = [period.get(family, {}) for period in (before, after)]
        groups = sorted({*own[0], *own[1]})
        weights = {g: (old.get(g, new.get(g, Fraction(0))), new.get(g, old.get(g, Fraction(0)))) for g in groups}
        share = [sum(one.values(), Fraction(0)) for one in own]
        inner = [
            sum((one[g] * sum(weights[g]) / 2 for g in one), Fraction(0)) / total if total else None
            for one, total in zip(own, share, strict=True)
        ]
        first, last = (one if one is not None else other for one, other in zip(inner, inner[::-1], strict=True))
        assert first is not None
        assert last is not None
        mix += (share[1] - share[0]) * (first + last) / 2
        tier += (share[0] + share[1]) / 2 * (last - first)
        shift += sum(((own[0].get(g, Fraction(0)) + own[1].get(g, Fraction(0))) / 2 * (weights[g][1] - weights[g][0])
                      for g in groups), Fraction(0))  # fmt: skip
        for place in (0, 1):
            sums[place] += sum((part * weights[g][place] for g, part in own[place].items()), Fraction(0))
    return Drift(sums[0], sums[1], mix, tier, shift)


class Bunched(NamedTuple):
    """Stays seen just beyond a limit, and those that a line through what lies around it lets expect."""

    seen: int
    expected: Fraction

    @property
    def excess(self) -> Fraction:
        """Seen less expected."""
        return self.seen - self.expected

    @property
    def share(self) -> Fraction | None:
        """Excess over what is expected; None where nothing is."""
        return self.excess / self.expected if self.expected else None


#: Bins beyond the last one under a limit that are tested, and those that the line is fitted to, on both sides.
TESTED, NEAR, FAR = range(1, 6), range(-10, -4), range(10, 26)


def bunching(counts: Sequence[int], last: int) -> Bunched:
    """Days 16 to 20 after a rule of 15 days against a line through days 5 to 10 and 25 to 40; any other limit alike (5).

    counts : stays by bin. last : the last bin under the limit. Least squares, exact; nothing is expected below zero.
    """
    places = [last + step for step in (*NEAR, *FAR) if last + step >= 0]
    points = [(Fraction(x), Fraction(_at(counts, x))) for x in places]
    mean_x = sum((x for x, _ in points), Fraction(0)) / len(points)
    mean_y = sum((y for _, y in points), Fraction(0)) / len(points)
    spread = sum(((x - mean_x) ** 2 for x, _ in points), Fraction(0))
    slope = sum(((x - mean_x) * (y - mean_y) for x, y in points), Fraction(0)) / spread
    expected = sum((max(Fraction(0), mean_y + slope * (last + step - mean_x)) for step in TESTED), Fraction(0))
    return Bunched(sum(_at(counts, last + step) for step in TESTED), expected)


def _at(counts: Sequence[int], place: int) -> int:
    return counts[place] if 0 <= place < len(counts) else 0


def value_per_minute(upheld: Fraction, exposure_yuan: Fraction, minutes: Fraction) -> Fraction:
    """``P(upheld) × exposure ÷ minutes``: what a reviewer's minute is worth (9)."""
    return upheld * exposure_yuan / minutes


def listed(zs: Sequence[Fraction], rate: Fraction) -> list[bool]:
    """Which of many one-sided tests stand out at a false discovery rate, by Benjamini and Hochberg (2)."""
    order = sorted(range(len(zs)), key=lambda place: -zs[place])
    tails = [erfc(float(zs[place]) / sqrt(2)) / 2 for place in order]
    most = max((rank for rank, tail in enumerate(tails, 1) if tail * len(zs) <= float(rate) * rank), default=0)
    chosen = set(order[:most])
    return [place in chosen for place in range(len(zs))]
