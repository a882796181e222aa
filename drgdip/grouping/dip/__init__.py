"""DIP grouping: exclusion lists, pre-groups, merges, diagnosis-assisted, core and comprehensive groups, ungrouped.

Editions of every version are the same to it: those of 1.0 and 2.0 have core and comprehensive groups only (settlement
arithmetic 1.4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.grouping.dip.columns import READS, READS_BY_AGE, WRITES
from drgdip.grouping.dip.parameters import GroupingParameters, asks_ages, grouping_parameters, leaves_out_operations

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.tables import DipArrays

__all__ = [
    "READS",
    "READS_BY_AGE",
    "WRITES",
    "GroupingParameters",
    "asks_ages",
    "assign_groups",
    "grouping_parameters",
    "used_operations",
]


def assign_groups(columns: Columns, tables: DipArrays, parameters: GroupingParameters) -> dict[str, np.ndarray]:
    """Assign every stay to a DIP group.

    Parameters
    ----------
    columns : the columns named in ``READS``, and those in ``READS_BY_AGE`` if the edition ``asks_ages``.
    tables : a compiled edition.
    parameters : tie-breaks and local choices of the policy.

    Returns
    -------
    The columns named in ``WRITES``; ``group_id`` is −1 for an ungrouped stay.

    Source: DIP technical specification, chapter 3 (grouping order), after settlement arithmetic 1.4.
    """
    import numpy as np

    from drgdip.grouping.dip.kernels import assign
    from drgdip.grouping.dip.layers import assign_first
    from drgdip.grouping.dip.rules import PRINCIPAL_EXCLUDED, UNGROUPED

    diagnoses, first, n = columns["diagnosis_id"], columns["diagnosis_offset"], len(columns["total_cost_fen"])
    operations = columns["procedure_id"], columns["procedure_offset"]
    codes = (
        diagnoses,
        first,
        *(used_operations(*operations, tables) if parameters.leaves_out_operations else operations),
    )
    numbers = [columns[it.name] if parameters.asks_ages else np.full(n, -1, dtype=it.dtype) for it in READS_BY_AGE]
    group_id, runner_up = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    reason = np.full(n, UNGROUPED, dtype=np.int16)
    if parameters.excludes_principals:
        reason[tables.principal_excluded[diagnoses[first[:-1]]] > 0] = PRINCIPAL_EXCLUDED
    if len(parameters.first.listed_group) or len(parameters.first.open_group):
        assign_first(*codes, *numbers, tables, parameters.first, group_id, reason, runner_up)
    assign(*codes, columns["total_cost_fen"], *numbers, tables, parameters, group_id, reason, runner_up)
    return {"group_id": group_id, "group_reason": reason, "runner_up_group_id": runner_up}


def used_operations(procedure_id: np.ndarray, offset: np.ndarray, tables: DipArrays) -> tuple[np.ndarray, np.ndarray]:
    """The operations that grouping looks at, with their offsets; the first of a stay is then its main operation."""
    import numpy as np

    if not leaves_out_operations(tables):
        return procedure_id, offset
    kept = tables.procedure_unused[procedure_id] == 0
    before = np.concatenate(([0], np.cumsum(kept)))
    return procedure_id[kept], before[offset].astype(offset.dtype)
