"""``special.csv``: what came of every application and decision of special-case review, one line each.

Columns that the national interface has bear its names (3601–3604). Source: settlement arithmetic 6.3, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.interface.special import SpecialLine
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.csv_tables import write_table

_SOURCE = Text("结算算法规范 6.3-6.4", "Settlement arithmetic 6.3-6.4")
_PLACES = {"yuan": 2, "points": 4, "ratio": 4}


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), Text(zh, en), _SOURCE)


SPECIAL_LINE_COLUMNS: tuple[OutputColumn, ...] = (
    _column("month", "month", "text", "处理月份", "month of the run"),
    _column("stay_month", "stay_month", "text", "病例结算月份", "month that the stay was settled in"),
    _column("setl_id", "setl_id", "text", "结算ID", "settlement ID"),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code"),
    _column("pool", "pool", "text", "基金池代码", "pool"),
    _column("application_id", "application_id", "text", "申请编号", "application"),
    _column("application_date", "application_date", "text", "申请日期", "date of the application"),
    _column("exit_type", "exit_type", "text", "申请类型", "kind of application, as the hospital wrote it"),
    _column("application_reason", "exit_rea", "text", "申请理由", "the hospital's reason"),
    _column("decision_id", "decision_id", "text", "决定编号", "decision"),
    _column("decision_date", "decision_date", "text", "决定日期", "date of the decision"),
    _column("outcome", "outcome", "text", "评审结论", "outcome (by_item, adjusted, rejected)"),
    _column("reviewers", "reviewers", "text", "评审人", "reviewers"),
    _column("standing", "standing", "text", "处理结果", "in_force, waiting, open, rejected or refused"),
    _column("why", "why", "text", "原因", "key of the finding that explains it"),
    _column("history", "history", "text", "状态经过", "states in order, joined by >"),
    _column("cost_fen", "medfee_sumamt", "yuan", "医疗费总额", "total cost of the stay"),
    _column("reference_fen", "reference_cost_yuan", "yuan", "参照次均费用", "reference cost of the group"),
    _column("allowed_fen", "allowed_yuan", "yuan", "认可费用", "cost allowed to be paid by item"),
    _column("factor_e4", "factor", "ratio", "调整倍数", "factor on the standard points"),
    _column("decided_points_e4", "decided_points", "points", "核定分值", "points that the decision sets"),
    _column("before_points_e4", "ordinary_points", "points", "原分值", "points without the decision"),
    _column("before_gross_fen", "pay_std_amt", "yuan", "原支付标准", "payment standard without the decision"),
    _column("before_payable_fen", "drg_fund_payamt", "yuan", "原基金应付", "payable without the decision"),
    _column("after_points_e4", "points", "points", "决定后分值", "points as paid in the end"),
    _column("after_gross_fen", "gross_yuan", "yuan", "决定后支付标准", "gross as paid in the end"),
    _column("after_payable_fen", "exit_fund_payamt", "yuan", "决定后基金应付", "payable as paid in the end"),
    _column("recorded_fen", "recorded_yuan", "yuan", "记账金额", "recorded at the bedside"),
    _column("posted_fen", "posted_yuan", "yuan", "本月补差", "posted in this month for a stay of an earlier one"),
    _column(
        "denied_change_fen",
        "denied_change_yuan",
        "yuan",
        "原拒付增减",
        "what earlier denials of the stay take more of it, or (below zero) less",
    ),
    _column("before_route", "ordinary_route", "text", "原支付方式", "how it is paid without the decision"),
    _column("after_route", "route", "text", "决定后支付方式", "how it is paid in the end"),
)
_LEVEL = _column("level", "hospital_level", "text", "名额所属医院级别", "level of hospital whose quota it falls under")


def special_line_columns(lines: Iterable[SpecialLine]) -> tuple[OutputColumn, ...]:
    """The columns of such lines: with the level where quotas are by level."""
    return (*SPECIAL_LINE_COLUMNS, *((_LEVEL,) if any(line.level for line in lines) else ()))


def write_special_csv(path: Path, lines: Iterable[SpecialLine]) -> None:
    """Write the lines by settlement ID, decision and application."""
    order = sorted(lines, key=lambda line: (line.setl_id, line.decision_id, line.application_id))
    write_table(path, special_line_columns(order), order)


def special_line(cells: Mapping[str, str]) -> SpecialLine:
    """A row of ``special.csv``. Raises ValueError, KeyError or TypeError for anything but what was written."""
    values = {
        column.field: cells[column.header]
        if column.unit == "text"
        else parse_scaled(cells[column.header], _PLACES[column.unit])
        for column in (*SPECIAL_LINE_COLUMNS, _LEVEL)
        if column.header in cells or column.field not in SpecialLine._field_defaults  # of runs before it was told
    }
    return SpecialLine(**values)  # type: ignore[arg-type]
