"""Stays of a paid month that later months decide on and deny, in any order, straight from settlement arithmetic 6.4 and 8.3.

A decision posts a difference, a denial takes one: each month brings the stay from what it came to before to what it comes to now.
What it comes to does not ask for the order: the payable under the decision, less what all denials together take of that. The month
that paid the stay is closed; its point values and ratios hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tests.reference.case import Case
from tests.reference.denials import STRUCTURAL, Denied, taken
from tests.reference.eligibility import Stay
from tests.reference.fund_split import CasePayment
from tests.reference.month import PaidMonth
from tests.reference.numbers import rounded
from tests.reference.special import Decision, decided, in_force


class Counted(NamedTuple):
    """A stay as it counts in the year, None where nothing of it does; what of its payable is deducted."""

    case: Case | None
    paid: CasePayment
    deducted_fen: int

    @property
    def measures(self) -> tuple[int, int, int, int, int]:
        """Points, recorded and cost of what is paid by points; cost and payable of what is paid beside them (2.1, 2.8, 5.2)."""
        if self.case is None:
            return 0, 0, 0, 0, self.paid.payable_fen
        beside = beside_points(self.case, self.paid)
        if by_item(self.case, self.paid):
            return 0, 0, 0, *beside
        return self.case.points.points_e4, self.case.recorded_fen, self.case.cost_fen, *beside


def by_item(case: Case, paid: CasePayment) -> bool:
    """Paid by item, or by days outside the points."""
    return case.by_item or bool(not case.points.points_e4 and paid.gross_fen)


def beside_points(case: Case, paid: CasePayment) -> tuple[int, int]:
    """What a stay is worth beside its points, and that part of its payable."""
    if by_item(case, paid):
        return paid.gross_fen, paid.payable_fen
    part = rounded(Fraction(paid.payable_fen * case.outside_fen, paid.gross_fen)) if case.outside_fen else 0
    return case.outside_fen, part


class Later(NamedTuple):
    """What months posted and denied, by month and stay; and the stays as they count in the end."""

    posted: dict[tuple[int, str], int]
    denied: dict[tuple[int, str], int]
    counted: list[tuple[Stay, Counted]]


class _Stay:
    """One stay on its way through the months."""

    def __init__(self, case: Case, month: PaidMonth) -> None:
        self.case, self.month = case, month
        self.denials: list[Denied] = []

    @property
    def change(self) -> Denied | None:
        return next((one for one in self.denials if one.mode in STRUCTURAL), None)

    def after(self, one: Denied) -> CasePayment:
        """The payment that a denial leads to, whatever it would be."""
        other = self.month.after(self.case, one)
        nothing = other is None or other.route == "out_of_scope"
        return CasePayment(0, 0, 0, 0) if nothing or other is None else self.month.paid(other)

    def net_fen(self) -> int:
        whole = self.month.paid(self.case).payable_fen
        found = taken(self.denials, whole, self.case.recorded_fen, lambda one: self.after(one).payable_fen)
        return whole - sum(found.values())

    def seen(self) -> Case | None:
        """As a committee sees it: what was denied of its cost is no cost of it."""
        change = self.change
        if change is None:
            return self.case
        other = self.month.after(self.case, change)
        if other is None or change.mode != "reprice_cost":
            return other
        cost = self.case.stay.money["medfee_sumamt"] - change.fee_fen
        return other._replace(stay=other.stay._replace(money={**other.stay.money, "medfee_sumamt": cost}))

    def counted(self) -> Counted:
        """In the year: re-priced, regrouped or void where the pool sees it so and the stay loses by it; else as it was."""
        whole, change, terms = self.month.paid(self.case), self.change, self.case.policy.sanctions
        net = self.net_fen()
        plain = Counted(self.case, whole, whole.payable_fen - net)
        if change is None or terms is None or terms.timing == "after_pool":
            return plain
        if change.mode == "void" and terms.void_points == "keep":
            return plain
        now, left = self.month.after(self.case, change), self.after(change)
        points = 0 if now is None else now.points.points_e4
        loses = max(left.payable_fen, 0) < max(whole.payable_fen, 0)
        worthless = max(left.payable_fen, whole.payable_fen) <= 0 and points <= self.case.points.points_e4
        if not loses and not worthless:
            return plain
        # A denial takes no stay below zero, and leaves one that is there where it is.
        kept = max(left.payable_fen, 0) if whole.payable_fen >= 0 else whole.payable_fen
        if now is None or now.route == "out_of_scope":
            owed = min(beside_points(self.case, whole)[1], 0)
            return Counted(None, left._replace(payable_fen=owed), kept - net)
        return Counted(now, left._replace(payable_fen=kept), kept - net)


def later(
    month: PaidMonth, decisions: Mapping[int, Sequence[Decision]], denials: Mapping[int, Sequence[Denied]]
) -> Later:
    """Decisions and denials by month; the month that paid the stays may deny, too. A month decides first, then denies."""
    stays = {case.stay.setl_id: _Stay(case, month) for case in month.settled}
    posted: dict[tuple[int, str], int] = {}
    denied: dict[tuple[int, str], int] = {}
    for number in sorted({*decisions, *denials}):
        if decisions.get(number):
            assert month.policy.special is not None
            seen = {id_: one.seen() for id_, one in stays.items() if one.change is not None}
            for id_, decision in in_force(month.settled, decisions[number], month.policy.special, seen).items():
                own = stays[id_]
                before = own.net_fen()
                own.case = decided(own.case, decision)._replace(decision=decision)
                posted[number, id_] = own.net_fen() - before
        for denial in denials.get(number, ()):
            own = stays[denial.setl_id]
            before = own.net_fen()
            own.denials.append(denial)
            key = (number, denial.setl_id)
            denied[key] = denied.get(key, 0) + before - own.net_fen()
    return Later(posted, denied, [(own.case.stay, own.counted()) for own in stays.values()])
