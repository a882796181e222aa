"""``holds.csv``: what is held of late lists, suspended hospitals and open findings, and what is released. Source: 2.9, 8.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.interface.hold import HoldLine
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.csv_tables import write_table

_SOURCE = Text("结算算法规范 2.9、8.1", "Settlement arithmetic 2.9, 8.1")


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), Text(zh, en), _SOURCE)


HOLD_COLUMNS: tuple[OutputColumn, ...] = (
    _column("month", "month", "text", "结算月份", "month"),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code"),
    _column("pool", "pool", "text", "基金池代码", "pool"),
    _column("reason", "reason", "text", "暂缓原因", "held_late_list, held_suspended or held_screening"),
    _column(
        "decision",
        "decision",
        "text",
        "暂停结算决定或疑点编号",
        "decision of the suspension, or keys of the open findings",
    ),
    _column("cases", "cases", "count", "暂缓病例", "stays of the month that are held, each in its first line"),
    _column("before_fen", "before_yuan", "yuan", "以前月份暂缓", "held by earlier months and open"),
    _column("held_fen", "held_yuan", "yuan", "本月暂缓", "held this month"),
    _column("released_fen", "released_yuan", "yuan", "本月恢复支付", "released: paid with this month"),
    _column("open_fen", "open_yuan", "yuan", "尚暂缓", "open after this month"),
    _column("setl_id", "setl_id", "text", "结算ID", "settlement ID, of findings"),
    _column("rules", "rules", "text", "疑点规则", "rules that found them"),
    _column("under", "under", "text", "另因暂停结算", "decision of a suspension that the stay is under as well"),
)
#: In place of decision, stay and rules where people read it.
HOLD_CAUSE = _column("cause", "cause", "text", "依据", "decision, or rules and stay")
#: Absent from runs that knew no findings.
_LATER = frozenset(("setl_id", "rules", "under"))


def write_holds_csv(path: Path, lines: Iterable[HoldLine]) -> None:
    """Write the lines in their order."""
    write_table(path, HOLD_COLUMNS, lines)


def hold_line(cells: Mapping[str, str]) -> HoldLine:
    """A row of ``holds.csv``. Raises ValueError, KeyError or TypeError for anything but what was written."""
    values = {
        column.field: cells[column.header]
        if column.unit == "text"
        else int(cells[column.header])
        if column.unit == "count"
        else parse_scaled(cells[column.header], 2)
        for column in HOLD_COLUMNS
        if column.header in cells or column.field not in _LATER
    }
    return HoldLine(**values)  # type: ignore[arg-type]
