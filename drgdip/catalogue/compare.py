"""Two catalogues on the same cases: what moves, and who gains or loses – settled under a policy, or by weights alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.catalogue.backtest import BackTest, Side, TotalPoints, back_test
from drgdip.catalogue.moves import (
    Grouped,
    GroupMove,
    HospitalEffect,
    group_moves,
    hospital_effects,
    require_weights,
    rule_of,
)
from drgdip.catalogue.pairs import GroupPair, PairSums
from drgdip.catalogue.read import read_history
from drgdip.catalogue.regroup import regroup
from drgdip.pipeline.group import NATIONAL_ORDER

if TYPE_CHECKING:
    from drgdip.intake.combine import Beside
    from drgdip.policy import Policy
    from drgdip.tables import DipTables

#: Of points that cost is worth, for stays of no group, where no policy says (settlement arithmetic 2.6).
UNGROUPED_FACTOR = Fraction(7, 10)


class Shift(NamedTuple):
    """What a hospital, pool or group is paid under either edition. cases : those of the later one."""

    code: str
    name: str
    pool: str
    cases: int
    points_before_e4: int
    points_after_e4: int
    before_fen: int
    after_fen: int

    @property
    def difference_fen(self) -> int:
        """More under the later edition; less, if below zero."""
        return self.after_fen - self.before_fen

    @property
    def change_e4(self) -> int:
        """The difference as a share of what it was, half-up; 0 of nothing."""
        return divide(self.difference_fen * E4, abs(self.before_fen)) if self.before_fen else 0


class PairShift(NamedTuple):
    """Stays of one group of either edition; codes are empty for ungrouped ones. regrouped : the groups differ in rule."""

    code_before: str
    code: str
    name: str
    cases: int
    cost_fen: int
    points_before_e4: int
    points_after_e4: int
    before_fen: int
    after_fen: int
    regrouped: bool

    @property
    def difference_fen(self) -> int:
        """More under the later edition; less, if below zero."""
        return self.after_fen - self.before_fen


class Settled(NamedTuple):
    """The year as both editions settle it. point_values : by pool, before and after."""

    policy: Policy
    test: BackTest
    pools: list[Shift]
    hospitals: list[Shift]
    hospital_pools: list[Shift]
    groups: list[Shift]
    pairs: list[PairShift]
    point_values_e4: dict[str, tuple[int, int]]

    @property
    def total(self) -> Shift:
        """All pools together."""
        return _sum("", "", "", self.pools)


class Comparison(NamedTuple):
    """Two editions compared. effects : by weights alone, where no policy settles."""

    before: DipTables
    after: DipTables
    year: int
    cases: int
    moves: list[GroupMove]
    settled: Settled | None
    effects: list[HospitalEffect]
    rows_by_file: Mapping[str, int]


def compare_settled(
    cases: Sequence[Any],
    policy: Policy,
    before: DipTables,
    after: DipTables,
    year: int,
    beside: Beside,
    total_points: TotalPoints | None = None,
    threads: int = 2,
    progress: Callable[[Text, int], None] = lambda step, rows: None,
) -> Comparison:
    """Settle a year under both editions; see :func:`drgdip.catalogue.backtest.back_test`. Raises as it does."""
    test = back_test(cases, policy, before, after, year, beside, total_points, threads, progress)
    sums = [side.totals.by_group()["cases"][:-1].tolist() for side in (test.before, test.after)]
    pools = list(test.values.pools)
    by_pool = _hospital_shifts(test, pools)
    settled = Settled(
        policy=policy,
        test=test,
        pools=[
            _sum(pool, test.values.pools[pool].name.zh, "", [row for row in by_pool if row.pool == pool])
            for pool in pools
        ],
        hospitals=_largest(
            _sum(code, "", "", [row for row in by_pool if row.code == code])
            for code in dict.fromkeys(row.code for row in by_pool)
        ),
        hospital_pools=by_pool,
        groups=_group_shifts(test),
        pairs=_pair_shifts(test),
        point_values_e4={
            pool: (test.before.point_values_e4[place], test.after.point_values_e4[place])
            for place, pool in enumerate(pools)
        },
    )
    rows = sum(sums[1]) + int(test.after.totals.by_group()["cases"][-1])
    moves = group_moves(before, after, *sums)
    return Comparison(before, after, year, rows, moves, settled, [], test.rows_by_file)


def _hospital_shifts(test: BackTest, pools: Sequence[str]) -> list[Shift]:
    """By hospital and pool, in this order."""
    tables = [side.totals.paid() for side in (test.before, test.after)]
    rows = []
    for h in sorted(range(len(test.hospitals)), key=test.hospitals.__getitem__):
        for p, pool in enumerate(pools):
            own = [
                {name: int(table[name][h, p]) if h < len(table[name]) else 0 for name in ("cases", "points_e4", "payable_fen")}
                for table in tables
            ]  # fmt: skip
            if any(one["cases"] for one in own):
                points, payable = ([one[name] for one in own] for name in ("points_e4", "payable_fen"))
                rows.append(Shift(test.hospitals[h], "", pool, own[1]["cases"], *points, *payable))
    return rows


def _sum(code: str, name: str, pool: str, rows: Sequence[Shift]) -> Shift:
    return Shift(code, name, pool, *(sum(getattr(row, field) for row in rows) for field in Shift._fields[3:]))


def _largest(rows: Iterable[Shift]) -> list[Shift]:
    return sorted(rows, key=lambda row: (-abs(row.difference_fen), row.code))


def _group_shifts(test: BackTest) -> list[Shift]:
    """By group of the later edition: what its stays are paid under either."""
    sums: dict[int, PairSums] = {}
    for pair, own in test.pairs.items():
        sums.setdefault(pair.after, PairSums()).add(own)
    return _largest(
        Shift(*_named(test.after, group), "", own.cases, own.points_before_e4, own.points_after_e4, own.before_fen,
              own.after_fen)
        for group, own in sums.items()
    )  # fmt: skip


def _pair_shifts(test: BackTest) -> list[PairShift]:
    # The last, at −1, is that of ungrouped stays.
    rules = [[*map(rule_of, side.tables.rows), ()] for side in (test.before, test.after)]

    def row(pair: GroupPair, own: PairSums) -> PairShift:
        (was, name_before), (now, name) = _named(test.before, pair.before), _named(test.after, pair.after)
        return PairShift(was, now, name or name_before, own.cases, own.cost_fen, own.points_before_e4,
                         own.points_after_e4, own.before_fen, own.after_fen, rules[0][pair.before] != rules[1][pair.after])  # fmt: skip

    rows = [row(pair, own) for pair, own in test.pairs.items()]
    return sorted(rows, key=lambda one: (-abs(one.difference_fen), one.code, one.code_before))


def _named(side: Side, group: int) -> tuple[str, str]:
    return ("", "") if group < 0 else (side.tables.group_codes[group], side.tables.group_names[group])


def compare_weights(
    cases: Sequence[Any],
    before: DipTables,
    after: DipTables,
    year: int,
    beside: Beside,
    threads: int = 2,
    progress: Callable[[Text, int], None] = lambda step, rows: None,
) -> Comparison:
    """Group a year by both editions, in the national order, and share out its cost by points of weight alone.

    Raises UsageError if the editions are written in different code lists, one has no weights, or no stay is left.
    """
    require_weights(before, after)
    if any(
        one.codes != other.codes
        for one, other in ((before.diagnoses, after.diagnoses), (before.procedures, after.procedures))
    ):
        raise UsageError(
            Text("两个版本的编码表不同,不能只按分值比较。", "The editions are written in different code lists."),
            Text("请加 --policy,两版分别读码、逐例结算。", "Add --policy: then each edition reads the codes itself."),
        )
    with tempfile.TemporaryDirectory(prefix="drgdip-") as work:
        found = read_history(
            cases, after.diagnoses, after.procedures, (year,), Path(work), beside=beside, threads=threads,
            progress=lambda rows: progress(Text("读取与入组", "Reading and grouping"), rows),
        )  # fmt: skip
        history = found.history
        old, new = (Grouped(one, regroup(history, one, NATIONAL_ORDER, threads)) for one in (before, after))
        counts = [
            np.bincount(own.group_id[own.group_id >= 0], minlength=len(own.tables.group_codes)).tolist()
            for own in (old, new)
        ]
        types = np.unique(history.columns["insurance_type"]).tolist()
        pools = {str(code): (code,) for code in types if 0 < code < 1000}
        effects = hospital_effects(history, old, new, (year,), pools, UNGROUPED_FACTOR)
    return Comparison(
        before, after, year, len(history), group_moves(before, after, *counts), None, effects, found.rows_by_file
    )
