"""What CHS-DRG grouping reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

_SCHEME = "CHS-DRG grouping scheme, sheets MDC, ADRG, DRG"
_COMPLICATIONS = "CHS-DRG grouping scheme, sheets CC and 排除表"

READS = (
    Column("diagnosis_id", "int32", "id", "诊断", "diagnoses, principal first", dims="flat"),
    Column("diagnosis_offset", "int32", "count", "诊断起点", "first diagnosis of each stay", dims="offset"),
    Column("procedure_id", "int32", "id", "手术操作", "operations, main one first", dims="flat"),
    Column("procedure_offset", "int32", "count", "手术操作起点", "first operation of each stay", dims="offset"),
    Column("age_years", "int16", "years", "年龄", "age in years"),
    Column("age_days", "int16", "days", "不足一周岁天数", "age in days below one year"),
    Column("birth_weight_g", "int32", "g", "新生儿出生体重", "birth weight"),
    Column("sex", "int8", "code", "性别", "sex"),
    Column("length_of_stay_days", "int32", "days", "住院天数", "length of stay"),
    Column("discharge_way", "int8", "code", "离院方式", "way of discharge"),
    Column("icu_hours", "int32", "hours", "重症监护小时数", "hours in intensive care"),
    Column("department_id", "int32", "id", "出院科别", "department of discharge, as far as rules name it"),
)

WRITES = (
    Column("adrg_row", "int32", "id", "判定 ADRG 的行", "row that decided the adjacent group", _SCHEME),
    Column("drg_row", "int32", "id", "判定 DRG 的行", "row that decided the group", _SCHEME),
    Column("group_reason", "int16", "reason", "入组依据", "how the group was found", _SCHEME),
)

#: Written only where an audit trail is asked for.
AUDIT_WRITES = (
    Column("diagnosis_severity", "int8", "code", "并发症或合并症", "1 CC, 2 MCC; -1, -2 excluded by the principal",
           _COMPLICATIONS, dims="flat"),
    Column("diagnosis_role", "int8", "flag", "入组所依据的诊断", "diagnoses that the deciding rules found", _SCHEME, dims="flat"),
    Column("procedure_role", "int8", "flag", "入组所依据的手术操作", "operations that the deciding rules found", _SCHEME,
           dims="flat"),
)  # fmt: skip
