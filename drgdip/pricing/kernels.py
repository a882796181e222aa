"""The compiled drivers of routing and pricing.

Arrays of length 0 stand for columns that the policy has no rule for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.pricing.route_rules import reaches_share, route_of
from drgdip.pricing.rules import (
    BAND_BY_ITEM,
    BAND_EXTREME,
    BAND_HIGH,
    BAND_LOW,
    BAND_NORMAL,
    BAND_NOT_TESTED,
    BAND_UNGROUPED,
    HIGH_BY_ITEM,
    HIGH_NONE,
    LOW_BY_ITEM,
    ROUTE_BED_DAY,
    ROUTE_BY_ITEM,
    ROUTE_LOWER_OF,
    ROUTE_OUT_OF_SCOPE,
    addition_fen,
    band_of,
    bed_day_fen,
    cost_ratio_e4,
    high_points,
    high_threshold_e4,
    low_points,
    points_of_money,
    standard_is_dearer,
    ungrouped_points,
)

_ONE_E8 = 100_000_000


@kernel
def find_routes(
    days: Any, residence: Any, medical_type: Any, discharge_way: Any, group_id: Any, tier: Any, admission_s: Any,
    discharge_s: Any, department: Any, routes: Any,
) -> Any:  # fmt: skip
    """Number of the route of every stay; shape (n,)."""
    n = len(days)
    found = np.zeros(n, dtype=np.int16)
    no_group = routes.groups.shape[1] - 1
    for i in range(n):
        group = np.int64(group_id[i])
        found[i] = route_of(
            days[i],
            residence[i],
            medical_type[i],
            discharge_way[i],
            group if 0 <= group < no_group else no_group,
            np.int64(tier[i]) if len(tier) else np.int64(0),
            discharge_s[i] - admission_s[i] if len(admission_s) else np.int64(0),
            np.int64(department[i]) if len(department) else np.int64(-1),
            routes,
        )
    return found


@kernel
def gate(part_fen: Any, whole_fen: Any, threshold_e4: Any) -> Any:
    """Share of Chinese medicine to four decimals, to be read, and whether it reaches the threshold; shapes (n,)."""
    n = len(part_fen)
    ratio = np.zeros(n, dtype=np.int64)
    passed = np.zeros(n, dtype=np.int8)
    for i in range(n):
        if whole_fen[i] > 0 and part_fen[i] >= 0:
            ratio[i] = cost_ratio_e4(part_fen[i], whole_fen[i], np.int64(_ONE_E8))
        passed[i] = 1 if threshold_e4 >= 0 and reaches_share(part_fen[i], whole_fen[i], threshold_e4) else 0
    return ratio, passed


@kernel
def added_points(fact_fen: Any, ratio_e4: Any, cap_fen: Any, pool_index: Any, opening_e4: Any, rounding: Any) -> Any:
    """Points of one kind of addition: a share of the fact, capped, at the opening point value; shape (n,) (V46)."""
    n = len(fact_fen)
    points = np.zeros(n, dtype=np.int64)
    for i in range(n):
        amount = addition_fen(fact_fen[i], ratio_e4, cap_fen, rounding)
        points[i] = points_of_money(amount, opening_e4[pool_index[i]], rounding)
    return points


@rule
def band_points(
    band: Any, weight: Any, cost: Any, reference: Any, k: Any, aux: Any, threshold: Any, standard: Any, parameters: Any
) -> Any:
    """Points of a grouped stay in its band."""
    if band == BAND_LOW:
        return low_points(weight, cost, reference, k, aux, standard, parameters)
    if band == BAND_HIGH:
        return high_points(weight, cost, reference, k, aux, threshold, standard, parameters)
    return standard


@rule
def pays_cost(band: Any, parameters: Any) -> Any:
    """Whether a band is paid what the stay cost (2.6, 3.2)."""
    if band == BAND_LOW:
        return parameters.low_formula == LOW_BY_ITEM
    return band == BAND_HIGH and parameters.high_formula == HIGH_BY_ITEM


@kernel
def price(
    route_number: Any, group_id: Any, days: Any, pool_index: Any, weight_e4: Any, coefficient_e4: Any, auxiliary_e4: Any,
    standard_e4: Any, reference_fen: Any, cost_fen: Any, beyond_quota: Any, parameters: Any,
) -> Any:  # fmt: skip
    """Route, band, ratio, points, review flag and bed-day payment of every stay; shapes (n,).

    ``cost_fen``: what the deviation test looks at.
    """
    n = len(group_id)
    route = np.empty(n, dtype=np.int16)
    band = np.empty(n, dtype=np.int16)
    ratio = np.empty(n, dtype=np.int64)
    points = np.zeros(n, dtype=np.int64)
    review = np.zeros(n, dtype=np.int8)
    outside = np.zeros(n, dtype=np.int64)
    for i in range(n):
        k, aux, weight, cost, reference = (
            coefficient_e4[i],
            auxiliary_e4[i],
            weight_e4[i],
            cost_fen[i],
            reference_fen[i],
        )
        basis_e8 = k * aux if parameters.basis_with_k else np.int64(_ONE_E8)
        ratio[i] = cost_ratio_e4(cost, reference, basis_e8)
        number = np.int64(route_number[i])
        mode = parameters.route_mode[number]
        route[i] = mode
        if mode == ROUTE_BY_ITEM or mode == ROUTE_OUT_OF_SCOPE:
            band[i] = BAND_BY_ITEM
        elif mode == ROUTE_BED_DAY:
            band[i] = BAND_NOT_TESTED
            outside[i] = bed_day_fen(
                days[i], parameters.bed_first[number], parameters.bed_end[number], parameters.bed_upto,
                parameters.bed_rate_fen,
            )  # fmt: skip
            if parameters.bed_as_points[number]:
                points[i] = points_of_money(outside[i], parameters.opening_e4[pool_index[i]], parameters.rounding)
                outside[i] = 0
        elif weight == 0 or reference <= 0:
            # What has no weight has no standard: the stay is paid what it cost (2.8, vector V36).
            route[i] = ROUTE_BY_ITEM
            band[i] = BAND_BY_ITEM
        elif group_id[i] < 0:
            band[i] = BAND_UNGROUPED
            points[i] = ungrouped_points(weight, cost, reference, parameters.ungrouped_factor_e4, parameters.rounding)
        elif mode == ROUTE_LOWER_OF:
            band[i] = BAND_NORMAL
            points[i] = standard_e4[i]
        else:
            threshold = high_threshold_e4(weight, parameters)
            band[i] = band_of(cost, reference, basis_e8, threshold, parameters)
            beyond = band[i] == BAND_HIGH and len(beyond_quota) > 0 and beyond_quota[i] != 0
            if beyond:
                points[i] = standard_e4[i]
            else:
                points[i] = band_points(band[i], weight, cost, reference, k, aux, threshold, standard_e4[i], parameters)
                if pays_cost(band[i], parameters):
                    route[i] = ROUTE_BY_ITEM
            if band[i] == BAND_EXTREME or (band[i] == BAND_HIGH and parameters.high_formula == HIGH_NONE):
                review[i] = 1
        if route[i] == ROUTE_LOWER_OF and standard_is_dearer(
            points[i], parameters.opening_e4[pool_index[i]], cost, parameters.rounding
        ):
            route[i] = ROUTE_BY_ITEM
            band[i] = BAND_BY_ITEM
            points[i] = 0
    return route, band, ratio, points, review, outside
