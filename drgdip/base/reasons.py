"""The one registry of reasons: why a row was set aside, a case decided, a table refused.

A reason has a number (stable, never reused), a key, and its words. Hundreds belong to the stage:
1 intake, 2 quality control, 3 grouping, 4 valuation, 5 pricing, 6 fund split, 7 clearing, 8 tables, 9 policy.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from drgdip.base.text import Text

Effect = Literal["set_aside", "excluded", "notice", "outcome"]


class Reason(NamedTuple):
    """One reason.

    effect : ``set_aside`` a defect, the row is not settled until mended; ``excluded`` in order, but not part of
        this month's case payment; ``notice`` is reported and changes nothing; ``outcome`` says how a rule decided.
    words : what is so. remedy : what to do about it (empty for outcomes).
    """

    number: int
    key: str
    effect: Effect
    words: Text
    remedy: Text


_NONE = Text("", "")


def _reason(number: int, key: str, effect: Effect, zh: str, en: str, remedy: Text = _NONE) -> Reason:
    return Reason(number, key, effect, Text(zh, en), remedy)


_ALL = (
    # 1 intake
    _reason(101, "missing_value", "set_aside", "必填字段为空", "a required field is empty",
            Text("请补填后重新上传", "fill it in and upload again")),
    _reason(102, "wrong_type", "set_aside", "字段类型不符", "the value has the wrong type",
            Text("请按接口规范的类型填写:数字不带千分位与全角字符,日期如 2026-01-03",
                 "write it in the type the interface names: plain digits without separators, dates like 2026-01-03")),
    _reason(103, "impossible_date", "set_aside", "日期不存在或超出范围", "the date does not exist or is out of range",
            Text("请核对日期,格式为 YYYY-MM-DD 或 YYYY-MM-DD HH:MM:SS", "check the date; write YYYY-MM-DD or YYYY-MM-DD HH:MM:SS")),
    _reason(104, "too_many_decimals", "set_aside", "金额小数位超过两位", "an amount has more than two decimals",
            Text("金额以元为单位,保留两位小数", "write yuan with two decimals")),
    _reason(105, "amount_out_of_range", "set_aside", "金额超出单例上限", "the amount is beyond what one stay can cost",
            Text("请核对金额单位是否为元", "check that the unit is yuan")),
    _reason(106, "duplicate_setl_id", "set_aside", "结算ID重复,且同ID各行完全一致,仅保留一行",
            "the settlement ID is repeated by an identical row; one of them is kept",
            Text("请删除重复行", "remove the repeated row")),
    _reason(107, "conflicting_setl_id", "set_aside", "同一结算ID对应内容不同的多行,均不结算",
            "rows with different content share one settlement ID; none of them is settled",
            Text("请确认正确的一行并删除其余行", "keep the right row and remove the others")),
    _reason(108, "malformed_row", "set_aside", "该行列数与表头不符", "the row has another number of cells than the header",
            Text("请检查分隔符与引号", "check separators and quotes")),
    _reason(109, "bad_encoding", "set_aside", "字段不是有效的 UTF-8 文本", "the value is not valid UTF-8 text",
            Text("请将文件转换为 UTF-8", "convert the file to UTF-8")),
    _reason(110, "unknown_column", "notice", "文件中有未识别的列,未使用", "the file has a column that is not known; it is not used",
            Text("如需使用,请改为标准字段名", "rename it to the national field name if it is meant to be used")),
    _reason(111, "optional_column_absent", "notice", "可选列缺失,按空值或零处理", "an optional column is absent; it counts as empty or zero",
            Text("如有数据,请补充该列", "add the column if the data exist")),
    _reason(112, "value_too_long", "set_aside", "字段超过规定长度", "the value is longer than the field allows",
            Text("请按接口规范的长度填写", "keep to the length the interface names")),
    _reason(113, "read_from_encoding", "notice", "文件不是 UTF-8 编码,已按所示编码读取",
            "the file is not UTF-8; it was read in the encoding shown",
            Text("如有乱码,请转换为 UTF-8 后重新上传", "convert it to UTF-8 and upload again if text looks wrong")),
    _reason(114, "column_alias_used", "notice", "列名不是标准字段名,已按别名对应", "a column was read under another name in use",
            Text("请核对对应关系,或改为标准字段名", "check what it was taken for, or use the national field name")),
    _reason(115, "alias_ignored", "notice", "别名列未使用:标准字段已存在,或有多个别名",
            "a column under another name is not used: the field's own column is there, or several such names are",
            Text("请只保留一列,并使用标准字段名", "keep one of them, under the national field name")),
    _reason(116, "file_skipped", "notice", "文件夹中的该文件不是病例文件,未读取", "a file of the folder is no case file; it was not read",
            Text("如为病例文件,请检查表头与格式,或单独用 --cases 指定", "if it is one, check header and format, or give it by --cases itself")),
    _reason(117, "open_quote", "set_aside", "该行的英文双引号没有闭合,无法切分", "a double quote of the row does not close, so it cannot be cut into cells",
            Text("请补上引号;内容中的引号应写成两个并整格加引号", "close it; a quote within a cell is written twice, and the cell in quotes")),
    _reason(118, "row_too_long", "set_aside", "该行超过 1 MiB,未读取", "the row is longer than 1 MiB; it was not read",
            Text("请检查是否缺少换行或混入其他内容", "see whether a line end is missing or something else got into it")),
    _reason(119, "digits_lost", "set_aside", "编号被表格软件存为数字,15 位之后的数字已丢失",
            "a spreadsheet has stored the ID as a number, and its digits beyond the 15th are lost",
            Text("请将该列设为文本格式后重新导出", "format the column as text and export again")),
    _reason(121, "duplicate_deduction", "set_aside", "扣款编号重复", "the deduction's ID is repeated",
            Text("请保留一条", "keep one of them")),
    _reason(122, "clearing_of_another_region", "set_aside", "该行不是对本统筹区的清算", "the line is not asked of this region",
            Text("请退回发送方核对参保地", "return it: the home region is another")),
    _reason(123, "clearing_line_repeated", "set_aside", "同一就医地、月份、机构与基金池的清算行重复",
            "the place, month, hospital and pool stand twice", Text("请发送方确认正确的一行", "let the sender say which line is right")),
    _reason(124, "clearing_does_not_add_up", "set_aside", "参保地拨付与应付、记账或差额不符",
            "what the home region pays is neither the payable nor the recorded amount, or the difference is not theirs",
            Text("请发送方更正", "let the sender correct it")),
    _reason(131, "malformed_list", "set_aside", "该清单不是有效的 JSON 对象,或结构与接口不符",
            "the list is no valid JSON object, or not built as the interface says",
            Text("请按 4101/4101A 的结构重新导出该清单", "export the list again in the form of 4101 or 4101A")),
    _reason(132, "principal_diagnosis_unclear", "set_aside", "没有或有多个主诊断标志,无法确定主要诊断",
            "no diagnosis, or more than one, is marked as the principal one",
            Text("请将且仅将一个西医诊断的 maindiag_flag 填为 1", "set maindiag_flag to 1 for exactly one Western diagnosis")),
    _reason(133, "diagnosis_type_unclear", "set_aside", "诊断类别为空或不在代码表中,无法判断是否为西医诊断",
            "the kind of a diagnosis is empty or unknown, so it may or may not be a Western one",
            Text("请填写 diag_type:1 西医,2 中医主病,3 中医主证", "fill in diag_type: 1 Western, 2 or 3 Chinese medicine")),
    _reason(134, "main_operation_unclear", "notice", "没有或有多个主要手术标志,按清单所列顺序取第一个",
            "no operation, or more than one, is marked as the main one; the first in the list's order counts",
            Text("请将且仅将一个手术的 oprn_oprt_type 填为 1", "set oprn_oprt_type to 1 for exactly one operation")),
    _reason(135, "intensive_care_unclear", "notice", "重症监护时间无法读取,该段未计入小时数",
            "a stay in intensive care has no readable time; its hours are not counted",
            Text("请核对进入、退出时间或合计时长(天/小时/分钟)", "check entry and exit, or the duration (days/hours/minutes)")),
    _reason(141, "settlement_absent", "set_aside", "清单没有对应的结算结果(2304)", "the list has no settlement result (2304)",
            Text("请在 --settlements 的文件中补充该结算ID", "add its settlement ID to the file given by --settlements")),
    _reason(142, "settlement_without_list", "notice", "结算结果没有对应的清单,未结算",
            "settlement results without a list; they are not settled",
            Text("请补传清单", "upload the lists")),
    _reason(143, "conflicting_settlement", "set_aside", "同一结算ID有多条内容不同的结算结果",
            "the settlement ID has several results that differ",
            Text("请确认正确的一条并删除其余", "keep the right one and remove the others")),
    _reason(144, "result_of_another_stay", "set_aside", "清单与结算结果在机构、人员、就诊、险种或参保地上不一致",
            "list and result disagree on hospital, person, visit, insurance type or place of insurance",
            Text("请核对结算ID是否对应同一次住院", "check that the settlement ID belongs to the same stay")),
    _reason(145, "list_result_differ", "notice", "清单与结算结果的值不一致:金额与结算信息以结算结果为准,其余以清单为准",
            "list and result differ: the result counts for amounts and the settlement, the list for all else",
            Text("请核对并更正其中一份", "check and correct one of them")),
    _reason(146, "hospital_not_listed", "set_aside", "机构表中没有该医疗机构在出院日的等级",
            "the table of institutions has no level of this hospital on the day of discharge",
            Text("请在 --institutions 的文件中补充该机构", "add the hospital to the file given by --institutions")),
    _reason(153, "code_mapped", "notice", "编码按政策指定的映射由临床版换为医保版",
            "codes were mapped from the clinical to the insurance edition, as the policy says",
            Text("无需处理;如不应换码,请修改政策的 codes", "nothing to do; if codes are insurance-edition ones, change codes in the policy")),
    _reason(154, "code_not_mapped", "set_aside", "编码不在政策指定的临床版编码映射中",
            "the code is not in the clinical edition that the policy maps from",
            Text("请核对编码,或核对政策的 codes", "check the code, or codes in the policy")),
    _reason(155, "code_not_in_table", "notice", "代码表中没有的代码(各地可扩展),照常结算",
            "codes that the table does not have; places extend it, so the rows are settled all the same",
            Text("请核对取值,或用 --code-tables 扩展代码表", "check the values, or extend the table with --code-tables")),
    _reason(156, "mapped_column_absent", "notice", "映射所用的列不在文件中,对应字段按缺失处理",
            "columns that the mapping names are not in the file; their fields count as absent",
            Text("如有数据,请补充该列或修改映射", "add the columns, or change the mapping, if the data exist")),
    _reason(151, "value_not_mapped", "set_aside", "映射中没有该取值的译法", "the mapping has no translation of the value",
            Text("请核对取值,或在映射中增加", "check the value, or add it to the mapping")),
    _reason(152, "several_rows_for_one_stay", "set_aside", "每例应有一行的表中有多行对应该例",
            "a table of one row a stay has several rows of this one",
            Text("请删除多余的行", "remove the rows that do not belong")),
    _reason(161, "fee_value_missing", "notice", "费用明细缺少就诊ID、流水号或金额", "a fee line lacks its visit, number or amount",
            Text("请补填", "fill it in")),
    _reason(162, "fee_value_unreadable", "notice", "费用明细的数值或时间无法读取", "a number or time of a fee line cannot be read",
            Text("请按接口规范的类型填写", "write it in the type the interface names")),
    # 2 quality control
    _reason(201, "unknown_diagnosis_code", "set_aside", "诊断编码不在医保版诊断编码表中",
            "the diagnosis code is not in the insurance edition",
            Text("请使用医保版编码", "use the insurance-edition code")),
    _reason(202, "unknown_procedure_code", "set_aside", "手术操作编码不在医保版手术操作编码表中",
            "the procedure code is not in the insurance edition",
            Text("请使用医保版编码", "use the insurance-edition code")),
    _reason(203, "unknown_code", "set_aside", "代码不在代码表中", "the value is not in its code table",
            Text("请使用代码表中的取值", "use a value of the code table")),
    _reason(204, "negative_amount", "set_aside", "金额为负", "the amount is negative",
            Text("请核对;退费请上传冲销结算", "check it; send refunds as reversed settlements")),
    _reason(205, "discharge_before_admission", "set_aside", "出院时间早于入院时间", "discharge is before admission",
            Text("请核对入院与出院时间", "check both times")),
    _reason(206, "settlement_before_discharge", "set_aside", "结算时间早于出院日期", "settlement is before the day of discharge",
            Text("请核对出院与结算时间", "check both times")),
    _reason(207, "cost_identity_broken", "set_aside", "医疗费总额不等于全自费、超限价、先行自付与政策范围内金额之和",
            "the total cost is not the sum of its four coverage parts",
            Text("请按结算结果重新上传各金额", "upload the amounts of the settlement result again")),
    _reason(208, "fund_identity_broken", "set_aside", "基金支付总额不等于各项基金支付之和",
            "the fund total is not the sum of the funds",
            Text("请按结算结果重新上传各基金金额", "upload the fund amounts of the settlement result again")),
    _reason(209, "payer_identity_broken", "set_aside", "医疗费总额不等于各支付方金额之和",
            "the total cost is not the sum of what all payers paid",
            Text("请按结算结果重新上传各支付金额", "upload the payers' amounts of the settlement result again")),
    _reason(221, "other_period", "excluded", "不属于本结算月", "the case belongs to another month",
            Text("无需处理,在所属月份结算", "nothing to do; it is settled in its own month")),
    _reason(222, "refunded", "excluded", "已退费结算,不纳入", "the settlement was refunded",
            Text("无需处理", "nothing to do")),
    _reason(223, "zero_cost", "excluded", "医疗费总额为零,不纳入病种付费", "the stay cost nothing; it is outside case payment",
            Text("如有费用,请更正后重新上传", "correct and upload again if there was a cost")),
    _reason(224, "no_pool", "set_aside", "政策中没有适用于该险种与参保地的基金池",
            "the policy has no pool for this insurance type and place of insurance",
            Text("请核对险种与参保地,或在政策中增加基金池", "check insurance type and place, or add a pool to the policy")),
    _reason(231, "grey_diagnosis_code", "notice", "诊断为医保版灰码", "a diagnosis is a grey code of the insurance edition",
            Text("请改用更具体的编码;是否允许使用以当地规定为准", "use a more specific code; whether grey ones may be used is for the place to say")),
    _reason(232, "grey_operation_code", "notice", "手术操作为医保版灰码", "an operation is a grey code of the insurance edition",
            Text("请改用更具体的编码;是否允许使用以当地规定为准", "use a more specific code; whether grey ones may be used is for the place to say")),
    _reason(233, "principal_not_allowed", "notice", "该诊断不应作为主要诊断", "the diagnosis should not be a principal one",
            Text("请核对主要诊断的选择", "check which diagnosis is the principal one")),
    _reason(234, "main_operation_not_grouped", "notice", "主要手术操作不作为 CHS-DRG 分组依据", "the main operation is none that CHS-DRG groups by",
            Text("请核对主要手术操作的选择", "check which operation is the main one")),
    # The same, where policy or command make the check blocking.
    _reason(235, "grey_diagnosis_code_barred", "set_aside", "诊断为医保版灰码,按规定不予入组",
            "a diagnosis is a grey code of the insurance edition, with which cases are not accepted",
            Text("请改用更具体的编码后重新上传", "use a more specific code and upload again")),
    _reason(236, "grey_operation_code_barred", "set_aside", "手术操作为医保版灰码,按规定不予入组",
            "an operation is a grey code of the insurance edition, with which cases are not accepted",
            Text("请改用更具体的编码后重新上传", "use a more specific code and upload again")),
    _reason(237, "principal_not_allowed_barred", "set_aside", "该诊断不应作为主要诊断,按规定不予入组",
            "the diagnosis should not be a principal one, and cases with it are not accepted",
            Text("请更正主要诊断后重新上传", "correct the principal diagnosis and upload again")),
    _reason(238, "main_operation_not_grouped_barred", "set_aside", "主要手术操作不作为分组依据,按规定不予入组",
            "the main operation is none to group by, and cases with it are not accepted",
            Text("请更正主要手术操作后重新上传", "correct the main operation and upload again")),
    _reason(251, "fee_price_times_count", "notice", "明细金额与单价×数量之差超过每单位 0.01 元",
            "the amount of a fee line misses price × count by more than 0.01 yuan a unit",
            Text("请核对单价、数量与金额", "check price, count and amount")),
    _reason(252, "fee_parts_differ", "notice", "明细金额与全自费、超限价、先行自付、政策范围内之和相差超过 0.01 元",
            "the four coverage parts of a fee line miss its amount by more than 0.01 yuan",
            Text("请按 2301 返回值重新上传", "upload the answer of 2301 again")),
    _reason(253, "fee_refund_without_line", "notice", "退费明细没有引用原明细(init_feedetl_sn)",
            "a refund does not name the line it refunds (init_feedetl_sn)",
            Text("请填写原费用流水号", "name the original line")),
    _reason(254, "fee_refund_of_nothing", "notice", "退费明细引用的原明细不存在", "a refund names a line that does not exist",
            Text("请核对原费用流水号", "check the number of the original line")),
    _reason(255, "fee_line_repeated", "notice", "同一就诊内费用流水号重复", "the number of a fee line stands twice in its visit",
            Text("请删除重复明细", "remove the repeated line")),
    _reason(256, "fee_outside_stay", "notice", "费用发生日不在住院期间", "a fee arose on a day outside the stay",
            Text("请核对费用发生时间与出入院时间", "check the time of the fee, admission and discharge")),
    _reason(257, "fee_sum_differs", "notice", "明细合计与结算金额之差超过总费用的 0.5%",
            "fee lines and settlement differ by more than 0.5 % of the total cost",
            Text("请核对明细是否完整", "check that the lines are complete")),
    _reason(258, "fee_lines_absent", "notice", "有结算而无费用明细的住院", "stays without fee lines",
            Text("请补传费用明细", "upload their lines")),
    _reason(259, "fee_line_without_stay", "notice", "费用明细没有对应的住院", "fee lines that belong to no stay",
            Text("请核对就诊ID", "check the visit ID")),
    _reason(260, "fee_code_unknown", "notice", "费用明细的代码不在代码表中", "codes of fee lines that their table does not have",
            Text("请核对取值,或扩展代码表", "check the values, or extend the code table")),
    _reason(261, "fee_keys_unsound", "notice", "无对应住院或重复的明细超过 0.1%",
            "more than 0.1 % of the fee lines belong to no stay, or are repeated",
            Text("请检查导出的期间与范围", "check period and scope of the export")),
    _reason(262, "fee_facts_absent", "notice", "政策需要费用明细,该住院没有明细,相关费用按零计",
            "the policy asks for fee lines and the stay has none; what they would tell counts as zero",
            Text("请补传费用明细后重新结算", "upload its lines and settle again")),
    _reason(263, "fee_facts_shared", "notice", "一次就诊有多个结算,明细未写明结算ID,相关费用未计入",
            "a visit has several settlements and its fee lines do not say which; they are not counted",
            Text("请在明细中填写结算ID", "give the settlement ID on the lines")),
    # 3 grouping
    _reason(301, "core_operation", "outcome", "核心病种(手术操作)", "core group by operation"),
    _reason(302, "core_conservative", "outcome", "核心病种(保守治疗)", "core group, conservative"),
    _reason(303, "comprehensive_surgery", "outcome", "综合病种(手术)", "comprehensive group, surgery"),
    _reason(304, "comprehensive_therapeutic", "outcome", "综合病种(治疗性操作)", "comprehensive group, therapeutic procedure"),
    _reason(305, "comprehensive_diagnostic", "outcome", "综合病种(诊断性操作)", "comprehensive group, diagnostic procedure"),
    _reason(306, "comprehensive_conservative", "outcome", "综合病种(保守治疗)", "comprehensive group, conservative"),
    _reason(307, "ungrouped", "outcome", "未入组", "no group takes the case"),
    _reason(308, "principal_excluded", "outcome", "该诊断不得作为主要诊断,未入组", "ungrouped: the diagnosis is not allowed as a principal one"),
    _reason(321, "pre_group", "outcome", "先期病种", "pre-group"),
    _reason(322, "merge_group", "outcome", "并项病种", "merged group"),
    _reason(323, "assisted_group", "outcome", "诊断辅助病种", "diagnosis-assisted group"),
    _reason(311, "drg_grouped", "outcome", "入 DRG 组", "a group takes the case"),
    _reason(312, "drg_ambiguous", "outcome", "歧义病案:手术操作与主要诊断不符", "ambiguous: the operation does not fit the principal diagnosis"),
    _reason(313, "drg_ungrouped", "outcome", "无法入组(0000)", "no group takes the case (0000)"),
    # 4 valuation
    _reason(401, "auxiliary_highest", "outcome", "取系数最高的辅助分型", "the sub-type with the highest coefficient"),
    _reason(402, "auxiliary_no_subtype", "outcome", "该病种没有适用的辅助分型", "no sub-type of the group applies"),
    _reason(403, "auxiliary_ungrouped", "outcome", "未入组,不用辅助分型", "ungrouped; no auxiliary coefficient"),
    _reason(404, "auxiliary_excluded_group", "outcome", "该病种不用辅助分型(如中医病种)", "groups like this have none (such as Chinese medicine)"),
    _reason(405, "auxiliary_excluded_care", "outcome", "该医疗类别不用辅助分型(如按床日)", "this kind of care has none (such as bed-day care)"),
    _reason(411, "weight_of_group", "outcome", "按病组权重", "the weight of the group"),
    _reason(412, "weight_absent", "outcome", "病组没有参考权重,按项目付费", "the group has no reference weight; paid by item"),
    _reason(413, "ungrouped_by_factor", "outcome", "未入组(0000),按系数折算", "ungrouped (0000), by a factor of its cost"),
    _reason(414, "ungrouped_by_item", "outcome", "未入组(0000),按项目付费", "ungrouped (0000), paid by item"),
    _reason(415, "ambiguous_by_factor", "outcome", "歧义病案(QY),按系数折算", "ambiguous (QY), by a factor of its cost"),
    _reason(416, "ambiguous_by_item", "outcome", "歧义病案(QY),按项目付费", "ambiguous (QY), paid by item"),
    # 5 pricing
    _reason(501, "route_group", "outcome", "按病种付费", "paid by group"),
    _reason(502, "route_by_item", "outcome", "按项目付费", "paid by item"),
    _reason(503, "route_out_of_scope", "outcome", "不在病种付费范围", "outside the scope of case payment"),
    _reason(504, "route_bed_day", "outcome", "按床日付费", "paid by bed-day"),
    _reason(505, "route_day_surgery", "outcome", "日间手术按病种付费", "day surgery, paid by group"),
    _reason(506, "route_tcm", "outcome", "中医优势病种付费", "Chinese medicine, paid by group"),
    _reason(507, "route_lower_of", "outcome", "按标准付费(费用不低于标准)", "paid the standard, which is not above the cost"),
    _reason(511, "band_normal", "outcome", "正常费用", "normal cost"),
    _reason(512, "band_low", "outcome", "费用偏低", "low cost"),
    _reason(513, "band_high", "outcome", "费用偏高", "high cost"),
    _reason(514, "band_extreme", "outcome", "费用极高,无附加点数,转评审", "extreme cost: no extra points, sent to review"),
    _reason(515, "band_ungrouped", "outcome", "未入组病例", "ungrouped"),
    _reason(516, "band_by_item", "outcome", "按项目", "by item"),
    _reason(517, "band_not_tested", "outcome", "不做费用偏差判定", "cost is not tested"),
    # 7 clearing
    _reason(701, "prior_month_missing", "notice", "累计方式下未给出该月的结果,该月已拨付按零计",
            "the run of this month is not given; in the cumulative mode nothing counts as paid in it",
            Text("请用 --prior 给出本年以前各月的结果", "give the runs of all earlier months of the year with --prior")),
    # 9 policy
    _reason(901, "day_not_covered", "excluded", "政策有效期不含该病例的日期",
            "the policy does not cover the day of the case",
            Text("请选用覆盖该日的政策", "use a policy that covers this day")),
)  # fmt: skip

REASONS: dict[str, Reason] = {reason.key: reason for reason in _ALL}
_BY_NUMBER: dict[int, Reason] = {reason.number: reason for reason in _ALL}

if len(REASONS) != len(_ALL) or len(_BY_NUMBER) != len(_ALL):  # pragma: no cover - guards editing
    raise AssertionError("a reason's number or key stands twice")


def number(key: str) -> int:
    """The number of the reason with this key."""
    return REASONS[key].number


def reason(number_: int) -> Reason:
    """The reason with this number."""
    return _BY_NUMBER[int(number_)]
