"""The figures on special-case review that a region publishes, as text and CSV (settlement arithmetic 6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drgdip.base.text import Language, Text
from drgdip.statement.cells import as_text
from drgdip.statement.columns import UNIT_NAMES, OutputColumn, Unit
from drgdip.statement.csv_tables import cell, write_csv


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    source = Text("结算算法规范 6.5", "Settlement arithmetic 6.5")
    return OutputColumn(field, header, unit, Text(zh, en), Text(zh, en), source)


PUBLICATION_COLUMNS: tuple[OutputColumn, ...] = (
    _column("months", "months", "text", "期间", "period"),
    _column("discharges", "discharges", "count", "按病种付费出院人次", "discharges paid by group"),
    _column("applications", "applications", "count", "申请例数", "applications"),
    _column("approvals", "approvals", "count", "通过例数", "approvals"),
    _column("rejected", "rejected", "count", "未通过例数", "rejections"),
    _column("waiting", "waiting", "count", "等待名额例数", "waiting for a place"),
    _column("case_share_e4", "case_share", "ratio", "通过例数占出院人次", "approvals in discharges"),
    _column("paid_fen", "paid_yuan", "yuan", "特例基金支付", "fund paid for approved stays"),
    _column("fund_fen", "fund_yuan", "yuan", "基金应付合计", "all that the funds owe"),
    _column("fund_share_e4", "fund_share", "ratio", "特例占基金支付", "share of the fund"),
    _column("settled_fen", "settled_yuan", "yuan", "特例结算金额", "settled amount of approved stays"),
    _column("added_fen", "added_yuan", "yuan", "特例增加支付", "added by review"),
)


def write_publication_csv(path: Path, figures: Any) -> None:
    """Write the figures as a CSV of one row."""
    row = [cell(as_text(getattr(figures, c.field), c.unit), c.unit) for c in PUBLICATION_COLUMNS]
    write_csv(path, [column.header for column in PUBLICATION_COLUMNS], [row])


def publication_lines(figures: Any, language: Language) -> Iterator[str]:
    """The figures as lines, each with its label and unit, ready for a page."""
    for column in PUBLICATION_COLUMNS:
        unit = "" if column.unit in ("text", "ratio") else f" {UNIT_NAMES[column.unit].in_language(language)}"
        yield f"{column.label.in_language(language)}: {as_text(getattr(figures, column.field), column.unit)}{unit}"
