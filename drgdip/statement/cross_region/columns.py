"""Tables of clearing between regions: their columns, and the plain data that the writers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drgdip.base.findings import Finding
from drgdip.base.period_records import CrossRegionRecord
from drgdip.base.text import Text
from drgdip.interface.clearing_line import ClearingLine, HomeTotal, NetLine, ReviewLine
from drgdip.statement.columns import OutputColumn, ProofLine, Unit


class CrossRegionReport(NamedTuple):
    """Clearing between regions as plain data. findings : lines received that are not netted, and rows of
    lists of findings that are not used, and why.
    """

    record: CrossRegionRecord
    lines: Sequence[ClearingLine]
    homes: Sequence[HomeTotal]
    net: Sequence[NetLine]
    review: Sequence[ReviewLine]
    findings: Sequence[Finding]
    proof: Sequence[ProofLine]


def _column(field: str, header: str, unit: Unit, zh: str, en: str, meaning: Text, source: str = "7.2") -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), meaning,
                        Text(f"结算算法规范 {source}", f"Settlement arithmetic {source}"))  # fmt: skip


_HOME = _column("home", "home", "text", "参保地", "home region",
                Text("患者参保的统筹区", "region that the patients are insured in"))  # fmt: skip
_MONTH = _column("month", "month", "text", "月份", "month", Text("结算月份", "month of settlement"))
_HOSPITAL = _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code",
                    Text("国家编码的定点医药机构编号", "national code of the designated hospital"))  # fmt: skip
_CASES = _column("cases", "cases", "count", "病例数", "cases", Text("病例数", "number of stays"))
_COST = _column("total_cost_fen", "total_cost_yuan", "yuan", "医疗费总额", "total cost",
                Text("医疗费总额", "total cost of the stays"))  # fmt: skip
_PAYABLE = _column("payable_fen", "payable_yuan", "yuan", "应付基金", "payable",
                   Text("按就医地病种、系数与点值计算的基金应付额",
                        "what case payment comes to by groups, coefficients and point value of the place"))  # fmt: skip
_RECORDED = _column("recorded_fen", "recorded_yuan", "yuan", "记账金额", "recorded",
                    Text("按参保地待遇在出院结算时记账的基金金额",
                         "fund amount recorded at the bedside by the home region's benefits"))  # fmt: skip
_MONEY = (
    _PAYABLE,
    _RECORDED,
    _column("home_pays_fen", "home_pays_yuan", "yuan", "参保地拨付", "home pays",
            Text("参保地应清算的金额", "what the home region transfers")),
    _column("hospital_receives_fen", "hospital_receives_yuan", "yuan", "医疗机构应得", "hospital receives",
            Text("医疗机构就这些病例应得的基金", "what the hospital is owed for these stays")),
    _column("place_pool_difference_fen", "place_pool_difference_yuan", "yuan", "就医地基金差额", "place's difference",
            Text("参保地拨付减医疗机构应得;留在就医地基金,负数由其补足",
                 "home pays less hospital receives: stays with the place's pool, or is added by it")),
)  # fmt: skip

CLEARING_COLUMNS: tuple[OutputColumn, ...] = (
    _column("place", "place", "text", "就医地", "place of treatment",
            Text("就医的统筹区,其规则决定入组与计价", "region of treatment, whose rules group and price")),
    _HOME, _MONTH, _HOSPITAL,
    _column("pool", "pool", "text", "基金池代码", "pool", Text("就医地政策的基金池", "pool of the place's policy")),
    _CASES, _COST,
    _column("gross_fen", "gross_yuan", "yuan", "分值金额", "gross",
            Text("分值×点值,或按项目金额", "points × point value, or the amount by item")),
    _column("patient_fen", "patient_yuan", "yuan", "个人支付", "patient",
            Text("个人账户与现金支付之和,以出院结算为准", "account and cash, as settled at the bedside")),
    _column("other_funds_fen", "other_funds_yuan", "yuan", "范围外支付", "other funds",
            Text("不在病种付费范围内的基金及其他支付", "funds and payers outside the scope of case payment")),
    *_MONEY,
)  # fmt: skip

HOME_COLUMNS: tuple[OutputColumn, ...] = (
    _HOME,
    _column("level", "level", "text", "范围", "level",
            Text("in_province 省内异地,cross_province 跨省", "in_province or cross_province")),
    _CASES, *_MONEY,
)  # fmt: skip

NET_COLUMNS: tuple[OutputColumn, ...] = (
    _column("region", "region", "text", "本统筹区", "region", Text("本统筹区", "this region")),
    _column("other", "other", "text", "对方统筹区", "other region", Text("对方统筹区", "the region it clears with")),
    _column("receivable_fen", "receivable_yuan", "yuan", "应收", "receivable",
            Text("对方参保人在本地就医,对方应拨", "theirs for their patients treated here")),
    _column("payable_fen", "payable_yuan", "yuan", "应付", "payable",
            Text("本地参保人在对方就医,本地应拨", "ours for our patients treated there")),
    _column("net_fen", "net_yuan", "yuan", "净额", "net",
            Text("应收减应付;负数为净付出", "receivable less payable; below zero this region pays")),
)  # fmt: skip

REVIEW_COLUMNS: tuple[OutputColumn, ...] = (
    _column("setl_id", "setl_id", "text", "结算ID", "settlement ID", Text("结算ID", "settlement ID"), "7.3"),
    _MONTH, _HOSPITAL, _HOME,
    _column("insured_province", "insured_province", "text", "参保省", "insured province",
            Text("参保地省级代码", "province of the patient's insurance"), "7.3"),
    _column("care_province", "care_province", "text", "就医省", "care province",
            Text("就医地省级代码", "province of treatment"), "7.3"),
    _COST, _RECORDED, _PAYABLE,
    _column("lane", "lane", "text", "处理", "lane",
            Text("joint 联合核查(有违规疑点),usual 常规协查", "joint: a violation is suspected; usual: none"), "7.3"),
    _column("findings", "findings", "text", "疑点", "findings",
            Text("该病例的违规疑点,以 | 分隔", "suspected violations of the stay, separated by |"), "7.3"),
)  # fmt: skip
