"""``denials.csv``: what came of every denial after review, one line each. Source: settlement arithmetic 8.3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.interface.denial import DenialLine
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.csv_tables import write_table

_SOURCE = Text("结算算法规范 8.3", "Settlement arithmetic 8.3")
_PLACES = {"yuan": 2, "points": 4}


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), Text(zh, en), _SOURCE)


DENIAL_LINE_COLUMNS: tuple[OutputColumn, ...] = (
    _column("month", "month", "text", "处理月份", "month of the run"),
    _column("stay_month", "stay_month", "text", "病例结算月份", "month that the stay was settled in"),
    _column("setl_id", "setl_id", "text", "结算ID", "settlement ID"),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code"),
    _column("pool", "pool", "text", "基金池代码", "pool"),
    _column("denial_id", "denial_id", "text", "拒付决定编号", "denial"),
    _column("date", "date", "text", "决定日期", "date of the decision"),
    _column("decided_by", "decided_by", "text", "决定人", "who decided"),
    _column("mode", "mode", "text", "拒付方式", "deduct_amount, deduct_scaled, reprice_cost, regroup or void"),
    _column("reason", "reason", "text", "理由", "reason"),
    _column("standing", "standing", "text", "处理结果", "posted or refused"),
    _column("why", "why", "text", "原因", "key of the finding that explains a refusal"),
    _column("fund_fen", "denied_fund_yuan", "yuan", "违规基金", "fund amount that the decision names"),
    _column("fee_fen", "denied_fee_yuan", "yuan", "违规费用", "cost that the decision names"),
    _column("group", "group_code", "text", "更正病种", "group that the decision names"),
    _column("recorded_fen", "recorded_yuan", "yuan", "记账金额", "recorded at the bedside"),
    _column("before_points_e4", "before_points", "points", "原分值", "points without the denial"),
    _column("before_payable_fen", "before_payable_yuan", "yuan", "原应付", "payable without any denial"),
    _column("after_points_e4", "after_points", "points", "拒付后分值", "points that the mode gives the stay"),
    _column("after_payable_fen", "after_payable_yuan", "yuan", "拒付后应付", "payable that the mode gives the stay"),
    _column("left_fen", "left_yuan", "yuan", "尚余应付", "payable that earlier denials leave"),
    _column("asked_fen", "asked_yuan", "yuan", "应拒付", "what the mode comes to"),
    _column("denied_fen", "denied_yuan", "yuan", "拒付金额", "denied: taken as an audit deduction of this month"),
    _column(
        "pool_points_e4",
        "pool_points",
        "points",
        "移出基金池的分值",
        "points that left the pool before its point value",
    ),
    _column("cost_fen", "cost_yuan", "yuan", "医疗总费用", "total cost of the stay"),
    _column("before_gross_fen", "before_gross_yuan", "yuan", "原病例金额", "gross without the denial"),
    _column("after_gross_fen", "after_gross_yuan", "yuan", "拒付后病例金额", "gross that the mode gives the stay"),
    _column("before_route", "before_route", "text", "原支付方式", "how it is paid without the denial"),
    _column("after_route", "after_route", "text", "拒付后支付方式", "how the mode pays it"),
)


def write_denials_csv(path: Path, lines: Iterable[DenialLine]) -> None:
    """Write the lines by settlement ID and denial."""
    order = sorted(lines, key=lambda line: (line.setl_id, line.denial_id))
    write_table(path, DENIAL_LINE_COLUMNS, order)


def denial_line(cells: Mapping[str, str]) -> DenialLine:
    """A row of ``denials.csv``. Raises ValueError, KeyError or TypeError for anything but what was written."""
    values = {
        column.field: cells[column.header]
        if column.unit == "text"
        else parse_scaled(cells[column.header], _PLACES[column.unit])
        for column in DENIAL_LINE_COLUMNS
        if column.header in cells or column.field not in DenialLine._field_defaults  # of runs before it was told
    }
    return DenialLine(**values)  # type: ignore[arg-type]
