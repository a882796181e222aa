"""A decision on its way through the review of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drgdip.interface.special import SpecialLine
from drgdip.pipeline.special import lines
from drgdip.pipeline.special.denied import Later, lower
from drgdip.pipeline.special.places import scope_of
from drgdip.pipeline.special.stay import Stay, Verdict, verdict_of_line
from drgdip.special_cases.quota import Claim

_ONE_E8 = 10**8


@dataclass
class Case:
    """A decision on its way: its line so far, the stay, and what it says.

    left : what a denial of an earlier month has left of the stay, if one has changed it. taken_fen : of it, as amounts.
    """

    line: SpecialLine
    stay: Stay
    verdict: Verdict
    in_force: bool = False
    left: Stay | None = None
    taken_fen: int = 0


def claim_of(case: Case, base: str) -> Claim:
    """What a decision is ranked by where places are few."""
    stay = case.left or case.stay
    cost = stay.value("net_cost_fen" if "net_cost_fen" in stay.columns else "total_cost_fen")
    one, scope = _ONE_E8, scope_of(stay.pool, base)
    if stay.values.deviation.basis == "ref_cost_k":
        one = stay.value("hospital_coefficient_e4") * stay.value("auxiliary_coefficient_e4")
    return Claim(stay.setl_id, scope, stay.hospital, cost, stay.value("reference_cost_fen"), one)


def settled(cases: Sequence[Case], month: str) -> list[SpecialLine]:
    """The lines of decisions once their stays are paid; what a stay of an earlier month gains is posted now."""
    before = lower([(case.stay, case.left, Verdict()) for case in cases])
    after = lower([(case.stay, case.left, case.verdict if case.in_force else Verdict()) for case in cases])
    found = []
    for case, (usual, _), (decided, _) in zip(cases, before, after, strict=True):
        gained = _beside(decided.payable_fen, case) - _beside(usual.payable_fen, case)
        found.append(lines.paid(case.line, usual, decided, gained if case.stay.month != month else 0))
    return found


def _beside(payable_fen: int, case: Case) -> int:
    """What of a payable is left beside the amounts that were denied of it."""
    return payable_fen - min(case.taken_fen, max(payable_fen, 0))


def later_of(held: Sequence[SpecialLine], cases: Sequence[Case], month: str) -> dict[str, Later]:
    """Decisions in force on stays of earlier months: those that earlier runs hold, and those of this month."""
    found = {line.setl_id: Later(line.month, verdict_of_line(line)) for line in held if line.month != line.stay_month}
    now = [case for case in cases if case.in_force and case.stay.month != month]
    return found | {case.stay.setl_id: Later(month, case.verdict) for case in now}
