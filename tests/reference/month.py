"""A whole month by the reference: case rows in, settled cases, rows set aside and statement out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.reference.case import Case, price
from tests.reference.case_rules import FeeLine, quota, within_quota
from tests.reference.catalogue import Catalogue
from tests.reference.denials import Denied, OpenItem, taken
from tests.reference.eligibility import Period, Row, SetAside, Stay, ValuesOn, screen
from tests.reference.fields import FUNDS
from tests.reference.fund_split import CasePayment, split
from tests.reference.numbers import E4, e4, from_e4
from tests.reference.payment import pay, point_value_e4
from tests.reference.statement import statement_of

#: Columns that the engine writes only where a policy has the rules for them.
OPTIONAL = ("route_number", "tcm_gate_passed", "net_cost_fen", "outside_points_fen", "added_points_e4")


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
) -> ReferenceResult:
    """Settle a month (``YYYY-MM``).

    deductions : objects with id, hospital_code, pool, type, date (ISO text) and amount_fen.
    prior : statement rows of earlier runs, for cumulative clearing.
    denials : of stays that are settled; void ones leave their pool where the policy says so.
    """
    policy = values_on(first_day(month))
    cumulative = policy.month.point_value == "cumulative"
    period = Period(first_day(f"{month[:4]}-01" if cumulative else month), last_day(month))
    stays, aside = screen(cases, values_on, catalogue, region, period)
    lines: dict[str, list[FeeLine]] = {}
    for line in fees:
        lines.setdefault(line.setl_id, []).append(line)

    def priced_of(stay: Stay, beyond: bool = False) -> Case:
        own = lines.get(stay.setl_id.strip(), [])
        return price(stay, values_on(stay.day), catalogue, own, beyond_quota=beyond)

    priced = [priced_of(stay) for stay in stays]
    beyond = _beyond_quota([case for case in priced if not _outside(case)])
    priced = [priced_of(case.stay, beyond=True) if case.stay.row in beyond else case for case in priced]
    aside += [SetAside(case.stay.row, case.stay.setl_id, ("route_out_of_scope",)) for case in priced if _outside(case)]
    settled = [case for case in priced if not _outside(case)]
    months = [f"{month[:4]}-{number:02}" for number in range(period.first.month, period.last.month + 1)]
    void = {one.setl_id for one in denials if one.mode == "void"}
    leaves = policy.sanctions is not None and policy.sanctions.void_points == "exclude"
    counted = [case for case in settled if not (leaves and case.stay.setl_id in void)]
    point_values = {
        pool: point_value_e4([case for case in counted if case.stay.pool == pool], pool, policy, values_on, months)
        for pool in policy.pools
    }
    paid = {case.stay.row: pay(case, point_values, counted) for case in settled}
    with_payment = [(case, paid[case.stay.row]) for case in settled]
    lost = {
        case.stay.setl_id: taken(own, paid[case.stay.row].payable_fen, case.recorded_fen)
        for case in settled
        if (own := [one for one in denials if one.setl_id == case.stay.setl_id])
    }
    posted = [
        OpenItem(f"DENIAL-{one.id}", case.stay.hospital, case.stay.pool, 10, one.date, lost[one.setl_id][one.id])
        for case in settled
        for one in denials
        if one.setl_id == case.stay.setl_id and lost[one.setl_id][one.id]
    ]
    statement, items = statement_of(with_payment, point_values, policy, month, [*deductions, *posted], prior)
    rows = [_case_row(case, paid.get(case.stay.row)) for case in priced]
    for row in rows if policy.sanctions else ():
        row["denied_fen"] = sum(lost.get(row["setl_id"], {}).values())
        row["net_payable_fen"] = row["payable_fen"] - row["denied_fen"]
    listed = sorted(row for row in aside if row.reasons != ("other_period",))
    return ReferenceResult(rows, listed, statement, items, len(aside) - len(listed))


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
        **paid._asdict(),
        **{f"{stem}_payable_fen": funds[field] for field, stem in FUNDS.items()},
    }


def _code(group: Mapping[str, Any] | None) -> str:
    return "" if group is None else group["dip_code"]
