"""The committee's list: what a reviewer of special cases needs, with columns to fill in (settlement arithmetic 6.3).

The headers of the empty columns are those that ``settle --decisions`` reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drgdip.base.text import Text
from drgdip.interface.special import DECISION_COLUMNS, DECISION_OPTIONAL
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.xlsx import Head, Sheet, open_workbook


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    source = Text("结算算法规范 6.1-6.3", "Settlement arithmetic 6.1-6.3")
    return OutputColumn(field, header, unit, Text(zh, en), Text(zh, en), source)


COMMITTEE_COLUMNS: tuple[OutputColumn, ...] = (
    _column("rank", "rank", "count", "序位", "rank"),
    _column("standing", "standing", "text", "名额情况", "in_force, waiting, rejected; within or beyond the places"),
    _column("scope", "scope", "text", "名额范围", "which quota"),
    _column("setl_id", "setl_id", "text", "结算ID", "settlement ID"),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code"),
    _column("pool", "pool", "text", "基金池代码", "pool"),
    _column("group", "dip_code", "text", "病种编码", "group"),
    _column("band", "deviation_band", "text", "费用偏差", "cost band"),
    _column("cost_fen", "medfee_sumamt", "yuan", "医疗费总额", "total cost"),
    _column("reference_fen", "reference_cost_yuan", "yuan", "参照次均费用", "reference cost"),
    _column("cost_ratio_e4", "cost_ratio", "ratio", "费用倍率", "cost ratio"),
    _column("standard_points_e4", "standard_points", "points", "标准分值", "standard points"),
    _column("points_e4", "ordinary_points", "points", "原分值", "points without a decision"),
    _column("stay_days", "act_ipt_days", "rows", "住院天数", "length of stay"),
    _column("icu_hours", "icu_hours", "rows", "重症监护小时数", "hours in intensive care"),
    _column("age_years", "age", "rows", "年龄", "age"),
    _column("patient_fen", "patient_yuan", "yuan", "个人支付", "patient"),
    _column("other_funds_fen", "other_funds_yuan", "yuan", "范围外支付", "other funds"),
    _column("recorded_fen", "recorded_yuan", "yuan", "记账金额", "recorded"),
    _column("payable_fen", "payable_yuan", "yuan", "现应付基金", "payable as settled"),
    _column("application", "application_id", "text", "申请编号", "application"),
    _column("reason", "exit_rea", "text", "申请理由", "the hospital's reason"),
)
_FINDINGS = _column("", "findings", "text", "质控提示", "findings on the stay")
#: What reviewers fill in; the stay's ID stands among the columns before.
_TO_FILL_IN = {
    "decision_id": "决定编号",
    "outcome": "评审结论",
    "date": "决定日期",
    "reviewers": "评审人",
    "allowed_yuan": "认可费用",
    "factor": "调整倍数",
    "points": "核定分值",
    "pay_std_amt": "核定支付标准",
    "reviewer_units": "评审人单位",
    "decision_rea": "理由",
}
assert set(_TO_FILL_IN) == {*DECISION_COLUMNS, *DECISION_OPTIONAL} - {"setl_id"}


def write_committee_xlsx(path: Path, month: str, stays: Sequence[Any], findings: dict[str, str]) -> None:
    """Write the list; ``stays`` have the columns' fields as attributes, ``findings`` words by settlement ID."""
    heads = [Head(column.label.zh, column.header, column.unit) for column in (*COMMITTEE_COLUMNS, _FINDINGS)]
    heads += [Head(label, name, "text", 16) for name, label in _TO_FILL_IN.items()]
    with open_workbook(path, f"Special cases {month}") as book:
        sheet = Sheet(book, "特例单议 Special cases", heads)
        sheet.add(
            (*(getattr(stay, column.field) for column in COMMITTEE_COLUMNS), findings.get(stay.setl_id, ""),
             *("" for _ in _TO_FILL_IN))
            for stay in stays
        )  # fmt: skip
