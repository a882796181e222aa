"""What intake writes, and which input text it hands through."""

from __future__ import annotations

from drgdip.base.columns import Column
from drgdip.interface.fields import Field, fields

#: Unit of the columns that are no measure: codes by default.
_UNITS = {"hospital_id": "id", "diagnosis_id": "id", "procedure_id": "id", "refunded": "flag"}
_DTYPES = {
    "hospital_id": "int32",
    "hospital_tier": "int8",
    "sex": "int8",
    "discharge_way": "int8",
    "refunded": "int8",
    "age_years": "int16",
    "age_days": "int16",
    "birth_weight_g": "int32",
    "icu_hours": "int32",
    "length_of_stay_days": "int32",
}
#: List columns and the offsets that cut them into stays.
OFFSETS = {"diagnosis_id": "diagnosis_offset", "procedure_id": "procedure_offset"}


def dtype_of(field: Field) -> str:
    """Numpy type of a field's column."""
    if field.type in ("money", "datetime"):
        return "int64"
    return _DTYPES.get(field.column, "int32")


def missing_value(field: Field) -> int:
    """What a column holds where the field is empty: nothing for money and refunds, else -1."""
    return 0 if field.type in ("money", "datetime") or field.column == "refunded" else -1


def _written(field: Field) -> tuple[Column, ...]:
    unit = _UNITS.get(field.column, field.unit or "code")
    lists = field.type == "codes"
    column = Column(field.column, dtype_of(field), unit, *field.label, dims="flat" if lists else "case")
    if not lists:
        return (column,)
    zh, en = field.label.zh, field.label.en
    return column, Column(OFFSETS[field.column], "int32", "count", f"{zh}起点", f"first of the {en}", dims="offset")


_ROW_NUMBER = Column("row_number", "int64", "count", "数据行号", "data row in its file, from 1")

#: Columns of a batch as it leaves intake.
WRITES: tuple[Column, ...] = (
    _ROW_NUMBER,
    *(column for field in fields().values() if field.column for column in _written(field)),
)

#: Input text that is handed through to the case table (national names).
TEXT_FIELDS = (
    "setl_id", "mdtrt_id", "psn_no", "fixmedins_code", "hosp_lv", "insutype", "dscg_caty", "diag_code", "oprn_oprt_code",
)  # fmt: skip
