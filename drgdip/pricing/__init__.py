"""Stage 6, 病例支付: how a stay is paid (route), whether its cost deviates, and the points it earns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.pricing.columns import READS, WRITES, Needs
from drgdip.pricing.parameters import PricingParameters, pricing_parameters
from drgdip.pricing.routing import RoutingParameters, routing_parameters

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.pricing.route_rules import Routes

__all__ = [
    "READS",
    "WRITES",
    "Needs",
    "PricingParameters",
    "RoutingParameters",
    "price_cases",
    "pricing_parameters",
    "route_cases",
    "routing_parameters",
]


def route_cases(columns: Columns, parameters: RoutingParameters, writes_gate: bool = False) -> dict[str, np.ndarray]:
    """Find the route of every stay, and whether it passes the gate of Chinese medicine.

    For policies whose routes look at more than the plain conditions. Source: settlement arithmetic 2.8.
    """
    from drgdip.pricing.kernels import gate
    from drgdip.pricing.routing import sum_of

    found = {"route_number": _route_numbers(columns, parameters.routes)}
    if writes_gate:
        rows = len(columns["group_id"])
        part, whole = (sum_of(columns, facts, rows) for facts in (parameters.numerator, parameters.denominator))
        found["tcm_ratio_e4"], found["tcm_gate_passed"] = gate(part, whole, parameters.threshold_e4)
    return found


def _route_numbers(columns: Columns, routes: Routes) -> np.ndarray:
    import numpy as np

    from drgdip.pricing.kernels import find_routes

    no_times = np.empty(0, dtype=np.int64)
    numbers: np.ndarray = find_routes(
        columns["length_of_stay_days"],
        columns["residence"],
        columns["medical_type"],
        columns["discharge_way"],
        columns["group_id"],
        columns.get("hospital_tier", np.empty(0, dtype=np.int8)),
        columns.get("admission_time_s", no_times),
        columns.get("discharge_time_s", no_times),
        columns.get("route_department_id", np.empty(0, dtype=np.int32)),
        routes,
    )
    return numbers


def price_cases(columns: Columns, parameters: PricingParameters, writes_costs: bool = False) -> dict[str, np.ndarray]:
    """Route every stay unless that is done, find its cost band and its points.

    Returns the columns named in ``WRITES``; with ``writes_costs`` also what the deviation test looked at, what is
    paid outside points, and points that are added. Source: settlement arithmetic 2.5–2.8, 3.2, 3.3.
    """
    import numpy as np

    from drgdip.pricing.costs import additions_of, costs_of, with_costs
    from drgdip.pricing.kernels import price

    excluded, net = costs_of(columns, parameters)
    known = columns.get("route_number")
    route, band, ratio, points, review, outside = price(
        _route_numbers(columns, parameters.routes) if known is None else known,
        columns["group_id"],
        columns["length_of_stay_days"],
        columns.get("pool_index", np.empty(0, dtype=np.int16)),
        columns["relative_weight_e4"],
        columns["hospital_coefficient_e4"],
        columns["auxiliary_coefficient_e4"],
        columns["standard_points_e4"],
        columns["reference_cost_fen"],
        net,
        columns.get("beyond_quota", np.empty(0, dtype=np.int8)),
        parameters.bands,
    )
    priced = {
        "route": route,
        "deviation_band": band,
        "cost_ratio_e4": ratio,
        "points_e4": points,
        "special_review": review,
    }
    if not writes_costs:
        return priced
    return with_costs(priced, net, excluded, outside, additions_of(columns, parameters))
