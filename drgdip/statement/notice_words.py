"""Words of the notice of denial and its appeal form, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text

PARTS = {
    "answer": Text("待答复的疑点", "Findings that wait for your answer"),
    "denied": Text("拟扣回的疑点", "Findings that will be taken"),
    "held": Text("审核中的疑点(暂缓支付)", "Findings under review (held)"),
    "open": Text("审核中的疑点(先行支付)", "Findings under review (paid meanwhile)"),
}
NOTICE_WORDS: dict[str, Text] = {
    "title": Text("医疗保障基金审核疑点通知书", "Notice of findings of review"),
    "appeal": Text("疑点申诉书", "Form of appeal"),
    "number": Text("通知编号", "Notice"),
    "hospital": Text("定点医疗机构编号", "Hospital"),
    "day": Text("通知日期", "Date"),
    "policy": Text("依据政策", "Policy"),
    "region": Text("统筹地区", "Region"),
    "reply": Text("请于所列期限前逐条答复;逾期未答复视为认可(答复期 {days} 个工作日)。",
                  "Answer each finding by its deadline; silence counts as acceptance ({days} working days)."),
    "count": Text("条数", "Findings"),
    "fund": Text("违规基金(元)", "Fund amount (yuan)"),
    "fee": Text("违规费用(元)", "Cost (yuan)"),
    "scope": Text("其中政策范围内(元)", "In scope (yuan)"),
    "part": Text("类别", "Part"),
    "reserve": Text("结算时未办结的疑点(含待答复)按政策暂缓支付,作为预留,办结后支付或扣回。",
                    "What is open at settlement, answers that are due included, is held as the policy says: a reserve, paid or taken once decided."),
    "rule": Text("规则", "Rule"),
    "stay": Text("结算ID / 就诊ID", "Settlement / visit"),
    "fact": Text("事实", "Fact"),
    "lines": Text("违规明细", "Offending lines"),
    "related": Text("涉及明细", "Related lines"),
    "formula": Text("计算", "Formula"),
    "basis": Text("依据", "Basis"),
    "list": Text("知识点", "List"),
    "guards": Text("已核对的除外情形", "Guards that were checked"),
    "deadline": Text("答复期限", "Deadline"),
    "state": Text("状态", "State"),
    "unknown": Text("未载", "not said"),
    "none": Text("无", "none"),
    "accept": Text("认可", "accepted"),
    "object": Text("申诉", "appealed"),
    "reason": Text("理由与所附材料(病历、医嘱与执行单、检查检验报告、费用清单等)",
                   "Reasons and documents (record, orders, reports, list of charges …)"),
    "office": Text("医保办公室(签章)", "Insurance office (seal)"),
    "head": Text("负责人", "Head"),
    "sign_day": Text("日期", "Date"),
    "agency": Text("医疗保障经办机构(签章)", "Agency (seal)"),
    "key": Text("疑点编号", "Finding"),
    "total": Text("合计", "Total"),
}  # fmt: skip
STATES: dict[str, Text] = {
    "DISPATCHED": Text("待初审", "first review"), "R1_NEED_INFO": Text("初审补充材料", "first review, more needed"),
    "FED_BACK": Text("待答复", "answer due"), "FED_BACK2": Text("待再次答复", "second answer due"),
    "APPEALED": Text("复审中", "second review"), "R2_NEED_INFO": Text("复审补充材料", "second review, more needed"),
    "APPEALED2": Text("待合议", "panel due"), "PANEL": Text("合议中", "panel"), "STALE": Text("事实变更,重新审核", "facts changed, reviewed again"),
    "ACCEPTED": Text("已认可", "accepted"), "DEEMED_ACCEPTED": Text("逾期视为认可", "accepted by silence"),
    "FINAL_DENY": Text("终审扣回", "denied"), "FINAL_PART": Text("终审部分扣回", "denied in part"),
    "FINAL_REGROUP": Text("终审改组", "regrouped"), "REOPENED": Text("重新审核", "reopened"),
}  # fmt: skip
