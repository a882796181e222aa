"""The same cases under two editions: how many change group, between which groups, and what that does to their weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from drgdip.base.findings import Finding


class Move(NamedTuple):
    """Cases that one edition puts into ``before`` and the other into ``after``, and their weights per case as text."""

    before: str
    after: str
    cases: int
    weight_before: str
    weight_after: str


@dataclass
class Comparison:
    """Cases of both editions: those that both could group, those that stay, and those that move.

    weight_before, weight_after : sums over cases whose group has a weight in both editions (``weighed`` of them).
    """

    cases: int = 0
    same: int = 0
    weighed: int = 0
    weight_before: Decimal = Decimal(0)
    weight_after: Decimal = Decimal(0)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def moved(self) -> int:
        return self.cases - self.same


def compare_groups(cases: Sequence[Any], before: Any, after: Any, threads: int = 2) -> tuple[Comparison, list[Move]]:
    """Group cases by two editions of one scheme and compare, group by group, the largest moves first.

    A case that either edition cannot group for a defect of its row is in neither.
    """
    weights = _weights(before), _weights(after)
    found = Comparison()
    nothing: dict[str, str] = {}
    for one, other in zip_longest(_groups(cases, before, threads), _groups(cases, after, threads), fillvalue=nothing):
        for setl_id, code in one.items():
            if setl_id in other:
                found.pairs[code, other[setl_id]] += 1
    for (code, new), count in found.pairs.items():
        found.cases += count
        found.same += count if code == new else 0
        pair = weights[0].get(code), weights[1].get(new)
        if pair[0] is not None and pair[1] is not None:
            found.weighed += count
            found.weight_before += pair[0] * count
            found.weight_after += pair[1] * count
    moves = [
        Move(code, new, count, str(weights[0].get(code, "")), str(weights[1].get(new, "")))
        for (code, new), count in found.pairs.items()
        if code != new
    ]
    return found, sorted(moves, key=lambda move: (-move.cases, move.before, move.after))


def _groups(cases: Sequence[Any], tables: Any, threads: int) -> Iterator[dict[str, str]]:
    """Group by settlement ID, chunk by chunk."""
    verb, column = _verb(tables)
    for grouped, _ in verb(cases, tables, threads=threads):
        yield {case.setl_id: getattr(case, column) for case in grouped}


def _verb(tables: Any) -> tuple[Callable[..., Iterator[tuple[list[Any], list[Finding]]]], str]:
    if tables.manifest.scheme == "chs-drg":
        from drgdip.pipeline.group_drg import group_drg_cases

        return group_drg_cases, "drg_code"
    from drgdip.pipeline.group import group_cases

    return group_cases, "dip_code"


def _weights(tables: Any) -> dict[str, Decimal]:
    """Weight by group: reference weights, or points over the scale. An edition may have none."""
    if tables.manifest.scheme == "chs-drg":
        return {code: Decimal(weight) for code, weight in tables.content.weights.items() if weight}
    return {row.dip_code: Decimal(row.points) / tables.point_scale for row in tables.rows if row.points}
