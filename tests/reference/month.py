"""A whole month by the reference: case rows in, settled cases, rows set aside and statement out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.policy.values import PolicyValues
from tests.reference.case import Case, price
from tests.reference.case_rules import FeeLine, quota, within_quota
from tests.reference.catalogue import Catalogue
from tests.reference.denials import STRUCTURAL, Denied, OpenItem, taken
from tests.reference.eligibility import Period, Row, SetAside, Stay, ValuesOn, screen
from tests.reference.fields import FUNDS
from tests.reference.fund_split import CasePayment, split
from tests.reference.lists import NO_LISTS, Lists
from tests.reference.numbers import E4, e4, from_e4, from_fen
from tests.reference.payment import pay, point_value_e4
from tests.reference.readmission import paid_together, shared, with_another
from tests.reference.special import Decision, decided, eligible, in_force
from tests.reference.statement import statement_of

#: Columns that the engine writes only where a policy has the rules for them.
OPTIONAL = (
    *("route_number", "tcm_gate_passed", "net_cost_fen", "outside_points_fen", "added_points_e4"),
    *("special_eligible", "special_outcome", "allowed_cost_fen", "ordinary_points_e4", "episode_role"),
    *("attributed_month", "late_list", "interim_deducted_fen", "hold_reason", "held_fen"),
)


class ReferenceResult(NamedTuple):
    """cases : settled cases in the order of rows, keys are column names (groups, routes and bands by name).

    set_aside : rows that are not settled, but those of other periods, which are only counted (``other_period``).
    statement : one dict for each hospital and pool. deductions : one dict for each open deduction, and for each
    shortfall that is carried.
    In cumulative mode cases and statement are those of the year to date.
    """

    cases: list[dict[str, Any]]
    set_aside: list[SetAside]
    statement: list[dict[str, Any]]
    deductions: list[dict[str, Any]]
    other_period: int


def settle_month(
    values_on: ValuesOn,
    catalogue: Catalogue,
    cases: Sequence[Row],
    month: str,
    deductions: Iterable[Any] = (),
    prior: Iterable[Mapping[str, Any]] = (),
    *,
    region: str = "990100",
    fees: Sequence[FeeLine] = (),
    denials: Sequence[Denied] = (),
    decisions: Sequence[Decision] = (),
    lists: Lists = NO_LISTS,
) -> ReferenceResult:
    """Settle a month (``YYYY-MM``).

    deductions : objects with id, hospital_code, pool, type, date (ISO text) and amount_fen.
    prior : statement rows of earlier runs, for cumulative clearing.
    denials : of stays that are settled; void ones leave their pool where the policy says so.
    decisions : of special-case review.
    lists : the register of lists, and earlier bills of the stays.
    """
    month_of = known_month(values_on, catalogue, cases, month, region, fees, lists)
    policy, priced, aside = month_of.policy, month_of.priced, month_of.aside
    forced = in_force(month_of.settled, decisions, policy.special) if policy.special else {}
    standing, pooled = month_of.reviewed(month_of.settled, forced)
    pooled = [left for case in pooled if (left := month_of.in_pool(case, denials)) is not None]
    point_values = month_of.point_values(values_on, pooled)
    paid = {case.stay.row: pay(case, point_values, pooled) for case in standing}
    with_payment = [(case, paid[case.stay.row]) for case in standing]

    def worth(case: Case) -> Callable[[Denied], int]:
        def after(one: Denied) -> int:
            other = month_of.after(case, one)
            return 0 if other is None or _outside(other) else pay(other, point_values, pooled).payable_fen

        return after

    lost = {
        case.stay.setl_id: taken(own, paid[case.stay.row].payable_fen, case.recorded_fen, worth(case))
        for case in standing
        if (own := [one for one in denials if one.setl_id == case.stay.setl_id])
    }
    open_items = [
        OpenItem(f"DENIAL-{one.id}", case.stay.hospital, case.stay.pool, 10, one.date, lost[one.setl_id][one.id])
        for case in standing
        for one in denials
        if one.setl_id == case.stay.setl_id and lost[one.setl_id][one.id]
    ]
    open_items += [
        OpenItem(
            f"INTERIM-{one.setl_id}", one.hospital, one.pool, 99, one.discharge.date().isoformat(), one.interim_fen
        )
        for one in (case.stay for case in standing)
        if one.interim_fen
    ]
    statement, items = statement_of(with_payment, point_values, policy, month, [*deductions, *open_items], prior)
    for line in statement:
        own = [
            case for case in standing if (case.stay.hospital, case.stay.pool) == (line["hospital_code"], line["pool"])
        ]
        sums = [sum(lost.get(case.stay.setl_id, {}).values()) for case in own]
        line["special_cases"] = sum(case.outcome != "none" for case in own)
        line["denied_fen"], line["denied_cases"] = sum(sums), sum(case.stay.setl_id in lost for case in own)
    standing += [case for case in priced if _outside(case)]
    rows = [_case_row(case, paid.get(case.stay.row)) for case in sorted(standing, key=lambda case: case.stay.row)]
    for row in rows if policy.sanctions else ():
        row["denied_fen"] = sum(lost.get(row["setl_id"], {}).values())
        row["net_payable_fen"] = row["payable_fen"] - row["denied_fen"]
    listed = sorted(row for row in aside if row.reasons != ("other_period",))
    return ReferenceResult(rows, listed, statement, items, len(aside) - len(listed))


class PaidMonth(NamedTuple):
    """A month as it was paid, for what later months decide on and deny: its stays before all that, its point values and ratios.

    settled : its stays one by one. standing : as they are paid, readmissions as one.
    """

    month: KnownMonth
    settled: list[Case]
    standing: list[Case]
    pooled: list[Case]
    point_values: dict[str, int]

    @property
    def policy(self) -> PolicyValues:
        return self.month.policy

    def paid(self, case: Case) -> CasePayment:
        return pay(case, self.point_values, self.pooled)

    def after(self, case: Case, one: Denied) -> Case | None:
        """What a denial makes of a stay; None: nothing."""
        return self.month.after(case, one)


def paid_month(
    values_on: ValuesOn,
    catalogue: Catalogue,
    cases: Sequence[Row],
    month: str,
    *,
    region: str = "990100",
    fees: Sequence[FeeLine] = (),
    denials: Sequence[Denied] = (),
) -> PaidMonth:
    """A month that decides on nothing; denials of its own may leave its pools."""
    month_of = known_month(values_on, catalogue, cases, month, region, fees, NO_LISTS)
    standing, _ = month_of.reviewed(month_of.settled, {})
    pooled = [left for case in standing if (left := month_of.in_pool(case, denials)) is not None]
    return PaidMonth(month_of, month_of.settled, standing, pooled, month_of.point_values(values_on, pooled))


def known_month(
    values_on: ValuesOn,
    catalogue: Catalogue,
    cases: Sequence[Row],
    month: str,
    region: str,
    fees: Sequence[FeeLine],
    lists: Lists,
) -> KnownMonth:
    """The month once every stay is priced, before anything is decided."""
    policy = values_on(first_day(month))
    cumulative = policy.month.point_value == "cumulative"
    period = Period(first_day(f"{month[:4]}-01" if cumulative else month), last_day(month))
    stays, aside = screen(cases, values_on, catalogue, region, period, lists)
    lines: dict[str, list[FeeLine]] = {}
    for line in fees:
        lines.setdefault(line.setl_id, []).append(line)

    def priced_of(stay: Stay, beyond: bool = False) -> Case:
        case = price(stay, values_on(stay.day), catalogue, lines.get(stay.setl_id.strip(), []), beyond_quota=beyond)
        return _ordinary(case)

    priced = [priced_of(stay) for stay in stays]
    beyond = _beyond_quota([case for case in priced if not _outside(case)])
    priced = [priced_of(case.stay, beyond=True) if case.stay.row in beyond else case for case in priced]
    aside += [SetAside(case.stay.row, case.stay.setl_id, ("route_out_of_scope",)) for case in priced if _outside(case)]
    return KnownMonth(policy, catalogue, lines, beyond, period, priced, aside)


def _ordinary(case: Case) -> Case:
    return case._replace(ordinary=(case.points.band, case.points.points_e4))


class KnownMonth(NamedTuple):
    """What changes single cases of a month once all are known: review, readmission, denials."""

    policy: PolicyValues
    catalogue: Catalogue
    lines: dict[str, list[FeeLine]]
    beyond: set[int]
    period: Period
    priced: list[Case]
    aside: list[SetAside]

    @property
    def settled(self) -> list[Case]:
        return [case for case in self.priced if not _outside(case)]

    def point_values(self, values_on: ValuesOn, pooled: Sequence[Case]) -> dict[str, int]:
        """By pool, from the cases that it sees."""
        first, last = self.period
        months = [f"{first.year}-{number:02}" for number in range(first.month, last.month + 1)]
        own = {pool: [case for case in pooled if case.stay.pool == pool] for pool in self.policy.pools}
        return {pool: point_value_e4(cases, pool, self.policy, values_on, months) for pool, cases in own.items()}

    def reviewed(self, settled: Sequence[Case], forced: Mapping[str, Decision]) -> tuple[list[Case], list[Case]]:
        """The cases as they are paid under decisions, and as the pools have them before anything is denied."""
        special, readmission = self.policy.special, self.policy.readmission
        lists = [[self.decided(case, forced) for case in settled], list(settled)]
        if special is None or special.effect == "before_pv":
            lists[1] = lists[0]
        if readmission:
            lists = [
                paid_together(cases, readmission, self.lines, forced, self._priced_by, self.beyond) for cases in lists
            ]
        return lists[0], lists[1]

    def decided(self, case: Case, forced: Mapping[str, Decision]) -> Case:
        one = forced.get(case.stay.setl_id)
        return case if one is None else decided(case, one)._replace(decision=one)

    def _priced_by(
        self, case: Case, bill: dict[str, int], lines: Sequence[FeeLine], beyond: bool, group: Any = None
    ) -> Case:
        stay = case.stay._replace(money={**case.stay.money, **bill})
        priced = price(stay, case.policy, self.catalogue, lines, beyond_quota=beyond, like=case, group=group)
        return _ordinary(priced._replace(bill=bill, lines=tuple(lines), beyond=beyond))

    def after(self, case: Case, one: Denied) -> Case | None:
        """What a denial makes of a stay; None: nothing."""
        if one.mode == "void":
            return None
        group = None
        if one.mode == "regroup":
            group = next(group for group in self.catalogue.groups if group["dip_code"] == one.group)
        own = {name: case.stay.money[name] for name in ("medfee_sumamt", "hosp_part_amt")}
        bill = dict(case.bill or own)
        bill["medfee_sumamt"] -= one.fee_fen
        lines = case.lines if case.bill else self.lines.get(case.stay.setl_id.strip(), [])
        beyond = case.beyond if case.bill else case.stay.row in self.beyond
        other = self._priced_by(case, bill, lines, beyond, group)
        if case.decision is not None:
            other = decided(other, case.decision)
        terms = self.policy.readmission
        if case.role == 1:
            allowed = max(bill["medfee_sumamt"] - bill["hosp_part_amt"], 0)
            if case.decision is not None and case.decision.outcome == "by_item":
                allowed = case.decision.allowed_fen
            other = other._replace(borne_fen=case.borne_fen, allowed_fen=allowed)
        elif case.role == 2:
            other = with_another(other)
        elif case.role == 3 and terms is not None:
            other = shared(other, terms)
        left = own["medfee_sumamt"] - (one.fee_fen if other.by_item else 0)
        return other._replace(stay=case.stay._replace(money={**case.stay.money, "medfee_sumamt": left}))

    def in_pool(self, case: Case, denials: Sequence[Denied]) -> Case | None:
        """The stay as the point value sees it: before the pool, as the denial makes it."""
        terms = self.policy.sanctions
        own = [one for one in denials if one.setl_id == case.stay.setl_id and one.mode in STRUCTURAL]
        if not own or terms is None or terms.timing == "after_pool":
            return case
        if own[0].mode == "void":
            return None if terms.void_points == "exclude" else case
        other = self.after(case, own[0])
        # A denial never pays more: what would be worth more at the opening point value is in the pool as it was.
        return other if other is not None and _worth(other) <= _worth(case) else case


def _worth(case: Case) -> Fraction:
    """In yuan: the cost by item, or points at the opening point value and what is paid beside them."""
    if case.by_item:
        return from_fen(case.by_item_fen)
    opening = case.policy.pools[case.stay.pool].opening_point_value_e4
    return from_e4(case.points.points_e4) * from_e4(opening) + from_fen(case.outside_fen)


def _beyond_quota(cases: Sequence[Case]) -> set[int]:
    """Rows of high cost that the quota leaves out: of each hospital and pool, or each pool, under the same values."""
    scopes: dict[Any, list[Case]] = {}
    for case in cases:
        high = case.policy.deviation.high
        if high is not None and high.share_cap is not None:
            hospital = case.stay.hospital if high.share_cap.scope == "hospital" else ""
            scopes.setdefault((id(case.policy), hospital, case.stay.pool), []).append(case)
    beyond: set[int] = set()
    for members in scopes.values():
        rule = members[0].policy.deviation.high
        assert rule is not None
        assert rule.share_cap is not None
        discharges = [case for case in members if case.points.band not in ("by_item", "not_tested")]
        high = {case.stay.setl_id: case for case in members if case.points.band == "high"}
        most = quota(len(discharges), rule.share_cap.share_e4)
        kept = within_quota({setl_id: case.points.ratio for setl_id, case in high.items()}, most)
        beyond |= {case.stay.row for setl_id, case in high.items() if setl_id not in kept}
    return beyond


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return (first_day(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _outside(case: Case) -> bool:
    return case.route == "out_of_scope"


def _case_row(case: Case, paid: CasePayment | None) -> dict[str, Any]:
    paid = paid or CasePayment(0, 0, 0, 0)
    pool = case.policy.pools[case.stay.pool]
    funds = dict.fromkeys(FUNDS, 0)
    if not _outside(case):
        funds |= split(paid.payable_fen, case.recorded, pool.pooled_fund, case.policy.payment.fund_variance)
    weight, k = from_e4(case.weight_e4), from_e4(case.k_e4)
    return {
        "row": case.stay.row,
        "setl_id": case.stay.setl_id,
        "hospital_code": case.stay.hospital,
        "pool": case.stay.pool,
        **({} if case.labels else {"group": _code(case.grouped.group)}),
        "group_reason": case.grouped.reason,
        **(case.labels or {"runner_up_group": _code(case.grouped.runner_up)}),
        "relative_weight_e4": case.weight_e4,
        "hospital_coefficient_e4": case.k_e4,
        "auxiliary_coefficient_e4": E4,
        "standard_points_e4": e4(weight * k, case.policy.rounding.mode),
        "reference_cost_fen": case.reference_cost_fen,
        "route": "route_group" if case.route == "dip" else f"route_{case.route}",
        "deviation_band": f"band_{case.points.band}",
        "cost_ratio_e4": e4(case.points.ratio),
        "points_e4": case.points.points_e4,
        "special_review": int(case.points.review),
        "patient_fen": case.patient_fen,
        "other_funds_fen": case.other_funds_fen,
        "recorded_fen": case.recorded_fen,
        "route_number": case.route_number,
        "tcm_gate_passed": int(case.tcm_passed),
        "net_cost_fen": case.net_fen,
        "outside_points_fen": case.outside_fen,
        "added_points_e4": case.added_e4,
        "special_eligible": int(eligible(case)),
        "special_outcome": f"special_{case.outcome}",
        "allowed_cost_fen": case.by_item_fen,
        "ordinary_points_e4": case.ordinary[1],
        "episode_role": case.role,
        "attributed_month": case.stay.month[0] * 100 + case.stay.month[1],
        "late_list": int(case.stay.late),
        "interim_deducted_fen": case.stay.interim_fen,
        "hold_reason": "held_late_list" if case.held else "not_held",
        "held_fen": paid.payable_fen if case.held else 0,
        **paid._asdict(),
        **{f"{stem}_payable_fen": funds[field] for field, stem in FUNDS.items()},
    }


def _code(group: Mapping[str, Any] | None) -> str:
    return "" if group is None else group["dip_code"]
