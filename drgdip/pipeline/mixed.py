"""Mixed methods in a month: every stay on one line, the lines under the hospital's ceiling (settlement arithmetic 8.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.clearing.ceiling import line_cap_fen, under_ceiling
from drgdip.interface.payment_line import MethodLine
from drgdip.policy.sections.mixed_values import LineMethod, Mixed

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.policy import Policy

#: Reason of the route that each way of being paid is told by.
_ROUTES: dict[LineMethod, str] = {
    "group": "route_group",
    "day_surgery": "route_day_surgery",
    "tcm": "route_tcm",
    "lower_of": "route_lower_of",
    "bed_day": "route_bed_day",
    "by_item": "route_by_item",
}


class MixedOutcome(NamedTuple):
    """Lines by hospital, pool and line, and what the cases themselves come to."""

    lines: Sequence[MethodLine]
    case_fen: int

    def over_fen(self) -> dict[tuple[str, str], int]:
        """What is beyond caps and ceilings, by hospital and pool."""
        found: dict[tuple[str, str], int] = {}
        for line in self.lines:
            key = (line.hospital_code, line.pool)
            found[key] = found.get(key, 0) + line.over_fen
        return found


class MixedMonth:
    """Feed it paid chunks with :meth:`add`, then ask for the :meth:`outcome`."""

    def __init__(self, month: str, policy: Policy, first: date, last: date) -> None:
        values = policy.on(last)
        if values.mixed is None:
            raise ValueError("the policy has no section mixed")
        self._month, self._terms, self._pools = month, values.mixed, list(values.pools)
        self._ceilings = _ceilings(policy, first, last)
        self._line = np.zeros(1 + max(number(route) for route in _ROUTES.values()), dtype=np.int64)
        for place, line in enumerate(self._terms.lines.values()):
            for method in line.methods:
                self._line[number(_ROUTES[method])] = place
        self._sums: dict[tuple[str, str, int], list[int]] = {}
        self._case_fen = 0

    def add(self, columns: Columns, hospitals: Sequence[str]) -> None:
        """Add up a paid chunk: cases, points and payable, without what is held."""
        from drgdip.clearing.kernels import add_by_key

        pools, lines = len(self._pools), len(self._terms.lines)
        due = columns["payable_fen"] - columns["held_fen"] if "held_fen" in columns else columns["payable_fen"]
        self._case_fen += int(due.sum())
        place = columns["hospital_id"].astype(np.int64) * pools + columns["pool_index"]
        key = place * lines + self._line[columns["route"]]
        sums = np.zeros((len(hospitals) * pools * lines, 3), dtype=np.int64)
        add_by_key(sums, key, np.stack([np.ones_like(due), columns["points_e4"], due], axis=1))
        for found in np.unique(key).tolist():
            own = (hospitals[found // lines // pools], self._pools[found // lines % pools], found % lines)
            before = self._sums.get(own, [0, 0, 0])
            self._sums[own] = [one + more for one, more in zip(before, sums[found].tolist(), strict=True)]

    def outcome(self) -> MixedOutcome:
        """Every line of every hospital and pool that has stays."""
        found: list[MethodLine] = []
        names = list(self._terms.lines)
        shares = {name: line.cap_share_e4 for name, line in self._terms.lines.items()}
        for hospital, pool in sorted({(hospital, pool) for hospital, pool, _ in self._sums}):
            sums = {name: self._sums.get((hospital, pool, n), [0, 0, 0]) for n, name in enumerate(names)}
            ceiling = self._ceilings.get((hospital, pool))
            amounts = {name: values[2] for name, values in sums.items()}
            allowed = under_ceiling(amounts, shares, ceiling)
            for name, (cases, points, amount) in sums.items():
                share = shares[name]
                cap = None if ceiling is None or share is None else line_cap_fen(ceiling, share)
                found.append(
                    MethodLine(self._month, hospital, pool, name, self._terms.lines[name].name, cases, points, amount, cap,
                               ceiling, allowed[name], amount - allowed[name])
                )  # fmt: skip
        return MixedOutcome(found, self._case_fen)


def _ceilings(policy: Policy, first: date, last: date) -> dict[tuple[str, str], int]:
    """Ceilings by hospital and pool: of the month, or of all months of a year to date; one without any month has none."""
    found: dict[tuple[str, str], int] = {}
    absent: set[tuple[str, str]] = set()
    months = [policy.on(date(first.year, month, 1)).mixed for month in range(first.month, last.month + 1)]
    named = [_named(terms) for terms in months]
    for key in {key for own in named for key in own}:
        for own in named:
            if key in own:
                found[key] = found.get(key, 0) + own[key]
            else:
                absent.add(key)
    return {key: fen for key, fen in found.items() if key not in absent}


def _named(terms: Mixed | None) -> dict[tuple[str, str], int]:
    if terms is None:
        return {}
    return {(code, pool): fen for code, pools in terms.ceilings.items() for pool, fen in pools.items()}
