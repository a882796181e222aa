"""How many special cases a pooling area may have, who gets them, and which decisions take effect (6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.base.apportion import largest_remainder
from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.policy.sections.special_values import Ranking


def quota(discharges: int, share_e4: int, rounding: RoundingMode = "down") -> int:
    """Special cases that so many discharges to date allow (6.2: floor; vectors V85, V86)."""
    return divide(discharges * share_e4, E4, rounding)


def allocate_quota(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """The area's quota between hospitals, by the weight of their difficult cases, largest remainder, ties by id (V87)."""
    keys = sorted(weights)
    if not sum(weights.values()):
        return dict.fromkeys(keys, 0)
    return dict(zip(keys, largest_remainder(total, [weights[key] for key in keys], keys), strict=True))


class Claim(NamedTuple):
    """An approved stay that asks for a place: the quota it falls under, its hospital, and what it is ranked by.

    cost_fen, reference_fen, coefficient_e8 : what the deviation test has compared: the cost with the reference ×
    coefficient (K × auxiliary where the policy compares so, else one).
    """

    setl_id: str
    scope: str
    hospital: str
    cost_fen: int
    reference_fen: int
    coefficient_e8: int = E4 * E4

    @property
    def standard_fen(self) -> Fraction:
        """What the cost is compared with, exactly."""
        return Fraction(self.reference_fen * self.coefficient_e8, E4 * E4)


def ranked(claims: Iterable[Claim], ranking: Ranking) -> list[Claim]:
    """The order in which places are given: the dearest first, by ratio or by excess; ties by settlement ID (6.2)."""

    def order(claim: Claim) -> tuple[Fraction, str]:
        if ranking == "excess_cost":
            return claim.standard_fen - claim.cost_fen, claim.setl_id
        return -claim.cost_fen / claim.standard_fen, claim.setl_id

    return sorted(claims, key=order)


class Places(NamedTuple):
    """The places of one quota: in all, by hospital (None: not shared out), and those that earlier decisions hold."""

    total: int
    by_hospital: Mapping[str, int] | None
    used: Mapping[str, int]

    @property
    def used_in_all(self) -> int:
        """Places that are held, of all hospitals."""
        return sum(self.used.values())


def admit(claims: Sequence[Claim], places: Mapping[str, Places]) -> set[str]:
    """The settlement IDs of ranked claims that get a place; never more than the quota, nor than a hospital's part."""
    used = {scope: Counter(known.used) for scope, known in places.items()}
    admitted: set[str] = set()
    for claim in claims:
        known, own = places[claim.scope], used[claim.scope]
        part = known.total if known.by_hospital is None else known.by_hospital.get(claim.hospital, 0)
        if sum(own.values()) < known.total and own[claim.hospital] < part:
            own[claim.hospital] += 1
            admitted.add(claim.setl_id)
    return admitted
