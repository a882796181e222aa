"""What indicators are measured: name, unit, formula and source. People read the formula beside every figure.

Where a text defines an indicator twice, both stand here under names of their own (settlement arithmetic 10, 13-9).
"""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Text
from drgdip.statement.columns import Unit


class Definition(NamedTuple):
    """One indicator. unit : ``ratio`` (four decimals), ``points`` (four), ``yuan`` (fen) or ``days`` (two decimals)."""

    key: str
    name: Text
    unit: Unit
    formula: Text
    source: str


def _of(key: str, unit: Unit, zh: str, en: str, formula_zh: str, formula_en: str, source: str) -> Definition:
    return Definition(key, Text(zh, en), unit, Text(formula_zh, formula_en), source)


_DIP3 = "DIP technical specification 3.0 (draft)"
DEFINITIONS: tuple[Definition, ...] = (
    _of("cmi", "points", "病例组合指数(CMI)", "case-mix index", "Σ 病种分值或权重 ÷ 入组病例数",
        "sum of relative weights ÷ grouped stays", f"{_DIP3}, appendix 19"),
    _of("grouping_rate", "ratio", "入组率", "grouping rate", "入组病例数 ÷ 病例数", "grouped stays ÷ stays", f"{_DIP3}, ch. 8"),
    _of("time_index", "ratio", "时间消耗指数", "time consumption index", "入组病例(住院日 ÷ 全市同病种平均住院日)的均值",
        "mean over grouped stays of days ÷ the city's mean days of the group", f"{_DIP3}, appendix 20"),
    _of("cost_index", "ratio", "费用消耗指数", "cost consumption index", "入组病例(费用 ÷ 全市同病种平均费用)的均值",
        "mean over grouped stays of cost ÷ the city's mean cost of the group", f"{_DIP3}, appendix 21"),
    _of("paid_over_recorded", "ratio", "支付率(应付÷记账)", "pay rate, payable ÷ recorded", "应付基金 ÷ 记账金额",
        "payable ÷ recorded", f"{_DIP3}, ch. 8 s. 2 (2.4)"),
    _of("recorded_over_paid", "ratio", "医保结算支付比(记账÷应付)", "pay rate, recorded ÷ payable", "记账金额 ÷ 应付基金",
        "recorded ÷ payable", f"{_DIP3}, ch. 8 s. 2 (3.2.1)"),
    _of("mean_cost", "yuan", "次均费用", "mean cost", "医疗费总额 ÷ 病例数", "total cost ÷ stays", "settlement arithmetic 10"),
    _of("mean_stay", "ratio", "平均住院日", "mean stay in days", "住院日 ÷ 病例数", "days ÷ stays", "settlement arithmetic 10"),
    _of("self_paid_share", "ratio", "自费比", "share outside coverage", "(全自费 + 超限价)÷ 医疗费总额",
        "(outside coverage + above the limit) ÷ total cost", "settlement arithmetic 10"),
    _of("own_share", "ratio", "自付比", "patient's share within coverage", "(个人支付 − 全自费 − 超限价)÷ 医疗费总额",
        "(paid by patients − outside coverage − above the limit) ÷ total cost", "settlement arithmetic 10"),
    _of("low_share", "ratio", "低倍率占比", "share of low-cost stays", "费用偏低病例 ÷ 病例数", "low-cost stays ÷ stays",
        f"{_DIP3}, ch. 8"),
    _of("high_share", "ratio", "高倍率占比", "share of high-cost stays", "费用偏高与极高病例 ÷ 病例数",
        "high and extreme stays ÷ stays", f"{_DIP3}, ch. 8"),
    _of("special_share", "ratio", "特例评审占比", "share sent to special review", "转特例评审病例 ÷ 病例数",
        "stays sent to special review ÷ stays", f"{_DIP3}, ch. 8"),
    _of("by_item_share", "ratio", "按项目占比", "share paid by item", "按项目付费病例 ÷ 病例数", "stays paid by item ÷ stays",
        "settlement arithmetic 2.8"),
    _of("ungrouped_share", "ratio", "未入组占比", "share ungrouped", "未入组病例 ÷ 病例数", "ungrouped stays ÷ stays",
        f"{_DIP3}, ch. 8"),
    _of("readmission_14", "ratio", "14天再住院率", "readmission within 14 days",
        "出院后14天内再次入院(任何机构)的病例 ÷ 有人员编号的病例", "stays followed by any admission within 14 days ÷ stays whose"
        " person is known; only stays of these months are seen", f"{_DIP3}, ch. 8"),
    _of("readmission_30", "ratio", "30天再住院率", "readmission within 30 days",
        "出院后30天内再次入院(任何机构)的病例 ÷ 有人员编号的病例", "as within 14 days, 30 days", f"{_DIP3}, ch. 8"),
    _of("quality_rate", "ratio", "清单质控通过率", "lists that pass quality control", "结算病例 ÷(结算 + 搁置)",
        "settled ÷ (settled + set aside)", f"{_DIP3}, ch. 8"),
    _of("admission_rate", "ratio", "住院率", "admission rate", "本地参保人住院人次 ÷ 参保人数,按所给月份",
        "stays of residents ÷ persons insured, over the months given", "张掖市 (2024-10) 十条措施"),
)  # fmt: skip
BY_KEY = {definition.key: definition for definition in DEFINITIONS}

#: Named by the texts and not to be told from settled months alone.
NOT_MEASURED: tuple[tuple[Text, Text], ...] = (
    (Text("清单上传率", "lists uploaded"), Text("需出院人次台账", "needs the register of discharges")),
    (Text("编码准确率", "coding accuracy"), Text("需病案抽查结果", "needs audited records")),
    (Text("低标准入院、分解住院", "low-standard admission, split stays"), Text("见疑点审核", "see screening")),
    (Text("药占比、耗占比、检查占比", "shares of drugs, consumables and tests"), Text("需费用明细", "needs fee lines")),
)
