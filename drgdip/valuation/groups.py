"""What an edition says of its groups, as the policy of a day takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.policy.values import HospitalCoefficient, PolicyValues

if TYPE_CHECKING:
    import numpy as np

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


def base_groups(tables: GroupTables, k: HospitalCoefficient) -> np.ndarray:
    """Flags (int8) of the groups that the policy pays without coefficient, alike on all levels (settlement arithmetic 3.4).

    Raises PolicyError for a group that the edition does not have.
    """
    import numpy as np

    flags = np.zeros(len(tables.group_codes), dtype=np.int8)
    place = {code: position for position, code in enumerate(tables.group_codes)}
    for code in k.base_groups:
        if code not in place:
            raise PolicyError(
                Text(f"基础病组 {code} 不在所用的目录版本中。", f"The edition has no group {code}, which base_groups names."),
                Text("请更正 k.base_groups。", "Correct k.base_groups."),
            )  # fmt: skip
        flags[place[code]] = 1
    return flags
