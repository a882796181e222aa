"""Episodes in the columns of a batch: what the stay that is paid for all of one is priced and paid by (8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.bill import counts_by_item_fen

if TYPE_CHECKING:
    from drgdip.base.columns import Columns


class Roles(NamedTuple):
    """Values of ``episode_role``: the stay that is paid for all, its other stays, and later stays that share."""

    lead: int = 1
    member: int = 2
    later: int = 3


LEAD, MEMBER, LATER = Roles()


#: What is paid beside the points of a stay, and goes with them where it is paid with another stay.
_BESIDE = ("outside_points_fen", "added_points_e4")


def priced_as_episode(columns: Columns) -> dict[str, np.ndarray]:
    """What pricing reads: the stay that is paid for all of an episode has the cost and the fee sums of all of it."""
    lead = columns["episode_role"] == LEAD
    whole = {name.removeprefix("episode_"): name for name in columns if name.startswith("episode_fee_")}
    whole["total_cost_fen"] = "episode_cost_fen"
    return {**columns, **{own: np.where(lead, columns[name], columns[own]) for own, name in whole.items()}}


def without_members(priced: Columns, role: np.ndarray, by_item: int, by_group: int) -> dict[str, np.ndarray]:
    """What pricing found, but for stays that are paid with another one: they are paid nothing of their own.

    by_item, by_group : reasons of the two routes. The column of the route may have the name that it has before review.
    """
    member, found = role == MEMBER, dict(priced)
    for name in (name for name in ("route", "ordinary_route") if name in priced):
        found[name] = np.where(member & (priced[name] == by_item), by_group, priced[name]).astype(priced[name].dtype)
    return found | {name: np.where(member, 0, priced[name]) for name in _BESIDE if name in priced}


def allowed_of_episode(columns: Columns, allowed_fen: np.ndarray, decided: np.ndarray | None = None) -> np.ndarray:
    """The cost that counts by item: that of the whole episode for the stay that is paid for it, else as it was.

    decided : stays of which a decision has said what is allowed.
    """
    whole = counts_by_item_fen(columns["episode_cost_fen"], columns["episode_hospital_fen"])
    lead = columns["episode_role"] == LEAD
    return np.where(lead if decided is None else lead & ~decided, whole, allowed_fen)


def role_of_decided(role: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """A later stay that is decided on is paid as decided, not at the share; the stay that is paid for all stays that."""
    return np.where((role == LATER) & decided, 0, role).astype(role.dtype)


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
