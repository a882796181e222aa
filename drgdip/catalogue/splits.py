"""Which related operations split stays with the same category and main operation into groups of their own.

Source: DIP technical specification 3.0 (draft), table 3-3: a related operation forms its own group when it raises the
mean cost by ten per cent or more (settlement arithmetic 1.1, vectors V06, V07).

The mean is compared with that of the stays which these would otherwise stand with, as the groups are by then: what has
split off before no longer counts there. Therefore sets are taken by size, and among those of a size the one that raises
the mean most is first; two dear operations then do not hide each other, and one that only goes along with a dear one
does not pass for dear itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

#: Most related operations that a group is made of.
MOST_RELATED = 4

Related = frozenset[int]


class Cell(NamedTuple):
    """Stays with the same related operations."""

    related: Related
    stays: int
    cost_fen: int


def raises_cost(having: tuple[int, int], lacking: tuple[int, int], increase: Fraction) -> bool:
    """Whether the mean cost of stays that have related operations is above that of those that lack them by the increase.

    Both are stays and their cost.
    """
    stays, cost_fen = having
    others, their_cost_fen = lacking
    if not stays or not others:
        return False
    return Fraction(cost_fen, stays) >= (1 + increase) * Fraction(their_cost_fen, others)


def splits(cells: Sequence[Cell], codes: Sequence[str], threshold: int, increase: Fraction) -> list[Related]:
    """Sets of related operations that form groups of their own, smaller ones first. ``codes`` : by procedure id."""
    worth_a_look = _sets(cells, codes, threshold)
    if not worth_a_look:
        return []
    stays = np.array([cell.stays for cell in cells], dtype=np.int64)
    cost_fen = np.array([cell.cost_fen for cell in cells], dtype=np.int64)
    accepted = _Accepted(cells, stays, cost_fen)
    for size in range(1, MOST_RELATED + 1):
        waiting = [related for related in worth_a_look if len(related) == size]
        while waiting:
            first = accepted.dearest(waiting, threshold, increase)
            if first is None:
                break
            accepted.add(first)
            waiting.remove(first)
    return [related for related in worth_a_look if related in accepted.holds]


def _sets(cells: Sequence[Cell], codes: Sequence[str], threshold: int) -> list[Related]:
    """Single operations, and sets that occur as a whole; with enough stays each."""
    singles: dict[int, int] = defaultdict(int)
    for cell in cells:
        for operation in cell.related:
            singles[operation] += cell.stays
    found = {frozenset((operation,)) for operation, stays in singles.items() if stays >= threshold}
    found |= {cell.related for cell in cells if 2 <= len(cell.related) <= MOST_RELATED and cell.stays >= threshold}
    return sorted(found, key=lambda related: (len(related), sorted(codes[operation] for operation in related)))


class _Accepted:
    """Sets accepted so far. holds : by set, which cells have it. depth : size of the largest set that a cell has."""

    def __init__(self, cells: Sequence[Cell], stays: np.ndarray, cost_fen: np.ndarray) -> None:
        self._cells, self._stays, self._cost_fen = cells, stays, cost_fen
        self._every = np.ones(len(cells), dtype=np.bool_)
        self._depth = np.zeros(len(cells), dtype=np.int64)
        self._having: dict[Related, np.ndarray] = {}
        self.holds: dict[Related, np.ndarray] = {}

    def add(self, related: Related) -> None:
        self.holds[related] = self._have(related)
        self._depth[self.holds[related]] = len(related)

    def dearest(self, waiting: Sequence[Related], threshold: int, increase: Fraction) -> Related | None:
        """The set that raises the mean most, by enough; the first of those that raise it alike."""
        best, most = None, Fraction(-1)
        for related in waiting:
            having, lacking = self._sums(related)
            if having[0] < threshold or not raises_cost(having, lacking, increase):
                continue
            raised = Fraction(having[1] * lacking[0], having[0] * lacking[1])
            if raised > most:
                best, most = related, raised
        return best

    def _sums(self, related: Related) -> tuple[tuple[int, int], tuple[int, int]]:
        """Stays with the set that no set of its size has taken, and those of the groups that they would be in."""
        from drgdip.catalogue.combination_kernels import add_split

        parents = [known for known in self.holds if known < related]
        largest = max(map(len, parents), default=0)
        beside = self._every
        if parents:
            beside = np.logical_or.reduce([self.holds[known] for known in parents if len(known) == largest])
        sums = add_split(self._have(related), beside, self._depth, len(related), largest, self._stays, self._cost_fen)
        return (int(sums[0]), int(sums[1])), (int(sums[2]), int(sums[3]))

    def _have(self, related: Related) -> np.ndarray:
        if related not in self._having:
            self._having[related] = np.array([related <= cell.related for cell in self._cells], dtype=np.bool_)
        return self._having[related]
