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
            Text("请按接口规范的类型填写", "write it in the type the interface names")),
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
    _reason(121, "duplicate_deduction", "set_aside", "扣款编号重复", "the deduction's ID is repeated",
            Text("请保留一条", "keep one of them")),
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
    # 3 grouping
    _reason(301, "core_operation", "outcome", "核心病种(手术操作)", "core group by operation"),
    _reason(302, "core_conservative", "outcome", "核心病种(保守治疗)", "core group, conservative"),
    _reason(303, "comprehensive_surgery", "outcome", "综合病种(手术)", "comprehensive group, surgery"),
    _reason(304, "comprehensive_therapeutic", "outcome", "综合病种(治疗性操作)", "comprehensive group, therapeutic procedure"),
    _reason(305, "comprehensive_diagnostic", "outcome", "综合病种(诊断性操作)", "comprehensive group, diagnostic procedure"),
    _reason(306, "comprehensive_conservative", "outcome", "综合病种(保守治疗)", "comprehensive group, conservative"),
    _reason(307, "ungrouped", "outcome", "未入组", "no group takes the case"),
    # 5 pricing
    _reason(501, "route_group", "outcome", "按病种付费", "paid by group"),
    _reason(502, "route_by_item", "outcome", "按项目付费", "paid by item"),
    _reason(503, "route_out_of_scope", "outcome", "不在病种付费范围", "outside the scope of case payment"),
    _reason(511, "band_normal", "outcome", "正常费用", "normal cost"),
    _reason(512, "band_low", "outcome", "费用偏低", "low cost"),
    _reason(513, "band_high", "outcome", "费用偏高", "high cost"),
    _reason(514, "band_extreme", "outcome", "费用极高,无附加点数,转评审", "extreme cost: no extra points, sent to review"),
    _reason(515, "band_ungrouped", "outcome", "未入组病例", "ungrouped"),
    _reason(516, "band_by_item", "outcome", "按项目", "by item"),
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
