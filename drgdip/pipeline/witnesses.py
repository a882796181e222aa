"""Witness cases of a CHS-DRG edition, grouped by the production kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from drgdip.grouping.drg import assign_groups
from drgdip.tables.chs_drg.variations import Case
from drgdip.tables.chs_drg.witness import Witnesses, find_witnesses

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables

#: Columns of the numbers of a case, in the order of the rule language's variables.
_NUMBERS = (
    ("age_years", np.int16), ("age_days", np.int16), ("birth_weight_g", np.int32), ("sex", np.int8),
    ("length_of_stay_days", np.int32), ("discharge_way", np.int8), ("icu_hours", np.int32),
)  # fmt: skip


def witnesses(tables: DrgTables) -> Witnesses:
    """A case for every adjacent group and group of an edition, as far as one is found."""

    def group(cases: Sequence[Case]) -> tuple[np.ndarray, np.ndarray]:
        result = assign_groups(columns_of(cases, tables), tables)
        return result["adrg_row"], result["drg_row"]

    return find_witnesses(tables, group)


def columns_of(cases: Sequence[Case], tables: DrgTables) -> dict[str, np.ndarray]:
    """Cases as the columns that grouping reads."""
    columns: dict[str, np.ndarray] = {}
    for name, codes, system in (
        ("diagnosis", [case.diagnoses for case in cases], tables.diagnoses),
        ("procedure", [case.operations for case in cases], tables.procedures),
    ):
        columns[f"{name}_id"] = np.array([system.ids[code] for one in codes for code in one], dtype=np.int32)
        columns[f"{name}_offset"] = np.cumsum([0, *map(len, codes)]).astype(np.int32)
    for place, (name, kind) in enumerate(_NUMBERS):
        columns[name] = np.array([case.numbers[place] for case in cases], dtype=kind)
    known = {text: number for number, text in enumerate(tables.texts)}
    columns["department_id"] = np.array(
        [known.get(case.department, -2) if case.department else -1 for case in cases], dtype=np.int32
    )
    return columns
