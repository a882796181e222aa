"""What the fund split reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

#: Fund columns in the order of their national names, which is also the order ties are broken in.
FUND_COLUMNS = (
    Column("civil_servant_fund_fen", "int64", "fen", "公务员医疗补助", "civil-servant supplement"),
    Column("enterprise_fund_fen", "int64", "fen", "企业补充医疗保险", "enterprise supplement"),
    Column("serious_illness_fund_fen", "int64", "fen", "居民大病保险", "residents' serious-illness insurance"),
    Column("large_amount_fund_fen", "int64", "fen", "职工大额医疗费用补助", "employees' large-amount supplement"),
    Column("pooled_fund_fen", "int64", "fen", "基本医保统筹基金", "pooled basic fund"),
    Column("medical_aid_fund_fen", "int64", "fen", "医疗救助", "medical aid"),
)
#: National names of FUND_COLUMNS, position by position: policies name funds so.
FUND_FIELDS = ("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifp_pay", "maf_pay")

BEDSIDE_READS = (
    *FUND_COLUMNS,
    Column("other_payers_fen", "int64", "fen", "其他支付", "other payers"),
    Column("account_paid_fen", "int64", "fen", "个人账户支出", "paid from the personal account"),
    Column("cash_paid_fen", "int64", "fen", "个人现金支出", "paid in cash"),
    Column("pool_index", "int16", "id", "基金池", "insurance pool"),
)

_PAYERS = "settlement arithmetic 4.2"

BEDSIDE_WRITES = (
    Column("patient_fen", "int64", "fen", "个人支付", "paid by the patient at the bedside", _PAYERS),
    Column("other_funds_fen", "int64", "fen", "其他基金支付", "paid by funds outside group payment", _PAYERS),
    Column("recorded_fen", "int64", "fen", "记账金额", "fund amount recorded at the bedside", _PAYERS),
)

READS = (
    *FUND_COLUMNS,
    Column("points_e4", "int64", "e4", "病例分值", "points of the stay"),
    Column("route", "int16", "reason", "支付方式", "how the stay is paid"),
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay"),
    Column("hospital_part_fen", "int64", "fen", "医院负担", "borne by the hospital"),
    Column("pool_index", "int16", "id", "基金池", "insurance pool"),
    Column("hospital_id", "int32", "id", "医疗机构", "hospital"),
    *BEDSIDE_WRITES,
)

#: Read in place of cost less the hospital's part where special-case review has written it.
ALLOWED_COST = Column(
    "allowed_cost_fen", "int64", "fen", "按项目认可费用", "cost that counts where the stay is paid by item"
)

WRITES = (
    Column("gross_fen", "int64", "fen", "病例支付标准", "points × point value, or the cost paid by item", _PAYERS),
    Column("balance_fen", "int64", "fen", "应支付(未清零)", "payable before a negative counts as zero", _PAYERS),
    Column("clamped_fen", "int64", "fen", "负数清零金额", "what counting a negative as zero adds", _PAYERS),
    Column("payable_fen", "int64", "fen", "应支付金额", "payable by the funds of the pool", _PAYERS),
    *(
        Column(fund.name.replace("_fen", "_payable_fen"), "int64", "fen", f"{fund.zh}应支付",
               f"payable by the {fund.en}", _PAYERS)
        for fund in FUND_COLUMNS
    ),
)  # fmt: skip
