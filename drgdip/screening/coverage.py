"""The coverage manifest: rule × subjects × state, with reasons. What was not looked at is said, never passed."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.screening.hits import Judged, State
from drgdip.screening.rule import Rule


class Covered(NamedTuple):
    """How many subjects a rule answered in one way.

    subject : what was counted (case, outpatient settlement …). life : state of the rule. reason : why not, or nothing.
    """

    rule: str
    subject: str
    life: str
    state: str
    reason: str
    number: int


def covered(rule: Rule, life: str, judged: Judged) -> list[Covered]:
    """The rows of one rule; one with nothing to look at has a row that says so."""
    rows = [
        Covered(rule.id, judged.subject, life, State(state).name, reason, count)
        for state, reason, count in judged.answers.counts()
    ]
    if rows:
        return rows
    why = judged.answers.reasons[-1]
    state, reason = (State.NOT_RUN, why) if why else (State.NOT_APPLICABLE, "no_subjects")
    return [Covered(rule.id, judged.subject, life, state.name, reason, 0)]
