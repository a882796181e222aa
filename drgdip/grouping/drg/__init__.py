"""CHS-DRG grouping: categories, adjacent groups and groups tried in the order of the edition."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from drgdip.grouping.drg.columns import AUDIT_WRITES, READS, WRITES

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.tables.chs_drg.drg_tables import DrgTables

__all__ = ["AUDIT_WRITES", "READS", "WRITES", "assign_groups"]


def assign_groups(columns: Columns, tables: DrgTables, audit: bool = False) -> dict[str, np.ndarray]:
    """Assign every stay to a CHS-DRG group.

    Parameters
    ----------
    columns : the columns named in ``READS``.
    tables : a compiled edition.
    audit : also tell which codes decided and what every other diagnosis counts as.

    Returns
    -------
    The columns named in ``WRITES`` and, with ``audit``, in ``AUDIT_WRITES``. Rows are -1 for a stay that no row takes
    (0000); ``drg_row`` alone is -1 where the adjacent group has no groups (ambiguous, last resorts).

    Source: CHS-DRG grouping scheme; categories in their order, in each its adjacent groups in theirs; where a category
    holds but none of its adjacent groups does, the next category is tried.
    """
    import numpy as np

    from drgdip.grouping.drg.kernels import assign, weigh_complications

    lists = [columns[name] for name in ("diagnosis_id", "diagnosis_offset", "procedure_id", "procedure_offset")]
    values = [columns[column.name] for column in READS[4:]]
    roles = [np.zeros(len(columns[name]) if audit else 0, dtype=np.int8) for name in ("diagnosis_id", "procedure_id")]
    severity = weigh_complications(lists[0], lists[1], tables.arrays)
    adrg_row, drg_row = assign(*lists, *values, severity, tables.arrays, audit, *roles)
    result = {"adrg_row": adrg_row, "drg_row": drg_row, "group_reason": _reasons(tables.adrg_codes).take(adrg_row)}
    if audit:
        result["diagnosis_severity"] = severity
        result["diagnosis_role"], result["procedure_role"] = roles
    return result


@lru_cache(maxsize=8)
def _reasons(adrg_codes: tuple[str, ...]) -> np.ndarray:
    """Reasons by row, the last place (also -1) for stays that no row takes."""
    import numpy as np

    from drgdip.base.reasons import number

    kinds = ["drg_ambiguous" if code.endswith("QY") else "drg_grouped" for code in adrg_codes]
    return np.array([*map(number, kinds), number("drg_ungrouped")], dtype=np.int16)
