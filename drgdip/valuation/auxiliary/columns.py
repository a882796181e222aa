"""What the auxiliary directory reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

_SOURCE = "DIP technical specification, auxiliary directory (settlement arithmetic 1.5)"

READS = (
    Column("group_id", "int32", "id", "入组病种", "group"),
    Column("diagnosis_id", "int32", "id", "诊断", "diagnoses, principal first", dims="flat"),
    Column("diagnosis_offset", "int32", "count", "诊断起点", "where each stay's diagnoses begin", dims="offset"),
    Column("procedure_id", "int32", "id", "手术操作", "operations, main one first", dims="flat"),
    Column("procedure_offset", "int32", "count", "手术操作起点", "where each stay's operations begin", dims="offset"),
    Column("age_years", "int16", "count", "年龄", "age in years"),
    Column("age_days", "int16", "days", "不足一周岁天数", "age in days below one year"),
    Column("icu_hours", "int32", "count", "重症监护小时数", "hours in intensive care"),
    Column("length_of_stay_days", "int32", "days", "住院天数", "length of stay"),
    Column("discharge_way", "int8", "code", "离院方式", "way of discharge"),
    Column("medical_type", "int32", "code", "医疗类别", "kind of care"),
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost"),
)

#: Sub-type of each type, in the order of AUXILIARY_TYPES.
SUBTYPES = (
    Column("cci_subtype_id", "int16", "id", "CCI 分型", "sub-type by comorbidity", _SOURCE),
    Column("severity_subtype_id", "int16", "id", "疾病严重程度分型", "sub-type by severity", _SOURCE),
    Column("tumour_subtype_id", "int16", "id", "肿瘤严重程度分型", "sub-type by severity of a tumour", _SOURCE),
    Column("age_subtype_id", "int16", "id", "年龄分型", "sub-type by age", _SOURCE),
    Column("icu_subtype_id", "int16", "id", "监护天数分型", "sub-type by days of intensive care", _SOURCE),
)

WRITES = (
    Column("cci_score", "int16", "count", "CCI 指数", "comorbidity index", "Charlson comorbidity index"),
    *SUBTYPES,
    Column("auxiliary_subtype_id", "int16", "id", "执行的辅助分型", "auxiliary sub-type that counts", _SOURCE),
    Column("auxiliary_reason", "int16", "reason", "辅助分型依据", "why it counts, or none does", _SOURCE),
    Column("auxiliary_coefficient_e4", "int64", "e4", "辅助分型系数", "auxiliary coefficient", "DIP technical specification, ch. 5 s. 2"),
)  # fmt: skip
