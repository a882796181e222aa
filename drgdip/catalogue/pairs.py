"""Stays under two editions: which group either puts them in, and what it pays for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from drgdip.base.columns import Columns


class GroupPair(NamedTuple):
    """Stays that one edition puts in one group and the other in another; ids, −1 is ungrouped."""

    before: int
    after: int


@dataclass
class PairSums:
    """Stays of a pair: number, payable and points under either edition, their cost."""

    cases: int = 0
    before_fen: int = 0
    after_fen: int = 0
    points_before_e4: int = 0
    points_after_e4: int = 0
    cost_fen: int = 0

    def add(self, other: PairSums) -> None:
        """Add those of another pair."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def add_pairs(
    pairs: dict[GroupPair, PairSums], only: list[int], ids: Sequence[pa.Array], paid: Sequence[Columns]
) -> None:
    """Add the stays that both editions settle to their pair of groups, and count those that one alone settles."""
    before, after = paid
    if ids[0].equals(ids[1]):
        one, other = (np.arange(len(own)) for own in ids)
    else:
        one, other = (np.flatnonzero(pc.is_in(own, value_set=rest).to_numpy(zero_copy_only=False))
                      for own, rest in ((ids[0], ids[1]), (ids[1], ids[0])))  # fmt: skip
    only[0] += len(ids[0]) - len(one)
    only[1] += len(ids[1]) - len(other)
    if not len(one):
        return
    width = int(after["group_id"].max(initial=-1)) + 2
    key = (before["group_id"][one].astype(np.int64) + 1) * width + after["group_id"][other] + 1
    order = np.argsort(key, kind="stable")
    found, first, counts = np.unique(key[order], return_index=True, return_counts=True)
    amounts = [before["payable_fen"][one], after["payable_fen"][other], before["points_e4"][one],
               after["points_e4"][other], before["total_cost_fen"][one]]  # fmt: skip
    sums = [np.add.reduceat(amount[order], first).tolist() for amount in amounts]
    for pair, count, *added in zip(found.tolist(), counts.tolist(), *sums, strict=True):
        known = pairs.setdefault(GroupPair(pair // width - 1, pair % width - 1), PairSums())
        known.add(PairSums(count, *added))
