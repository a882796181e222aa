"""What pricing reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

READS = (
    Column("group_id", "int32", "id", "入组病种", "group"),
    Column("length_of_stay_days", "int32", "days", "实际住院天数", "length of stay"),
    Column(
        "residence",
        "int8",
        "code",
        "参保地关系",
        "where the patient is insured (0 local, 1 in province, 2 other province)",
    ),
    Column("medical_type", "int32", "code", "医疗类别", "kind of care"),
    Column("discharge_way", "int8", "code", "离院方式", "way of discharge"),
    Column("relative_weight_e4", "int64", "e4", "病种分值", "relative weight of the group"),
    Column("hospital_coefficient_e4", "int64", "e4", "医疗机构系数", "hospital coefficient K"),
    Column("auxiliary_coefficient_e4", "int64", "e4", "辅助分型系数", "auxiliary coefficient"),
    Column("standard_points_e4", "int64", "e4", "标准分值", "RW × K × auxiliary"),
    Column("reference_cost_fen", "int64", "fen", "参照次均费用", "mean cost that the bill is compared with"),
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay"),
)

WRITES = (
    Column("route", "int16", "reason", "支付方式", "how the stay is paid", "settlement arithmetic 2.8"),
    Column("deviation_band", "int16", "reason", "费用偏差", "cost band", "settlement arithmetic 2.6–2.7"),
    Column("cost_ratio_e4", "int64", "e4", "费用倍率", "cost ÷ reference cost", "settlement arithmetic 2.6"),
    Column("points_e4", "int64", "e4", "病例分值", "points of the stay", "DIP technical specification, ch. 5 s. 3"),
    Column("special_review", "int8", "flag", "转特例评审", "sent to special review", "settlement arithmetic 2.7"),
)  # fmt: skip
