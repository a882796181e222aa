"""Columns of the workbook's smaller sheets, with their meaning, so that one sheet of definitions covers all."""

from __future__ import annotations

from drgdip.base.text import Text
from drgdip.statement.columns import STATEMENT_COLUMNS, OutputColumn, Unit

_OF_STATEMENT = {column.field: column for column in STATEMENT_COLUMNS}
_DEDUCTIONS = Text("结算算法规范 4.5", "Settlement arithmetic 4.5")
_CHECKS = Text("结算算法规范 0.3 (5)", "Settlement arithmetic 0.3 (5)")
_CONTROL = Text("本程序的原因表", "this program's list of reasons")


def _column(header: str, unit: Unit, zh: str, en: str, meaning: Text, source: Text) -> OutputColumn:
    return OutputColumn(header, header, unit, Text(zh, en), meaning, source)


DEDUCTION_COLUMNS: tuple[OutputColumn, ...] = (
    _OF_STATEMENT["hospital_code"],
    _OF_STATEMENT["pool"],
    _column("deduction_type", "code", "类型代码", "type code", Text("国家接口扣款类型", "type of the national interface"),
            _DEDUCTIONS),
    _column("type", "text", "类型", "type", Text("扣款类型名称", "name of the type"), _DEDUCTIONS),
    _column("date", "text", "日期", "date", Text("扣款决定日期", "day of the decision"), _DEDUCTIONS),
    _column("item_id", "text", "扣款编号", "item", Text("扣款项目编号", "number of the item"), _DEDUCTIONS),
    _column("amount_yuan", "yuan", "应扣金额", "amount", Text("本期开始时的应扣余额", "open when the month began"),
            _DEDUCTIONS),
    _column("taken_yuan", "yuan", "本期实扣", "taken", Text("本期实际扣除", "taken from this month's due"), _DEDUCTIONS),
    _column("carried_yuan", "yuan", "结转下期", "carried", Text("本期不足扣除、结转下期", "left for the next month"),
            _DEDUCTIONS),
)  # fmt: skip

NOT_SETTLED_COLUMNS: tuple[OutputColumn, ...] = (
    _column("reason_number", "code", "编号", "number", Text("原因编号", "number of the reason"), _CONTROL),
    _column("words_zh", "text", "原因", "reason", Text("未结算的首要原因", "first reason that the row is not settled"),
            _CONTROL),
    _column("words_en", "text", "英文说明", "in English", Text("原因的英文说明", "the reason in English"), _CONTROL),
    _column("effect", "text", "处理", "effect",
            Text("搁置:更正后可结算;不纳入:不属于本月病种付费",
                 "set aside: settled once corrected; excluded: not part of the month"), _CONTROL),
    _column("remedy_zh", "text", "建议", "remedy", Text("医疗机构或经办机构应做的事", "what hospital or agency should do"),
            _CONTROL),
    _column("rows", "rows", "行数", "rows", Text("以此为首要原因的行数", "rows with this first reason"), _CONTROL),
    _column("total_cost_yuan", "yuan", "医疗费总额", "total cost",
            Text("这些行的医疗费总额,无法读取的不计", "their total cost, as far as it can be read"), _CONTROL),
)  # fmt: skip

PROOF_COLUMNS: tuple[OutputColumn, ...] = (
    _column("id", "text", "编号", "id", Text("校验编号", "name of the line"), _CHECKS),
    _column("zh", "text", "校验", "line", Text("校验内容", "what is compared"), _CHECKS),
    _column("en", "text", "英文", "in English", Text("校验内容的英文", "the line in English"), _CHECKS),
    _column("left", "yuan", "左", "left", Text("等号左边", "left of the equals sign"), _CHECKS),
    _column("right", "yuan", "右", "right", Text("等号右边", "right of the equals sign"), _CHECKS),
    _column("difference", "yuan", "差", "difference", Text("左减右", "left less right"), _CHECKS),
    _column("unit", "text", "单位", "unit", Text("金额或行数", "money or rows"), _CHECKS),
    _column("holds", "text", "是否相符", "holds", Text("差在允许范围内为相符", "yes, if the difference is allowed"),
            _CHECKS),
)  # fmt: skip
