"""Deviations by group: its columns, which groups lead, and what the others come to.

Source: settlement arithmetic 2.5-2.8 (bands) and 4.3 (payable less recorded).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.statement.columns import STATEMENT_COLUMNS, GroupTotal, OutputColumn, Unit
from drgdip.statement.csv_tables import write_table

if TYPE_CHECKING:
    from drgdip.base.provenance import RunRecord

UNGROUPED = Text("未入组", "ungrouped")
_SUMMED = GroupTotal._fields[2:]


def _column(field: str, header: str, unit: Unit, zh: str, en: str, meaning: Text, source: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), meaning,
                        Text(f"结算算法规范 {source}", f"Settlement arithmetic {source}"))  # fmt: skip


_OF_STATEMENT = {column.field: column for column in STATEMENT_COLUMNS}

_DRG_COLUMNS = {
    "code": _column("code", "drg_code", "text", "病组编码", "group code",
                    Text("CHS-DRG 病组编码;空为未入组与歧义病案", "code of the CHS-DRG group; empty: ungrouped and ambiguous"), "3.1"),
    "name": _column("name", "drg_name", "text", "病组名称", "group name",
                    Text("CHS-DRG 病组名称", "name of the CHS-DRG group"), "3.1"),
}  # fmt: skip

GROUP_COLUMNS: tuple[OutputColumn, ...] = (
    _column("code", "dip_code", "text", "病种编码", "group code",
            Text("DIP 目录的病种编码;空为未入组", "code of the DIP catalogue; empty: ungrouped"), "1.3"),
    _column("name", "dip_name", "text", "病种名称", "group name",
            Text("DIP 目录的病种名称", "name in the DIP catalogue"), "1.3"),
    *(_OF_STATEMENT[field] for field in ("cases", "normal_cases", "low_cases", "high_cases", "extreme_cases",
                                         "ungrouped_cases", "by_item_cases")),
    _column("mean_cost_fen", "mean_cost_yuan", "yuan", "次均费用", "mean cost",
            Text("医疗费总额÷病例数", "total cost over cases"), "2.6"),
    _column("mean_reference_fen", "mean_reference_yuan", "yuan", "次均参照费用", "mean reference cost",
            Text("各病例参照费用之和÷病例数", "sum of the cases' reference costs over cases"), "2.6"),
    _column("cost_ratio_e4", "cost_ratio", "ratio", "费用比", "cost ratio",
            Text("医疗费总额÷各病例参照费用之和", "total cost over the sum of reference costs"), "2.6-2.7"),
    _column("total_cost_fen", "total_cost_yuan", "yuan", "医疗费总额", "total cost",
            Text("病例医疗费总额之和", "sum of the cases' total costs"), "0.1"),
    *(_OF_STATEMENT[field] for field in ("points_e4", "gross_fen", "payable_fen", "recorded_fen", "difference_fen")),
)  # fmt: skip


def group_columns(record: RunRecord) -> tuple[OutputColumn, ...]:
    """The columns of a run's groups, by the scheme that it was grouped with."""
    return tuple(_DRG_COLUMNS.get(c.field, c) for c in GROUP_COLUMNS) if is_drg(record) else GROUP_COLUMNS


def is_drg(record: RunRecord) -> bool:
    """Whether a run was grouped by CHS-DRG."""
    return record.tables.name.startswith("chs-drg/")


def by_difference(groups: Iterable[GroupTotal]) -> list[GroupTotal]:
    """Groups with the largest difference between payable and recorded first, whichever way; ties by code."""
    return sorted(groups, key=lambda group: (-abs(group.difference_fen), group.code))


def group_sum(groups: Sequence[GroupTotal], name: str = "") -> GroupTotal:
    """What several groups come to together."""
    return GroupTotal("", name, **{field: sum(getattr(group, field) for group in groups) for field in _SUMMED})


def write_groups_csv(path: Path, groups: Iterable[GroupTotal], columns: Sequence[OutputColumn] = GROUP_COLUMNS) -> None:
    """Write ``groups.csv``: every group of the month by its code, ungrouped cases first under an empty code."""
    by_code = sorted(groups, key=lambda group: group.code)
    write_table(path, columns, by_code)
