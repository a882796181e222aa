"""A decision on its way through the review of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drgdip.interface.special import SpecialLine
from drgdip.pipeline.special import lines
from drgdip.pipeline.special.places import scope_of
from drgdip.pipeline.special.stay import Stay, Verdict, paid_all
from drgdip.special_cases.quota import Claim

_ONE_E8 = 10**8


@dataclass
class Case:
    """A decision on its way: its line so far, the stay, and what it says."""

    line: SpecialLine
    stay: Stay
    verdict: Verdict
    in_force: bool = False


def claim_of(case: Case, base: str) -> Claim:
    """What a decision is ranked by where places are few."""
    stay = case.stay
    cost = stay.value("net_cost_fen" if "net_cost_fen" in stay.columns else "total_cost_fen")
    one, scope = _ONE_E8, scope_of(stay.pool, base)
    if stay.values.deviation.basis == "ref_cost_k":
        one = stay.value("hospital_coefficient_e4") * stay.value("auxiliary_coefficient_e4")
    return Claim(stay.setl_id, scope, stay.hospital, cost, stay.value("reference_cost_fen"), one)


def settled(cases: Sequence[Case], month: str) -> list[SpecialLine]:
    """The lines of decisions once their stays are paid; what a stay of an earlier month gains is posted now."""
    before = paid_all([(case.stay, Verdict()) for case in cases])
    after = paid_all([(case.stay, case.verdict if case.in_force else Verdict()) for case in cases])
    found = []
    for case, usual, decided in zip(cases, before, after, strict=True):
        posted = decided.payable_fen - usual.payable_fen if case.stay.month != month else 0
        found.append(lines.paid(case.line, usual, decided, posted))
    return found
