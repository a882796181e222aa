"""One case on its way from the accepted row to its points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.policy.values import PolicyValues
from tests.reference.catalogue import Catalogue, is_primary_care, relative_weight_e4
from tests.reference.drg import money
from tests.reference.eligibility import Stay
from tests.reference.fields import FUNDS
from tests.reference.fund_split import CasePayment, pay_by_item
from tests.reference.grouping import Grouped, group_stay
from tests.reference.numbers import E4, from_e4, from_fen
from tests.reference.pricing import Points, Valued, grouped_points, route_of, ungrouped_points
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
    labels: Mapping[str, Any] = {}

    @property
    def by_item(self) -> bool:
        return self.route == "by_item"

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
        return pay_by_item(self.cost_fen, self.stay.money["hosp_part_amt"], self.patient_fen, self.other_funds_fen)


def price(stay: Stay, policy: PolicyValues, catalogue: Catalogue) -> Case:
    """Group, value and price one stay with the values of its day."""
    if catalogue.drg is not None:
        return _price_drg(stay, policy, catalogue)
    cost_fen = stay.money["medfee_sumamt"]
    grouped = group_stay(catalogue, stay.patient, stay.operations, cost_fen, policy.grouping)
    weight_e4, k_e4 = _weight_and_k(stay, policy, catalogue, grouped)
    reference = reference_cost_fen(catalogue, grouped.group, policy.deviation.reference)
    valued = Valued(from_e4(weight_e4), from_fen(cost_fen), from_fen(reference), from_e4(k_e4))
    return _routed(stay, policy, grouped, k_e4, reference, weight_e4, valued)


def _price_drg(stay: Stay, policy: PolicyValues, catalogue: Catalogue) -> Case:
    """The same by CHS-DRG; what has no weight is paid by item (settlement arithmetic 2.8, 3)."""
    rules, one = policy.drg, money.found(stay, catalogue)
    assert rules is not None
    grouped, weight_e4 = Grouped(one.group, one.reason, None), money.weight_e4(one, rules)
    base = one.group is not None and one.group["dip_code"] in policy.k.base_groups
    k_e4 = E4 if one.group is None or base else hospital_coefficient_e4(policy.k, stay.hospital, stay.tier)
    reference = money.reference_cost_fen(one, weight_e4, stay.pool, policy)
    labels = {**one.labels, "weight_reason": money.weight_reason(one, weight_e4)}
    if weight_e4 == 0:
        route = route_of(policy.routes, stay.days, stay.patients, stay.medical_type, stay.discharge_way)
        shown = from_fen(stay.money["medfee_sumamt"]) / from_fen(reference) if reference else Fraction(0)
        if policy.deviation.basis == "ref_cost_k":
            shown /= from_e4(k_e4)
        points = Points("by_item", shown, 0, False, route != "out_of_scope")
        how = "by_item" if route == "dip" else route
        return Case(stay, policy, grouped, k_e4, reference, 0, how, points, labels)
    cost = from_fen(stay.money["medfee_sumamt"])
    valued = Valued(from_e4(weight_e4), cost, from_fen(reference), from_e4(k_e4))
    return _routed(stay, policy, grouped, k_e4, reference, weight_e4, valued)._replace(labels=labels)


def _routed(
    stay: Stay, policy: PolicyValues, grouped: Grouped, k_e4: int, reference: int, weight_e4: int, valued: Valued
) -> Case:
    mode = policy.rounding.mode
    route = route_of(policy.routes, stay.days, stay.patients, stay.medical_type, stay.discharge_way)
    if grouped.group is None:
        points = ungrouped_points(valued, from_e4(policy.grouping.ungrouped_factor_e4), mode)
    else:
        points = grouped_points(valued, policy.deviation, mode)
    if route != "dip":
        points = points._replace(band="by_item", points_e4=0, review=False, by_item=route == "by_item")
    elif points.by_item:
        # The column says how a case is paid, whether a route or the low rule decided.
        route = "by_item"
    return Case(stay, policy, grouped, k_e4, reference, weight_e4, route, points)


def _weight_and_k(stay: Stay, policy: PolicyValues, catalogue: Catalogue, grouped: Grouped) -> tuple[int, int]:
    if grouped.group is None:
        return catalogue.point_scale * E4, E4
    if is_primary_care(grouped.group) and policy.k.primary_care == "none":
        return relative_weight_e4(grouped.group), E4
    return relative_weight_e4(grouped.group), hospital_coefficient_e4(policy.k, stay.hospital, stay.tier)
