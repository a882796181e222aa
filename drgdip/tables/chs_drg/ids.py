"""Ids of categories, adjacent groups and groups: rows that share a code share an id, and what takes no case has one, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables

#: Code of a case that no row takes, in place of category, adjacent group and group.
UNGROUPED = "0000"


class DrgIds(NamedTuple):
    """Codes by id, and ids (int32) by row.

    mdc_codes, adrg_codes, drg_codes : by id; ``0000`` is the last of each. Among ``drg_codes`` are, after the groups,
    the adjacent groups that have none (ambiguous cases). group_codes : of groups alone.
    mdc_of_adrg, adrg_of_adrg : by row of ADRG; the last place (also row -1) is for cases that no row takes.
    drg_of_adrg : the same, for cases that no group takes. group_of_drg : by row of DRG.
    """

    mdc_codes: tuple[str, ...]
    adrg_codes: tuple[str, ...]
    drg_codes: tuple[str, ...]
    group_codes: tuple[str, ...]
    mdc_of_adrg: np.ndarray
    adrg_of_adrg: np.ndarray
    drg_of_adrg: np.ndarray
    group_of_drg: np.ndarray


def number_groups(tables: DrgTables) -> DrgIds:
    """Number the codes of an edition in the order in which cases try them."""
    mdc = (*dict.fromkeys(tables.mdc_codes), UNGROUPED)
    adrg = (*dict.fromkeys(tables.adrg_codes), UNGROUPED)
    groups = tuple(dict.fromkeys(tables.drg_codes))
    first = tables.arrays.drg_offset
    bare = dict.fromkeys(code for row, code in enumerate(tables.adrg_codes) if first[row] == first[row + 1])
    drg = (*groups, *bare, UNGROUPED)
    return DrgIds(
        mdc_codes=mdc,
        adrg_codes=adrg,
        drg_codes=drg,
        group_codes=groups,
        mdc_of_adrg=_ids([*(tables.mdc_codes[place] for place in tables.arrays.adrg_mdc.tolist()), UNGROUPED], mdc),
        adrg_of_adrg=_ids([*tables.adrg_codes, UNGROUPED], adrg),
        drg_of_adrg=_ids([code if code in bare else UNGROUPED for code in (*tables.adrg_codes, UNGROUPED)], drg),
        group_of_drg=_ids(tables.drg_codes, groups),
    )


def _ids(codes: Sequence[str], known: Sequence[str]) -> np.ndarray:
    place = {code: position for position, code in enumerate(known)}
    return np.array([place[code] for code in codes], dtype=np.int32)
