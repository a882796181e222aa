"""The coverage manifest: rule × subjects × state, with reasons. What was not looked at is said, never passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from drgdip.screening.data import Dataset
from drgdip.screening.hits import Judged, State, Subject, not_run
from drgdip.screening.rule import Rule
from drgdip.screening.shapes import OF_STAYS, OF_VISITS_TOO

#: Tables beside stays whose rows rules judge, the first that a rule reads.
_BESIDE: Mapping[str, Subject] = {
    "outpatient_lines": "outpatient_line", "outpatient_settlements": "outpatient", "drug_lines": "drug_line",
    "drug_trace": "trace",
}  # fmt: skip
_CASE: Subject = "case"


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
    """The rows of one rule, for every kind of subject that it judges; one with nothing to look at has a row that says so."""
    rows = [
        Covered(rule.id, subject, own, state, reason, count)
        for subject, answers in ((judged.subject, judged.answers), *judged.beside)
        for own, of in answers.lives or ((life, None),)
        for state, reason, count in answers.counts(of)
    ]
    if rows:
        return rows
    why = judged.answers.reasons[-1]
    state, reason = (State.NOT_RUN, why) if why else (State.NOT_APPLICABLE, "no_subjects")
    return [Covered(rule.id, judged.subject, life, state.name, reason, 0)]


def not_judged(data: Dataset, rule: Rule, reason: str) -> Judged:
    """The answers of a rule that does not run, for every subject that it would have judged."""
    beside: Mapping[str, Subject] = {} if rule.shape in OF_STAYS and data.cases.rows else _BESIDE
    name, subject = next(((name, beside[name]) for name in beside if name in rule.inputs), ("cases", _CASE))
    frame, visits = data.table(name), data.outpatient
    judged = not_run(frame.rows if frame else 0, reason, subject)
    if rule.shape in OF_VISITS_TOO and visits is not None and subject == "case":
        judged.beside = (("outpatient", not_run(visits.rows, reason).answers),)
    return judged
