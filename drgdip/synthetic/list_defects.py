"""Defects of lists and of their results that a flat row cannot have; keys as in :mod:`drgdip.synthetic.defects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from drgdip.synthetic.list_text import list_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from drgdip.synthetic.defects import Defect

_NO_HOSPITAL = "H99019999999"
#: Results that are left out: of lists that nobody can read, too, or they would be results without a list.
_WITHOUT_RESULT = ("settlement_absent", "malformed_list")
_OTHER_SEX = {"1": "2", "2": "1"}


def break_lists(lists: Sequence[dict[str, Any]], defects: Sequence[Defect], operation: str) -> list[str]:
    """Lists as lines of JSON with some defects; ``operation`` is the code of one, for lists that have none."""
    kinds = {defect.row: defect.kind for defect in defects}
    texts = []
    for place, message in enumerate(lists):
        kind = kinds.get(place, "")
        if kind in _CHANGES:
            _CHANGES[kind](message, operation)
        text = list_text(message)
        if kind == "malformed_list":
            text = text[: len(text) // 2] + "\n"
        texts.append("" if kind == "settlement_without_list" else text)
    return texts


def _other_hospital(message: dict[str, Any], operation: str) -> None:
    message["fixmedins_code"] = _NO_HOSPITAL
    if "fixmedins_code" in message["input"]["setlinfo"]:
        message["input"]["setlinfo"]["fixmedins_code"] = _NO_HOSPITAL


def _no_principal(message: dict[str, Any], operation: str) -> None:
    for row in message["input"]["diseinfo"]:
        row["maindiag_flag"] = "0"


def _no_type(message: dict[str, Any], operation: str) -> None:
    message["input"]["diseinfo"][0]["diag_type"] = ""


def _no_main_operation(message: dict[str, Any], operation: str) -> None:
    rows = message["input"]["oprninfo"]
    rows[:] = rows or [{"oprn_oprt_code": operation}]
    for row in rows:
        row["oprn_oprt_type"] = "2"


def _no_duration(message: dict[str, Any], operation: str) -> None:
    message["input"]["icuinfo"] = [{"scs_cutd_ward_type": "ICU", "scs_cutd_sum_dura": "两天"}]


_CHANGES: dict[str, Callable[[dict[str, Any], str], None]] = {
    "hospital_not_listed": _other_hospital,
    "principal_diagnosis_unclear": _no_principal,
    "diagnosis_type_unclear": _no_type,
    "main_operation_unclear": _no_main_operation,
    "intensive_care_unclear": _no_duration,
}


def broken_results(table: Any, rows: np.ndarray, defects: Sequence[Defect]) -> Any:
    """Some rows of the results of a chunk with the defects that lie in them; conflicting ones have a second row."""
    of_kind = {kind: [d.row for d in defects if d.kind == kind] for kind in {d.kind for d in defects}}
    left_out = [row for kind in _WITHOUT_RESULT for row in of_kind.get(kind, [])]
    twice = of_kind.get("conflicting_settlement", [])
    table = _changed(table, "mdtrt_id", of_kind.get("result_of_another_stay", []), lambda value: f"{value}X")
    table = _changed(table, "gend", of_kind.get("list_result_differ", []), lambda value: _OTHER_SEX[value])
    again = _changed(table, "med_type", twice, lambda value: f"{value}9")
    kept = table.take(pa.array(np.setdiff1d(rows, left_out)))
    return pa.concat_tables([kept, again.take(pa.array(twice, pa.int64()))]) if twice else kept


def _changed(table: Any, field: str, rows: Sequence[int], change: Callable[[str], str]) -> Any:
    if not rows:
        return table
    values = table[field].to_pylist()
    for row in rows:
        values[row] = change(values[row])
    return table.set_column(
        table.schema.get_field_index(field), table.schema.field(field), pa.array(values, pa.string())
    )
