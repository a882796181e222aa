"""The places of special cases to date, in the pooling area or by pool, of all hospitals or by level, and who holds them (6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from drgdip.interface.special import SpecialLine
from drgdip.pipeline.special.tally import Tally
from drgdip.special_cases.quota import Places, allocate_quota, quota
from drgdip.valuation.hospital_coefficient import TIERS

if TYPE_CHECKING:
    from drgdip.policy.sections.special_values import Special

_REGION = "region"


def places(terms: Special, total: Tally, held: Iterable[SpecialLine]) -> dict[str, Places]:
    """The places of every quota to date, by hospital where the policy shares them out, and those that are held (6.2).

    Where each level of hospital has its share, discharges, difficult cases and places held are those of the level.
    """
    pools, lines = list(total.discharges), list(held)
    if terms.share_e4 is not None:
        return _places(terms, terms.share_e4, "", total, pools, lines)
    found: dict[str, Places] = {}
    for level in reversed(TIERS):
        own = [line for line in lines if line.level == level]
        # A level that the policy does not name has no places.
        share_e4 = terms.level_shares_e4.get(level, 0)
        found |= _places(terms, share_e4, level, total.of_level(level), pools, own)
    return found


def _places(
    terms: Special, share_e4: int, level: str, total: Tally, pools: Iterable[str], held: Iterable[SpecialLine]
) -> dict[str, Places]:
    """The places of one share, in every quota that the pools fall under."""
    discharges: Counter[str] = Counter()
    for pool in pools:
        discharges[scope_of(terms, pool, level)] += total.discharges[pool]
    used: dict[str, Counter[str]] = {}
    for line in held:
        used.setdefault(scope_of(terms, line.pool, level), Counter())[line.hospital_code] += 1
    weights: dict[str, Counter[str]] = {}
    if terms.allocation != "none":
        for (hospital, pool), weight in (
            total.cases if terms.allocation == "eligible_cases" else total.weights
        ).items():
            weights.setdefault(scope_of(terms, pool, level), Counter())[hospital] += weight
    found: dict[str, Places] = {}
    for scope in sorted({*discharges, *used}):
        number = quota(discharges[scope], share_e4, terms.rounding)
        parts = None if terms.allocation == "none" else allocate_quota(number, weights.get(scope, {}))
        found[scope] = Places(number, parts, used.get(scope, {}))
    return found


def scope_of(terms: Special, pool: str, level: str) -> str:
    """The quota that stays of a pool fall under: the whole pooling area's, or the pool's own; of their level, where levels have theirs."""
    scope = pool if terms.base == "pool" else _REGION
    return scope if terms.share_e4 is not None else f"{scope}/{level}"
