"""Stays as an Arrow table in the flat case layout: national field names, yuan, codes as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.synthetic import people
from drgdip.synthetic.arrow import CODE, MONEY, TIME, coded, numbered, recorded, text_array, yuan
from drgdip.synthetic.stays import DISCHARGE_WAYS, MEDICAL_TYPES

if TYPE_CHECKING:
    from drgdip.synthetic.blueprint import Blueprint
    from drgdip.synthetic.ragged import Ragged
    from drgdip.synthetic.stays import Stays

_MONEY_FIELDS = {
    "medfee_sumamt": "total_cost_fen",
    "fulamt_ownpay_amt": "self_paid_fen",
    "overlmt_selfpay": "over_limit_fen",
    "preselfpay_amt": "advance_self_paid_fen",
    "inscp_scp_amt": "in_scope_fen",
    "act_pay_dedc": "deductible_fen",
    "hifp_pay": "pooled_fund_fen",
    "cvlserv_pay": "civil_servant_fund_fen",
    "hifes_pay": "enterprise_fund_fen",
    "hifmi_pay": "serious_illness_fund_fen",
    "hifob_pay": "large_amount_fund_fen",
    "maf_pay": "medical_aid_fund_fen",
    "hosp_part_amt": "hospital_part_fen",
    "oth_pay": "other_payers_fen",
    "fund_pay_sumamt": "fund_total_fen",
    "acct_pay": "account_paid_fen",
    "psn_cash_pay": "cash_paid_fen",
}

#: The flat case layout, in its order.
SCHEMA = pa.schema([
    ("setl_id", pa.string()), ("mdtrt_id", pa.string()), ("psn_no", pa.string()), ("fixmedins_code", CODE),
    ("hosp_lv", CODE), ("insutype", CODE), ("insu_admdvs", CODE), ("mdtrt_admdvs", CODE), ("med_type", CODE),
    ("gend", CODE), ("age", pa.int16()), ("nwb_age", pa.int16()), ("nwb_bir_wt", pa.int16()), ("adm_time", TIME),
    ("dscg_time", TIME), ("setl_time", TIME), ("act_ipt_days", pa.int16()), ("dscg_way", CODE),
    ("dscg_caty", CODE), ("icu_hours", pa.int16()), ("refd_setl_flag", CODE), ("diag_code", pa.string()),
    ("oprn_oprt_code", pa.string()), *((field, MONEY) for field in _MONEY_FIELDS),
])  # fmt: skip
FIELDS: tuple[str, ...] = tuple(SCHEMA.names)


def to_table(blueprint: Blueprint, stays: Stays, month: str) -> Any:
    """One chunk as a table with the columns of ``SCHEMA``."""
    columns = {
        **_identity_columns(blueprint, stays, month),
        **_patient_columns(stays),
        **_stay_columns(blueprint, stays),
        **{field: yuan(stays.amounts[name]) for field, name in _MONEY_FIELDS.items()},
    }
    return pa.table([columns[field] for field in FIELDS], schema=SCHEMA)


def _identity_columns(blueprint: Blueprint, stays: Stays, month: str) -> dict[str, Any]:
    stamp = month.replace("-", "")
    hospitals, regions = blueprint.hospitals, tuple(code for code, _ in people.REGIONS)
    return {
        "setl_id": numbered(f"{people.CITY}{stamp}", stays.row + 1),
        "mdtrt_id": numbered(f"M{people.CITY}{stamp}", stays.row + 1),
        "psn_no": numbered(f"P{people.CITY}", stays.person + 1),
        "fixmedins_code": coded(stays.hospital, hospitals.codes),
        "hosp_lv": coded(stays.hospital, hospitals.levels),
        "insu_admdvs": coded(stays.traits.region, regions),
        "mdtrt_admdvs": coded(np.zeros(len(stays.row), dtype=np.int32), (people.CITY,)),
    }


def _patient_columns(stays: Stays) -> dict[str, Any]:
    traits = stays.traits
    return {
        "insutype": coded(1 - traits.is_employee.astype(np.int32), (people.EMPLOYEES, people.RESIDENTS)),
        "gend": coded(stays.female.astype(np.int32), ("1", "2")),
        "age": pa.array(traits.age_years),
        "nwb_age": recorded(traits.age_days),
        "nwb_bir_wt": recorded(traits.birth_weight_g),
    }


def _stay_columns(blueprint: Blueprint, stays: Stays) -> dict[str, Any]:
    departments = sorted(set(blueprint.patterns.department))
    place = np.array([departments.index(code) for code in blueprint.patterns.department], dtype=np.int32)
    return {
        "med_type": coded(stays.medical_type, MEDICAL_TYPES),
        "adm_time": pa.array(stays.admission_s.view("datetime64[s]")),
        "dscg_time": pa.array(stays.discharge_s.view("datetime64[s]")),
        "setl_time": pa.array(stays.settlement_s.view("datetime64[s]")),
        "act_ipt_days": pa.array(stays.stay_days.astype(np.int16)),
        "dscg_way": coded(stays.discharge_way, DISCHARGE_WAYS),
        "dscg_caty": coded(place[stays.pattern], departments),
        "icu_hours": recorded(stays.icu_hours),
        "refd_setl_flag": coded(np.zeros(len(stays.row), dtype=np.int32), ("0",)),
        "diag_code": _listed(stays.diagnoses, blueprint.diagnosis_codes),
        "oprn_oprt_code": _listed(stays.operations, blueprint.procedure_codes),
    }


def _listed(codes: Ragged, names: tuple[str, ...]) -> Any:
    """Codes joined by ``|``; null where a stay has none."""
    flat = text_array(names).take(pa.array(codes.values))
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(codes.offset), flat), "|")
    return pc.if_else(pa.array(np.diff(codes.offset) > 0), joined, pa.scalar(None, pa.string()))
