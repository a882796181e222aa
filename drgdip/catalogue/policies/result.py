"""What a back-test of policies found, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.catalogue.policies.beside import NotApplied
from drgdip.catalogue.policies.causes import Share
from drgdip.catalogue.policies.settle import Outcome, Sums
from drgdip.statement.columns import ProofLine

if TYPE_CHECKING:
    from drgdip.policy.blend import Side

_Key = TypeVar("_Key")


class Row(NamedTuple):
    """Of a hospital and pool, a hospital, a pool, a group or a cause: before, after and the difference."""

    code: str
    name: str
    pool: str
    cases_before: int
    cases: int
    points_before_e4: int
    points_e4: int
    before_fen: int
    after_fen: int
    difference_fen: int
    due_before_fen: int
    due_fen: int
    due_difference_fen: int

    @property
    def change_e4(self) -> int:
        """Difference over the payable before, half-up; 0 where there was none."""
        return divide(self.difference_fen * E4, self.before_fen) if self.before_fen else 0


class Cause(NamedTuple):
    """What one section moves, or decisions, denials or what is held do, for a hospital in a pool, or in all."""

    cause: str
    hospital_code: str
    pool: str
    difference_fen: int
    due_difference_fen: int


class PolicyBackTest(NamedTuple):
    """Closed months under two policies. left_out : months whose money of late lists is left out on both sides. not_applied : decisions,
    denials and findings that one of the policies, or both, leave without effect. taken : how many decisions and denials are taken
    along; held : how many open findings.
    """

    before: Side
    after: Side
    months: Sequence[str]
    total: Row
    hospitals: Sequence[Row]
    hospital_pools: Sequence[Row]
    pools: Sequence[Row]
    groups: Sequence[Row]
    causes: Sequence[Cause]
    by_cause: Sequence[Cause]
    proof: Sequence[ProofLine]
    rows_by_file: Mapping[str, int]
    left_out: Sequence[str] = ()
    not_applied: Sequence[NotApplied] = ()
    taken: int = 0
    held: int = 0


def result(
    before: Side,
    after: Side,
    months: Sequence[str],
    start: Outcome,
    end: Outcome,
    found: Sequence[Share],
    paid_fen: int | None,
) -> PolicyBackTest:
    """All rows of a back-test. ``paid_fen`` : payable of the runs that were settled under the old policy, if it is known."""
    causes = [
        Cause(one.cause, *key, sums.payable_fen, sums.due_fen) for one in found for key, sums in one.moved.items()
    ]
    by_cause = [
        Cause(share.cause, "", "", *(sum(getattr(one, field) for one in causes if one.cause == share.cause)
                                     for field in ("difference_fen", "due_difference_fen")))
        for share in found
    ]  # fmt: skip
    pools = {**start.pool_names, **end.pool_names}
    hospital_pools = _rows(start.hospitals, end.hospitals, lambda key: (key[0], "", key[1]))
    by_hospital = _summed(start, end, lambda key: key[0])
    by_pool = _summed(start, end, lambda key: key[1])
    names = {**start.group_names, **end.group_names}
    groups = _rows(start.groups, end.groups, lambda code: (code, names[code], ""))
    (total,) = _rows({"": start.total}, {"": end.total}, lambda _: ("", "", ""))
    found_ = PolicyBackTest(
        before, after, months, total, _rows(*by_hospital, lambda code: (code, "", "")), hospital_pools,
        _rows(*by_pool, lambda code: (code, pools[code].zh, code)), groups, causes, by_cause, (), start.rows_by_file,
    )  # fmt: skip
    return found_._replace(proof=tuple(_proof(found_, paid_fen)))


def _summed(
    start: Outcome, end: Outcome, key_of: Callable[[tuple[str, str]], str]
) -> tuple[dict[str, Sums], dict[str, Sums]]:
    sides: tuple[dict[str, Sums], dict[str, Sums]] = ({}, {})
    for outcome, side in zip((start, end), sides, strict=True):
        for key, sums in outcome.hospitals.items():
            side[key_of(key)] = side.get(key_of(key), Sums()).plus(sums)
    return sides


def _rows(
    start: Mapping[_Key, Sums], end: Mapping[_Key, Sums], named: Callable[[_Key], tuple[str, str, str]]
) -> list[Row]:
    """Rows in order of the size of the difference, ties by name."""
    rows = []
    for key in {**start, **end}:
        old, new = start.get(key, Sums()), end.get(key, Sums())
        code, name, pool = named(key)
        rows.append(Row(code, name, pool, old.cases, new.cases, old.points_e4, new.points_e4, old.payable_fen, new.payable_fen,
                        new.payable_fen - old.payable_fen, old.due_fen, new.due_fen, new.due_fen - old.due_fen))  # fmt: skip
    return sorted(rows, key=lambda row: (-abs(row.difference_fen), row.code, row.pool))


def _proof(found: PolicyBackTest, paid_fen: int | None) -> Iterable[ProofLine]:
    """The difference, reached on every way."""
    total = found.total.difference_fen
    for name, rows, words in (
        ("hospitals", found.hospital_pools, Text("差额 = 各机构差额之和", "difference = sum over hospitals")),
        ("pools", found.pools, Text("差额 = 各基金池差额之和", "difference = sum over pools")),
        ("groups", found.groups, Text("差额 = 各病种差额之和", "difference = sum over groups")),
        ("causes", found.by_cause, Text("差额 = 各成因之和", "difference = sum over causes")),
    ):
        yield ProofLine(name, words, total, sum(row.difference_fen for row in rows), "yuan")
    words = Text("应拨差额 = 各成因之和", "difference of what is due = sum over causes")
    due = sum(row.due_difference_fen for row in found.by_cause)
    yield ProofLine("causes_due", words, found.total.due_difference_fen, due, "yuan")
    if paid_fen is not None:
        words = Text("原政策应付 = 原结算应付 + 补差 − 拒付",
                     "payable under the old policy = payable of the runs + posted for decisions − denied")  # fmt: skip
        yield ProofLine("runs", words, found.total.before_fen, paid_fen, "yuan")
