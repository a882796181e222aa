"""Stage 4, 权重分值: relative weight, hospital and auxiliary coefficients, and the standard they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.scaled import E4
from drgdip.valuation.columns import AUXILIARY, GROUP_REASON, READS, WRITES, reads_for
from drgdip.valuation.groups import group_values
from drgdip.valuation.hospital_coefficient import hospital_coefficient_e4
from drgdip.valuation.parameters import ValuationParameters, coefficients_e4, valuation_parameters, windows_of
from drgdip.valuation.weight_reason import WEIGHT_REASON, weight_reasons

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = [
    "GROUP_REASON",
    "READS",
    "WEIGHT_REASON",
    "WRITES",
    "ValuationParameters",
    "coefficients_e4",
    "group_values",
    "hospital_coefficient_e4",
    "reads_for",
    "valuation_parameters",
    "value_cases",
    "weight_reasons",
    "windows_of",
]


def value_cases(columns: Columns, parameters: ValuationParameters) -> dict[str, np.ndarray]:
    """Give every stay its relative weight, its coefficients, its standard points and its reference cost.

    Returns the columns named in ``WRITES``. The auxiliary coefficient is one unless it is among ``columns`` already;
    then it is not returned. Source: DIP technical specification, ch. 5 s. 2–3
    (settlement arithmetic 2.3–2.5).
    """
    import numpy as np

    from drgdip.valuation.kernels import value

    known = columns.get(AUXILIARY)
    auxiliary = np.full(len(columns["group_id"]), E4, dtype=np.int64) if known is None else known
    weight, coefficient, standard, reference = value(
        columns["group_id"],
        columns.get("group_reason", np.empty(0, dtype=np.int16)),
        columns["hospital_id"],
        columns["hospital_tier"],
        auxiliary,
        columns.get("discharge_time_s", np.empty(0, dtype=np.int64)),
        columns.get("pool_index", np.empty(0, dtype=np.int16)),
        columns.get("route_number", np.empty(0, dtype=np.int16)),
        columns.get("tcm_gate_passed", np.empty(0, dtype=np.int8)),
        parameters,
    )
    return {
        "relative_weight_e4": weight,
        "hospital_coefficient_e4": coefficient,
        **({AUXILIARY: auxiliary} if known is None else {}),
        "standard_points_e4": standard,
        "reference_cost_fen": reference,
    }
