"""What DIP grouping reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

READS = (
    Column("diagnosis_id", "int32", "id", "诊断", "diagnoses, principal first", dims="flat"),
    Column("diagnosis_offset", "int32", "count", "诊断起点", "first diagnosis of each stay", dims="offset"),
    Column("procedure_id", "int32", "id", "手术操作", "operations, main one first", dims="flat"),
    Column("procedure_offset", "int32", "count", "手术操作起点", "first operation of each stay", dims="offset"),
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay"),
)
#: Read beside them where groups of the edition have conditions on them; −1 where a stay has no such value.
READS_BY_AGE = (
    Column("age_days", "int16", "days", "不足一周岁天数", "age in days below one year"),
    Column("age_years", "int16", "count", "年龄", "age in years"),
    Column("birth_weight_g", "int32", "count", "新生儿出生体重(克)", "birth weight in grams"),
)

WRITES = (
    Column("group_id", "int32", "id", "入组病种", "group", "DIP technical specification, ch. 3 s. 3"),
    Column("group_reason", "int16", "reason", "入组依据", "how the group was found", "DIP technical specification, ch. 3 s. 3"),
    Column("runner_up_group_id", "int32", "id", "次选病种", "next best group of the same step, for audit",
           "settlement arithmetic 1.4"),
)  # fmt: skip
