"""What moved from an earlier edition to another: groups, weights, and what that does to hospitals.

Groups are the same if their rules are, whatever they are called. The effect on hospitals holds each pool's money: what
the stays of a pool cost is shared out by points under either edition, and the difference is what moves. Coefficients
of hospitals are left out, since they are the policy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from drgdip.base.apportion import largest_remainder
from drgdip.base.errors import UsageError
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.catalogue.statistics import ROWS_AT_A_TIME, Stays
from drgdip.tables.dip_catalogue import Group

if TYPE_CHECKING:
    from drgdip.tables import DipTables

MoveKind = Literal["new", "gone", "changed", "same"]

_INSURANCE_TYPES = 1000
#: What a group takes stays by; its name, numbers and marks aside.
_RULE = ("kind", "diagnosis_place", "other_diagnoses", "operation_place", "age_days", "age_years", "birth_weight_g")


def rule_of(group: Group) -> tuple[object, ...]:
    """What a group takes stays by, written in one way: the main operation first, all else in order."""
    terms = ["/".join(sorted(term)) for term in group.terms()]
    kind = group.treatment_type if group.kind == "comprehensive" else ""
    diagnoses = "/".join(sorted(group.diagnosis_category.upper().split("/")))
    return (diagnoses, kind, *terms[:1], *sorted(terms[1:]), *(getattr(group, name) for name in _RULE))


class GroupMove(NamedTuple):
    """One group in both editions; numbers of the edition that lacks it are None.

    points_before_e4 : in the later edition's scale. cases_before, cases : stays that it takes under either.
    """

    kind: MoveKind
    code_before: str
    code: str
    name: str
    points_before_e4: int | None
    points_e4: int | None
    cases_before: int
    cases: int

    @property
    def change_e4(self) -> int | None:
        """Change of the weight as a share of it, half-up."""
        if not self.points_before_e4 or self.points_e4 is None:
            return None
        return divide((self.points_e4 - self.points_before_e4) * E4, self.points_before_e4)

    @property
    def total_before_e4(self) -> int:
        """Points of its stays under the earlier edition."""
        return (self.points_before_e4 or 0) * self.cases_before

    @property
    def total_e4(self) -> int:
        """Points of its stays under the later edition."""
        return (self.points_e4 or 0) * self.cases

    @property
    def effect_e4(self) -> int:
        """What its stays' points come to more."""
        return self.total_e4 - self.total_before_e4


def group_moves(
    before: DipTables, after: DipTables, cases_before: Sequence[int], cases: Sequence[int]
) -> list[GroupMove]:
    """Every group of both editions, those whose points move most first. Cases are by group id."""
    old = {rule_of(group): place for place, group in enumerate(before.rows)}
    new = {rule_of(group): place for place, group in enumerate(after.rows)}
    scale = Fraction(after.point_scale, before.point_scale)
    moves = [
        _move(before, after, old.get(rule), new.get(rule), scale, cases_before, cases)
        for rule in dict.fromkeys((*new, *old))
    ]
    return sorted(moves, key=lambda move: (-abs(move.effect_e4), move.code, move.code_before))


def _move(
    before: DipTables,
    after: DipTables,
    old: int | None,
    new: int | None,
    scale: Fraction,
    cases_before: Sequence[int],
    cases: Sequence[int],
) -> GroupMove:
    was = None if old is None else divide(_weight(before, old) * scale.numerator, scale.denominator)
    now = None if new is None else _weight(after, new)
    kind: MoveKind = "new" if was is None else "gone" if now is None else "same" if was == now else "changed"
    return GroupMove(
        kind,
        "" if old is None else before.group_codes[old],
        "" if new is None else after.group_codes[new],
        before.group_names[old or 0] if new is None else after.group_names[new],
        was,
        now,
        0 if old is None else int(cases_before[old]),
        0 if new is None else int(cases[new]),
    )


def _weight(tables: DipTables, group: int) -> int:
    return int(tables.groups.relative_weight_e4[group])


def require_weights(*editions: DipTables) -> None:
    """Raise UsageError for an edition without weights, such as a national one: nothing can be shared out by it."""
    for tables in editions:
        if not tables.weighted:
            name = tables.manifest.edition
            raise UsageError(
                Text(f"{name} 没有分值,无法比较。", f"{name} has no weights to compare by."),
                Text("请先导入本地分值。", "Import the place's own weights first."),
            )


class HospitalEffect(NamedTuple):
    """What an edition does to a hospital's share of a pool: points of its stays, and the pool's cost shared out by them.

    before_e4, after_e4 : points, each in its own edition's scale. before_fen, after_fen : of the pool's whole cost.
    """

    hospital_code: str
    pool: str
    cases: int
    cost_fen: int
    before_e4: int
    after_e4: int
    before_fen: int
    after_fen: int

    @property
    def difference_fen(self) -> int:
        """What moves to the hospital; from it, if below zero."""
        return self.after_fen - self.before_fen

    @property
    def change_e4(self) -> int:
        """The same as a share of what it had, half-up; 0 of nothing."""
        return divide(self.difference_fen * E4, self.before_fen) if self.before_fen else 0


class Grouped(NamedTuple):
    """An edition and the group of every stay under it, −1 none."""

    tables: DipTables
    group_id: np.ndarray


class _Sums(NamedTuple):
    """By pool and hospital: stays, cost, and for either edition points of grouped and cost of ungrouped stays."""

    cases: np.ndarray
    cost_fen: np.ndarray
    points_e4: tuple[np.ndarray, np.ndarray]
    ungrouped_fen: tuple[np.ndarray, np.ndarray]


def hospital_effects(
    history: Stays,
    before: Grouped,
    after: Grouped,
    years: Sequence[int],
    pools: Mapping[str, Sequence[int]],
    ungrouped_factor: Fraction,
) -> list[HospitalEffect]:
    """What moves between hospitals, by pool and hospital, with the stays of ``years``.

    pools : name -> insurance types; stays of no pool are left out. ungrouped_factor : settlement arithmetic 2.6.
    """
    sums = _summed(history, before, after, years, list(pools.values()))
    return [
        effect
        for place, pool in enumerate(pools)
        for effect in _of_pool(pool, place, history.hospital_codes, sums, (before, after), ungrouped_factor)
    ]


def _summed(
    history: Stays, before: Grouped, after: Grouped, years: Sequence[int], pools: Sequence[Sequence[int]]
) -> _Sums:
    from drgdip.clearing.kernels import add_by_key

    shape = (len(pools), len(history.hospital_codes))
    pool_of = np.full(_INSURANCE_TYPES, -1, dtype=np.int64)
    for place, types in enumerate(pools):
        pool_of[list(types)] = place
    table = np.zeros((shape[0] * shape[1], 6), dtype=np.int64)
    for first in range(0, len(after.group_id), ROWS_AT_A_TIME):
        last = min(first + ROWS_AT_A_TIME, len(after.group_id))
        rows = history.rows(first, last)
        kind = rows["insurance_type"]
        pool = pool_of[np.where((kind > 0) & (kind < _INSURANCE_TYPES), kind, 0)]
        chosen = np.isin(rows["year"], list(years)) & (pool >= 0)
        cost = rows["total_cost_fen"].astype(np.int64)
        values = [np.ones(len(cost), dtype=np.int64), cost]
        for edition in (before, after):
            group = np.asarray(edition.group_id[first:last])
            weight = edition.tables.groups.relative_weight_e4
            values.append(np.where(group >= 0, weight[np.maximum(group, 0)], 0))
            values.append(np.where(group < 0, cost, 0))
        key = pool * shape[1] + rows["hospital_id"]
        add_by_key(table, key[chosen], np.stack(values, axis=1)[chosen])
    cube = table.reshape(*shape, 6)
    cases, cost_fen, points, ungrouped, later, later_ungrouped = (cube[:, :, place] for place in range(6))
    return _Sums(cases, cost_fen, (points, later), (ungrouped, later_ungrouped))


def _of_pool(
    pool: str, place: int, codes: Sequence[str], sums: _Sums, editions: Sequence[Grouped], factor: Fraction
) -> Iterator[HospitalEffect]:
    cases, cost_fen = sums.cases[place].tolist(), sums.cost_fen[place].tolist()
    points = [
        [
            int(p) + _ungrouped_points(int(c), edition.tables, factor)
            for p, c in zip(own[place], rest[place], strict=True)
        ]
        for own, rest, edition in zip(sums.points_e4, sums.ungrouped_fen, editions, strict=True)
    ]
    if not all(map(sum, points)):
        return
    before, after = (largest_remainder(sum(cost_fen), own, codes) for own in points)
    for h in sorted(range(len(codes)), key=codes.__getitem__):
        if cases[h]:
            yield HospitalEffect(codes[h], pool, cases[h], cost_fen[h], points[0][h], points[1][h], before[h], after[h])


def _ungrouped_points(cost_fen: int, tables: DipTables, factor: Fraction) -> int:
    """Points of ungrouped stays, four decimals: a share of what their cost is worth (settlement arithmetic 2.6)."""
    worth = factor * cost_fen * tables.point_scale * E4 / tables.region_mean_cost_fen
    return divide(worth.numerator, worth.denominator)


def by_hospital(effects: Sequence[HospitalEffect]) -> list[HospitalEffect]:
    """Sums over pools, those that lose or gain most first; money of pools adds up, as it stays within each."""
    sums: dict[str, list[int]] = {}
    for effect in effects:
        known = sums.setdefault(effect.hospital_code, [0] * 6)
        for place, value in enumerate(effect[2:]):
            known[place] += int(value)
    found = [HospitalEffect(code, "", *values) for code, values in sums.items()]
    return sorted(found, key=lambda effect: (-abs(effect.difference_fen), effect.hospital_code))
