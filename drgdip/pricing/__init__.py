"""Stage 6, 病例支付: how a stay is paid (route), whether its cost deviates, and the points it earns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.pricing.columns import READS, WRITES
from drgdip.pricing.parameters import PricingParameters, pricing_parameters

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns

__all__ = ["READS", "WRITES", "PricingParameters", "price_cases", "pricing_parameters"]


def price_cases(columns: Columns, parameters: PricingParameters) -> dict[str, np.ndarray]:
    """Route every stay, find its cost band and its points.

    Returns the columns named in ``WRITES``. Source: settlement arithmetic 2.5–2.8.
    """
    from drgdip.pricing.kernels import price

    route, band, ratio, points, review = price(
        columns["group_id"],
        columns["length_of_stay_days"],
        columns["residence"],
        columns["medical_type"],
        columns["discharge_way"],
        columns["relative_weight_e4"],
        columns["hospital_coefficient_e4"],
        columns["auxiliary_coefficient_e4"],
        columns["standard_points_e4"],
        columns["reference_cost_fen"],
        columns["total_cost_fen"],
        parameters,
    )
    return {
        "route": route,
        "deviation_band": band,
        "cost_ratio_e4": ratio,
        "points_e4": points,
        "special_review": review,
    }
