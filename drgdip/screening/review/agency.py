"""The agency's own deadlines: when its silence is escalated, and when it releases what is held (review workflow 2, clock rules)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Protocol

from drgdip.screening.review.states import Standing
from drgdip.screening.review.working_days import deadline, worked

Step = Literal["first", "second", "panel"]
#: Reason of a finding that passed because nobody decided it.
TIMEOUT = "AGENCY_TIMEOUT"
#: State in which the agency has to act -> whose term runs. REOPENED is not among them: its money is posted, nothing is held.
_STEPS: Mapping[str, Step] = {
    "DISPATCHED": "first", "R1_NEED_INFO": "first", "APPEALED": "second", "R2_NEED_INFO": "second",
    "APPEALED2": "panel", "PANEL": "panel",
}  # fmt: skip
#: A finding whose facts have changed waits for those who decided it last, by the beginning of the state it had.
_AGAIN: Mapping[str, Step] = {"R2": "second", "FI": "panel"}


class AgencyTerms(Protocol):
    """Working days of the agency (review workflow 2).

    first, second, panel : of a review. info : for which asking for information stops the clock, once a review. silence :
    whether the hold is released when the agency has not decided within ``times`` its term, or stays.
    """

    @property
    def first(self) -> int: ...
    @property
    def second(self) -> int: ...
    @property
    def panel(self) -> int: ...
    @property
    def info(self) -> int: ...
    @property
    def times(self) -> int: ...
    @property
    def silence(self) -> Literal["release", "hold"]: ...


class Calendar(Protocol):
    """Terms and the days on which they count."""

    @property
    def agency(self) -> AgencyTerms: ...
    @property
    def holidays(self) -> tuple[date, ...]: ...
    @property
    def workdays(self) -> tuple[date, ...]: ...


def step_of(one: Standing) -> Step | None:
    """Whose term runs; None where the agency has nothing to decide, or the money of the finding has been taken."""
    if one.denial_id:
        return None
    return _AGAIN.get(one.before[:2], "first") if one.state == "STALE" else _STEPS.get(one.state)


def clocked(what: str, before: Standing | None, after: Standing, at: str, terms: Calendar) -> Standing:
    """A standing with the agency's days, which are counted when a term begins and never again.

    A term begins with its state, and anew with other facts; asking for information stops it and the answer lets it go on.
    """
    step = step_of(after)
    if step is None:
        return after._replace(due="", release="", paused="", escalated="")
    if before is None or not before.due or what in ("DETECTED", "FACTS_CHANGED") or not _goes_on(before, after):
        return _begun(after, getattr(terms.agency, step), at, terms)
    kept = after._replace(due=before.due, release=before.release, paused=before.paused, escalated=before.escalated)
    if before.state == after.state:
        return kept
    if _is_asking(after):
        return kept._replace(paused=before.paused or at)
    return _resumed(kept, at, terms) if stands_still(before) else kept


def _begun(one: Standing, days: int, at: str, terms: Calendar) -> Standing:
    own = terms.agency
    release = _later(at, own.times * days, terms) if own.silence == "release" else ""
    return one._replace(due=_later(at, days, terms), release=release, paused="", escalated="")


def _goes_on(before: Standing, after: Standing) -> bool:
    same = before.state == after.state or _is_asking(before) or _is_asking(after)
    return same and step_of(before) == step_of(after)


def _is_asking(one: Standing) -> bool:
    return one.state.endswith("NEED_INFO")


def stands_still(one: Standing) -> bool:
    """Whether the clock is stopped: for the first question of a review only."""
    return _is_asking(one) and one.since == one.paused


def _resumed(one: Standing, at: str, terms: Calendar) -> Standing:
    stopped = worked(date.fromisoformat(one.paused), date.fromisoformat(at), terms.holidays, terms.workdays)
    return _moved(one, min(stopped, terms.agency.info), terms)


def _moved(one: Standing, days: int, terms: Calendar) -> Standing:
    due, release = (_later(day, days, terms) if day else "" for day in (one.due, one.release))
    return one._replace(due=due, release=release)


def days_of(one: Standing, terms: Calendar) -> tuple[str, str]:
    """The last days of the term and of the hold, as far as the clock is known to run."""
    moved = _moved(one, terms.agency.info, terms) if stands_still(one) else one
    return moved.due, moved.release


def _later(start: str, days: int, terms: Calendar) -> str:
    return deadline(date.fromisoformat(start), days, terms.holidays, terms.workdays).isoformat()
