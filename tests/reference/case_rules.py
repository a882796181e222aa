"""Settlement arithmetic 2.8 and 3.2: routes with all conditions, sums of fee lines, bed-days, gates, quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.policy.sections.case_rules_values import NO_RULES, BedDayTier
from drgdip.policy.values import PolicyValues, Route
from tests.reference.numbers import e4, from_e4, rounded


class FeeLine(NamedTuple):
    """A fee line that names its settlement; fen."""

    setl_id: str
    item: str
    charge_type: str
    amount_fen: int


class Costs(NamedTuple):
    """What leaves the bill: paid outside the group, and what the deviation test looks at; points that are added."""

    excluded_fen: int
    net_fen: int
    added_e4: int


def holds(route: Route, stay: Any, group: Mapping[str, Any] | None) -> bool:
    """Whether every condition of a route holds."""
    hours = (stay.discharge - stay.admission).total_seconds() / 3600
    kind = "ungrouped" if group is None else group["kind"]
    return (
        (route.los_max is None or stay.days <= route.los_max)
        and (route.los_min is None or stay.days >= route.los_min)
        and route.patients in ("any", stay.patients)
        and (not route.med_types or stay.medical_type in route.med_types)
        and (not route.discharge_ways or stay.discharge_way in route.discharge_ways)
        and (route.hours_max is None or hours <= route.hours_max)
        and (not route.departments or stay.department in route.departments)
        and (not route.hospital_tiers or stay.tier in route.hospital_tiers)
        and (not route.group_kinds or kind in route.group_kinds)
        and (not route.groups or (group is not None and group["dip_code"] in route.groups))
        and (
            route.primary_care is None
            or (group is not None and (str(group["primary_care"]) == "1") == route.primary_care)
        )
        and (route.tcm is None or (group is not None and (group.get("tcm") == "1") == route.tcm))
    )


def first_route(policy: PolicyValues, stay: Any, group: Mapping[str, Any] | None) -> tuple[int, Route]:
    """Number and route of the first that holds; 0 and payment by group if none does."""
    for number, route in enumerate(policy.routes, start=1):
        if holds(route, stay, group):
            return number, route
    return 0, Route("dip")


def fee_sum(name: str, policy: PolicyValues, lines: Sequence[FeeLine]) -> int:
    fact = (policy.case_rules or NO_RULES).fee_facts[name]
    every = not fact.items and not fact.charge_types
    return sum(
        line.amount_fen for line in lines if every or line.item in fact.items or line.charge_type in fact.charge_types
    )


def gate_passed(policy: PolicyValues, lines: Sequence[FeeLine]) -> bool:
    """Whether Chinese medicine's share of the fees reaches the threshold; no fees, no share."""
    gate = (policy.case_rules or NO_RULES).tcm
    if gate is None:
        return False
    part = sum(fee_sum(name, policy, lines) for name in gate.numerator)
    whole = sum(fee_sum(name, policy, lines) for name in gate.denominator)
    return reaches_share(part, whole, gate.threshold_e4)


def reaches_share(part_fen: int, whole_fen: int, threshold_e4: int) -> bool:
    """Nothing of nothing does not; nor do refunds that outweigh what they refund."""
    return whole_fen > 0 and part_fen >= 0 and Fraction(part_fen, whole_fen) >= from_e4(threshold_e4)


def bed_day_fen(days: int, tiers: Sequence[BedDayTier]) -> int:
    """Every day at the rate of the tier that it lies in."""
    return sum(
        next(tier.rate_fen for tier in tiers if tier.upto_days is None or day <= tier.upto_days)
        for day in range(1, days + 1)
    )


def costs(policy: PolicyValues, cost_fen: int, opening_e4: int, lines: Sequence[FeeLine]) -> Costs:
    """Exclusions first, then additions that leave the cost; each addition is rounded by itself."""
    rules, mode = policy.case_rules or NO_RULES, policy.rounding.mode
    excluded = min(max(sum(fee_sum(name, policy, lines) for name in rules.exclusions), 0), cost_fen)
    leaving = sum(fee_sum(one.fact, policy, lines) for one in rules.additions.values() if one.leaves_cost)
    net = cost_fen - excluded - min(max(leaving, 0), cost_fen - excluded)
    added = 0
    for one in rules.additions.values():
        fact = min(max(fee_sum(one.fact, policy, lines), 0), cost_fen)
        added += points_of_fen(addition_fen(fact, one.ratio_e4, one.cap_fen, mode), opening_e4, mode)
    return Costs(excluded, net, added)


def addition_fen(fact_fen: int, ratio_e4: int, cap_fen: int | None, mode: str) -> int:
    """A share of what was spent, up to a cap."""
    amount = rounded(fact_fen * from_e4(ratio_e4), mode)
    return amount if cap_fen is None else min(amount, cap_fen)


def lower_of(cost_fen: int, standard_fen: int) -> int:
    """What a short stay is paid by."""
    return min(cost_fen, standard_fen)


def points_of_fen(amount_fen: int, point_value_e4: int, mode: str) -> int:
    return e4(Fraction(amount_fen, 100) / from_e4(point_value_e4), mode)


def quota(discharges: int, share_e4: int) -> int:
    """So many whole stays."""
    return int(discharges * from_e4(share_e4))


def within_quota(ratios: Mapping[str, Fraction], most: int) -> list[str]:
    """The highest ratios first, equals by name."""
    return sorted(ratios, key=lambda name: (-ratios[name], name))[:most]
