"""Which section of the new policy moves how much: sections are exchanged one after another, in the order of the file.

The share of a section is what its exchange adds to those before it, so that all shares come to the whole difference, to the
fen. Another order would share out what two sections do together in another way; the order is fixed and told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.base.validity import Period
from drgdip.catalogue.policies.settle import Outcome, Source, Sums, settled_sums
from drgdip.policy.blend import Side, blended, changed_sections

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables


class Step(NamedTuple):
    """What the months come to once these sections are the new policy's, with all of the steps before."""

    sections: tuple[str, ...]
    outcome: Outcome

    @property
    def name(self) -> str:
        """The sections that were exchanged together: those that do not fit without each other stand as one."""
        return " + ".join(self.sections)


def steps(
    before: Side,
    after: Side,
    period: Period,
    sources: Sequence[Source],
    tables: Callable[[Policy], GroupTables],
    threads: int,
    progress: Callable[[Text, int], None],
) -> tuple[Outcome, list[Step]]:
    """The months under the old policy, and after every step to the new one.

    Raises PolicyError if either policy cannot settle the period.
    """
    changed = changed_sections(before, after, period)

    def settled(policy: Policy) -> Outcome:
        return settled_sums(policy, tables(policy), sources, threads, progress)

    old = _needed(blended(before, after, (), period))
    found, taken, waiting = [], set[str](), []
    start = settled(old)
    for number, section in enumerate(changed, start=1):
        waiting.append(section)
        between = blended(before, after, {*taken, *waiting}, period)
        last = number == len(changed)
        try:
            outcome = settled(_needed(between)) if last or between is not None else None
        except PolicyError:
            if last:
                raise
            outcome = None
        if outcome is not None:
            found.append(Step(tuple(waiting), outcome))
            taken |= set(waiting)
            waiting = []
    return start, found


def shares(start: Outcome, found: Sequence[Step]) -> list[tuple[str, tuple[str, str], Sums]]:
    """What each step moves, by hospital and pool: differences of sums; rows that a step does not move are left out."""
    rows, before = [], start
    for step in found:
        for key in sorted({*before.hospitals, *step.outcome.hospitals}):
            old, new = before.hospitals.get(key, Sums()), step.outcome.hospitals.get(key, Sums())
            moved = Sums(*(b - a for a, b in zip(old, new, strict=True)))
            if any(moved):
                rows.append((step.name, key, moved))
        before = step.outcome
    return rows


def _needed(policy: Policy | None) -> Policy:
    if policy is None:
        raise PolicyError(
            Text("政策在该期间内自相矛盾,无法回测。", "The policy contradicts itself over this period."),
            Text("请先用 drgdip policy check 复核。", "Run drgdip policy check on it first."),
        )
    return policy
