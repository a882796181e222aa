"""The course of findings from run to run: a re-run changes nothing, changed facts are seen, what is posted stays (5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from drgdip.base.provenance import sha256_of_text
from drgdip.interface.review_decision import ReviewDecision
from drgdip.screening.catalogue import rules
from drgdip.screening.findings import Finding, canonical
from drgdip.screening.review.agency import TIMEOUT, AgencyTerms, clocked, days_of, step_of
from drgdip.screening.review.states import (
    DECIDED,
    DECISIONS,
    GONE,
    PASSED,
    POSTED,
    UPHELD,
    WAITING,
    Event,
    Standing,
    chained,
    replay,
)
from drgdip.screening.review.working_days import deadline
from drgdip.screening.rule import Rule

SYSTEM = "system"
#: What the hospital is told next.
_SENT = {"R1_UPHELD": "FED_BACK", "R2_UPHELD": "FED_BACK2"}
#: Events that come of a look at the data.
_FACTS = ("DETECTED", "FACTS_CHANGED")


class Terms(Protocol):
    """What the region's policy says of findings (its section ``screening``)."""

    @property
    def reply_days(self) -> int: ...
    @property
    def clear(self) -> str: ...
    @property
    def holidays(self) -> tuple[date, ...]: ...
    @property
    def workdays(self) -> tuple[date, ...]: ...
    @property
    def agency(self) -> AgencyTerms: ...
    def holds(self, severity: str, official_class: str) -> bool: ...


def decision_id(decision: ReviewDecision) -> str:
    """Tells a decision from all others, whatever file and row it stands in."""
    return sha256_of_text(canonical(list(decision[2:])))


class Course:
    """Standings of findings. First :meth:`decide`, then screen without what is :attr:`passed`, then :meth:`see`.

    known : rules by ID, the catalogue's if not given.

    Raises ValueError if the chain of events is broken.
    """

    def __init__(
        self, events: Sequence[Event], terms: Terms, as_of: date, known: Mapping[str, Rule] | None = None
    ) -> None:
        self.events = list(events)
        self.standings = replay(events)
        self._terms, self._as_of, self._rules = terms, as_of, rules() if known is None else known
        self._taken = {event.decision_id for event in events}
        self._seen_on = {event.after.key: event.at for event in events if event.what in _FACTS}

    @property
    def passed(self) -> dict[str, str]:
        """Findings that were decided to be none, and the facts that this rests on: key -> digest."""
        return {key: one.facts_digest for key, one in self.standings.items() if one.state in PASSED}

    def decide(self, decisions: Sequence[ReviewDecision], say: Callable[[ReviewDecision, str, str], None]) -> None:
        """Take up decisions in order of their dates; one that cannot be is told by field and key of a reason.

        What the agency has not decided in time is released first, so that nothing depends on how often it is run.
        """
        for decision in sorted(decisions, key=lambda one: (one.date, one.row)):
            if decision_id(decision) in self._taken:
                continue
            self._release(decision.key, min(decision.date, self._day))
            self._send(decision)
            found = self._wrong(decision)
            if found:
                say(decision, *found)
                continue
            self._taken.add(decision_id(decision))
            before = self.standings[decision.key]
            level = decision.decision[:2]
            after = before._replace(
                state=decision.decision, since=decision.date, deadline="", decided_by=decision.decided_by,
                decided_on=decision.date, reason=decision.reason, decided_fen=decision.fund_fen, group=decision.group,
                reviewer=decision.decided_by if level == "R1" else before.reviewer, before="",
            )  # fmt: skip
            self._happens(decision.date, decision.decided_by, decision.decision, before, after, decision_id(decision))
        for key in sorted(self.standings):
            self._release(key, self._day)

    def _send(self, decision: ReviewDecision) -> None:
        """Who answers a review that was upheld has been told of it, although no run has been since."""
        one = self.standings.get(decision.key)
        state = _SENT.get(one.state) if one else None
        if one and state and decision.decision in DECISIONS[state] and one.since <= decision.date <= self._day:
            after = one._replace(state=state, since=decision.date, deadline=self._reply_by())
            self._happens(decision.date, SYSTEM, state, one, after)

    def _release(self, key: str, day: str) -> None:
        """Pass a finding whose money is held and that nobody has decided in time (review workflow 2, clock rules)."""
        one = self.standings.get(key)
        if one is None or step_of(one) is None or not "" < days_of(one, self._terms)[1] < day:
            return
        rule = self._rules.get(one.rule)
        if self._terms.holds(one.severity, rule.official_class if rule else ""):
            after = one._replace(state="FINAL_PASS", since=self._day, deadline="", decided_by=SYSTEM,
                                 decided_on=self._day, reason=TIMEOUT, before="")  # fmt: skip
            self._happens(self._day, SYSTEM, "FINAL_PASS", one, after)

    def _wrong(self, decision: ReviewDecision) -> tuple[str, str] | None:
        before = self.standings.get(decision.key)
        if before is None:
            return "finding_key", "review_unknown_finding"
        if decision.date > self._as_of.isoformat():
            return "date", "review_later_than_day"
        if decision.date < self._seen_on.get(decision.key, ""):
            return "date", "review_before_facts"
        if decision.decision not in before.choices():
            return "decision", "review_not_possible"
        if decision.decision[:2] == "R2" and decision.decided_by == before.reviewer:
            return "decided_by", "review_same_person"
        if decision.decision == "FINAL_PART" and not decision.fund_fen:
            return "denied_fund_yuan", "denial_amount_missing"
        if decision.decision == "FINAL_REGROUP" and not decision.group:
            return "group_code", "denial_unknown_group"
        return None

    def see(self, findings: Sequence[Finding], looked_at: Callable[[Standing], bool]) -> None:
        """Compare with what a run has found. looked_at : whether the run would have found a finding again."""
        there = {finding.key for finding in findings if finding.lane}
        for finding in findings:
            if finding.lane:
                self._seen(finding)
        for key in sorted(self.standings.keys() - there):
            before = self.standings[key]
            if before.state not in POSTED | GONE and looked_at(before):
                after = before._replace(state="WITHDRAWN", since=self._day, deadline="")
                self._happens(self._day, SYSTEM, "WITHDRAWN", before, after)

    def _seen(self, finding: Finding) -> None:
        before = self.standings.get(finding.key)
        fresh = self._fresh(finding)
        if before is None or before.state in {"WITHDRAWN", "MERGED"} | (GONE if _changed(before, finding) else set()):
            if before is None or fresh.state != before.state or _changed(before, finding):
                self._happens(self._day, SYSTEM, "DETECTED", before, fresh)
        elif _changed(before, finding):
            self._happens(self._day, SYSTEM, "FACTS_CHANGED", before, self._on_other_facts(before, fresh))
        elif before.rule_digest != finding.rule_digest:
            self._happens(self._day, SYSTEM, "RULE_CHANGED", before, before._replace(rule_digest=finding.rule_digest))
        elif finding.merged_into and before.state not in DECIDED | POSTED | GONE:
            self._happens(self._day, SYSTEM, "MERGED", before, fresh)
        elif before.seen_fund_fen != finding.due.fund_fen and before.state not in PASSED | GONE:
            after = before._replace(seen_fund_fen=finding.due.fund_fen)
            if before.state not in POSTED:
                after = after._replace(fee_fen=fresh.fee_fen, scope_fen=fresh.scope_fen, fund_fen=fresh.fund_fen)
            self._happens(self._day, SYSTEM, "AMOUNTS_CHANGED", before, after)

    def _fresh(self, finding: Finding) -> Standing:
        """The standing of a finding that nobody has looked at; a clear violation may go to the hospital at once."""
        at_once = finding.lane == "deny" and self._terms.clear == "deny"
        state = "MERGED" if finding.merged_into else "FED_BACK" if at_once else "DISPATCHED"
        return Standing(
            finding.key, finding.rule.id, finding.settlement, finding.hospital, finding.lane, state, self._day,
            self._reply_by() if state in WAITING else "", finding.due.fee_fen, finding.due.scope_fen, finding.due.fund_fen,
            finding.due.fund_fen, finding.facts_digest, finding.rule_digest, subject=finding.hit.subject,
            outcome=finding.hit.outcome, severity=finding.severity, should=str(finding.facts.get("should", "")),
        )  # fmt: skip

    def _on_other_facts(self, before: Standing, fresh: Standing) -> Standing:
        if before.state in POSTED:
            return before._replace(facts_digest=fresh.facts_digest, seen_fund_fen=fresh.seen_fund_fen)
        kept = fresh._replace(reviewer=before.reviewer, decided_by=before.decided_by, decided_on=before.decided_on)
        if before.state in DECIDED:
            return kept._replace(state="STALE", deadline="", before=before.state)
        waits = before.state in WAITING
        return kept._replace(state=before.state, before=before.before, deadline=self._reply_by() if waits else "")

    def close(self, posted: Mapping[str, str]) -> None:
        """What time and settlement do: notices go out, silence accepts or is passed on, and what is taken is posted.

        posted : ID of a denial -> day of its decision, of those that a settlement has taken.
        """
        for key in sorted(self.standings):
            one = self.standings[key]
            if one.state in WAITING and one.deadline < self._day:
                after = one._replace(state="DEEMED_ACCEPTED", since=self._day, deadline="", decided_by=SYSTEM,
                                     decided_on=self._day, reason="NO_ANSWER")  # fmt: skip
                self._happens(self._day, SYSTEM, "DEEMED_ACCEPTED", one, after)
            elif one.state in _SENT:
                state = _SENT[one.state]
                self._happens(self._day, SYSTEM, state, one,
                              one._replace(state=state, since=self._day, deadline=self._reply_by()))  # fmt: skip
            elif one.state in UPHELD and one.denial_id in posted:
                self._happens(self._day, SYSTEM, "POSTED", one, one._replace(state="POSTED", since=self._day))
            elif step_of(one) and not one.due:
                self._happens(self._day, SYSTEM, "TERM_SET", one, one)
            elif step_of(one) and not one.escalated and days_of(one, self._terms)[0] < self._day:
                self._happens(self._day, SYSTEM, "ESCALATED", one, one._replace(escalated=self._day))

    def enter(self, ids: Mapping[str, str]) -> None:
        """Remember the denials that findings have been put into: key of a finding -> ID of the denial."""
        for key, denial in sorted(ids.items()):
            one = self.standings[key]
            if one.denial_id != denial:
                self._happens(self._day, SYSTEM, "LISTED", one, one._replace(denial_id=denial))

    @property
    def _day(self) -> str:
        return self._as_of.isoformat()

    def _reply_by(self) -> str:
        terms = self._terms
        return deadline(self._as_of, terms.reply_days, terms.holidays, terms.workdays).isoformat()

    def _happens(
        self, at: str, actor: str, what: str, before: Standing | None, after: Standing, decision_id: str = ""
    ) -> None:
        if what != "ESCALATED":
            after = clocked(what, before, after, at, self._terms)
        self.standings[after.key] = after
        if what in _FACTS:
            self._seen_on[after.key] = at
        chained(self.events, at, actor, what, before, after, decision_id)


def _changed(before: Standing, finding: Finding) -> bool:
    return before.facts_digest != finding.facts_digest
