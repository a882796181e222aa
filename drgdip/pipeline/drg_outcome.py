"""What grouping by CHS-DRG found for single stays, as words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.reasons import reason
from drgdip.tables.chs_drg.ids import UNGROUPED

if TYPE_CHECKING:
    import numpy as np

    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.chs_drg.look_up import LookUp


class DrgOutcome(NamedTuple):
    """Where a stay belongs.

    Attributes
    ----------
    mdc_code, adrg_code, drg_code : str
        Category, adjacent group and group. An ambiguous stay has its adjacent group's code in both places, an
        ungrouped one ``0000`` in all three.
    name : str
        Name of the group; of the adjacent group where that has no groups.
    weight : str
        Reference weight as published; empty where the edition has none.
    reason : str
        ``drg_grouped``, ``drg_ambiguous`` or ``drg_ungrouped``.
    adrg_row, drg_row : int
        Data rows of the sheets ADRG and DRG that decided; 0 where none did.
    """

    mdc_code: str
    adrg_code: str
    drg_code: str
    name: str
    weight: str
    reason: str
    adrg_row: int
    drg_row: int


class Outcomes:
    """Names outcomes of one edition."""

    def __init__(self, tables: DrgTables, look_up: LookUp) -> None:
        self._tables, self._weights = tables, look_up.rows.weights
        self._adrg_names = [row.name for row in look_up.rows.adrgs]

    def of(self, result: Mapping[str, np.ndarray], place: int = 0) -> DrgOutcome:
        """The outcome of one stay of a grouped batch."""
        tables, arrays = self._tables, self._tables.arrays
        adrg, drg = int(result["adrg_row"][place]), int(result["drg_row"][place])
        key = reason(result["group_reason"][place]).key
        if adrg < 0:
            return DrgOutcome(UNGROUPED, UNGROUPED, UNGROUPED, "", "", key, 0, 0)
        found = (tables.mdc_codes[arrays.adrg_mdc[adrg]], tables.adrg_codes[adrg])
        row = int(arrays.adrg_sheet_row[adrg])
        if drg < 0:
            code = tables.adrg_codes[adrg]
            return DrgOutcome(*found, code, self._adrg_names[adrg], self._weights.get(code, ""), key, row, 0)
        code = tables.drg_codes[drg]
        return DrgOutcome(*found, code, tables.drg_names[drg], self._weights.get(code, ""), key, row,
                          int(arrays.drg_sheet_row[drg]))  # fmt: skip
