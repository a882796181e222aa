"""A decision on its way through the review of a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drgdip.clearing import SpecialSums
from drgdip.interface.special import SpecialLine
from drgdip.pipeline.special import lines
from drgdip.pipeline.special.denied import EarlierDenials, Later
from drgdip.pipeline.special.places import scope_of
from drgdip.pipeline.special.stay import Stay, Verdict, verdict_of_line
from drgdip.sanctions.episode import LEAD
from drgdip.special_cases.quota import Claim

if TYPE_CHECKING:
    from drgdip.policy.sections.special_values import Special

_ONE_E8 = 10**8


@dataclass
class Case:
    """A decision on its way: its line so far, the stay, and what it says.

    seen : the stay as a committee sees it, with what a denial of an earlier month has left of it.
    """

    line: SpecialLine
    stay: Stay
    verdict: Verdict
    in_force: bool = False
    seen: Stay | None = None


def claim_of(case: Case, terms: Special) -> Claim:
    """What a decision is ranked by where places are few."""
    stay = case.seen or case.stay
    whole = "episode_cost_fen" if stay.role == LEAD else "total_cost_fen"
    cost = stay.value("net_cost_fen" if "net_cost_fen" in stay.columns else whole)
    one, scope = _ONE_E8, scope_of(terms, stay.pool, case.line.level)
    if stay.values.deviation.basis == "ref_cost_k":
        one = stay.value("hospital_coefficient_e4") * stay.value("auxiliary_coefficient_e4")
    return Claim(stay.setl_id, scope, stay.hospital, cost, stay.value("reference_cost_fen"), one)


def settled(cases: Sequence[Case], month: str, denied: EarlierDenials, changes: Mapping[str, int]) -> list[SpecialLine]:
    """The lines of decisions once their stays are paid; what a stay of an earlier month gains is posted now, beside what was denied
    of it. Stays of the month itself are paid with their decision, and what is denied of them is taken from that; of those that a
    year to date settles again, what earlier months denied ``changes``.
    """
    found: dict[int, SpecialLine] = {}
    for earlier in (False, True):
        places = [place for place, case in enumerate(cases) if (case.stay.month != month) is earlier]
        own, known = [cases[place] for place in places], denied if earlier else EarlierDenials()
        before = known.worth([(case.stay, Verdict()) for case in own])
        after = known.worth([(case.stay, case.verdict if case.in_force else Verdict()) for case in own])
        for place, case, usual, now in zip(places, own, before, after, strict=True):
            change = changes.get(case.stay.setl_id, 0)
            gained = (
                (now.net_fen - usual.net_fen, now.deducted_fen - usual.deducted_fen) if earlier else (-change, change)
            )
            found[place] = lines.paid(case.line, usual.counted, now.counted, *gained)
    return [found[place] for place in range(len(cases))]


def denied_changes(held: Sequence[SpecialLine], cases: Sequence[Case], denied: EarlierDenials) -> dict[str, int]:
    """By decided stay of a year to date, what earlier denials take of it more than they had taken (below zero: less).

    The month of the decision says it; in later ones of the year it stands.
    """
    known = {line.setl_id: line.denied_change_fen for line in held}
    new = [case for case in cases if case.in_force and case.stay.setl_id not in known]
    return known | denied.changed_by([(case.stay, case.verdict) for case in new])


def sums_of(cases: Sequence[Case], found: Sequence[SpecialLine], month: str) -> dict[tuple[str, str], SpecialSums]:
    """By hospital and pool: stays of the month that are decided, and what is posted beside them."""
    sums: dict[tuple[str, str], SpecialSums] = {}
    for case, line in zip(cases, found, strict=True):
        key = (line.hospital_code, line.pool)
        own, now = sums.get(key, SpecialSums()), int(case.in_force and case.stay.month == month)
        sums[key] = SpecialSums(own.cases + now, own.difference_fen + line.posted_fen)
    return sums


def later_of(held: Sequence[SpecialLine], cases: Sequence[Case], month: str) -> dict[str, Later]:
    """Decisions in force on stays of earlier months: those that earlier runs hold, and those of this month."""
    found = {line.setl_id: Later(line.month, verdict_of_line(line)) for line in held if line.month != line.stay_month}
    now = [case for case in cases if case.in_force and case.stay.month != month]
    return found | {case.stay.setl_id: Later(month, case.verdict) for case in now}
