"""Values of the section ``drg``, resolved for one day."""

from __future__ import annotations

from typing import Literal, NamedTuple

#: ``rate``: weight × a rate fixed in advance; ``points``: weight × scale × what the fund comes to a point.
DrgMethod = Literal["rate", "points"]
#: Stays that no group takes: factor × cost ÷ mean cost of the region, or their cost.
WithoutGroup = Literal["factor", "by_item"]
WithoutWeight = Literal["by_item"]


class Drg(NamedTuple):
    """Settlement arithmetic 3.

    point_scale : points of weight 1. region_mean_cost_fen : mean cost of weight 1. ungrouped,
    ambiguous : how stays in 0000 and in QY groups are paid.
    ungrouped_factor_e4 : 0 where neither is paid by a factor. without_weight : how groups without a weight are paid.
    """

    method: DrgMethod
    point_scale: int
    region_mean_cost_fen: int
    ungrouped: WithoutGroup
    ambiguous: WithoutGroup
    ungrouped_factor_e4: int
    without_weight: WithoutWeight
