"""Witness stays of a DIP edition, grouped by the production kernel in the national order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from drgdip.grouping import dip
from drgdip.pipeline.group import NATIONAL_ORDER
from drgdip.tables.dip_witness import DipWitnesses, Stay, find_witnesses

if TYPE_CHECKING:
    from drgdip.tables import DipTables

_NUMBERS = (("age_years", np.int16), ("age_days", np.int16), ("birth_weight_g", np.int32))
#: Beyond what their columns hold; no stay is as old or as heavy.
_LIMITS = {"age_years": 2**15 - 1, "age_days": 2**15 - 1, "birth_weight_g": 2**31 - 1}


def dip_witnesses(tables: DipTables) -> DipWitnesses:
    """A stay for every group of an edition, as far as one is found."""
    parameters = dip.grouping_parameters(NATIONAL_ORDER, tables.groups)

    def group(stays: Sequence[Stay]) -> np.ndarray:
        groups: np.ndarray = dip.assign_groups(columns_of(stays), tables.groups, parameters)["group_id"]
        return groups

    return find_witnesses(tables, group)


def columns_of(stays: Sequence[Stay]) -> dict[str, np.ndarray]:
    """Stays as the columns that grouping reads."""
    columns: dict[str, np.ndarray] = {"total_cost_fen": np.zeros(len(stays), dtype=np.int64)}
    codes = {"diagnosis": [stay.diagnoses for stay in stays], "procedure": [stay.operations for stay in stays]}
    for name, listed in codes.items():
        columns[f"{name}_id"] = np.array([code for one in listed for code in one], dtype=np.int32)
        columns[f"{name}_offset"] = np.cumsum([0, *map(len, listed)]).astype(np.int32)
    for name, kind in _NUMBERS:
        columns[name] = np.array([min(getattr(stay, name), _LIMITS[name]) for stay in stays], dtype=kind)
    return columns
