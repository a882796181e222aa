"""States of a finding, and the events that change them: the events alone say where every finding stands (review workflow 2, 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from drgdip.base.provenance import sha256_of_text
from drgdip.screening.findings import canonical

#: State -> what a person may make of it.
DECISIONS: Mapping[str, tuple[str, ...]] = {
    "DISPATCHED": ("R1_PASS", "R1_UPHELD", "R1_NEED_INFO"),
    "R1_NEED_INFO": ("DISPATCHED",),
    "FED_BACK": ("ACCEPTED", "APPEALED"),
    "APPEALED": ("R2_PASS", "R2_UPHELD", "R2_NEED_INFO"),
    "R2_NEED_INFO": ("APPEALED",),
    "FED_BACK2": ("ACCEPTED", "APPEALED2"),
    "APPEALED2": ("PANEL",),
    "PANEL": ("FINAL_PASS", "FINAL_DENY", "FINAL_PART", "FINAL_REGROUP", "TRANSFERRED"),
    "CLOSED": ("REOPENED",),
    "POSTED": ("REOPENED",),
    "REOPENED": ("PANEL",),
}
#: A finding whose facts have changed goes back to those who decided it last.
_BACK = {"R2": ("R2_PASS", "R2_UPHELD", "R2_NEED_INFO"), "FI": ("PANEL",)}
_FIRST = DECISIONS["DISPATCHED"]
PASSED = frozenset({"R1_PASS", "R2_PASS", "FINAL_PASS"})
#: What is denied at the next settlement.
UPHELD = frozenset({"ACCEPTED", "DEEMED_ACCEPTED", "FINAL_DENY", "FINAL_PART", "FINAL_REGROUP"})
POSTED = frozenset({"POSTED", "CLOSED"})
GONE = frozenset({"WITHDRAWN", "SELF_CORRECTED"})
#: Decisions that somebody took on the facts at hand; other facts make them stale.
DECIDED = PASSED | UPHELD | {"R1_UPHELD", "R2_UPHELD", "TRANSFERRED"}
#: States in which a finding waits for the hospital.
WAITING = frozenset({"FED_BACK", "FED_BACK2"})
#: All that a file of decisions may hold.
CHOICES = tuple(sorted({name for after in DECISIONS.values() for name in after} | GONE))


class Standing(NamedTuple):
    """Where a finding stands.

    since : day of the state. deadline : of the hospital's answer, empty without one. amounts in fen, None where unknown:
    as they count; seen_* : digest and fund amount that the data gave last. decided_fen : what a partial denial comes
    to. reviewer : who reviewed it first. before : the state from which it went stale. denial_id : that it is part of.
    subject, outcome, severity, should : what was found, as it was seen last: a later run may not have the stay's data, and
    its denial must not be lost by that. due, release : last day of the agency's own term, and of the hold if it stays silent.
    paused : day on which a question stopped the clock. escalated : day on which its silence was passed on.
    """

    key: str
    rule: str
    settlement: str
    hospital: str
    lane: str
    state: str
    since: str
    deadline: str
    fee_fen: int | None
    scope_fen: int | None
    fund_fen: int | None
    seen_fund_fen: int | None
    facts_digest: str
    rule_digest: str
    decided_by: str = ""
    decided_on: str = ""
    reason: str = ""
    decided_fen: int | None = None
    group: str = ""
    reviewer: str = ""
    before: str = ""
    denial_id: str = ""
    subject: str = ""
    outcome: str = ""
    severity: str = ""
    should: str = ""
    due: str = ""
    release: str = ""
    paused: str = ""
    escalated: str = ""

    def choices(self) -> tuple[str, ...]:
        """What a person may decide now."""
        if self.state == "STALE":
            return (*_BACK.get(self.before[:2], _FIRST), *sorted(GONE))
        after = DECISIONS.get(self.state, ())
        return after if self.state in POSTED | GONE else (*after, *sorted(GONE))


#: Not in events that were written before standings had them: their hashes stay what they were.
_ADDED = frozenset(("subject", "outcome", "severity", "should", "due", "release", "paused", "escalated"))


class Event(NamedTuple):
    """One change, chained to the one before by its hash. after : the standing that it leads to."""

    number: int
    at: str
    actor: str
    what: str
    before: str
    decision_id: str
    fund_before_fen: int | None
    after: Standing
    previous_hash: str
    hash: str

    def content(self) -> dict[str, Any]:
        """What the hash is made of."""
        after = {name: value for name, value in self.after._asdict().items() if value or name not in _ADDED}
        plain = self._asdict() | {"after": after}
        del plain["hash"]
        return plain


def chained(
    events: list[Event], at: str, actor: str, what: str, before: Standing | None, after: Standing, decision_id: str = ""
) -> Event:
    """Append an event to its chain."""
    head = Event(
        len(events) + 1, at, actor, what, before.state if before else "", decision_id,
        before.fund_fen if before else None, after, events[-1].hash if events else "", "",
    )  # fmt: skip
    event = head._replace(hash=hash_of(head))
    events.append(event)
    return event


def hash_of(event: Event) -> str:
    """``SHA256(previous hash ‖ canonical JSON)``."""
    return sha256_of_text(event.previous_hash + canonical(event.content()))


def replay(events: Iterable[Event]) -> dict[str, Standing]:
    """Every finding's standing, from its events. Raises ValueError if the chain is broken."""
    standings: dict[str, Standing] = {}
    previous = ""
    for number, event in enumerate(events, 1):
        if event.number != number or event.previous_hash != previous or hash_of(event) != event.hash:
            raise ValueError(str(number))
        previous = event.hash
        standings[event.after.key] = event.after
    return standings
