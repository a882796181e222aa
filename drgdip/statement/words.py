"""The documents' fixed words, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.statement.form_words import FORM_WORDS
from drgdip.statement.year_words import YEAR_WORDS

WORDS: dict[str, Text] = {
    **FORM_WORDS,
    **YEAR_WORDS,
    "title": Text("DIP 月度结算报告", "DIP monthly settlement report"),
    "title_drg": Text("CHS-DRG 月度结算报告", "CHS-DRG monthly settlement report"),
    "month": Text("结算月份", "Month"),
    "region": Text("统筹地区", "Region"),
    "identity": Text("结算依据", "What this settlement rests on"),
    "policy": Text("支付政策", "Payment policy"),
    "tables": Text("分组目录", "Grouper tables"),
    "status": Text("目录状态", "Status of the tables"),
    "weights": Text("权重", "Weights"),
    "engine": Text("引擎版本", "Engine version"),
    "inputs": Text("输入文件", "Input files"),
    "fingerprint": Text("内容指纹", "Content hash"),
    "rows": Text("行", "rows"),
    "key_figures": Text("关键数字", "Key figures"),
    "hospitals": Text("医疗机构", "Hospitals"),
    "by_pool": Text("各基金池", "By pool"),
    "bands": Text("各基金池病例费用区间构成", "Cases by cost band, by pool"),
    "charts": Text("应付与记账、主要病种", "Payable and recorded; largest groups"),
    "chart_hospitals": Text("各机构应付基金与记账金额(元)", "By hospital (yuan)"),
    "chart_groups": Text("应付基金最多的病种(元)", "Groups with the largest payable (yuan)"),
    "chart_legend_difference": Text("右侧数字为差额", "at the right: difference"),
    "payout": Text("各机构结算与拨付", "Payout by hospital and pool"),
    "deductions": Text("扣款合计", "Deductions"),
    "subtotal": Text("小计", "Subtotal"),
    "total": Text("合计", "Total"),
    "yuan_note": Text("金额单位:元", "amounts in yuan"),
    "findings": Text("数据问题", "Findings"),
    "not_settled": Text("未结算的行", "Rows not settled"),
    "reason": Text("原因", "Reason"),
    "remedy": Text("建议", "What to do"),
    "effect": Text("处理", "Effect"),
    "count": Text("条数", "Count"),
    "number": Text("编号", "No."),
    "row_count": Text("行数", "Rows"),
    "cost": Text("医疗费总额", "Total cost"),
    "no_findings": Text("没有发现数据问题。", "No findings."),
    "all_settled": Text("所有行均已结算。", "Every row is settled."),
    "findings_files": Text("逐条清单见 findings.csv、findings.xlsx。", "One by one in findings.csv and findings.xlsx."),
    "not_settled_files": Text(
        "按首要原因计数;逐行清单见 set_aside.csv(其他月份的行只计数)。",
        "Counted by the first reason; row by row in set_aside.csv (rows of other months are only counted).",
    ),
    "further": Text(
        "特例补差 − 暂缓支付 + 恢复支付 − 超总额", "special-case difference − held + released − over ceiling"
    ),
    "rest_lines": Text(
        "共 {all} 行,列出前 {shown} 行;全部见 {file}。", "{all} lines, the first {shown} of them; all stand in {file}."
    ),
    "proof": Text("平衡校验", "Proof"),
    "line": Text("校验内容", "Line"),
    "left": Text("左", "Left"),
    "right": Text("右", "Right"),
    "difference": Text("差", "Difference"),
    "unit": Text("单位", "Unit"),
    "result": Text("结果", "Result"),
    "holds": Text("相符", "holds"),
    "fails": Text("不符", "DOES NOT HOLD"),
    "proof_ok": Text("全部 {count} 项校验相符。", "All {count} lines hold."),
    "proof_bad": Text(
        "平衡校验有 {count} 项不符:{lines}。查明原因之前不得据此拨付。",
        "{count} proof lines do not hold: {lines}. Do not pay on this statement before the cause is found.",
    ),
    "definitions": Text("指标说明", "Definitions"),
    "column": Text("指标", "Column"),
    "meaning": Text("含义", "Meaning"),
    "source": Text("依据", "Source"),
    "rest_hospitals": Text(
        "其余 {count} 家机构:应付 {payable},记账 {recorded}。",
        "The other {count} hospitals: payable {payable}, recorded {recorded}.",
    ),
    "rest_rows": Text(
        "共 {all} 行,此处列出应付基金最多的 {shown} 行;全部见 statement.xlsx。",
        "The {shown} rows with the largest payable out of {all}; all of them are in statement.xlsx.",
    ),
    "policy_status": Text("政策状态", "Status of the policy"),
    "deviations": Text("病种偏差", "Deviations by group"),
    "deviations_note": Text(
        "差额 = 应付基金 − 记账金额;费用比 = 医疗费总额 ÷ 参照费用;按差额绝对值排列",
        "difference = payable less recorded; cost ratio = cost over reference cost; largest difference first",
    ),
    "other_groups": Text("其余 {count} 个病种", "the other {count} groups"),
    "rest_groups": Text(
        "共 {all} 个病种,逐一列出差额最大的 {shown} 个;全部见 groups.csv。",
        "The {shown} groups with the largest difference out of {all} one by one; all of them are in groups.csv.",
    ),
    "hospital_title": Text("DIP 医疗机构月度报告", "A hospital's month under DIP"),
    "hospital_title_drg": Text("CHS-DRG 医疗机构月度报告", "A hospital's month under CHS-DRG"),
    "hospital_bands": Text("费用区间", "Cost bands"),
    "band": Text("费用区间", "Cost band"),
    "city_ratio": Text("全市费用比", "city's ratio"),
    "reference": Text("参照费用", "reference cost"),
    "shortfalls": Text("差额最大的病例", "Cases with the largest shortfall"),
    "shortfalls_note": Text("应付基金低于记账金额最多的病例", "payable farthest below recorded"),
    "setl_id": Text("结算ID", "Settlement ID"),
    "file": Text("文件", "File"),
    "row": Text("行号", "Row"),
    "field": Text("字段", "Field"),
    "value": Text("原值", "Value"),
    "row_by_row": Text("逐行", "Row by row"),
    "hospital_not_settled": Text(
        "按首要原因计数;其他月份的行不列入。", "Counted by the first reason; rows of other months are not listed."
    ),
    "hospital_findings": Text(
        "本机构的行;整个文件的问题见 findings.csv。",
        "Rows of this hospital; what concerns whole files is in findings.csv.",
    ),
    "rest_hospital_groups": Text(
        "共 {all} 个病种,逐一列出差额最大的 {shown} 个;逐例见 cases.parquet。",
        "The {shown} groups with the largest difference out of {all}; cases: cases.parquet.",
    ),
    "rest_not_settled": Text(
        "共 {all} 行,此处列出前 {shown} 行;全部见 set_aside.csv。",
        "The first {shown} of {all} rows; all of them are in set_aside.csv.",
    ),
    "rest_findings": Text(
        "共 {all} 条,此处列出前 {shown} 条;全部见 findings.csv。",
        "The first {shown} of {all} findings; all of them are in findings.csv.",
    ),
    "rest_groups_sheet": Text(
        "共 {all} 个病种,此处列出差额最大的 {shown} 个;全部见 groups.csv。",
        "The {shown} groups with the largest difference out of {all}; all of them are in groups.csv.",
    ),
    "tier_3": Text("三级", "tertiary"),
    "tier_2": Text("二级", "secondary"),
    "tier_1": Text("一级", "primary"),
    "tier_0": Text("未定级", "unrated"),
    "approval": Text("结算性质", "Standing of the run"),
    "approval_official": Text("正式:所用政策已经 {names} 批准", "official: the policy was approved by {names}"),
    "approval_trial": Text(
        "试算:所用政策未经两人批准,不得据此拨付", "TRIAL: the policy lacks two approvals; not a basis for payment"
    ),
    "approval_one": Text(
        "试算:所用政策只经 {names} 批准,须两人且至少一人不是编制人;不得据此拨付",
        "TRIAL: approved by {names} alone; two persons are needed, one of them not an author. Not a basis for payment",
    ),
    "marks": Text("存疑或未核实的取值", "Values not beyond dispute"),
    "marks_none": Text("无", "none"),
    "foot": Text(
        "本报告由输入数据、政策和目录重算得出;相同输入得到相同内容。",
        "Recomputed from inputs, policy and tables; the same inputs give the same report.",
    ),
}

#: Standing of tables and policies, as their manifests and heads name it.
STATUS: dict[str, Text] = {
    "official": Text("官方发布", "official"),
    "transcribed": Text("转录自公开资料", "transcribed from a public copy"),
    "derived": Text("推导", "derived"),
    "draft": Text("草案", "draft"),
    "synthetic": Text("虚构", "synthetic"),
}

#: Marks of policy values that are not beyond dispute.
MARKS: dict[str, Text] = {
    "disputed": Text("存疑:各文件不一致", "disputed: texts disagree"),
    "unverified": Text("未核实原文", "unverified against the text"),
    "memory": Text("凭一般知识,无文件", "from general knowledge, no text"),
}
