"""What the rules read, table by table: national field, our column, and the kind of value."""

from __future__ import annotations

from typing import Literal, NamedTuple

#: ``id`` text by dictionary; ``list`` several codes joined by ``|``; ``time`` seconds; the others whole numbers after
#: scaling: ``money`` fen, ``quantity`` e4, ``price`` and ``ratio`` e6, ``count`` as they are.
Kind = Literal["id", "list", "time", "money", "quantity", "price", "ratio", "count"]
#: Digits after the point of the kinds that are numbers.
PLACES: dict[Kind, int] = {"money": 2, "quantity": 4, "price": 6, "ratio": 6, "count": 0}


class Read(NamedTuple):
    """One column that rules read: its field, our name, its kind and other names that stand for it here."""

    field: str
    name: str
    kind: Kind
    others: tuple[str, ...] = ()


#: Risk signs that a case may carry beside the findings of this run (rule X01).
SIGNS = ("E03", "E01", "E05", "G01", "C01", "new_institution", "no_filing")
_CASES = (
    Read("setl_id", "settlement", "id"), Read("mdtrt_id", "visit", "id"), Read("psn_no", "person", "id"),
    Read("fixmedins_code", "hospital", "id"), Read("insu_admdvs", "insured_region", "id"),
    Read("mdtrt_admdvs", "treated_region", "id"), Read("med_type", "care", "id"), Read("gend", "sex", "id"),
    Read("certno_gend", "identity_sex", "id"), Read("adm_way", "admission_way", "id"),
    Read("dscg_way", "discharge_way", "id"), Read("refd_setl_flag", "refunded", "id"),
    Read("days_rinp_flag_31", "planned_flag", "id"), Read("days_rinp_pup_31", "planned_purpose", "id"),
    Read("main_dx", "principal", "id"), Read("group", "group", "id", ("drg_code", "dip_code")),
    Read("adm_time", "admission_s", "time"), Read("dscg_time", "discharge_s", "time"),
    Read("medfee_sumamt", "total_fen", "money"), Read("inscp_scp_amt", "scope_fen", "money"),
    Read("fund_pay_sumamt", "fund_fen", "money"),
    Read("group_mean_fee", "group_mean_fen", "money", ("mean_fee",)), Read("std_fee", "standard_fen", "money"),
    Read("n_procedures", "procedures", "count"), Read("age", "age_e4", "quantity"), Read("nwb_age", "newborn_days", "count"),
    Read("act_ipt_days", "stay_days", "count", ("ipt_days",)), Read("mean_los", "mean_stay_e4", "quantity"),
    Read("icu_days", "icu_days_e4", "quantity"), Read("applied", "applied", "id"), Read("new_tech", "new_technique", "id"),
    Read("multi_dept", "several_departments", "id"), Read("open_finding", "open_finding", "id"),
    Read("fund_share", "fund_share_e6", "ratio"), Read("dx", "diagnoses", "list"), Read("alt_dx", "alternatives", "list"),
    Read("oprn", "operations", "list"), *(Read(sign, f"sign_{sign}", "id") for sign in SIGNS),
)  # fmt: skip
_LINES = (
    Read("setl_id", "settlement", "id"), Read("mdtrt_id", "visit", "id"), Read("psn_no", "person", "id"),
    Read("fixmedins_code", "hospital", "id"), Read("feedetl_sn", "line", "id"),
    Read("init_feedetl_sn", "refunds", "id"), Read("med_list_codg", "item", "id"),
    Read("med_chrgitm_type", "charge_class", "id"), Read("dscg_tkdrug_flag", "take_home", "id"),
    Read("medc_way_dscr", "way", "id", ("medc_way",)),
    Read("fee_ocur_time", "time_s", "time"), Read("exec_time", "done_s", "time"), Read("cnt", "quantity_e4", "quantity"),
    Read("pric", "price_e6", "price"), Read("pric_uplmt_amt", "ceiling_e6", "price"),
    Read("det_item_fee_sumamt", "fee_fen", "money"), Read("inscp_scp_amt", "scope_fen", "money"),
    Read("overlmt_amt", "over_limit_fen", "money"),
)  # fmt: skip
_OUTPATIENT = (
    Read("setl_id", "settlement", "id"), Read("psn_no", "person", "id"), Read("fixmedins_code", "hospital", "id"),
    Read("med_type", "care", "id"), Read("dise_code", "disease", "id"), Read("refd_setl_flag", "refunded", "id"),
    Read("setl_time", "time_s", "time"), Read("fund_pay_sumamt", "fund_fen", "money"),
    Read("acct_pay", "account_fen", "money"),
)  # fmt: skip
_DRUG_LINES = (
    Read("feedetl_sn", "line", "id"), Read("setl_id", "settlement", "id"), Read("mdtrt_id", "visit", "id"),
    Read("psn_no", "person", "id"), Read("fixmedins_code", "hospital", "id"), Read("med_type", "care", "id"),
    Read("drug_group", "drug_group", "id"), Read("med_list_codg", "item", "id"), Read("fee_ocur_time", "time_s", "time"),
    Read("cnt", "quantity_e4", "quantity"), Read("days_per_unit", "days_per_unit_e4", "quantity"),
    Read("det_item_fee_sumamt", "fee_fen", "money"), Read("inscp_scp_amt", "scope_fen", "money"),
)  # fmt: skip
_TRACE = (
    Read("drug_trac_codg", "code", "id"), Read("rtal_docno", "document", "id"), Read("feedetl_sn", "line", "id"),
    Read("fixmedins_code", "hospital", "id"), Read("psn_no", "person", "id"), Read("trdn_flag", "split_pack", "id"),
    Read("sel_retn_time", "time_s", "time"), Read("sel_retn_cnt", "quantity_e4", "quantity"), Read("amt", "amount_fen", "money"),
)  # fmt: skip
_PAIRS = (
    Read("prev_setl_id", "earlier", "id"), Read("prev_fixmedins_code", "earlier_hospital", "id"),
    Read("prev_group", "earlier_group", "id"), Read("prev_points", "earlier_points_e4", "quantity"),
    Read("next_setl_id", "later", "id"), Read("next_fixmedins_code", "later_hospital", "id"),
    Read("next_group", "later_group", "id"), Read("next_points", "later_points_e4", "quantity"),
    Read("fund_share", "fund_share_e6", "ratio"),
)  # fmt: skip
#: Table -> columns that rules read.
TABLES: dict[str, tuple[Read, ...]] = {
    "cases": _CASES,
    "fee_lines": _LINES,
    "outpatient_settlements": _OUTPATIENT,
    "drug_lines": _DRUG_LINES,
    "drug_trace": _TRACE,
    "pairs": _PAIRS,
}
#: Columns of a table without which a row is no row of it.
KEYS: dict[str, tuple[str, ...]] = {
    "cases": ("settlement",), "fee_lines": ("line",), "outpatient_settlements": ("settlement",),
    "drug_lines": ("line",), "drug_trace": ("code",), "pairs": ("earlier", "later"),
}  # fmt: skip
#: Our column -> national field, for what people read.
FIELDS: dict[str, dict[str, str]] = {
    table: {read.name: read.field for read in reads} for table, reads in TABLES.items()
}
