"""The fixed words of annual clearing, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text

YEAR_WORDS: dict[str, Text] = {
    "year_title": Text("DIP 年终清算报告", "DIP annual clearing"),
    "year_title_drg": Text("CHS-DRG 年终清算报告", "CHS-DRG annual clearing"),
    "year": Text("清算年度", "Year"),
    "year_funds": Text("各基金池预算与清算", "The fund of each pool, and what became of it"),
    "year_funds_note": Text(
        "可用基金 = 清算合计 + 基金结余;基金结余 = 未分配 + 考核扣减 + 审核扣款 + 结余交回 + 应付折减 − 超支分担",
        "fund = clearing + left; left = undistributed + assessment + deductions + surplus returned + payables cut"
        " − overspend shared",
    ),
    "year_hospitals": Text("各机构清算", "Clearing by hospital and pool"),
    "year_payment": Text("各机构清算拨付", "Final payment by hospital and pool"),
    "year_payment_note": Text(
        "清算应拨 = 清算额 − 月度实付 − 已抵扣预付金 − 其他已扣 − 未抵扣预付金 − 未扣款项 − 扣减预留金;小于零为收回",
        "final = clearing − paid by month − prepayment offset − other taken − prepayment outstanding − open deductions"
        " − retention forfeited; below zero it is recovered",
    ),
    "year_differences": Text("与前次清算的差额", "Differences from the earlier clearing"),
    "year_differences_note": Text(
        "前次清算与各月结果保持不变;此处为应补拨(正)或收回(负)的差额",
        "the earlier clearing and all months stay as they are; these differences are paid (above zero) or recovered",
    ),
    "year_no_differences": Text("与前次清算相同。", "Nothing differs from the earlier clearing."),
    "year_warnings": Text("提示", "To be noted"),
    "year_months": Text("各月结果指纹", "Hashes of the months"),
    "year_reference_only": Text(
        "仅供参考:政策状态为“{policy}”,目录状态为“{tables}”,不得据此拨付。",
        "For reference only: policy {policy}, tables {tables}. Not a basis for payment.",
    ),
    "year_marks": Text("存疑或未核实的取值", "Values not beyond dispute"),
    "year_foot": Text(
        "本报告由各月结果、考核分、扣款、预付金与政策重算得出;相同输入得到相同内容。",
        "Recomputed from the months, scores, deductions, prepayments and the policy; the same inputs give the same report.",
    ),
    "year_score": Text("考核分", "score"),
    "rule": Text("清算规则", "rule"),
    "direction": Text("方向", "direction"),
    "year_rest": Text(
        "共 {all} 行,此处列出清算额最大的 {shown} 行;全部见 year.xlsx。",
        "The {shown} rows with the largest clearing out of {all}; all of them are in year.xlsx.",
    ),
}
