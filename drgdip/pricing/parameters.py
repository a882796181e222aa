"""Policy choices of pricing, as the kernel takes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.base.reasons import number
from drgdip.base.rounding import rounding_code
from drgdip.policy.values import HighRule, LowRule, PolicyValues, Route

LOW_FORMULAS = ("none", "ratio", "ratio_k", "std_correction", "by_item")
HIGH_FORMULAS = ("none", "excess_plus_one", "excess_plus_k")
PATIENTS = ("local", "in_province", "cross_province", "any")
ROUTE_REASONS = {"dip": "route_group", "by_item": "route_by_item", "out_of_scope": "route_out_of_scope"}

_NO_MINIMUM, _NO_MAXIMUM = -1, 1 << 30
_ABSENT = -1


class PricingParameters(NamedTuple):
    """Routes are parallel arrays; lists of codes are padded rows of ``route_types`` and ``route_ways``.

    ``low_threshold_e4`` or the last high segment is −1 where the policy has no such rule; ``cap_ratio_e4`` −1
    where it has no cap.
    """

    route_mode: np.ndarray
    route_los_min: np.ndarray
    route_los_max: np.ndarray
    route_patients: np.ndarray
    route_types: np.ndarray
    route_ways: np.ndarray
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


def _padded(lists: list[tuple[str, ...]]) -> np.ndarray:
    """Rows of codes as numbers, filled up with −1; a row of −1 only means any code."""
    width = max((len(row) for row in lists), default=0) or 1
    padded = np.full((len(lists), width), _ABSENT, dtype=np.int64)
    for i, row in enumerate(lists):
        padded[i, : len(row)] = [int(code) for code in row]
    return padded


def _routes(routes: tuple[Route, ...]) -> dict[str, np.ndarray]:
    def column(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    return {
        "route_mode": column([number(ROUTE_REASONS[route.mode]) for route in routes]),
        "route_los_min": column([_NO_MINIMUM if route.los_min is None else route.los_min for route in routes]),
        "route_los_max": column([_NO_MAXIMUM if route.los_max is None else route.los_max for route in routes]),
        "route_patients": column([PATIENTS.index(route.patients) for route in routes]),
        "route_types": _padded([route.med_types for route in routes]),
        "route_ways": _padded([route.discharge_ways for route in routes]),
    }


def pricing_parameters(values: PolicyValues) -> PricingParameters:
    """Code the policy's routes and deviation rules for the kernel."""
    low = values.deviation.low or LowRule(_ABSENT, False, "none")
    high = values.deviation.high or HighRule((), False, "none", None, "no_extra")
    segments = high.segments
    limits = [np.iinfo(np.int64).max if s.rw_below_e4 is None else s.rw_below_e4 for s in segments]
    return PricingParameters(
        **_routes(values.routes),
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
    )
