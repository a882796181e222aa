"""Deviations by group as a section of a page: a chart, the groups that differ most, and the sum of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from drgdip.base.text import Language
from drgdip.statement.charts import difference_chart
from drgdip.statement.columns import GroupTotal
from drgdip.statement.groups import UNGROUPED, by_difference, group_columns, group_sum

if TYPE_CHECKING:
    from drgdip.base.provenance import RunRecord

#: Groups of a page's table.
GROUP_ROWS = 30

_FIELDS = ("code", "name", "cases", "low_cases", "high_cases", "extreme_cases", "by_item_cases", "mean_cost_fen",
           "mean_reference_fen", "cost_ratio_e4", "gross_fen", "payable_fen", "recorded_fen", "difference_fen")  # fmt: skip


def group_section(groups: Sequence[GroupTotal], record: RunRecord, language: Language) -> dict[str, object]:
    """What the template's group table is filled with; no chart where there are no groups."""
    from markupsafe import Markup

    ordered = by_difference(groups)
    shown, rest = ordered[:GROUP_ROWS], ordered[GROUP_ROWS:]
    columns = {column.field: column for column in group_columns(record)}
    return {
        "group_columns": [columns[field] for field in _FIELDS],
        "groups_shown": shown,
        "groups_rest": (len(rest), group_sum(rest)) if rest else None,
        "groups_total": group_sum(groups),
        "differences_svg": Markup(difference_chart(ordered, language))
        if any(group.difference_fen for group in groups)
        else None,
        "ungrouped": UNGROUPED,
    }
