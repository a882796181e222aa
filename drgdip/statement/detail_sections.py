"""Lines beside the statement as people read them: special cases, denials, money held, payment methods under one total.

The same sections stand in the workbook, in the report, on a hospital's page and, where they explain its money, on the form that
hospitals sign. Source: settlement arithmetic 2.9, 6.4, 8.1, 8.3, 8.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from drgdip.base.reasons import REASONS
from drgdip.base.text import Text
from drgdip.interface.denial import DenialLine, PoolReading
from drgdip.interface.hold import HoldLine
from drgdip.interface.special import SpecialLine
from drgdip.statement.columns import MonthReport
from drgdip.statement.denial_csv import DENIAL_LINE_COLUMNS
from drgdip.statement.hold_csv import HOLD_CAUSE, HOLD_COLUMNS
from drgdip.statement.line_csv import LINE_COLUMNS
from drgdip.statement.output_column import OutputColumn, Unit
from drgdip.statement.special_csv import special_line_columns

#: Rows on a page and on a sheet; all of them stand in the CSV file that the section names.
PAGE_ROWS, SHEET_ROWS = 50, 5000


class DetailSection(NamedTuple):
    """One list. file : with all of it, empty for one that is whole. columns : of the sheet; shown : of a page. summed : fields
    whose sums mean something.
    """

    title: Text
    file: str
    columns: Sequence[OutputColumn]
    shown: Sequence[OutputColumn]
    rows: Sequence[Any]
    summed: frozenset[str]

    @property
    def page_rows(self) -> Sequence[Any]:
        """Those on a page."""
        return self.rows[:PAGE_ROWS]

    def total(self, field: str) -> int | None:
        """The sum of a field over all rows; None where it means nothing."""
        return sum(getattr(row, field) or 0 for row in self.rows) if field in self.summed else None


_SPECIAL = ("stay_month", "setl_id", "hospital_code", "decision_id", "outcome", "standing", "before_payable_fen",
            "after_payable_fen", "posted_fen")  # fmt: skip
_DENIED = ("stay_month", "setl_id", "hospital_code", "denial_id", "mode", "standing", "before_payable_fen", "asked_fen",
           "denied_fen", "pool_points_e4")  # fmt: skip
_HELD = ("hospital_code", "pool", "reason", "cause", "cases", "before_fen", "held_fen", "released_fen", "open_fen")
_LINES = ("hospital_code", "pool", "name", "cases", "amount_fen", "cap_fen", "ceiling_fen", "allowed_fen", "over_fen")


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    return OutputColumn(
        field, header, unit, Text(zh, en), Text(zh, en), Text("结算算法规范 8.3", "Settlement arithmetic 8.3")
    )


POOL_READING_COLUMNS = (
    _column("pool", "pool", "text", "基金池代码", "pool"),
    _column("points_kept_e4", "points_kept", "points", "计入拒付病例的分值", "points with denied stays"),
    _column("points_left_e4", "points_left", "points", "移出后的分值", "points without what denials take out"),
    _column("point_value_kept_e4", "point_value_kept", "yuan_per_point", "计入时点值", "point value with them"),
    _column("point_value_left_e4", "point_value_left", "yuan_per_point", "移出后点值", "point value without"),
)

#: What codes in these lists mean.
TERMS: dict[str, Text] = {
    "by_item": Text("按项目", "by item"),
    "adjusted": Text("调整", "adjusted"),
    "rejected": Text("不予", "rejected"),
    "in_force": Text("生效", "in force"),
    "waiting": Text("等待名额", "waiting"),
    "open": Text("待评审", "open"),
    "refused": Text("不采用", "refused"),
    "posted": Text("已入账", "posted"),
    "deduct_amount": Text("扣金额", "amount"),
    "deduct_scaled": Text("按比例扣", "scaled"),
    "reprice_cost": Text("重定费用", "re-priced"),
    "regroup": Text("改组", "regrouped"),
    "void": Text("作废", "void"),
    **{key: REASONS[key].words for key in ("held_late_list", "held_suspended", "held_screening")},
}


def term(value: object) -> object:
    """A code in words, anything else as it is."""
    return TERMS.get(value, value) if isinstance(value, str) else value


def special_section(lines: Iterable[SpecialLine]) -> DetailSection:
    """Applications and decisions of special-case review, by settlement ID."""
    rows = sorted(lines, key=lambda line: (line.setl_id, line.decision_id, line.application_id))
    columns = special_line_columns(rows)
    return _section(Text("特例单议", "Special cases"), "special.csv", columns, _SPECIAL, rows, ("posted_fen",))


def denial_section(lines: Iterable[DenialLine]) -> DetailSection:
    """Denials after review, by settlement ID."""
    rows = sorted(lines, key=lambda line: (line.setl_id, line.denial_id))
    return _section(
        Text("审核拒付", "Denials"), "denials.csv", DENIAL_LINE_COLUMNS, _DENIED, rows, ("asked_fen", "denied_fen", "pool_points_e4")
    )  # fmt: skip


def hold_section(lines: Iterable[HoldLine]) -> DetailSection:
    """What is held, and what of earlier months is released or still held, by hospital and reason."""
    section = _section(
        Text("暂缓支付", "Held"), "holds.csv", (*HOLD_COLUMNS, HOLD_CAUSE), _HELD, list(lines),
        ("cases", "before_fen", "held_fen", "released_fen", "open_fen"),
    )  # fmt: skip
    return section._replace(columns=HOLD_COLUMNS)


def sections_of(report: MonthReport) -> list[DetailSection]:
    """The sections of a month that have any line, in the order of the process."""
    readings = [PoolReading(**one) for one in report.run.parameters.get("denials", {}).get("pools", ())]
    found = [
        special_section(report.special),
        denial_section(report.denials),
        _section(Text("拒付与点值", "Denials and point value"), "", POOL_READING_COLUMNS, (), readings if report.denials else [], ()),
        hold_section(report.holds),
        _section(Text("支付方式与总额", "Methods"), "lines.csv", LINE_COLUMNS, _LINES, report.lines,
                 ("cases", "amount_fen", "allowed_fen", "over_fen")),
    ]  # fmt: skip
    return [section for section in found if section.rows]


def of_hospital(
    special: Iterable[SpecialLine], denials: Iterable[DenialLine], holds: Iterable[HoldLine], hospital: str
) -> list[DetailSection]:
    """What changes one hospital's money: decisions in force, denials that were posted, what is held."""
    own_special = [line for line in special if line.hospital_code == hospital and line.standing == "in_force"]
    own_denials = [line for line in denials if line.hospital_code == hospital and line.standing == "posted"]
    own_holds = [line for line in holds if line.hospital_code == hospital]
    found = [special_section(own_special), denial_section(own_denials), hold_section(own_holds)]
    kept = [s._replace(shown=[c for c in s.shown if c.field not in ("hospital_code", "standing")]) for s in found]
    return [section for section in kept if section.rows]


def _section(
    title: Text,
    file: str,
    columns: Sequence[OutputColumn],
    shown: Sequence[str],
    rows: Sequence[Any],
    summed: Sequence[str],
) -> DetailSection:
    known = {column.field: column for column in columns}
    return DetailSection(title, file, columns, [known[field] for field in shown or known], rows, frozenset(summed))
