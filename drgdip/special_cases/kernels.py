"""The compiled driver of special-case review."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.special_cases.rules import (
    ADJUSTED,
    BAND_BY_ITEM,
    BAND_NOT_TESTED,
    BY_ITEM,
    REJECTED,
    ROUTE_BY_ITEM,
    ROUTE_GROUP,
    SPECIAL_ADJUSTED,
    SPECIAL_BY_ITEM,
    SPECIAL_NONE,
    SPECIAL_REJECTED,
    adjusted_points_e4,
    cost_holds,
    person_holds,
    stay_holds,
)


@rule
def may_apply(i: Any, columns: Any, parameters: Any) -> Any:
    """Whether a stay that is paid by group meets any gate, or all of them where the policy says so."""
    if columns.ordinary_band[i] == BAND_BY_ITEM or columns.ordinary_band[i] == BAND_NOT_TESTED:
        return False
    group, pool = columns.group_id[i], columns.pool_index[i]
    mean_stay = parameters.mean_stay_e4[group] if group >= 0 else np.int64(-1)
    band = columns.ordinary_band[i] - parameters.first_band
    for g in range(len(parameters.cost_above_e4)):
        holds = (
            cost_holds(
                g,
                columns.total_cost_fen[i],
                columns.reference_cost_fen[i],
                columns.standard_points_e4[i],
                parameters.point_value_e4[pool],
                parameters,
            )
            and stay_holds(g, columns.length_of_stay_days[i], mean_stay, columns.icu_hours[i], parameters)
            and person_holds(g, columns.age_years[i], columns.age_days[i], band, parameters)
        )
        if holds != parameters.match_all:
            return holds
    return parameters.match_all


@kernel
def review(columns: Any, parameters: Any) -> Any:
    """Eligibility, outcome, route, band, points and allowed cost of every stay; shapes (n,)."""
    n = len(columns.group_id)
    eligible = np.zeros(n, dtype=np.int8)
    outcome = np.full(n, SPECIAL_NONE, dtype=np.int16)
    route = columns.ordinary_route.copy()
    band = columns.ordinary_band.copy()
    points = columns.ordinary_points_e4.copy()
    allowed = np.maximum(columns.total_cost_fen - columns.hospital_part_fen, 0)
    for i in range(n):
        eligible[i] = may_apply(i, columns, parameters)
        decision = columns.decision_outcome[i]
        if decision == BY_ITEM:
            outcome[i], route[i], band[i], points[i] = SPECIAL_BY_ITEM, ROUTE_BY_ITEM, BAND_BY_ITEM, 0
            allowed[i] = columns.decision_allowed_fen[i]
        elif decision == ADJUSTED:
            outcome[i], route[i] = SPECIAL_ADJUSTED, ROUTE_GROUP
            points[i] = adjusted_points_e4(
                columns.standard_points_e4[i],
                columns.decision_factor_e4[i],
                columns.decision_points_e4[i],
                parameters.rounding,
            )
        elif decision == REJECTED:
            outcome[i] = SPECIAL_REJECTED
    return eligible, outcome, route, band, points, allowed
