"""What the quota of special cases is counted from: discharges that are paid by group, and difficult cases (6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.reasons import number
from drgdip.valuation.hospital_coefficient import TIERS

if TYPE_CHECKING:
    import numpy as np

#: Bands of stays that a route takes out of group payment: paid by item, or by days.
_ROUTED_OUT = (number("band_by_item"), number("band_not_tested"))


class Tally(NamedTuple):
    """Discharges that are paid by group, by pool; difficult cases, by hospital and pool.

    weights, cases : of eligible stays: relative weight (e4), and number. levels : the same by level of hospital (as the
    stay names it, like K), where the policy has a share for each; else None.
    """

    discharges: Counter[str]
    cases: Counter[tuple[str, str]]
    weights: Counter[tuple[str, str]]
    levels: Mapping[str, Tally] | None = None

    def of_level(self, level: str) -> Tally:
        """What was counted of one level; nothing where it was not."""
        return (self.levels or {}).get(level) or empty_tally()

    def plain(self) -> dict[str, Any]:
        """As ``run.json`` keeps it."""
        pairs = {name: getattr(self, name) for name in ("cases", "weights")}
        by_level = {level: own.plain() for level, own in sorted((self.levels or {}).items())}
        return {
            "discharges": dict(sorted(self.discharges.items())),
            **{name: {"/".join(key): n for key, n in sorted(found.items())} for name, found in pairs.items()},
            **({"levels": by_level} if self.levels is not None else {}),
        }


def empty_tally(by_level: bool = False) -> Tally:
    """Nothing counted yet."""
    return Tally(Counter(), Counter(), Counter(), {} if by_level else None)


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum of several; by level, of those that are counted so."""
    total, levels = empty_tally(), dict[str, list[Tally]]()
    by_level = False
    for tally in tallies:
        total.discharges.update(tally.discharges)
        total.cases.update(tally.cases)
        total.weights.update(tally.weights)
        by_level = by_level or tally.levels is not None
        for level, own in (tally.levels or {}).items():
            levels.setdefault(level, []).append(own)
    return total._replace(levels={level: added(own) for level, own in levels.items()}) if by_level else total


def read_tally(plain: Mapping[str, Any]) -> Tally:
    """What :meth:`Tally.plain` has written."""
    levels = {level: read_tally(own) for level, own in plain["levels"].items()} if "levels" in plain else None
    return Tally(Counter(plain["discharges"]), _by_pair(plain["cases"]), _by_pair(plain["weights"]), levels)


def _by_pair(plain: Mapping[str, int]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for key, n in plain.items():
        hospital, pool = key.rsplit("/", 1)
        found[hospital, pool] = n
    return found


def counted(columns: Mapping[str, np.ndarray], hospitals: Sequence[str], pools: Sequence[str], by_level: bool) -> Tally:
    """A priced chunk: discharges paid by group, and eligible stays; those that a route takes out of it do not count (6.2)."""
    import numpy as np

    by_group = ~np.isin(columns["ordinary_band"], _ROUTED_OUT)
    eligible = columns["special_eligible"].astype(np.bool_)
    total = _of(columns, by_group, eligible, hospitals, pools)
    if not by_level:
        return total
    tiers, levels = columns["hospital_tier"], dict[str, Tally]()
    for tier in np.unique(tiers).tolist():
        own = tiers == tier
        levels[TIERS[tier]] = _of(columns, by_group & own, eligible & own, hospitals, pools)
    return total._replace(levels=levels)


def _of(
    columns: Mapping[str, np.ndarray],
    by_group: np.ndarray,
    eligible: np.ndarray,
    hospitals: Sequence[str],
    pools: Sequence[str],
) -> Tally:
    import numpy as np

    found, width = empty_tally(), len(pools)
    counts = np.bincount(columns["pool_index"][by_group], minlength=width)
    found.discharges.update({pool: int(counts[p]) for p, pool in enumerate(pools) if counts[p]})
    rows = np.nonzero(eligible)[0]
    key = columns["hospital_id"][rows].astype(np.int64) * width + columns["pool_index"][rows]
    numbers, weights = np.bincount(key), np.zeros(int(key.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(weights, key, columns["relative_weight_e4"][rows])
    for place in np.nonzero(numbers)[0].tolist():
        own = (hospitals[place // width], pools[place % width])
        found.cases[own] += int(numbers[place])
        found.weights[own] += int(weights[place])
    return found
