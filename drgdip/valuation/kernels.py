"""The compiled driver of valuation."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.valuation.rules import AMBIGUOUS, ONE_E4, standard_points


@kernel
def value(
    group_id: Any,
    group_reason: Any,
    pool_index: Any,
    hospital_id: Any,
    hospital_tier: Any,
    auxiliary: Any,
    parameters: Any,
) -> Any:
    """Weight, K, standard points and reference cost of every stay; ``auxiliary`` coefficients and all shapes (n,)."""
    by_pool = len(parameters.reference_cost_fen) > 1
    n = len(group_id)
    weight = np.empty(n, dtype=np.int64)
    coefficient = np.full(n, ONE_E4, dtype=np.int64)
    standard = np.empty(n, dtype=np.int64)
    reference = np.empty(n, dtype=np.int64)
    for i in range(n):
        group = group_id[i]
        if group < 0:
            ambiguous = group_reason[i] == AMBIGUOUS
            weight[i] = parameters.ambiguous_weight_e4 if ambiguous else parameters.ungrouped_weight_e4
            reference[i] = parameters.ungrouped_reference_fen
        else:
            weight[i] = parameters.relative_weight_e4[group]
            reference[i] = parameters.reference_cost_fen[pool_index[i] if by_pool else 0, group]
            if parameters.without_coefficient[group] == 0:
                coefficient[i] = parameters.coefficient_e4[hospital_id[i], hospital_tier[i]]
        standard[i] = standard_points(weight[i], coefficient[i], auxiliary[i], parameters.rounding)
    return weight, coefficient, standard, reference
