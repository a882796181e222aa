"""What an edition says of its groups, as the policy of a day takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.policy.values import PolicyValues

if TYPE_CHECKING:
    from drgdip.tables import GroupTables, GroupValues


def group_values(tables: GroupTables, values: PolicyValues) -> GroupValues:
    """Weights, mean costs, groups of primary care, scale and mean cost of the region."""
    return tables.group_values
