"""Stage 4, 权重分值: relative weight, hospital and auxiliary coefficients, and the standard they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.valuation.columns import READS, WRITES
from drgdip.valuation.hospital_coefficient import hospital_coefficient_e4
from drgdip.valuation.parameters import ValuationParameters, coefficients_e4, valuation_parameters

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = [
    "READS",
    "WRITES",
    "ValuationParameters",
    "coefficients_e4",
    "hospital_coefficient_e4",
    "valuation_parameters",
    "value_cases",
]


def value_cases(columns: Columns, parameters: ValuationParameters) -> dict[str, np.ndarray]:
    """Give every stay its relative weight, its coefficients, its standard points and its reference cost.

    Returns the columns named in ``WRITES``. Source: DIP technical specification, ch. 5 s. 2–3
    (settlement arithmetic 2.3–2.5).
    """
    from drgdip.valuation.kernels import value

    weight, coefficient, auxiliary, standard, reference = value(
        columns["group_id"], columns["hospital_id"], columns["hospital_tier"], parameters
    )
    return {
        "relative_weight_e4": weight,
        "hospital_coefficient_e4": coefficient,
        "auxiliary_coefficient_e4": auxiliary,
        "standard_points_e4": standard,
        "reference_cost_fen": reference,
    }
