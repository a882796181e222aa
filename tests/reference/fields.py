"""The flat case layout as the reference reads it: names, types and lengths, by the interface."""

from __future__ import annotations

from typing import NamedTuple

#: National field -> column stem, of the funds.
FUNDS = {
    "hifp_pay": "pooled_fund",
    "cvlserv_pay": "civil_servant_fund",
    "hifes_pay": "enterprise_fund",
    "hifmi_pay": "serious_illness_fund",
    "hifob_pay": "large_amount_fund",
    "maf_pay": "medical_aid_fund",
}
COVERAGE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
MONEY = (
    "medfee_sumamt",
    *COVERAGE,
    "act_pay_dedc",
    *FUNDS,
    "hosp_part_amt",
    "oth_pay",
    "fund_pay_sumamt",
    "acct_pay",
    "psn_cash_pay",
)
TIMES = ("adm_time", "dscg_time", "setl_time")
CODES = ("diag_code", "oprn_oprt_code")
TEXTS = ("setl_id", "mdtrt_id", "psn_no", "fixmedins_code", "dscg_caty")
TEXT_LENGTH = 30


class CodeForm(NamedTuple):
    """Digits of a code; ``closed``: the values that there are, empty if places extend them."""

    least: int
    most: int
    closed: frozenset[int] = frozenset()


CODE_FORMS = {
    "hosp_lv": CodeForm(2, 2, frozenset(range(1, 15))),
    "insutype": CodeForm(1, 6),
    "insu_admdvs": CodeForm(6, 6),
    "mdtrt_admdvs": CodeForm(6, 6),
    "med_type": CodeForm(1, 6),
    "gend": CodeForm(1, 6, frozenset({0, 1, 2, 9})),
    "dscg_way": CodeForm(1, 3, frozenset({1, 2, 3, 4, 5, 9})),
    "refd_setl_flag": CodeForm(1, 3, frozenset({0, 1})),
}
#: Whole numbers, and decimals of which the whole part counts: digits allowed.
WHOLE = {"nwb_age": 3, "act_ipt_days": 5}
#: The largest that can be, where digits allow more: years of a life, days before the first birthday.
MOST = {"age": 150, "nwb_age": 365}
CUT = {"age": 3, "nwb_bir_wt": 4, "icu_hours": 5}

#: The order of the layout, in which what is wrong with a row is told.
LAYOUT = (
    *("setl_id", "mdtrt_id", "psn_no", "fixmedins_code", "hosp_lv", "insutype", "insu_admdvs", "mdtrt_admdvs"),
    *("med_type", "gend", "age", "nwb_age", "nwb_bir_wt", *TIMES, "act_ipt_days", "dscg_way", "dscg_caty"),
    *("icu_hours", "refd_setl_flag", *CODES, *MONEY),
)
REQUIRED = (
    *("setl_id", "fixmedins_code", "hosp_lv", "insutype", "insu_admdvs", "mdtrt_admdvs", *TIMES, "act_ipt_days"),
    *("diag_code", "medfee_sumamt", *COVERAGE, "hifp_pay", "fund_pay_sumamt", "acct_pay", "psn_cash_pay"),
)
