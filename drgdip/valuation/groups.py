"""What an edition says of its groups, as the policy of a day takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.policy.values import PolicyValues

if TYPE_CHECKING:
    from drgdip.tables import GroupTables, GroupValues


def group_values(tables: GroupTables, values: PolicyValues) -> GroupValues:
    """Weights, mean costs, groups of primary care, scale and mean cost of the region.

    The policy gives what an edition of CHS-DRG is published without (settlement arithmetic 3.3, 3.4): mean cost of
    weight 1, points of weight 1.
    """
    known = tables.group_values
    if values.drg is None:
        return known
    return known._replace(
        relative_weight_e4=known.relative_weight_e4 * values.drg.point_scale,
        point_scale=values.drg.point_scale,
        region_mean_cost_fen=values.drg.region_mean_cost_fen,
    )
