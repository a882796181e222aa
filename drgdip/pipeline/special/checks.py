"""Whether an application or a decision can be used: each check gives the key of a finding, or nothing (6.1–6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from drgdip.interface.special import Application, SpecialDecision
from drgdip.pipeline.special.stay import Stay, level_of
from drgdip.policy.sections.special_values import Special
from drgdip.sanctions.episode import MEMBER


class Given(NamedTuple):
    """A decision, its stay, and what stands beside it.

    above_cost : it is worth more than the stay cost. application_why : why its application cannot be used, if so.
    """

    decision: SpecialDecision
    stay: Stay
    above_cost: bool
    application_why: str


def discharge_day(stay: Stay) -> date:
    """The day of discharge."""
    return datetime.fromtimestamp(stay.value("discharge_time_s"), UTC).date()


def application_defect(application: Application, stay: Stay, terms: Special) -> str:
    """What is wrong with an application, as the key of a finding; empty if nothing is."""
    if application.hospital_code != stay.hospital:
        return "special_other_hospital"
    day = date.fromisoformat(application.date)
    if day < discharge_day(stay):
        return "special_before_discharge"
    if terms.application_days is not None and day > discharge_day(stay) + timedelta(days=terms.application_days):
        return "special_late_application"
    return "" if stay.value("special_eligible") else "special_not_eligible"


def _outcome(given: Given, terms: Special) -> bool:
    return given.decision.outcome not in terms.outcomes


def _day(given: Given, terms: Special) -> bool:
    return date.fromisoformat(given.decision.date) < discharge_day(given.stay)


def _eligible(given: Given, terms: Special) -> bool:
    return not given.stay.value("special_eligible") and given.decision.outcome != "rejected"


def _recusal(given: Given, terms: Special) -> bool:
    return given.stay.hospital in given.decision.units


def _reviewers(given: Given, terms: Special) -> bool:
    independent = len({name for name in given.decision.reviewers if name})
    return given.decision.outcome != "rejected" and independent < terms.reviewers


def _above_cost(given: Given, terms: Special) -> bool:
    return given.above_cost


def _in_episode(given: Given, terms: Special) -> bool:
    return given.stay.role == MEMBER and given.decision.outcome != "rejected"


def _level(given: Given, terms: Special) -> bool:
    if terms.share_e4 is not None or given.decision.outcome == "rejected":
        return False
    return level_of(given.stay) not in terms.level_shares_e4


_CHECKS: Mapping[str, tuple[str, Callable[[Given, Special], bool]]] = {
    "special_outcome_not_allowed": ("outcome", _outcome),
    "special_before_discharge": ("date", _day),
    "special_not_eligible": ("setl_id", _eligible),
    "special_in_episode": ("setl_id", _in_episode),
    "special_level_without_share": ("setl_id", _level),
    "special_recusal": ("reviewer_units", _recusal),
    "special_few_reviewers": ("reviewers", _reviewers),
    "special_above_cost": ("outcome", _above_cost),
}


def decision_defects(given: Given, terms: Special) -> Iterator[tuple[str, str]]:
    """Field and key of all that is wrong with a decision, in the order of the process."""
    if given.application_why:
        yield "setl_id", given.application_why
    for key, (field, wrong) in _CHECKS.items():
        if key != given.application_why and wrong(given, terms):
            yield field, key
