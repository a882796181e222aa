"""The files of smoothed point values: values by pool and period, and where every hospital stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drgdip.base.text import Text
from drgdip.interface.interval_row import IntervalHospital, IntervalRow
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.year.files import write_table

INTERVAL_FILES = frozenset({"point_values.csv", "hospitals.csv", "run.json"})
INTERVAL_FOLDER = FolderKind(
    INTERVAL_FILES.__contains__, "point_values.csv", Text("优值区间测算", "smoothed point values")
)


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    words = Text(zh, en)
    return OutputColumn(field, header, unit, words, words, Text("结算算法规范 2.2", "Settlement arithmetic 2.2"))


_POOL = _column("pool", "pool", "text", "基金池代码", "pool")
_PERIOD = _column("period", "period", "text", "期间", "period")
_POINTS = _column("points_e4", "points", "ratio", "分值", "points")
ROW_COLUMNS = (
    _POOL,
    _PERIOD,
    _column("hospitals", "hospitals", "count", "机构数", "hospitals"),
    _column("kept", "kept", "count", "入选机构数", "hospitals in the interval"),
    _POINTS,
    _column("mean_income_e4", "mean_income", "ratio", "全区每分收入", "regional income per point"),
    _column("mean_cost_e4", "mean_cost", "ratio", "全区每分成本", "regional cost per point"),
    _column("centre_income_e4", "centre_income", "ratio", "几何中心每分收入", "income per point at the centre"),
    _column("centre_cost_e4", "centre_cost", "ratio", "几何中心每分成本", "cost per point at the centre"),
    _column("fallback", "fallback", "text", "无机构入选", "no hospital in the interval"),
    _column("value_e4", "point_value", "ratio", "点值", "point value"),
)
HOSPITAL_COLUMNS = (
    _POOL,
    _PERIOD,
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code"),
    _POINTS,
    _column("income_fen", "income_yuan", "yuan", "收入", "income"),
    _column("cost_fen", "cost_yuan", "yuan", "成本", "cost"),
    _column("income_e4", "income_per_point", "ratio", "每分收入", "income per point"),
    _column("cost_e4", "cost_per_point", "ratio", "每分成本", "cost per point"),
    _column("quadrant", "quadrant", "text", "象限", "quadrant"),
    _column("kept", "kept", "text", "入选", "in the interval"),
)


def write_intervals(folder: Path, rows: Sequence[IntervalRow], hospitals: Sequence[IntervalHospital]) -> None:
    """Write ``point_values.csv`` and ``hospitals.csv``."""
    write_table(folder / "point_values.csv", ROW_COLUMNS, rows)
    write_table(folder / "hospitals.csv", HOSPITAL_COLUMNS, hospitals)
