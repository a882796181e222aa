"""The places of special cases to date, in the pooling area or by pool, and who holds them (6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from drgdip.interface.special import SpecialLine
from drgdip.pipeline.special.history import Tally
from drgdip.special_cases.quota import Places, allocate_quota, quota

if TYPE_CHECKING:
    from drgdip.policy.sections.special_values import Special

_REGION = "region"


def places(terms: Special, total: Tally, held: Iterable[SpecialLine]) -> dict[str, Places]:
    """The places of every quota to date, by hospital where the policy shares them out, and those that are held (6.2)."""
    discharges: Counter[str] = Counter()
    for pool, count in total.discharges.items():
        discharges[scope_of(pool, terms.base)] += count
    used: dict[str, Counter[str]] = {}
    for line in held:
        used.setdefault(scope_of(line.pool, terms.base), Counter())[line.hospital_code] += 1
    weights: dict[str, Counter[str]] = {}
    if terms.allocation != "none":
        for (hospital, pool), weight in (
            total.cases if terms.allocation == "eligible_cases" else total.weights
        ).items():
            weights.setdefault(scope_of(pool, terms.base), Counter())[hospital] += weight
    found: dict[str, Places] = {}
    for scope in sorted({*discharges, *used}):
        number = quota(discharges[scope], terms.share_e4, terms.rounding)
        parts = None if terms.allocation == "none" else allocate_quota(number, weights.get(scope, {}))
        found[scope] = Places(number, parts, used.get(scope, {}))
    return found


def scope_of(pool: str, base: str) -> str:
    """The quota that a pool's stays fall under: the whole pooling area's, or the pool's own."""
    return pool if base == "pool" else _REGION
