"""The compiled driver of valuation."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.valuation.rules import (
    AMBIGUOUS,
    ONE_E4,
    changed_coefficient,
    route_weight,
    scaled_reference,
    standard_fen,
    standard_points,
)


@kernel
def value(
    group_id: Any,
    group_reason: Any,
    hospital_id: Any,
    hospital_tier: Any,
    auxiliary: Any,
    discharge_s: Any,
    pool_index: Any,
    route_number: Any,
    gate_passed: Any,
    parameters: Any,
) -> Any:
    """Weight, K, standard points and reference cost of every stay; ``auxiliary`` coefficients and all shapes (n,).

    ``group_reason``, ``discharge_s``, ``pool_index``, ``route_number`` and ``gate_passed`` are of length 0 where scheme
    and policy have no rule that asks for them.
    """
    n = len(group_id)
    weight = np.empty(n, dtype=np.int64)
    coefficient = np.full(n, ONE_E4, dtype=np.int64)
    standard = np.empty(n, dtype=np.int64)
    reference = np.empty(n, dtype=np.int64)
    for i in range(n):
        group = np.int64(group_id[i])
        if group < 0:
            ambiguous = len(group_reason) > 0 and group_reason[i] == AMBIGUOUS
            weight[i] = parameters.ambiguous_weight_e4 if ambiguous else parameters.ungrouped_weight_e4
            reference[i] = parameters.ungrouped_reference_fen
        else:
            route = np.int64(route_number[i]) if len(route_number) else np.int64(0)
            if parameters.route_gated[route] and not gate_passed[i]:
                group = parameters.fallback_group[group]
            weight[i] = parameters.relative_weight_e4[group]
            reference[i] = parameters.reference_cost_fen[group]
            if route > 0:
                weight[i] = route_weight(weight[i], group, route, parameters)
                reference[i] = scaled_reference(reference[i], weight[i], parameters.relative_weight_e4[group])
            if len(parameters.rate_e4):
                reference[i] = standard_fen(weight[i], parameters.rate_e4[pool_index[i]])
            if parameters.without_coefficient[group] == 0:
                chosen = parameters.coefficient_set[group]
                coefficient[i] = parameters.coefficient_e4[chosen, hospital_id[i], hospital_tier[i]]
                if len(discharge_s):
                    coefficient[i] = changed_coefficient(coefficient[i], hospital_id[i], discharge_s[i], parameters)
        standard[i] = standard_points(weight[i], coefficient[i], auxiliary[i], parameters.rounding)
    return weight, coefficient, standard, reference
