"""Which section of the new policy moves how much: sections are exchanged one after another, in the order of the file.

The share of a section is what its exchange adds to those before it, so that all shares come to the whole difference, to the
fen. Another order would share out what two sections do together in another way; the order is fixed and told.

Sections are exchanged for the cases alone. Then decisions are added on both sides, then denials, then what open findings hold: the
share of each is what it moves more under the new policy than under the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.base.validity import Period
from drgdip.catalogue.policies.beside import Beside
from drgdip.catalogue.policies.settle import Outcome, Source, Sums, settled_sums
from drgdip.policy.blend import Side, blended, changed_sections

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables


class Share(NamedTuple):
    """What one cause moves, by hospital and pool; what it leaves as it is is left out."""

    cause: str
    moved: Mapping[tuple[str, str], Sums]


class Step(NamedTuple):
    """What the months come to once these sections are the new policy's, with all of the steps before."""

    sections: tuple[str, ...]
    outcome: Outcome
    policy: Policy

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
) -> list[Step]:
    """The months under the old policy (a step of no section), and after every step to the new one.

    Raises PolicyError if either policy cannot settle the period.
    """
    changed = changed_sections(before, after, period)

    def settled(policy: Policy) -> Outcome:
        return settled_sums(policy, tables(policy), sources, threads, progress)

    old = _needed(blended(before, after, (), period))
    found, taken, waiting = list[Step](), set[str](), list[str]()
    found.append(Step((), settled(old), old))
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
            found.append(Step(tuple(waiting), outcome, _needed(between)))
            taken |= set(waiting)
            waiting = []
    return found


def with_beside(
    first: Step, last: Step, beside: Beside, settled: Callable[[Step, Beside], Outcome]
) -> tuple[Outcome, Outcome, list[Share]]:
    """Both ends with all that stands beside the cases, and what each part of that moves more at the new end than at the old one."""
    ends, found = (first.outcome, last.outcome), list[Share]()
    for cause, some in beside.parts:
        now = settled(first, some), settled(last, some)
        old, new = (_moved(before.hospitals, after.hospitals) for before, after in zip(ends, now, strict=True))
        found.append(Share(cause, _moved(old, new)))
        ends = now
    return *ends, found


def shares(found: Sequence[Step]) -> list[Share]:
    """What each step moves, by hospital and pool: differences of sums."""
    return [
        Share(step.name, _moved(before.outcome.hospitals, step.outcome.hospitals)) for before, step in pairwise(found)
    ]


def _moved(old: Mapping[tuple[str, str], Sums], new: Mapping[tuple[str, str], Sums]) -> dict[tuple[str, str], Sums]:
    by_key = {key: new.get(key, Sums()).plus(old.get(key, Sums()), -1) for key in sorted({*old, *new})}
    return {key: moved for key, moved in by_key.items() if any(moved)}


def _needed(policy: Policy | None) -> Policy:
    if policy is None:
        raise PolicyError(
            Text("政策在该期间内自相矛盾,无法回测。", "The policy contradicts itself over this period."),
            Text("请先用 drgdip policy check 复核。", "Run drgdip policy check on it first."),
        )
    return policy
