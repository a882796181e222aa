"""The fund and what is claimed of it (settlement arithmetic 5.4; vectors E02, E03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from drgdip.base.apportion import largest_remainder
from drgdip.policy.sections.year_values import Scaling


class Claim(NamedTuple):
    """What a hospital's band pays: up to its payable (``base_fen``), and its share of the overspend above it."""

    base_fen: int
    sharing_fen: int

    @classmethod
    def of(cls, payable_fen: int, dip_fen: int) -> Claim:
        """Split what a band pays at the payable."""
        base = min(payable_fen, dip_fen)
        return cls(base, payable_fen - base)


class Granted(NamedTuple):
    """What of the claims is paid, by hospital, and whether anything was scaled."""

    clearing_fen: Mapping[str, int]
    scaled: bool


def within_fund(claims: Mapping[str, Claim], fund_fen: int, scale: Scaling) -> Granted:
    """Pay all claims if the fund holds them; if not, bases first and the rest of the fund to the sharing parts.

    Both by largest remainder, so what is scaled comes to the fund to the fen. Bases are cut only where the policy
    says so; a hospital that owes (a base below zero) is never cut.
    """
    if sum(sum(claim) for claim in claims.values()) <= fund_fen:
        return Granted({code: sum(claim) for code, claim in claims.items()}, False)
    bases = {code: claim.base_fen for code, claim in claims.items()}
    room = fund_fen - sum(bases.values())
    if room < 0 and scale == "share_then_base":
        owed = sum(min(base, 0) for base in bases.values())
        cut = _shared(max(fund_fen - owed, 0), {code: max(base, 0) for code, base in bases.items()})
        bases = {code: cut[code] + min(base, 0) for code, base in bases.items()}
    shares = _shared(max(room, 0), {code: claim.sharing_fen for code, claim in claims.items()})
    return Granted({code: bases[code] + shares[code] for code in claims}, True)


def _shared(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    if not any(weights.values()):
        return dict.fromkeys(weights, 0)
    return dict(zip(weights, largest_remainder(total, list(weights.values()), list(weights)), strict=True))
