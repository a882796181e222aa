"""What the annual statement is made of: its columns, and the plain data that the writers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drgdip.base.provenance import YearRecord
from drgdip.base.text import Text
from drgdip.interface.year_row import YearDifference, YearPool, YearRow
from drgdip.statement.columns import OutputColumn, ProofLine, Unit


class YearReport(NamedTuple):
    """A cleared year as plain data. differences : None where there is no earlier clearing. warnings : in words."""

    record: YearRecord
    rows: Sequence[YearRow]
    pools: Sequence[YearPool]
    differences: Sequence[YearDifference] | None
    proof: Sequence[ProofLine]
    warnings: Sequence[Text]


def _column(field: str, header: str, unit: Unit, zh: str, en: str, meaning: Text, source: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), meaning,
                        Text(f"结算算法规范 {source}", f"Settlement arithmetic {source}"))  # fmt: skip


YEAR_COLUMNS: tuple[OutputColumn, ...] = (
    _column("year", "year", "text", "清算年度", "year", Text("清算的年度", "the year that is cleared"), "5"),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code",
            Text("国家编码的定点医药机构编号", "national code of the designated hospital"), "5.2"),
    _column("hospital_tier", "hospital_tier", "code", "机构级别", "hospital tier",
            Text("3 三级,2 二级,1 一级,0 未定级", "3 tertiary, 2 secondary, 1 primary, 0 unrated"), "2.3"),
    _column("pool", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool"), "0.1"),
    _column("pool_name", "pool_name", "text", "基金池", "pool name",
            Text("基金池名称;各池分别清算", "name of the pool; pools are cleared apart"), "0.1"),
    _column("cases", "cases", "count", "病例数", "cases", Text("全年结算病例数", "cases settled in the year"), "5.2"),
    _column("points_e4", "points", "points", "全年分值", "points",
            Text("全年病例分值之和,含清算前决定的增减", "points of the year, decisions included"), "5.2"),
    _column("point_value_e4", "point_value", "yuan_per_point", "清算点值", "settlement point value",
            Text("清算点值;弹性点值法下为增量点值", "settlement point value; of the increment where it is elastic"),
            "2.1, 5.1"),
    _column("fund_ratio_e4", "fund_ratio", "ratio", "基金支付比例", "fund ratio",
            Text("基金池或本机构的基金支付比例", "of the pool, or the hospital's own"), "5.2, 13-3"),
    _column("before_fen", "before_yuan", "yuan", "分值清算额", "points at settlement value",
            Text("全年分值×清算点值×基金支付比例", "points × settlement point value × fund ratio"), "5.2"),
    _column("score_e4", "score", "score", "考核分", "score", Text("年度考核分", "assessment score"), "5.5"),
    _column("coefficient_e4", "coefficient", "ratio", "考核系数", "assessment coefficient",
            Text("由考核分得出的系数", "what the score gives"), "5.5"),
    _column("deductions_fen", "audit_deductions_yuan", "yuan", "审核稽核扣款", "audit deductions",
            Text("全年审核、稽核扣款(类型10、20),已扣未扣均计", "types 10 and 20 of the year, taken or open"), "5.2"),
    _column("dip_fen", "dip_yuan", "yuan", "应付", "payable",
            Text("分值清算额×考核系数−审核稽核扣款", "points at settlement value × coefficient − audit deductions"), "5.2"),
    _column("recorded_fen", "recorded_yuan", "yuan", "记账净额", "recorded, net",
            Text("按分值付费病例的记账金额减审核稽核扣款", "recorded for cases with points, less audit deductions"), "5.3"),
    _column("ratio_e4", "ratio", "ratio", "记账/应付", "recorded ÷ payable",
            Text("决定结余超支档次的比值", "the ratio that picks the band"), "5.3"),
    _column("rule", "rule", "text", "清算规则", "rule",
            Text("recorded 按记账,recorded_plus 记账加结余分享,dip 按应付,dip_plus 应付加超支分担,cap 封顶,months 按各月",
                 "recorded, recorded_plus, dip, dip_plus, cap; months: a pool without budget"), "5.3"),
    _column("claimed_fen", "claimed_yuan", "yuan", "按档次应清算", "claimed",
            Text("按档次计算、未计预算限制的金额", "what the band pays before the fund's limit"), "5.3"),
    _column("by_item_fen", "by_item_yuan", "yuan", "按项目等", "by item",
            Text("不计分值病例的基金应付", "funds' part of cases without points"), "2.1, 6.4"),
    _column("clearing_fen", "clearing_yuan", "yuan", "清算额", "clearing",
            Text("在可用基金之内的清算额,含按项目等", "within the fund, by item included"), "5.4"),
    _column("months_payable_fen", "months_payable_yuan", "yuan", "各月应付合计", "payable by month",
            Text("各月结算的应付之和", "what the months came to"), "4.3"),
    _column("true_up_fen", "true_up_yuan", "yuan", "点值调整额", "true-up",
            Text("各月分值×(清算点值−当月点值)", "months' points × (settlement − month's point value)"), "5.6"),
    _column("withheld_fen", "withheld_yuan", "yuan", "预留金", "withheld",
            Text("全年预留与暂扣之和", "held back in the year"), "4.1, 5.5"),
    _column("release_e4", "release_factor", "ratio", "兑现比例", "release factor",
            Text("按考核分兑现预留金的比例", "the share of the retention that the score releases"), "5.5"),
    _column("released_fen", "released_yuan", "yuan", "兑现预留金", "released",
            Text("兑现的预留金", "retention that is released"), "5.5"),
    _column("forfeited_fen", "forfeited_yuan", "yuan", "扣减预留金", "forfeited",
            Text("不予兑现的预留金", "retention that is not released"), "5.5"),
    _column("paid_fen", "paid_yuan", "yuan", "月度实付", "paid by month",
            Text("各月实际拨付之和", "transferred by the months"), "5.6"),
    _column("prepayment_offset_fen", "prepayment_offset_yuan", "yuan", "已抵扣预付金", "prepayment offset",
            Text("各月已抵扣的预付金(类型30)", "taken by the months, type 30"), "4.4, 5.6"),
    _column("other_deductions_fen", "other_deductions_yuan", "yuan", "其他已扣", "other deductions taken",
            Text("各月已扣的其他款项(类型99,不含负数月结转)", "taken by the months, type 99, but negative months"), "5.6"),
    _column("prepayment_outstanding_fen", "prepayment_outstanding_yuan", "yuan", "未抵扣预付金", "prepayment outstanding",
            Text("尚未抵扣的预付金", "advanced and not yet offset"), "4.4, 5.6"),
    _column("open_deductions_fen", "open_deductions_yuan", "yuan", "未扣款项", "open deductions",
            Text("尚未扣除的其他款项", "other items not yet taken"), "5.6"),
    _column("final_fen", "final_yuan", "yuan", "清算应拨", "final",
            Text("清算应拨;小于零为应收回", "to be paid; below zero to be recovered"), "5.6"),
    _column("direction", "direction", "text", "方向", "direction", Text("pay 拨付,recover 收回", "pay or recover"), "5.6"),
)  # fmt: skip

POOL_COLUMNS: tuple[OutputColumn, ...] = (
    _column("pool", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool"), "0.1"),
    _column("pool_name", "pool_name", "text", "基金池", "pool name", Text("基金池名称", "name of the pool"), "0.1"),
    _column("inpatient_fen", "inpatient_yuan", "yuan", "住院预算", "inpatient budget",
            Text("住院基金预算", "inpatient budget of the fund"), "5.1"),
    _column("adjustment_fund_fen", "adjustment_fund_yuan", "yuan", "调节金", "adjustment fund",
            Text("预留的调节金", "set aside for adjustment"), "5.1"),
    _column("cross_region_fen", "cross_region_yuan", "yuan", "异地", "cross-region",
            Text("异地就医预算", "for care in other regions"), "5.1"),
    _column("other_fen", "other_yuan", "yuan", "非病种付费", "not by case",
            Text("不按病种付费的住院预算", "inpatient care outside case payment"), "5.1"),
    _column("fund_fen", "fund_yuan", "yuan", "可用基金", "fund",
            Text("用于病种付费的预算", "the budget for case payment"), "5.1"),
    _column("risk_fund_fen", "risk_fund_yuan", "yuan", "风险金", "risk fund",
            Text("可在预算之外支付的上限", "what may be paid above the budget"), "5.4"),
    _column("hospitals", "hospitals", "count", "机构数", "hospitals", Text("清算的机构数", "hospitals cleared"), "5"),
    _column("points_e4", "points", "points", "全年分值", "points", Text("全年分值之和", "points of the year"), "5.2"),
    _column("fund_ratio_e4", "fund_ratio", "ratio", "基金支付比例", "fund ratio",
            Text("基金池的支付比例", "of the pool"), "2.1"),
    _column("point_value_e4", "point_value", "yuan_per_point", "清算点值", "settlement point value",
            Text("清算点值", "settlement point value"), "2.1"),
    _column("opening_point_value_e4", "opening_point_value", "yuan_per_point", "年初点值", "opening point value",
            Text("年初点值", "opening point value"), "2.1"),
    _column("before_fen", "before_yuan", "yuan", "分值清算额", "points at settlement value",
            Text("各机构分值清算额之和", "sum over hospitals"), "5.2"),
    _column("by_item_fen", "by_item_yuan", "yuan", "按项目等", "by item",
            Text("不计分值病例的基金应付", "funds' part of cases without points"), "6.4"),
    _column("undistributed_fen", "undistributed_yuan", "yuan", "未分配", "undistributed",
            Text("可用基金减分值清算额与按项目等(点值舍入等)", "fund less points and by item (rounding of the value)"), "0.3"),
    _column("assessment_fen", "assessment_yuan", "yuan", "考核扣减", "assessment",
            Text("考核系数扣减之和", "what the coefficients take"), "5.2"),
    _column("deductions_fen", "audit_deductions_yuan", "yuan", "审核稽核扣款", "audit deductions",
            Text("审核稽核扣款之和", "types 10 and 20"), "5.2"),
    _column("returned_fen", "returned_yuan", "yuan", "结余交回", "surplus returned",
            Text("记账低于应付而未留用的部分", "payables above what the bands pay"), "5.3"),
    _column("cut_fen", "cut_yuan", "yuan", "应付折减", "payables cut",
            Text("超出可用基金而折减的应付", "payables beyond the fund, where the policy cuts them"), "5.4"),
    _column("sharing_claimed_fen", "sharing_claimed_yuan", "yuan", "超支分担(计算)", "sharing claimed",
            Text("按档次计算的超支分担", "of the overspend, by the bands"), "5.3"),
    _column("sharing_fen", "sharing_yuan", "yuan", "超支分担(实付)", "sharing granted",
            Text("在可用基金之内的超支分担", "of the overspend, within the fund"), "5.4"),
    _column("clearing_fen", "clearing_yuan", "yuan", "清算合计", "clearing",
            Text("各机构清算额之和", "sum over hospitals"), "5.4"),
    _column("left_fen", "left_yuan", "yuan", "基金结余", "left",
            Text("可用基金减清算合计;小于零为动用风险金", "fund less clearing; below zero the risk fund is drawn on"), "5.4"),
    _column("recorded_fen", "recorded_yuan", "yuan", "记账净额", "recorded, net",
            Text("各机构记账净额之和", "sum over hospitals"), "5.3"),
    _column("paid_fen", "paid_yuan", "yuan", "月度实付", "paid by month", Text("各月实付之和", "sum of the months"), "5.6"),
    _column("final_fen", "final_yuan", "yuan", "清算应拨", "final", Text("各机构清算应拨之和", "sum over hospitals"), "5.6"),
    _column("clearing_share_e4", "clearing_share", "ratio", "清算占比", "clearing share",
            Text("清算应拨绝对值之和÷月度实付;偏大说明月度点值失准",
                 "final payments, whatever their sign, ÷ paid by month; large if the months' value was off"), "5.6"),
)  # fmt: skip

DIFFERENCE_COLUMNS: tuple[OutputColumn, ...] = (
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code",
            Text("国家编码的定点医药机构编号", "national code of the designated hospital"), "5.6"),
    _column("pool", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool"), "0.1"),
    _column("before_fen", "before_yuan", "yuan", "前次清算应拨", "before",
            Text("前次清算的应拨", "final amount of the earlier clearing"), "5.6"),
    _column("now_fen", "now_yuan", "yuan", "本次清算应拨", "now",
            Text("本次清算的应拨", "final amount of this clearing"), "5.6"),
    _column("difference_fen", "difference_yuan", "yuan", "差额", "difference",
            Text("应补拨(正)或收回(负)", "to be paid, or below zero recovered"), "5.6"),
)  # fmt: skip
