"""``lines.csv``: payment methods as lines under one total. Source: settlement arithmetic 8.5."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from drgdip.base.text import Text
from drgdip.interface.payment_line import MethodLine
from drgdip.statement.cells import as_text
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.csv_tables import cell, write_csv

_SOURCE = Text("结算算法规范 8.5", "Settlement arithmetic 8.5")


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), Text(zh, en), _SOURCE)


LINE_COLUMNS: tuple[OutputColumn, ...] = (
    _column("month", "month", "text", "结算月份", "month"),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code"),
    _column("pool", "pool", "text", "基金池代码", "pool"),
    _column("line", "line", "text", "行", "line of the policy"),
    _column("name", "line_name", "text", "支付方式", "its name"),
    _column("cases", "cases", "count", "病例数", "stays"),
    _column("points_e4", "points", "points", "病例分值", "points"),
    _column("amount_fen", "amount_yuan", "yuan", "应付基金", "payable of its stays, without what is held"),
    _column("cap_fen", "cap_yuan", "yuan", "行上限", "the most that the line may come to; empty without"),
    _column("ceiling_fen", "ceiling_yuan", "yuan", "总额", "ceiling of the month; empty without"),
    _column("allowed_fen", "allowed_yuan", "yuan", "总额内应付", "payable within cap and ceiling"),
    _column("over_fen", "over_yuan", "yuan", "超总额", "beyond cap or ceiling: not due"),
)


def write_lines_csv(path: Path, lines: Iterable[MethodLine]) -> None:
    """Write the lines in their order."""
    body = ([_cell(line, column) for column in LINE_COLUMNS] for line in lines)
    write_csv(path, [column.header for column in LINE_COLUMNS], body)


def _cell(line: MethodLine, column: OutputColumn) -> str:
    value = getattr(line, column.field)
    if column.field == "name":
        value = f"{value.zh} {value.en}"
    return "" if value is None else cell(as_text(value, column.unit), column.unit)
