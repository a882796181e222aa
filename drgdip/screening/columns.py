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
SIGNS = (
    "E03", "E01", "E05", "E06", "E04", "E15", "G01", "C01", "C15", "new_institution", "no_filing", "occupancy", "no_cash",
)  # fmt: skip
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
    Read("oprn", "operations", "list"), Read("oprn_date", "operation_days", "list"), Read("main_dx_count", "principals", "count"),
    Read("insutype", "insurance", "id", ("hi_type",)), Read("hosp_lv", "level", "id"), Read("brdy", "birth_s", "time"),
    Read("setl_time", "settled_s", "time"), Read("nwb_adm_wt", "admission_weight_e4", "quantity"),
    Read("dscg_caty", "department", "id"), Read("fulamt_ownpay_amt", "own_pay_fen", "money"),
    Read("psn_cash_pay", "cash_fen", "money"), Read("bill_code", "bill_series", "id"), Read("bill_no", "bill", "id"),
    Read("group_n", "group_cases", "count"), Read("low_los", "short_stay_days", "count"),
    Read("cause_statement", "cause_statement", "id"), Read("hi_paymtd", "payment_method", "id"),
    Read("village_code", "village", "id"), Read("coef", "coefficient_e6", "ratio"), Read("score", "points_e4", "quantity"),
    Read("incision", "incision", "id"),
    Read("blood_type", "blood_type", "id"), Read("face_match", "face_e6", "ratio"),
    *(Read(sign, f"sign_{sign}", "id") for sign in SIGNS),
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
    Read("overlmt_amt", "over_limit_fen", "money"), Read("fulamt_ownpay_amt", "own_pay_fen", "money"),
    Read("preselfpay_amt", "first_share_fen", "money"), Read("selfpay_prop", "first_share_e6", "ratio"),
    Read("chrgitm_lv", "payment_class", "id"), Read("prd_days", "supply_days_e4", "quantity"),
    Read("rx_drord_no", "order", "id", ("drord_no",)), Read("bilg_dept_codg", "department", "id"),
    Read("bilg_dr_codg", "doctor", "id", ("acord_dr_codg",)), Read("acord_dr_codg", "performer", "id", ("bilg_dr_codg",)), Read("opt_time", "posted_s", "time"),
    Read("medins_list_codg", "own_item", "id"), Read("medins_list_name", "own_name", "id"), Read("sin_dos_dscr", "dose", "id"), Read("used_frqu_dscr", "times_a_day", "id"),
)  # fmt: skip
_OUTPATIENT = (
    Read("setl_id", "settlement", "id"), Read("psn_no", "person", "id"), Read("fixmedins_code", "hospital", "id"),
    Read("med_type", "care", "id"), Read("dise_code", "disease", "id"), Read("refd_setl_flag", "refunded", "id"),
    Read("setl_time", "time_s", "time"), Read("fund_pay_sumamt", "fund_fen", "money"),
    Read("inscp_scp_amt", "scope_fen", "money"), Read("acct_pay", "account_fen", "money"), Read("mdtrt_id", "visit", "id"), Read("medfee_sumamt", "total_fen", "money"),
    Read("internet_flag", "internet", "id"), Read("hosp_lv", "level", "id"), Read("bilg_dr_codg", "doctor", "id"),
    Read("diag_code", "diagnoses", "list"), Read("n_drugs", "drugs", "count"), Read("mdtrt_admdvs", "treated_region", "id"),
    Read("rx_time", "prescribed_s", "time"), Read("term_id", "terminal", "id"), Read("opter_id", "operator", "id"),
)  # fmt: skip
_OUTPATIENT_LINES = (
    Read("setl_id", "settlement", "id"), Read("mdtrt_id", "visit", "id"), Read("feedetl_sn", "line", "id"),
    Read("init_feedetl_sn", "refunds", "id"), Read("psn_no", "person", "id"), Read("fixmedins_code", "hospital", "id"),
    Read("med_type", "care", "id"), Read("fee_ocur_time", "time_s", "time"), Read("med_list_codg", "item", "id"),
    Read("med_chrgitm_type", "charge_class", "id"), Read("cnt", "quantity_e4", "quantity"), Read("pric", "price_e6", "price"),
    Read("det_item_fee_sumamt", "fee_fen", "money"), Read("inscp_scp_amt", "scope_fen", "money"),
    Read("overlmt_amt", "over_limit_fen", "money"), Read("rx_drord_no", "order", "id", ("drord_no",)),
    Read("bilg_dr_codg", "doctor", "id", ("acord_dr_codg",)), Read("acord_dr_codg", "performer", "id", ("bilg_dr_codg",)), Read("prd_days", "supply_days_e4", "quantity"),
)  # fmt: skip
_PATIENTS = (
    Read("psn_no", "person", "id"), Read("death_date", "death_s", "time"), Read("insu_begn", "insured_from_s", "time"),
    Read("insu_end", "insured_to_s", "time"), Read("filed_dise", "filed_diseases", "list"),
)  # fmt: skip
_INSTITUTIONS = (
    Read("fixmedins_code", "hospital", "id"), Read("hosp_lv", "level", "id"), Read("beds", "beds", "count"),
    Read("fix_blng_admdvs", "region", "id"),
    Read("valid_from", "from_s", "time"), Read("valid_to", "to_s", "time"),
)  # fmt: skip
_STAFF = (Read("fixmedins_code", "hospital", "id"), Read("dr_code", "doctor", "id"), Read("title", "title", "id"))
_INVENTORY = (
    Read("fixmedins_code", "hospital", "id"), Read("med_list_codg", "item", "id"), Read("period", "period", "id"),
    Read("open_qty", "opening_e4", "quantity"), Read("in_qty", "received_e4", "quantity"),
    Read("close_qty", "closing_e4", "quantity"), Read("unit_factor", "unit_factor_e6", "ratio"),
)  # fmt: skip
_ORDERS = (
    Read("mdtrt_id", "visit", "id"), Read("setl_id", "settlement", "id"), Read("rx_drord_no", "order", "id", ("drord_no",)),
    Read("med_list_codg", "item", "id"), Read("exec_date", "time_s", "time"), Read("exec_cnt", "quantity_e4", "quantity"),
    Read("report_no", "report", "id"),
)  # fmt: skip
_MANUAL_CLAIMS = (
    Read("claim_id", "claim", "id"), Read("psn_no", "person", "id"), Read("fixmedins_code", "hospital", "id"),
    Read("adm_time", "admission_s", "time"), Read("dscg_time", "discharge_s", "time"), Read("paid_time", "paid_s", "time"),
    Read("medfee_sumamt", "total_fen", "money"), Read("fund_pay_sumamt", "fund_fen", "money"),
    Read("bill_code", "bill_series", "id"), Read("bill_no", "bill", "id"),
)  # fmt: skip
_CARE_ASSESSMENTS = (
    Read("setl_id", "settlement", "id"), Read("assess_time", "time_s", "time"), Read("care_grade", "grade", "count"),
)  # fmt: skip
_INST_MONTH = (
    Read("fixmedins_code", "hospital", "id"), Read("ym", "month", "id"), Read("n_adm", "admissions", "count"),
    Read("fee", "total_fen", "money"), Read("fund", "fund_fen", "money"), Read("budget", "budget_fen", "money"),
)  # fmt: skip
_INST_FACTS = (
    Read("fixmedins_code", "hospital", "id"), Read("period", "period", "id"), Read("hosp_lv", "level", "id"),
    Read("score", "score_e4", "quantity"), Read("deposit", "deposit_fen", "money"), Read("coef", "coefficient_e6", "ratio"),
    Read("warn_level", "warning", "id"), Read("warned", "warned", "id"), Read("oe_quarters", "ratios", "list"),
    Read("points", "points_e4", "quantity"), Read("point_value", "point_value_e6", "ratio"), Read("n_setl", "settlements", "count"),
    Read("denied_share", "denied_e6", "ratio"), Read("upheld_rate", "upheld_e6", "ratio"), Read("appeal_won", "appeals_e6", "ratio"),
    Read("self_reported", "self_reported_e6", "ratio"), Read("data_faults", "faults_e6", "ratio"),
    Read("complaint_rate", "complaints_e6", "ratio"), Read("sole_provider", "sole", "id"), Read("beds", "beds", "count"),
    Read("beds_ok", "beds_ok", "count"), Read("staff_factor", "staff_factor_e6", "ratio"), Read("day_rate", "day_rate_fen", "money"),
    Read("bed_days", "bed_days_e4", "quantity"), Read("payable", "payable_fen", "money"), Read("prepaid", "prepaid_fen", "money"),
    Read("denied", "denied_fen", "money"), Read("stop_date", "stop_s", "time"),
    Read("budget", "budget_fen", "money"), Read("volume_growth", "volume_e6", "ratio"),
    Read("public_health", "public_health_e6", "ratio"), Read("credit_grade", "grade_letter", "id"),
)  # fmt: skip
_UPHELD = (
    Read("finding_key", "finding", "id"), Read("event_id", "event", "id"), Read("dr_code", "doctor", "id"),
    Read("psn_no", "person", "id"), Read("points", "points_e4", "quantity"), Read("decided_time", "time_s", "time"),
    Read("appeal_open", "appeal_open", "id"), Read("personal_fault", "personal_fault", "id"),
    Read("rule_id", "rule", "id"), Read("amt", "amount_fen", "money"), Read("fixmedins_code", "hospital", "id"),
)  # fmt: skip
_SAMPLE_REVIEWS = (Read("setl_id", "settlement", "id"), Read("deny_fund", "denied_fen", "money"))
_RECORD_REVIEWS = (
    Read("setl_id", "settlement", "id"), Read("fixmedins_code", "hospital", "id"), Read("error_type", "error", "id"),
    Read("direction", "direction", "id"),
)  # fmt: skip
_SELF_RETURNS = (
    Read("return_id", "item_returned", "id"), Read("fixmedins_code", "hospital", "id"), Read("setl_id", "settlement", "id"),
    Read("rule_id", "rule", "id"), Read("amt", "amount_fen", "money"), Read("pack_digest", "pack", "id"),
)  # fmt: skip
_DRUG_LINES = (
    Read("feedetl_sn", "line", "id"), Read("setl_id", "settlement", "id"), Read("mdtrt_id", "visit", "id"),
    Read("psn_no", "person", "id"), Read("fixmedins_code", "hospital", "id"), Read("med_type", "care", "id"),
    Read("drug_group", "drug_group", "id"), Read("med_list_codg", "item", "id"), Read("fee_ocur_time", "time_s", "time"),
    Read("cnt", "quantity_e4", "quantity"), Read("days_per_unit", "days_per_unit_e4", "quantity"),
    Read("prd_days", "supply_days_e4", "quantity"), Read("pric", "price_e6", "price"), Read("hi_nego_drug_flag", "negotiated", "id"),
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
    "outpatient_lines": _OUTPATIENT_LINES,
    "patients": _PATIENTS,
    "institutions": _INSTITUTIONS,
    "staff": _STAFF,
    "inventory": _INVENTORY,
    "orders": _ORDERS,
    "manual_claims": _MANUAL_CLAIMS,
    "care_assessments": _CARE_ASSESSMENTS,
    "inst_month": _INST_MONTH,
    "inst_facts": _INST_FACTS,
    "upheld_findings": _UPHELD,
    "sample_reviews": _SAMPLE_REVIEWS,
    "self_returns": _SELF_RETURNS,
    "record_reviews": _RECORD_REVIEWS,
}
#: Tables that only some rules read; a batch keeps them by name.
KEPT = tuple(TABLES)[6:]
#: Columns of a table without which a row is no row of it.
KEYS: dict[str, tuple[str, ...]] = {
    "cases": ("settlement",), "fee_lines": ("line",), "outpatient_settlements": ("settlement",),
    "drug_lines": ("line",), "drug_trace": ("code",), "pairs": ("earlier", "later"),
    "outpatient_lines": ("line",), "patients": ("person",), "institutions": ("hospital",), "staff": ("doctor",),
    "inventory": ("hospital", "item"), "orders": ("item",), "manual_claims": ("claim",),
    "care_assessments": ("settlement",), "inst_month": ("hospital", "month"),
    "inst_facts": ("hospital",), "upheld_findings": ("finding",), "sample_reviews": ("settlement",),
    "self_returns": ("item_returned",), "record_reviews": ("settlement",),
}  # fmt: skip
#: Our column -> national field, for what people read.
FIELDS: dict[str, dict[str, str]] = {
    table: {read.name: read.field for read in reads} for table, reads in TABLES.items()
}
#: National field, or another name that stands for it -> our column.
NAMES: dict[str, dict[str, str]] = {
    table: {field: read.name for read in reads for field in (*read.others[::-1], read.field)}
    for table, reads in TABLES.items()
}
#: Fields that say nothing where there is nothing to say: a row without one lacks nothing, a table without the column does.
OPTIONAL = frozenset((table, field) for table, fields in {
    "cases": ("days_rinp_flag_31", "days_rinp_pup_31", "nwb_age", "nwb_adm_wt", "oprn", "oprn_date", "dx", "alt_dx",
              "applied", "open_finding", "cause_statement", "bill_code", "bill_no", "blood_type", "face_match", "icu_days", "group"),
    "inst_month": ("n_adm", "fee"),
    "fee_lines": ("init_feedetl_sn", "dscg_tkdrug_flag", "exec_time", "prd_days", "medc_way_dscr", "rx_drord_no",
                  "pric_uplmt_amt", "overlmt_amt", "medins_list_codg", "medins_list_name", "selfpay_prop"),
    "outpatient_settlements": ("dise_code", "diag_code", "rx_time", "opter_id", "term_id", "n_drugs"),
    "patients": ("death_date", "insu_begn", "insu_end", "filed_dise"),
    "orders": ("report_no", "exec_date", "exec_cnt", "rx_drord_no"),
    "inst_facts": ("stop_date", "staff_factor"),
    "upheld_findings": ("appeal_open", "event_id", "personal_fault", "psn_no"),
    "manual_claims": ("bill_code", "bill_no"),
    "drug_lines": ("hi_nego_drug_flag", "pric"),
    "record_reviews": ("direction", "error_type"),
}.items() for field in fields)  # fmt: skip
#: The least and the largest value that can be of a column; others count as missing and are findings of the data. Days of age are
#: those before the first birthday (4101, ``nwb_age``); all other limits are derived, no text at hand names one.
BOUNDS: dict[str, dict[str, tuple[int, int]]] = {
    "cases": {"age_e4": (0, 150 * 10_000), "newborn_days": (0, 365), "stay_days": (0, 36_600), "icu_days_e4": (0, 36_600 * 10_000),
              "admission_weight_e4": (0, 20_000 * 10_000)},
}  # fmt: skip
#: Amounts of a settlement that are not below zero unless it was refunded.
NOT_NEGATIVE: dict[str, tuple[str, ...]] = {
    "cases": ("total_fen", "scope_fen", "fund_fen"), "outpatient_settlements": ("total_fen", "scope_fen", "fund_fen"),
}  # fmt: skip
