"""Policy choices of pricing, as the kernel takes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.base.rounding import rounding_code
from drgdip.policy.sections.case_rules_values import NO_RULES, Addition
from drgdip.policy.values import HighRule, LowRule, PolicyValues
from drgdip.pricing.columns import is_plain
from drgdip.pricing.route_rules import Routes
from drgdip.pricing.routing import ROUTE_REASONS, routes_of

LOW_FORMULAS = ("none", "ratio", "ratio_k", "std_correction", "by_item")
HIGH_FORMULAS = ("none", "excess_plus_one", "excess_plus_k", "linear_add", "deduct", "cap", "by_item")

_NO_LAST_DAY = 1 << 30
_ABSENT = -1


class BandParameters(NamedTuple):
    """What the kernel takes. ``route_mode`` by number of the route: 0 stands for none, paid by group.

    ``low_threshold_e4`` or the last high segment is −1 where the policy has no such rule; ``cap_ratio_e4`` −1
    where it has no cap. bed_first, bed_end : tiers of a route's bed-day rate; bed_as_points : whether it is points.
    opening_e4 : opening point value by pool.
    """

    route_mode: np.ndarray
    basis_with_k: bool
    low_threshold_e4: int
    low_inclusive: bool
    low_formula: int
    segment_below_e4: np.ndarray
    segment_threshold_e4: np.ndarray
    high_inclusive: bool
    high_formula: int
    cap_ratio_e4: int
    ungrouped_factor_e4: int
    rounding: int
    bed_first: np.ndarray
    bed_end: np.ndarray
    bed_as_points: np.ndarray
    bed_upto: np.ndarray
    bed_rate_fen: np.ndarray
    opening_e4: np.ndarray


class PricingParameters(NamedTuple):
    """Routes, for policies without routing as a stage; bands; fee facts that are paid outside or add points."""

    routes: Routes
    bands: BandParameters
    exclusions: tuple[str, ...]
    additions: tuple[Addition, ...]


def _bed_day(values: PolicyValues) -> dict[str, np.ndarray]:
    rules = values.case_rules or NO_RULES
    first, end, as_points, upto, rate = [0], [0], [False], list[int](), list[int]()
    for route in values.routes:
        tiers = rules.bed_day[route.rate].tiers if route.rate else ()
        first.append(len(upto))
        upto += [_NO_LAST_DAY if tier.upto_days is None else tier.upto_days for tier in tiers]
        rate += [tier.rate_fen for tier in tiers]
        end.append(len(upto))
        as_points.append(bool(route.rate) and rules.bed_day[route.rate].paid == "as_points")
    return {
        "bed_first": np.array(first, dtype=np.int64),
        "bed_end": np.array(end, dtype=np.int64),
        "bed_as_points": np.array(as_points, dtype=np.bool_),
        "bed_upto": np.array(upto, dtype=np.int64),
        "bed_rate_fen": np.array(rate, dtype=np.int64),
    }


def _bands(values: PolicyValues) -> BandParameters:
    low = values.deviation.low or LowRule(_ABSENT, False, "none")
    high = values.deviation.high or HighRule((), False, "none", None, "no_extra")
    segments = high.segments
    limits = [np.iinfo(np.int64).max if s.rw_below_e4 is None else s.rw_below_e4 for s in segments]
    modes = ["dip", *(route.mode for route in values.routes)]
    opening = [pool.opening_point_value_e4 for pool in values.pools.values()]
    return BandParameters(
        route_mode=np.array([number(ROUTE_REASONS[mode]) for mode in modes], dtype=np.int64),
        basis_with_k=values.deviation.basis == "ref_cost_k",
        low_threshold_e4=low.threshold_e4,
        low_inclusive=low.inclusive,
        low_formula=LOW_FORMULAS.index(low.formula),
        segment_below_e4=np.array(limits, dtype=np.int64),
        segment_threshold_e4=np.array([s.threshold_e4 for s in segments], dtype=np.int64),
        high_inclusive=high.inclusive,
        high_formula=HIGH_FORMULAS.index(high.formula),
        cap_ratio_e4=_ABSENT if high.cap_ratio_e4 is None else high.cap_ratio_e4,
        ungrouped_factor_e4=values.grouping.ungrouped_factor_e4,
        rounding=rounding_code(values.rounding.mode),
        **_bed_day(values),
        opening_e4=np.array(opening, dtype=np.int64),
    )


def pricing_parameters(values: PolicyValues) -> PricingParameters:
    """Code the policy's routes and deviation rules for the kernel; routes that are not plain are routing's."""
    rules = values.case_rules or NO_RULES
    plain = values.routes if all(map(is_plain, values.routes)) else ()
    return PricingParameters(routes_of(plain), _bands(values), rules.exclusions, tuple(rules.additions.values()))
