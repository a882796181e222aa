"""The stages of a month that differ for CHS-DRG: grouping, and what a stay without a group or a weight is valued at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from drgdip import valuation
from drgdip.base.columns import Column
from drgdip.base.text import Text
from drgdip.grouping import drg
from drgdip.pipeline.departments import department, departments
from drgdip.pipeline.process import Process, Stage

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from drgdip.base.columns import Columns
    from drgdip.pipeline.context import Context
    from drgdip.tables import GroupTables
    from drgdip.tables.chs_drg.drg_tables import DrgTables

SCHEME = "chs-drg"
_SCHEME = "CHS-DRG grouping scheme, sheets MDC, ADRG, DRG"

WRITES = (
    Column("mdc_id", "int32", "id", "主要诊断大类", "major diagnostic category", _SCHEME),
    Column("adrg_id", "int32", "id", "核心疾病诊断相关组", "adjacent group", _SCHEME),
    Column("drg_id", "int32", "id", "疾病诊断相关组", "group; an ambiguous stay's adjacent group, or 0000", _SCHEME),
    Column("group_id", "int32", "id", "入组病组", "group that the stay is paid by", _SCHEME),
    Column("group_reason", "int16", "reason", "入组依据", "how the group was found", _SCHEME),
    Column("adrg_sheet_row", "int32", "count", "判定 ADRG 的行", "data row of the sheet ADRG that decided, 0 none", _SCHEME),
    Column("drg_sheet_row", "int32", "count", "判定 DRG 的行", "data row of the sheet DRG that decided, 0 none", _SCHEME),
)  # fmt: skip


def _group(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    import numpy as np

    tables = context.drg_tables
    found = drg.assign_groups(columns, tables)
    adrg, group, ids, arrays = found["adrg_row"], found["drg_row"], tables.ids, tables.arrays
    none = np.int32(0)
    group_id = np.where(group >= 0, _by_row(ids.group_of_drg, group), np.int32(-1))
    return {
        "mdc_id": ids.mdc_of_adrg[adrg],
        "adrg_id": ids.adrg_of_adrg[adrg],
        "drg_id": np.where(group >= 0, group_id, ids.drg_of_adrg[adrg]),
        "group_id": group_id,
        "group_reason": found["group_reason"],
        "adrg_sheet_row": np.where(adrg >= 0, _by_row(arrays.adrg_sheet_row, adrg), none),
        "drg_sheet_row": np.where(group >= 0, _by_row(arrays.drg_sheet_row, group), none),
    }


def _by_row(values: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Values by row; something where there is no row."""
    import numpy as np

    return values[np.maximum(row, 0)] if len(values) else np.zeros(len(row), dtype=np.int32)


GROUPING_STAGE = Stage("grouping", Text("病例入组", "Grouping"), drg.READS, WRITES, _group)


def _value(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    valued = valuation.value_cases(columns, context.valuation())
    reasons = valuation.weight_reasons(columns, valued["relative_weight_e4"])
    return {valuation.WEIGHT_REASON.name: reasons, **valued}


_POLICY_KEYS = ("drg.point_scale", "drg.region_mean_cost_yuan", "drg.ungrouped", "drg.ambiguous",
                "drg.without_weight")  # fmt: skip


_MONEY = "settlement arithmetic 3.1, 3.4"
#: Columns that both schemes have, in the words of this one.
_WORDS = {
    "relative_weight_e4": ("病组权重", "relative weight of the group, at the policy's scale", _MONEY),
    "hospital_coefficient_e4": ("医疗机构系数", "hospital coefficient", "settlement arithmetic 2.3, 3.4"),
    "auxiliary_coefficient_e4": ("辅助系数", "auxiliary coefficient; CHS-DRG has none", _MONEY),
    "standard_points_e4": ("标准权重", "weight × coefficient", _MONEY),
    "reference_cost_fen": (
        "参照费用",
        "what the bill is compared with, before the coefficient; 0 none",
        "settlement arithmetic 3.2",
    ),
    "points_e4": ("病例权重", "weight (points) of the stay", _MONEY),
}


def _renamed(column: Column) -> Column:
    zh, en, source = _WORDS.get(column.name, (column.zh, column.en, column.source))
    return column._replace(zh=zh, en=en, source=source)


def with_drg_stages(process: Process) -> Process:
    """A process with the stages of CHS-DRG in place of those of DIP; stages of the caller's own stay."""
    return process._replace(case=tuple(map(_of_drg, process.case)))


def _of_drg(stage: Stage) -> Stage:
    if stage.key == "grouping":
        return GROUPING_STAGE
    if stage.key == "valuation" and valuation.WEIGHT_REASON not in stage.writes:
        keys = (*stage.policy_keys, "pools.{pool}.opening_point_value", *_POLICY_KEYS)
        writes = (valuation.WEIGHT_REASON, *map(_renamed, stage.writes))
        reads = (*stage.reads, valuation.GROUP_REASON)
        return stage._replace(reads=reads, writes=writes, verb=_value, policy_keys=keys)
    if stage.key == "pricing":
        keys = tuple("drg.ungrouped_factor" if key.startswith("grouping.") else key for key in stage.policy_keys)
        return stage._replace(writes=tuple(map(_renamed, stage.writes)), policy_keys=keys)
    return stage


def with_departments(columns: dict[str, np.ndarray], tables: GroupTables, cells: pa.Array | None) -> None:
    """Add the department of discharge as rules of an edition name it, from its text; only CHS-DRG reads it."""
    if tables.manifest.scheme == SCHEME:
        texts = cast("DrgTables", tables).texts
        columns["department_id"] = departments(cells, texts, len(columns["row_number"]))


def with_department(columns: dict[str, np.ndarray], tables: GroupTables, cell: str | None) -> None:
    """The same for one stay."""
    if tables.manifest.scheme == SCHEME:
        columns["department_id"] = department(cell, cast("DrgTables", tables).texts)
