"""What valuation reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

#: Written by valuation as one, or by the auxiliary directory before it.
AUXILIARY = "auxiliary_coefficient_e4"

READS = (
    Column("group_id", "int32", "id", "入组病种", "group"),
    Column("group_reason", "int16", "reason", "入组依据", "how the group was found"),
    Column("pool_index", "int16", "id", "基金池", "insurance pool"),
    Column("hospital_id", "int32", "id", "医疗机构", "hospital"),
    Column("hospital_tier", "int8", "code", "医院级别", "hospital tier (3 tertiary … 1 primary, 0 unrated)"),
)

WRITES = (
    Column("relative_weight_e4", "int64", "e4", "病种分值", "relative weight of the group", "DIP technical specification, ch. 5 s. 1"),
    Column("hospital_coefficient_e4", "int64", "e4", "医疗机构系数", "hospital coefficient K", "DIP technical specification, ch. 5 s. 2"),
    Column("auxiliary_coefficient_e4", "int64", "e4", "辅助分型系数", "auxiliary coefficient", "DIP technical specification, ch. 5 s. 2"),
    Column("standard_points_e4", "int64", "e4", "标准分值", "RW × K × auxiliary", "DIP technical specification, ch. 5 s. 3"),
    Column("reference_cost_fen", "int64", "fen", "参照次均费用", "mean cost that the bill is compared with", "settlement arithmetic 2.6"),
)  # fmt: skip
