"""Costs that leave a bill before the deviation test, and what is paid for them (settlement arithmetic 2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.reasons import number
from drgdip.pricing.kernels import added_points
from drgdip.pricing.parameters import PricingParameters
from drgdip.pricing.routing import sum_of

if TYPE_CHECKING:
    from drgdip.base.columns import Columns

_NO_CAP = -1
#: Ways of payment that a stay's fee lines change nothing of: it is paid its cost, or its days.
_WHOLE = ("route_by_item", "route_out_of_scope", "route_bed_day")


def costs_of(columns: Columns, parameters: PricingParameters) -> tuple[np.ndarray, np.ndarray]:
    """What is paid outside the group, and the cost that is left for the deviation test; fen.

    Never more than the whole cost leaves it, and refunds that outweigh what they refund count as nothing (V139).
    """
    total = columns["total_cost_fen"]
    leaving = tuple(one.fact for one in parameters.additions if one.leaves_cost)
    if not parameters.exclusions and not leaving:
        return np.zeros(len(total), dtype=np.int64), total
    excluded = np.clip(sum_of(columns, parameters.exclusions, len(total)), 0, total)
    added = np.clip(sum_of(columns, leaving, len(total)), 0, total - excluded)
    return excluded, total - excluded - added


def additions_of(columns: Columns, parameters: PricingParameters) -> np.ndarray:
    """Points added for new drugs and technologies, by stay; each kind is rounded by itself (V46)."""
    points = np.zeros(len(columns["group_id"]), dtype=np.int64)
    for one in parameters.additions:
        # A sum above the cost of the stay is no cost of the stay.
        fact = np.clip(columns[f"fee_{one.fact}_fen"], 0, columns["total_cost_fen"])
        cap = _NO_CAP if one.cap_fen is None else one.cap_fen
        bands = parameters.bands
        points += added_points(fact, one.ratio_e4, cap, columns["pool_index"], bands.opening_e4, bands.rounding)
    return points


def with_costs(
    priced: dict[str, np.ndarray], net: np.ndarray, excluded: np.ndarray, bed_day: np.ndarray, added: np.ndarray
) -> dict[str, np.ndarray]:
    """What pricing found, with what is paid outside points, and added points among the points."""
    by_group = ~np.isin(priced["route"], [number(key) for key in _WHOLE])
    added = np.where(by_group, added, 0)
    return {
        **priced,
        "points_e4": priced["points_e4"] + added,
        "net_cost_fen": net.astype(np.int64),
        "outside_points_fen": np.where(by_group, excluded, bed_day),
        "added_points_e4": added,
    }
