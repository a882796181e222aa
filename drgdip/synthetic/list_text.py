"""One settlement list, and a line of JSON of it: the message 4101 or 4101A with its nodes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from drgdip.synthetic import people
from drgdip.synthetic.normalised import operation_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.synthetic.request import ListForm
    from drgdip.synthetic.stays import Stays

#: Fields of both forms, of 4101 alone and of 4101A alone that a row of the flat layout has under the same name.
_BOTH = ("mdtrt_id", "setl_id", "nwb_bir_wt", "adm_time", "dscg_time", "dscg_caty", "dscg_way")
_ONLY_4101 = ("fixmedins_code", "gend", "age", "nwb_age", "act_ipt_days")
_ONLY_4101A = ("psn_no",)
#: What the old kinds of insurance in lists are called.
_LIST_INSURANCE = {people.EMPLOYEES: "1", people.RESIDENTS: "2"}
_BY_POINTS, _WESTERN, _CLINIC = "3", "1", "2"


def list_node(
    form: ListForm, row: dict[str, Any], stays: Stays, stay: int, born: str, items: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """A list with its message. ``row`` in the flat layout; ``items`` are charges by category."""
    own = _ONLY_4101 if form == "4101" else _ONLY_4101A
    main = {name: text for name in (*_BOTH, *own) if (text := _text(row[name])) is not None}
    main |= {"adm_way": _CLINIC, "trt_type": _WESTERN, "hi_paymtd": _BY_POINTS}
    node: dict[str, Any] = {
        "setlinfo": main,
        "diseinfo": _diagnoses(row),
        "oprninfo": _operations(form, row, stays, stay),
    }
    node["icuinfo"] = _intensive_care(row, stays, stay)
    if form == "4101":
        main |= {"brdy": born, "ipt_med_type": "1", "hi_type": _LIST_INSURANCE.get(row["insutype"] or "", "9")}
        node["iteminfo"] = list(items)
    return {
        "infno": form, "mdtrtarea_admvs": row["mdtrt_admdvs"], "insuplc_admdvs": row["insu_admdvs"],
        "fixmedins_code": row["fixmedins_code"], "input": node,
    }  # fmt: skip


def list_text(message: dict[str, Any]) -> str:
    """A list as a line of JSON, ended by a line feed."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _diagnoses(row: dict[str, Any]) -> list[dict[str, str]]:
    codes = (row["diag_code"] or "").split("|")
    return [
        {"diag_type": "1", "diag_code": code, "adm_cond_type": "1", "maindiag_flag": "0" if place else "1"}
        for place, code in enumerate(codes)
        if code
    ]


def _operations(form: ListForm, row: dict[str, Any], stays: Stays, stay: int) -> list[dict[str, str]]:
    codes = (row["oprn_oprt_code"] or "").split("|")
    found = []
    for place, code in enumerate(codes if codes != [""] else []):
        begin, end = operation_times(stays, np.array([stay]), np.array([place]))
        times = {"oprn_oprt_begntime": _moment(begin[0]), "oprn_oprt_endtime": _moment(end[0])}
        when = {"oprn_oprt_date": _moment(begin[0])[:10]} if form == "4101" else times
        found.append({"oprn_oprt_type": "2" if place else "1", "oprn_oprt_code": code, **when})
    return found


def _intensive_care(row: dict[str, Any], stays: Stays, stay: int) -> list[dict[str, str]]:
    """Entry and exit where they fit into the stay; the duration always (hours of the flat layout are not of the clock)."""
    if row["icu_hours"] is None:
        return []
    hours, entry = int(row["icu_hours"]), int(stays.admission_s[stay])
    care = {"scs_cutd_ward_type": "ICU", "scs_cutd_sum_dura": f"{hours // 24}/{hours % 24}/0"}
    if entry + hours * 3_600 <= int(stays.discharge_s[stay]):
        care |= {"scs_cutd_inpool_time": _moment(entry), "scs_cutd_exit_time": _moment(entry + hours * 3_600)}
    return [care]


def _moment(seconds: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))).strftime("%Y-%m-%d %H:%M:%S")
