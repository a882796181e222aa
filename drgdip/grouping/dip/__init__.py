"""DIP grouping: core groups, comprehensive groups, ungrouped (settlement arithmetic 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.grouping.dip.columns import READS, WRITES
from drgdip.grouping.dip.parameters import GroupingParameters, grouping_parameters

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.tables import DipArrays

__all__ = ["READS", "WRITES", "GroupingParameters", "assign_groups", "grouping_parameters"]


def assign_groups(columns: Columns, tables: DipArrays, parameters: GroupingParameters) -> dict[str, np.ndarray]:
    """Assign every stay to a DIP group.

    Parameters
    ----------
    columns : the columns named in ``READS``.
    tables : a compiled edition.
    parameters : tie-breaks and local choices of the policy.

    Returns
    -------
    The columns named in ``WRITES``; ``group_id`` is −1 for an ungrouped stay.

    Source: DIP technical specification, chapter 3 (grouping order), after settlement arithmetic 1.4.
    """
    from drgdip.grouping.dip.kernels import assign

    group_id, group_reason, runner_up = assign(
        columns["diagnosis_id"],
        columns["diagnosis_offset"],
        columns["procedure_id"],
        columns["procedure_offset"],
        columns["total_cost_fen"],
        tables,
        parameters,
    )
    return {"group_id": group_id, "group_reason": group_reason, "runner_up_group_id": runner_up}
