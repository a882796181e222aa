"""Episodes in the columns of a batch: what the stay that is paid for all of one is priced and paid by (8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from drgdip.base.columns import Columns


class Roles(NamedTuple):
    """Values of ``episode_role``: the stay that is paid for all, its other stays, and later stays that share."""

    lead: int = 1
    member: int = 2
    later: int = 3


LEAD, MEMBER, LATER = Roles()


def priced_as_episode(columns: Columns) -> dict[str, np.ndarray]:
    """What pricing reads: the stay that is paid for all of an episode has the cost of all of it."""
    lead = columns["episode_role"] == LEAD
    return {**columns, "total_cost_fen": np.where(lead, columns["episode_cost_fen"], columns["total_cost_fen"])}


def paid_as_episode(columns: Columns) -> dict[str, np.ndarray]:
    """What payment reads: that stay has what others have paid in all of the episode, and its other stays have nothing."""
    lead, member = columns["episode_role"] == LEAD, columns["episode_role"] == MEMBER
    found = dict(columns)
    for own, whole in (("patient_fen", "episode_patient_fen"), ("other_funds_fen", "episode_other_fen")):
        found[own] = np.where(lead, columns[whole], np.where(member, 0, columns[own]))
    return found


def readmitted_points(columns: Columns, share_e4: int, rounding: int) -> dict[str, np.ndarray]:
    """Points: none of a stay that is paid with another, a share of a later one, else as they were."""
    from drgdip.sanctions.kernels import episode_points

    return {"points_e4": episode_points(columns["unmerged_points_e4"], columns["episode_role"], share_e4, rounding)}
