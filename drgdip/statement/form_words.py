"""The fixed words of settlement statements that hospitals countersign, Chinese first."""

from __future__ import annotations

from drgdip.base.text import Text

FORM_WORDS: dict[str, Text] = {
    "form_title": Text("医疗保障基金按病种分值付费(DIP)月度结算单", "Monthly settlement statement under DIP"),
    "form_title_drg": Text("医疗保障基金按病组付费(CHS-DRG)月度结算单", "Monthly settlement statement under CHS-DRG"),
    "form_number": Text("结算单号", "Statement no."),
    "form_period": Text("结算期间", "Period"),
    "form_period_days": Text("{first} 至 {last}", "{first} to {last}"),
    "form_unit": Text("金额单位:人民币元", "amounts in yuan (CNY)"),
    "form_hospital": Text("定点医疗机构编号", "Hospital code"),
    "form_hospital_name": Text("定点医疗机构名称", "Name of the hospital"),
    "form_tier": Text("机构级别", "Tier"),
    "form_amounts": Text("结算金额合计", "Amounts, all pools"),
    "form_item": Text("项目", "Item"),
    "form_figures": Text("小写", "In figures"),
    "form_capitals": Text("大写", "In capital numerals"),
    "form_pools": Text("分基金池明细", "By pool"),
    "form_pools_head": Text("基金池", "Pool"),
    "form_paid": Text("各基金池实付金额", "To be paid, by pool"),
    "form_deduction_items": Text("扣款明细", "Deduction items"),
    "form_no_deductions": Text("本期无扣款项目。", "No deduction items this month."),
    "form_type": Text("类型", "Type"),
    "form_date": Text("日期", "Date"),
    "form_item_id": Text("扣款编号", "Item"),
    "form_amount": Text("应扣", "Open"),
    "form_taken": Text("本期实扣", "Taken"),
    "form_carried": Text("结转下期", "Carried"),
    "form_basis": Text("结算依据", "What this statement rests on"),
    "form_run": Text("运行时间", "Time of the run"),
    "form_input": Text("输入数据", "Input data"),
    "form_input_files": Text("{count} 个文件,{rows} 行", "{count} files, {rows} rows"),
    "form_reference_only": Text(
        "仅供参考:所依据的政策为“{policy}”,目录为“{tables}”,不得据此拨付。",
        "For reference only: policy {policy}, tables {tables}. Not a basis for payment.",
    ),
    "form_points_value": Text("点值(元/点)", "yuan per point"),
    "form_difference_note": Text(
        "差额 = 应付基金 − 记账金额;本期应拨 = 应付基金 − 预留金 − 前期已付;实付 = 本期应拨 − 扣款,不为负,不足扣除的结转下期。",
        "Difference = payable less recorded; due = payable less retained and paid before; paid = due less deductions, "
        "never below zero: what cannot be taken is carried.",
    ),
    "form_states": Text("结算申报状态", "State of the settlement file"),
    "form_opinion": Text("定点医疗机构意见", "The hospital's opinion"),
    "form_agree": Text("对本结算单无异议", "agrees with this statement"),
    "form_object": Text("有异议,书面说明附后", "objects; reasons are attached in writing"),
    "form_agency": Text("医疗保障经办机构(盖章)", "Insurance agency (seal)"),
    "form_hospital_seal": Text("定点医疗机构(盖章)", "Hospital (seal)"),
    "form_made_by": Text("经办人(签字)", "Prepared by (signature)"),
    "form_checked_by": Text("复核人(签字)", "Checked by (signature)"),
    "form_head": Text("负责人(签字)", "Head (signature)"),
    "form_office": Text("医保部门负责人(签字)", "Insurance office (signature)"),
    "form_finance": Text("财务部门负责人(签字)", "Finance office (signature)"),
    "form_day": Text("日期:　　　　年　　月　　日", "Date:"),
}
