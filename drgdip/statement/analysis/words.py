"""Words of the analysis page."""

from __future__ import annotations

from collections.abc import Mapping

from drgdip.base.text import Text

LEVELS = {"none": Text("正常", "in order"), "notice": Text("关注", "notice"), "yellow": Text("黄色预警", "yellow"),
          "red": Text("红色预警", "red")}  # fmt: skip
#: Scopes in the order of the files, and their names.
SCOPES = {
    "city": Text("全市", "city"),
    "pool": Text("基金池", "pool"),
    "hospital": Text("医疗机构", "hospital"),
    "county": Text("县区", "county"),
}
_ANSWERS = {"yes": Text("是", "yes"), "no": Text("否", "no")}
#: Column -> what its codes mean to people; files for programs keep the codes.
VALUE_WORDS: Mapping[str, Mapping[str, Text]] = {
    "joint": _ANSWERS, "listed": _ANSWERS, "told": _ANSWERS, "level": LEVELS, "scope": SCOPES,
    "direction": {"in": Text("外地来本地", "treated here"), "out": Text("本地去外地", "insured here")},
}  # fmt: skip
ANALYSIS_WORDS = {
    "cases": Text("病例数", "Cases"),
    "analysis_title": Text("医保基金运行分析", "Analysis of fund operation"),
    "analysis_note": Text(
        "由各月结算结果计算,仅供监测,不参与支付。", "From settled months; for information, no payment depends on it."
    ),
    "analysis_warnings": Text("预警", "Warnings"),
    "analysis_no_warnings": Text("没有达到限值的指标。", "No figure reaches a limit."),
    "analysis_no_section": Text(
        "政策没有 warning 一节,不作预警。", "The policy has no section warning; nothing is warned of."
    ),
    "analysis_charts": Text("消耗指数与预算执行", "Consumption indices and budget execution"),
    "analysis_indices": Text("费用(上)与时间(下)消耗指数,距 1 的距离", "Cost (upper) and time index: distance from 1"),
    "analysis_execution": Text("预算执行", "Budget execution"),
    "analysis_drift_chart": Text(
        "CMI 变化:层级(上)与病种构成(下)", "Change of the case-mix index: tiers (upper) and mix"
    ),
    "analysis_pairs": Text(
        "相邻病组占比(仅为线索,不作扣款依据)", "Shares within pairs of groups (leads only, never a denial)"
    ),
    "analysis_drift": Text("CMI 变化的构成", "What the case-mix index changed by"),
    "analysis_bunching": Text("界限之外的聚集", "Bunching beyond limits"),
    "analysis_quarters": Text("季度", "Quarters"),
    "analysis_hospitals": Text("医疗机构", "Hospitals"),
    "analysis_counties": Text("县区(本地参保人)", "Counties (insured here)"),
    "analysis_flows": Text("患者流向", "Flows of patients"),
    "analysis_figures": Text("其他指标", "Further figures"),
    "analysis_rest": Text("其余见 analysis.xlsx", "the rest is in analysis.xlsx"),
    "analysis_not_measured": Text("未计算的指标", "Not measured"),
}
