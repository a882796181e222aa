"""Stage 4, 辅助分型: a stay's sub-types of the auxiliary directory, and the coefficient of the highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.valuation.auxiliary.columns import READS, SUBTYPES, WRITES
from drgdip.valuation.auxiliary.parameters import (
    AuxiliaryParameters,
    auxiliary_parameters,
    classification_parameters,
    coefficient_range_e4,
    uses_auxiliary,
)

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = [
    "READS",
    "SUBTYPES",
    "WRITES",
    "AuxiliaryParameters",
    "auxiliary_parameters",
    "classification_parameters",
    "classify_cases",
    "coefficient_range_e4",
    "select_coefficients",
    "uses_auxiliary",
]


def classify_cases(columns: Columns, parameters: AuxiliaryParameters) -> dict[str, np.ndarray]:
    """Comorbidity score, and sub-type of each type (−1 none), of every stay.

    Reads READS; ``treatment_fee_fen`` and ``drug_fee_fen`` too if they are there, else conditions on them do not hold.
    """
    import numpy as np

    from drgdip.valuation.auxiliary.kernels import classify

    missing = np.empty(0, dtype=np.int64)
    score, subtype = classify(
        columns["group_id"],
        columns["diagnosis_id"],
        columns["diagnosis_offset"],
        columns["procedure_id"],
        columns["procedure_offset"],
        columns["age_days"],
        columns["age_years"],
        columns["icu_hours"],
        columns["length_of_stay_days"],
        columns["discharge_way"],
        columns["total_cost_fen"],
        columns.get("treatment_fee_fen", missing),
        columns.get("drug_fee_fen", missing),
        parameters,
    )
    return {"cci_score": score, **{column.name: subtype[i] for i, column in enumerate(SUBTYPES)}}


def select_coefficients(columns: Columns, parameters: AuxiliaryParameters) -> dict[str, np.ndarray]:
    """Sub-types and the coefficient of every stay: the highest of those that its group has; returns WRITES.

    Source: DIP technical specification, ch. 5 s. 2 (settlement arithmetic 1.5), vectors V18, V19.
    """
    import numpy as np

    from drgdip.valuation.auxiliary.kernels import select

    found = classify_cases(columns, parameters)
    by_type = np.stack([found[column.name] for column in SUBTYPES])
    chosen, coefficient, why = select(columns["group_id"], columns["medical_type"], by_type, parameters)
    return {
        **found,
        "auxiliary_subtype_id": chosen,
        "auxiliary_reason": why,
        "auxiliary_coefficient_e4": coefficient,
    }
