"""The arithmetic of what a stay's days and fee lines come to, as people write it."""

from __future__ import annotations

from collections.abc import Mapping

from drgdip.base.money import format_yuan
from drgdip.base.reasons import reason
from drgdip.base.scaled import format_scaled
from drgdip.policy.values import PolicyValues

Case = Mapping[str, int]


def _yuan(case: Case, name: str) -> str:
    return format_yuan(case[name])


def _tiers(case: Case, values: PolicyValues) -> str:
    """The days of a stay by tier, each with its rate."""
    route = values.routes[case["route_number"] - 1]
    days, before, parts = case["length_of_stay_days"], 0, []
    for tier in values.case_rules.bed_day[route.rate].tiers if values.case_rules else ():
        last = days if tier.upto_days is None else min(days, tier.upto_days)
        if last > before:
            parts.append(f"{last - before} × {format_yuan(tier.rate_fen)}")
            before = last
    return " + ".join(parts) or "0"


def days(case: Case, values: PolicyValues) -> str:
    """Points of a stay that is paid by its days."""
    if case.get("outside_points_fen") or not case["points_e4"]:
        return "0"
    pool = list(values.pools.values())[case["pool_index"]]
    return f"({_tiers(case, values)}) ÷ {format_scaled(pool.opening_point_value_e4, 4)}"


def outside(case: Case, values: PolicyValues, pv: int) -> str:
    """What is paid beside points: days, or what is excluded."""
    if reason(case["route"]).key == "route_bed_day":
        return _tiers(case, values) if case["outside_points_fen"] else "0"
    if not case["outside_points_fen"] or not values.case_rules:
        return "0"
    return " + ".join(f"{name} {_yuan(case, f'fee_{name}_fen')}" for name in values.case_rules.exclusions)


def net_cost(case: Case, values: PolicyValues, pv: int) -> str:
    """The cost that the deviation test looks at."""
    rules = values.case_rules
    names = [*rules.exclusions, *(one.fact for one in rules.additions.values() if one.leaves_cost)] if rules else []
    parts = [f" − {name} {_yuan(case, f'fee_{name}_fen')}" for name in names]
    return f"C {_yuan(case, 'total_cost_fen')}{''.join(parts)}"


def added(case: Case, values: PolicyValues, pv: int) -> str:
    """Points added for new drugs and technologies."""
    rules, pool = values.case_rules, list(values.pools.values())[case["pool_index"]]
    if not case["added_points_e4"] or not rules:
        return "0"
    value = format_scaled(pool.opening_point_value_e4, 4)
    parts = []
    for one in rules.additions.values():
        share = f"{one.fact} {_yuan(case, f'fee_{one.fact}_fen')} × {format_scaled(one.ratio_e4, 4)}"
        share = share if one.cap_fen is None else f"min({share}, {format_yuan(one.cap_fen)})"
        parts.append(f"{share} ÷ {value}")
    return " + ".join(parts)


def gate_ratio(case: Case, values: PolicyValues, pv: int) -> str:
    """The share of Chinese medicine, and what it must reach."""
    gate = values.case_rules.tcm if values.case_rules else None
    if gate is None:
        return ""
    part, whole = (
        " + ".join(f"{name} {_yuan(case, f'fee_{name}_fen')}" for name in names)
        for names in (gate.numerator, gate.denominator)
    )
    return f"({part}) ÷ ({whole}); ≥ {format_scaled(gate.threshold_e4, 4)}"
