"""The files of a year's prepayment: advances, pools, and instalments month by month in the form that ``settle`` takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from drgdip.base.text import Text
from drgdip.interface.prepayment_row import PrepaymentOffset, PrepaymentPool, PrepaymentRow
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.year.files import write_table

_FILE = re.compile(r"prepayments\.csv|pools\.csv|offsets-\d{4}-\d{2}\.csv|run\.json")
PREPAYMENT_FOLDER = FolderKind(
    lambda name: bool(_FILE.fullmatch(name)), "prepayments.csv", Text("预付金", "a prepayment")
)


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    words = Text(zh, en)
    return OutputColumn(field, header, unit, words, words, Text("结算算法规范 4.4", "Settlement arithmetic 4.4"))


_HOSPITAL = _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code")
_POOL = _column("pool", "pool", "text", "基金池代码", "pool")
_AMOUNT = _column("amount_fen", "amount_yuan", "yuan", "预付金", "advance")
ROW_COLUMNS = (
    _HOSPITAL,
    _POOL,
    _column("years", "years", "count", "年数", "years of history"),
    _column("monthly_mean_fen", "monthly_mean_yuan", "yuan", "月均基金支出", "monthly mean"),
    _column("coefficient_e4", "coefficient", "ratio", "考核系数", "coefficient"),
    _AMOUNT,
)
POOL_COLUMNS = (
    _POOL,
    _column("balance_months_e4", "balance_months", "ratio", "累计结余月数", "months laid by"),
    _column("least_months_e4", "least_months", "ratio", "要求月数", "months asked for"),
    _column("year_result_fen", "year_result_yuan", "yuan", "当年收支结余", "result of the year"),
    _column("rolling_deficit", "rolling_deficit", "text", "滚动预测赤字", "deficit in sight"),
    _column("eligible", "eligible", "text", "可预付", "may prepay"),
    _column("hospitals", "hospitals", "count", "机构数", "hospitals"),
    _AMOUNT,
)
OFFSET_COLUMNS = (
    _column("item_id", "item_id", "text", "扣款编号", "item"),
    _HOSPITAL,
    _POOL,
    _column("deduction_type", "deduction_type", "code", "类型代码", "type"),
    _column("date", "date", "text", "日期", "date"),
    _AMOUNT,
)


def write_prepayment(
    folder: Path,
    rows: Sequence[PrepaymentRow],
    pools: Sequence[PrepaymentPool],
    offsets: Sequence[PrepaymentOffset],
) -> None:
    """Write ``prepayments.csv``, ``pools.csv`` and, for instalments, ``offsets-YYYY-MM.csv`` of every month."""
    write_table(folder / "prepayments.csv", ROW_COLUMNS, rows)
    write_table(folder / "pools.csv", POOL_COLUMNS, pools)
    for month in sorted({line.date[:7] for line in offsets}):
        own = [line for line in offsets if line.date[:7] == month]
        write_table(folder / f"offsets-{month}.csv", OFFSET_COLUMNS, own)
