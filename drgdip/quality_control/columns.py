"""What quality control reads and writes."""

from __future__ import annotations

from drgdip.base.columns import Column

TIMES = (
    Column("admission_time_s", "int64", "s", "入院时间", "time of admission"),
    Column("discharge_time_s", "int64", "s", "出院时间", "time of discharge"),
    Column("settlement_time_s", "int64", "s", "结算时间", "time of settlement"),
)
LISTS = (
    Column("diagnosis_id", "int32", "id", "诊断编码", "diagnoses, principal first", dims="flat"),
    Column("diagnosis_offset", "int32", "count", "诊断起点", "first diagnosis of each stay", dims="offset"),
    Column("procedure_id", "int32", "id", "手术操作编码", "operations, main one first", dims="flat"),
    Column("procedure_offset", "int32", "count", "手术操作起点", "first operation of each stay", dims="offset"),
)
_TOTAL = Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay")
AMOUNTS = (
    _TOTAL,
    Column("self_paid_fen", "int64", "fen", "全自费金额", "outside coverage"),
    Column("over_limit_fen", "int64", "fen", "超限价自费金额", "above the price limit"),
    Column("advance_self_paid_fen", "int64", "fen", "先行自付金额", "patient's advance share"),
    Column("in_scope_fen", "int64", "fen", "符合政策范围金额", "within coverage"),
    Column("deductible_fen", "int64", "fen", "起付线", "deductible"),
    Column("pooled_fund_fen", "int64", "fen", "基本医保统筹基金", "pooled basic fund"),
    Column("civil_servant_fund_fen", "int64", "fen", "公务员医疗补助", "civil-servant supplement"),
    Column("enterprise_fund_fen", "int64", "fen", "企业补充医疗保险", "enterprise supplement"),
    Column("serious_illness_fund_fen", "int64", "fen", "居民大病保险", "residents' serious-illness insurance"),
    Column("large_amount_fund_fen", "int64", "fen", "职工大额医疗费用补助", "employees' large-amount supplement"),
    Column("medical_aid_fund_fen", "int64", "fen", "医疗救助", "medical aid"),
    Column("hospital_part_fen", "int64", "fen", "医院负担", "borne by the hospital"),
    Column("other_payers_fen", "int64", "fen", "其他支付", "other payers"),
    Column("fund_total_fen", "int64", "fen", "基金支付总额", "sum of the funds"),
    Column("account_paid_fen", "int64", "fen", "个人账户支出", "paid from the personal account"),
    Column("cash_paid_fen", "int64", "fen", "个人现金支出", "paid in cash"),
)

CHECK_READS = (*LISTS, *TIMES, *AMOUNTS)

ELIGIBILITY_READS = (
    Column("refunded", "int8", "flag", "退费结算标志", "refunded settlement"),
    Column("insurance_type", "int32", "code", "险种类型", "insurance type"),
    Column("insured_region", "int32", "code", "参保地区划", "place of insurance"),
    *TIMES[1:],
    _TOTAL,
)

ELIGIBILITY_WRITES = (
    Column("exclusion_reason", "int16", "reason", "不纳入原因", "why the stay is not settled (0: it is)", "settlement arithmetic 2.8"),
    Column("pool_index", "int16", "id", "基金池", "insurance pool", "settlement arithmetic 0.1"),
    Column("residence", "int8", "code", "参保地关系",
           "where the patient is insured (0 local, 1 in province, 2 other province)", "settlement arithmetic 2.8"),
)  # fmt: skip

_ATTRIBUTION = "settlement arithmetic 2.9"
#: Given with the cases where the policy has attribution: of the register of lists, −1 where it has none of the stay.
ARRIVAL = Column("list_arrival_day", "int32", "code", "清单到达日", "day of arrival of the list, YYYYMMDD (−1: that of settlement)", _ATTRIBUTION)  # fmt: skip
BILL = Column("bill_kind", "int8", "code", "账单类型", "0 bill of a whole stay, 1 interim, 2 final after interim bills", _ATTRIBUTION)  # fmt: skip
ATTRIBUTION_READS = (
    *TIMES[1:],
    ARRIVAL,
)
ATTRIBUTION_WRITES = (
    Column("attributed_month", "int32", "code", "归属月份", "month that the stay is settled in, YYYYMM", _ATTRIBUTION),
    Column("late_list", "int8", "flag", "清单迟到", "the list came after the cut-off and the stay moved", _ATTRIBUTION),
)
#: Values of ``bill_kind``.
WHOLE, INTERIM, FINAL = range(3)
