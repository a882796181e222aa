"""The compiled driver of pricing."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.pricing.rules import (
    BAND_BY_ITEM,
    BAND_EXTREME,
    BAND_HIGH,
    BAND_LOW,
    BAND_UNGROUPED,
    HIGH_NONE,
    LOW_BY_ITEM,
    ROUTE_BY_ITEM,
    ROUTE_GROUP,
    band_of,
    cost_ratio_e4,
    high_points,
    high_threshold_e4,
    low_points,
    route_of,
    ungrouped_points,
)

_ONE_E8 = 100_000_000


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


@kernel
def price(
    group_id: Any,
    days: Any,
    residence: Any,
    medical_type: Any,
    discharge_way: Any,
    weight_e4: Any,
    coefficient_e4: Any,
    auxiliary_e4: Any,
    standard_e4: Any,
    reference_fen: Any,
    cost_fen: Any,
    parameters: Any,
) -> Any:
    """Route, band, ratio, points and review flag of every stay; shapes (n,)."""
    n = len(group_id)
    route = np.empty(n, dtype=np.int16)
    band = np.empty(n, dtype=np.int16)
    ratio = np.empty(n, dtype=np.int64)
    points = np.zeros(n, dtype=np.int64)
    review = np.zeros(n, dtype=np.int8)
    for i in range(n):
        k, aux, weight, cost, reference = (
            coefficient_e4[i],
            auxiliary_e4[i],
            weight_e4[i],
            cost_fen[i],
            reference_fen[i],
        )
        basis_e8 = k * aux if parameters.basis_with_k else np.int64(_ONE_E8)
        # Groups without a weight have no reference either.
        ratio[i] = cost_ratio_e4(cost, reference, basis_e8) if reference > 0 else np.int64(0)
        route[i] = route_of(days[i], residence[i], medical_type[i], discharge_way[i], parameters)
        if route[i] == ROUTE_GROUP and weight == 0:
            route[i] = ROUTE_BY_ITEM  # 2.8: what has no weight is paid what it cost (vector V36).
        if route[i] != ROUTE_GROUP:
            band[i] = BAND_BY_ITEM
        elif group_id[i] < 0:
            band[i] = BAND_UNGROUPED
            points[i] = ungrouped_points(weight, cost, reference, parameters.ungrouped_factor_e4, parameters.rounding)
        else:
            threshold = high_threshold_e4(weight, parameters)
            band[i] = band_of(cost, reference, basis_e8, threshold, parameters)
            points[i] = band_points(band[i], weight, cost, reference, k, aux, threshold, standard_e4[i], parameters)
            if band[i] == BAND_LOW and parameters.low_formula == LOW_BY_ITEM:
                route[i] = ROUTE_BY_ITEM
            if band[i] == BAND_EXTREME or (band[i] == BAND_HIGH and parameters.high_formula == HIGH_NONE):
                review[i] = 1
    return route, band, ratio, points, review
