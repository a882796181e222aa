"""How the auxiliary coefficient of a case came about, in the pipeline's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drgdip.base.scaled import format_scaled

if TYPE_CHECKING:
    from drgdip.pipeline.context import Context


def auxiliary_working(case: Mapping[str, int], context: Context) -> str:
    """``max(icu/days_2_7 1.5000, age/over_65 1.2000)``: the sub-types that the case has, and their coefficients."""
    from drgdip.valuation.auxiliary import SUBTYPES

    tables, parameters = context.tables, context.auxiliary()
    if tables.auxiliary is None or case["group_id"] < 0:
        return ""
    parts = []
    for kind in parameters.type_order.tolist():
        number = case[SUBTYPES[kind].name]
        if number >= 0:
            coefficient = int(parameters.coefficient_e4[case["group_id"], number])
            shown = format_scaled(coefficient, 4) if coefficient >= 0 else "—"
            parts.append(f"{tables.auxiliary.subtypes[number].code} {shown}")
    return f"max({', '.join(parts)})" if parts else ""


def auxiliary_row(case: Mapping[str, int], context: Context) -> Mapping[str, str]:
    """What the sub-type that counts asks for: its row of ``subtypes.csv``, empty cells left out."""
    directory, chosen = context.tables.auxiliary, case["auxiliary_subtype_id"]
    if directory is None or chosen < 0:
        return {}
    wanted = directory.subtypes[chosen]
    rows = [row for row in directory.rows if (row.type, row.subtype) == (wanted.type, wanted.key)]
    return {name: cell for name, cell in rows[0]._asdict().items() if cell}
