"""One case on its way from the accepted row to its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.policy.sections.case_rules_values import NO_RULES
from drgdip.policy.values import PolicyValues, Route
from tests.reference.case_rules import FeeLine, bed_day_fen, costs, first_route, gate_passed, lower_of, points_of_fen
from tests.reference.catalogue import Catalogue, is_primary_care, relative_weight_e4
from tests.reference.drg import money
from tests.reference.eligibility import Stay
from tests.reference.fields import FUNDS
from tests.reference.fund_split import CasePayment, gross_fen, pay_by_item
from tests.reference.grouping import Grouped, group_stay
from tests.reference.numbers import E4, e4, from_e4, from_fen, rounded
from tests.reference.pricing import Points, Valued, deviation_ratio, grouped_points, ungrouped_points
from tests.reference.valuation import hospital_coefficient_e4, reference_cost_fen


class Case(NamedTuple):
    """A stay with what stages found, before the point value is known."""

    stay: Stay
    policy: PolicyValues
    grouped: Grouped
    k_e4: int
    reference_cost_fen: int
    weight_e4: int
    route: str
    points: Points
    route_number: int = 0
    tcm_passed: bool = False
    net_fen: int = 0
    added_e4: int = 0
    outside_fen: int = 0
    labels: Mapping[str, Any] = {}
    found: money.Found | None = None
    #: Before review and readmission.
    ordinary: tuple[str, int] = ("", 0)
    #: What counts by item instead of the bill less the hospital's part; what others bear, where it is not the stay's own.
    allowed_fen: int | None = None
    borne_fen: tuple[int, int] | None = None
    #: What review decided, and the place in an episode (0 none, 1 paid for all, 2 with another, 3 later).
    outcome: str = "none"
    role: int = 0
    decision: Any = None
    #: What an episode was priced by, where the stay is paid for all of one.
    bill: Mapping[str, int] = {}
    lines: Sequence[FeeLine] = ()
    beyond: bool = False

    @property
    def standard_points_e4(self) -> int:
        return e4(from_e4(self.weight_e4) * from_e4(self.k_e4), self.policy.rounding.mode)

    @property
    def payers_fen(self) -> tuple[int, int]:
        """Patient and other funds that the payment looks at."""
        return self.borne_fen or (self.patient_fen, self.other_funds_fen)

    @property
    def by_item_fen(self) -> int:
        """What counts by item. What the hospital bears, no fund has ever paid: denied lines take the rest of the bill at most."""
        own = max(self.cost_fen - self.stay.money["hosp_part_amt"], 0)
        return own if self.allowed_fen is None else self.allowed_fen

    @property
    def by_item(self) -> bool:
        return self.route == "by_item"

    @property
    def held(self) -> bool:
        """Whether the money waits for the clearing of the year (2.9)."""
        terms = self.policy.attribution
        return self.stay.late and terms is not None and terms.late_list == "clearing"

    @property
    def scope(self) -> tuple[str, ...]:
        return self.policy.pools[self.stay.pool].fund_scope

    @property
    def cost_fen(self) -> int:
        return self.stay.money["medfee_sumamt"]

    @property
    def patient_fen(self) -> int:
        return self.stay.money["acct_pay"] + self.stay.money["psn_cash_pay"]

    @property
    def recorded(self) -> dict[str, int]:
        return {field: self.stay.money[field] for field in self.scope}

    @property
    def recorded_fen(self) -> int:
        return sum(self.recorded.values())

    @property
    def other_funds_fen(self) -> int:
        outside = (self.stay.money[field] for field in FUNDS if field not in self.scope)
        return sum(outside) + self.stay.money["oth_pay"]

    @property
    def by_item_payment(self) -> CasePayment:
        return pay_by_item(self.by_item_fen, 0, *self.payers_fen, self.policy.payment.negative)


def price(
    stay: Stay,
    policy: PolicyValues,
    catalogue: Catalogue,
    lines: Sequence[FeeLine] = (),
    *,
    beyond_quota: bool = False,
    like: Case | None = None,
    group: Mapping[str, Any] | None = None,
) -> Case:
    """Group, route, value and price one stay with the values of its day; ``lines``: its fee lines.

    like : an earlier pricing of the stay; it stays in its group, and what its fee lines said of Chinese medicine stands.
    group : the group that it belongs in instead.
    """
    mode = policy.rounding.mode
    one = None if catalogue.drg is None else money.found(stay, catalogue) if like is None else like.found
    if group is not None and one is not None:
        one = one._replace(group=group, reason="drg_grouped")
    if one is not None:
        grouped = Grouped(one.group, one.reason, None)
    elif like is not None:
        grouped = like.grouped if group is None else like.grouped._replace(group=group)
    else:
        grouped = group_stay(catalogue, stay.patient, stay.operations, stay.money["medfee_sumamt"], policy.grouping)
    number, route = first_route(policy, stay, grouped.group)
    passed = gate_passed(policy, lines) if like is None else like.tcm_passed
    opening = policy.pools[stay.pool].opening_point_value_e4
    left = costs(policy, stay.money["medfee_sumamt"], opening, lines)
    weight_e4, k_e4, reference = _valued(stay, policy, catalogue, one or grouped, route, passed)
    if stay.bill == "interim" and policy.attribution is not None and route.mode != "out_of_scope":
        route = Route("by_item")
    valued = Valued(from_e4(weight_e4), from_fen(left.net_fen), from_fen(reference), from_e4(k_e4))
    case = Case(
        stay, policy, grouped, k_e4, reference, weight_e4, route.mode, Points("", Fraction(0), 0, False), number
    )
    labels = {**one.labels, "weight_reason": money.weight_reason(one, weight_e4)} if one else {}
    case = case._replace(tcm_passed=passed, net_fen=left.net_fen, labels=labels, found=one)
    if route.mode == "bed_day":
        return _by_days(case, valued, route, opening)
    if weight_e4 == 0 or route.mode in ("by_item", "out_of_scope"):
        points = Points("by_item", _shown_ratio(valued, policy.deviation.basis), 0, False)
    elif grouped.group is None:
        points = ungrouped_points(valued, from_e4(policy.grouping.ungrouped_factor_e4), mode)
    elif route.mode == "lower_of":
        ratio = deviation_ratio(valued, policy.deviation.basis)
        points = Points("normal", ratio, e4(valued.standard, mode), False)
    else:
        points = grouped_points(valued, policy.deviation, mode, beyond_quota=beyond_quota)
    if route.mode in ("by_item", "out_of_scope"):
        return case._replace(points=points)
    # The column says how a case is paid, whether a route, the group or a band decided.
    if weight_e4 == 0 or points.by_item:
        return case._replace(route="by_item", points=points)
    standard = gross_fen(points.points_e4, opening, mode)
    if route.mode == "lower_of" and lower_of(left.net_fen, standard) < standard:
        return case._replace(route="by_item", points=points._replace(band="by_item", points_e4=0))
    points = points._replace(points_e4=points.points_e4 + left.added_e4)
    return case._replace(points=points, added_e4=left.added_e4, outside_fen=left.excluded_fen)


def _by_days(case: Case, valued: Valued, route: Route, opening_e4: int) -> Case:
    rules, mode = case.policy.case_rules or NO_RULES, case.policy.rounding.mode
    paid = rules.bed_day[route.rate]
    amount = bed_day_fen(case.stay.days, paid.tiers)
    basis = "ref_cost" if case.grouped.group is None else case.policy.deviation.basis
    points = Points("not_tested", _shown_ratio(valued, basis), 0, False)
    if paid.paid == "outside_points":
        return case._replace(points=points, outside_fen=amount)
    return case._replace(points=points._replace(points_e4=points_of_fen(amount, opening_e4, mode)))


def _shown_ratio(valued: Valued, basis: str) -> Fraction:
    """Nothing where there is nothing to compare with."""
    return deviation_ratio(valued, basis) if valued.reference_cost else Fraction(0)


def _valued(
    stay: Stay, policy: PolicyValues, catalogue: Catalogue, grouped: Grouped | money.Found, route: Route, passed: bool
) -> tuple[int, int, int]:
    """Weight, K and what the bill is compared with; what has no weight is paid by item (settlement arithmetic 2.8, 3)."""
    rules, rate = policy.case_rules or NO_RULES, policy.pools[stay.pool].opening_point_value_e4
    group = grouped.group
    if isinstance(grouped, money.Found) and policy.drg is not None and group is None:
        return money.weight_e4(grouped, policy.drg), E4, policy.drg.region_mean_cost_fen
    if group is None:
        return catalogue.point_scale * E4, E4, reference_cost_fen(catalogue, None, "table")
    if route.mode == "tcm" and not passed and rules.tcm:
        code = rules.tcm.fallback.get(group["dip_code"], group["dip_code"])
        group = next((one for one in catalogue.groups if one["dip_code"] == code), group)
    plain = relative_weight_e4(group)
    weight = rules.own_weights.get(route.weights, {}).get(group["dip_code"])
    if weight is None:
        weight = e4(from_e4(plain) * from_e4(route.factor_e4 or E4))
    reference = reference_cost_fen(catalogue, group, policy.deviation.reference, rate)
    if policy.deviation.reference == "rw_x_rate":
        reference = rounded(Fraction(weight * rate, E4 * E4) * 100)
    elif weight != plain and plain:
        reference = rounded(Fraction(reference * weight, plain))
    if group["dip_code"] in policy.k.base_groups or (is_primary_care(group) and policy.k.primary_care == "none"):
        return weight, E4, reference
    day = stay.discharge.date()
    return weight, hospital_coefficient_e4(policy.k, stay.hospital, stay.tier, group["dip_code"], day), reference
