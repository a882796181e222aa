"""A year to date whose stays are decided on and denied month after month, in any order, straight from settlement arithmetic.

Every month settles all stays of the year again with the decisions in force, and pays what the year to date comes to less what was
paid before (4.1). A denial is taken in its month, from what is left of the stay, and goes through the ledger of deductions (4.5,
8.3). The points of stays that were made void, priced again or regrouped are out of the pool from then on (8.3).

Where a decision comes after a denial of the same stay, the amounts that were denied are denied of what the stay is payable with
it: all that was asked, up to the payable. What that is more than was taken, the year to date pays less; what it is less, it gives
back (6.4: the difference is posted in the month of the decision). A stay that a denial made another one is not decided on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.reference.case import Case
from tests.reference.case_rules import FeeLine
from tests.reference.catalogue import Catalogue
from tests.reference.denials import STRUCTURAL, Denied, OpenItem, taken
from tests.reference.eligibility import Row, ValuesOn
from tests.reference.fund_split import CasePayment
from tests.reference.lists import NO_LISTS
from tests.reference.month import KnownMonth, known_month
from tests.reference.payment import pay
from tests.reference.special import Decision, placed, usable
from tests.reference.statement import statement_of


class MonthToDate(NamedTuple):
    """A month of the year to date.

    standings : of the decisions that it takes up, by their stay: in_force, waiting, rejected; those that cannot be used are not
    there. changes : by decided stay, what its denials take more of it than they had. denied : by denial. pool_values : point values.
    """

    standings: dict[str, str]
    changes: dict[str, int]
    denied: dict[str, int]
    point_values: dict[str, int]
    statement: list[dict[str, Any]]


def months_to_date(
    values_on: ValuesOn,
    catalogue: Catalogue,
    cases: Sequence[Row],
    months: Sequence[str],
    decisions: Mapping[str, Sequence[Decision]],
    denials: Mapping[str, Sequence[Denied]],
    *,
    region: str = "990100",
    fees: Sequence[FeeLine] = (),
) -> list[MonthToDate]:
    """Months (``YYYY-MM``) one after the other, each with all cases of the year, and its own decisions and denials."""
    year = _Year()
    found: list[MonthToDate] = []
    for month in months:
        known = known_month(values_on, catalogue, cases, month, region, fees, NO_LISTS)
        standings = year.decide(known, decisions.get(month, ()), last=month.endswith("12"))
        standing, pooled = known.reviewed(known.settled, year.in_force)
        new = year.usable_denials({case.stay.setl_id for case in standing}, denials.get(month, ()))
        changing = [one for one in (*year.denials, *new) if one.mode in STRUCTURAL]
        pooled = [left for case in pooled if (left := known.in_pool(case, changing)) is not None]
        point_values = known.point_values(values_on, pooled)
        paid = [(case, pay(case, point_values, pooled)) for case in standing]
        year.change(paid)
        denied = _Denying(known, point_values, pooled).all(paid, new, year)
        posted, changes = Counter[tuple[str, str]](), dict(year.changes)
        for case, _ in paid:
            posted[case.stay.hospital, case.stay.pool] -= changes.get(case.stay.setl_id, 0)
        items = [
            OpenItem(f"DENIAL-{one.id}", case.stay.hospital, case.stay.pool, 10, one.date, denied[one.id])
            for case in standing
            for one in new
            if one.setl_id == case.stay.setl_id and denied[one.id]
        ]
        known_posted = {place: fen for place, fen in posted.items() if fen}
        statement, ledger = statement_of(
            paid, point_values, known.policy, month, [*year.carried, *items], year.statements, known_posted
        )
        for line in statement:
            place = line["hospital_code"], line["pool"]
            own = [case for case in standing if (case.stay.hospital, case.stay.pool) == place]
            line["special_cases"] = sum(case.outcome != "none" for case in own)
        year.close(new, statement, ledger)
        found.append(MonthToDate(standings, changes, denied, point_values, statement))
    return found


class _Year:
    """What the months so far have decided, denied, and left to be deducted."""

    def __init__(self) -> None:
        self.in_force: dict[str, Decision] = {}
        self.waiting: dict[str, Decision] = {}
        self.rejected: set[str] = set()
        self.changes: dict[str, int] = {}
        self.denials: list[Denied] = []
        self.taken = Counter[str]()
        self.statements: list[dict[str, Any]] = []
        self.carried: list[OpenItem] = []

    def decide(self, known: KnownMonth, decisions: Sequence[Decision], last: bool) -> dict[str, str]:
        """Places for what is decided now and what waits from before; those that were given stay given (6.2)."""
        terms = known.policy.special
        assert terms is not None
        changed = {one.setl_id for one in self.denials if one.mode in STRUCTURAL}
        cases = {case.stay.setl_id: case for case in known.settled}
        before = self.in_force.keys() | self.waiting.keys() | self.rejected
        new = [one for one in decisions if one.setl_id not in before | changed]
        used = usable(cases, new, terms)
        gone = self.waiting.keys() & changed
        asking = {name: one for name, one in {**self.waiting, **used}.items() if name not in gone}
        held = [cases[name] for name in self.in_force]
        got = placed(known.settled, [cases[name] for name in asking], asking, terms, held)
        refused = {name for name, one in asking.items() if one.outcome == "rejected"}
        left = asking.keys() - got - refused
        out = left if last or terms.over_quota == "reject" else set()
        self.in_force |= {name: asking[name] for name in got}
        self.rejected |= gone | refused | out
        self.waiting = {name: asking[name] for name in left - out}
        standings = dict.fromkeys(gone | refused | out, "rejected") | dict.fromkeys(self.waiting, "waiting")
        return standings | dict.fromkeys(self.in_force, "in_force")

    def usable_denials(self, stays: set[str], denials: Sequence[Denied]) -> list[Denied]:
        """Those of stays that are settled; of a stay that is another one already, no second change."""
        changed = {one.setl_id for one in self.denials if one.mode in STRUCTURAL}
        found = []
        for one in denials:
            if one.setl_id in stays and not (one.mode in STRUCTURAL and one.setl_id in changed):
                found.append(one)
                changed |= {one.setl_id} if one.mode in STRUCTURAL else set()
        return found

    def change(self, paid: Sequence[tuple[Case, CasePayment]]) -> None:
        """What newly decided stays lose by what was denied of them before, less what that has taken (8.3)."""
        for case, payment in paid:
            name = case.stay.setl_id
            if name in self.in_force and name not in self.changes:
                own = [one for one in self.denials if one.setl_id == name]
                now = sum(taken(own, payment.payable_fen, case.recorded_fen).values())
                self.changes[name] = now - self.taken[name]
                self.taken[name] = now

    def close(
        self, denials: Sequence[Denied], statement: Sequence[dict[str, Any]], ledger: Sequence[Mapping[str, Any]]
    ) -> None:
        """What the month hands on to the next."""
        self.denials += denials
        self.statements += statement
        self.carried = [
            OpenItem(line["item_id"], line["hospital_code"], line["pool"], line["deduction_type"], line["date"], line["carried_fen"])
            for line in ledger
            if line["carried_fen"]
        ]  # fmt: skip


class _Denying(NamedTuple):
    """What a month's denials take."""

    month: KnownMonth
    point_values: Mapping[str, int]
    pooled: Sequence[Case]

    def after_fen(self, case: Case, one: Denied) -> int:
        other = self.month.after(case, one)
        if other is None or other.route == "out_of_scope":
            return 0
        return pay(other, self.point_values, self.pooled).payable_fen

    def all(self, paid: Sequence[tuple[Case, CasePayment]], new: Sequence[Denied], year: _Year) -> dict[str, int]:
        """By denial, up to what earlier ones have left of what the stay is payable now."""
        found: dict[str, int] = {}
        for case, payment in paid:
            own = [one for one in new if one.setl_id == case.stay.setl_id]
            whole, left = payment.payable_fen, max(payment.payable_fen, 0) - year.taken[case.stay.setl_id]

            def lost(one: Denied, case: Case = case, whole: int = whole) -> int:
                return max(whole, 0) - max(self.after_fen(case, one), 0)

            for one in sorted(own, key=lambda one: (one.mode not in STRUCTURAL, one.date, one.id)):
                asked = lost(one) if one.mode in STRUCTURAL else asked_fen(one, payment.payable_fen, case.recorded_fen)
                found[one.id] = max(min(asked, left), 0)
                left -= found[one.id]
                year.taken[case.stay.setl_id] += found[one.id]
        return found


def asked_fen(one: Denied, payable_fen: int, recorded_fen: int) -> int:
    """What an amount takes of a payable that bears any (8.3, vectors V103 and V104)."""
    return taken([one], payable_fen, recorded_fen)[one.id]
