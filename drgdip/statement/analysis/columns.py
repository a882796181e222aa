"""Tables of a period's analysis: their columns, and the plain data that the writers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from drgdip.base.period_records import AnalysisRecord
from drgdip.base.text import Text
from drgdip.statement.analysis.gaming import BunchRow, DriftRow, PairRow
from drgdip.statement.columns import OutputColumn, Unit


class IndicatorColumn(NamedTuple):
    """An indicator as a column: key, name, unit, formula, source."""

    key: str
    name: Text
    unit: Unit
    formula: Text
    source: str


class ScopeRow(NamedTuple):
    """Indicators of the city, a pool, a hospital or a county; None where there is nothing to measure."""

    scope: str
    key: str
    cases: int
    values: Mapping[str, int | None]


class FigureRow(NamedTuple):
    """A figure of the city or a pool that is no mean of stays."""

    key: str
    pool: str
    value: int | None
    unit: Unit
    name: Text
    formula: Text


class QuarterRow(NamedTuple):
    """What the statements of a quarter's months add up to in one pool."""

    quarter: str
    pool: str
    months: int
    cases: int
    gross_fen: int
    payable_fen: int
    recorded_fen: int
    difference_fen: int
    retained_fen: int
    deducted_fen: int
    paid_fen: int


class ExecutionRow(NamedTuple):
    """A pool's budget execution over the months given."""

    pool: str
    spent_fen: int
    budget_fen: int
    share_e4: int
    execution_e4: int
    level: str
    forecast_fen: int


class FlowRow(NamedTuple):
    """Patients who came (``in``) or went (``out``) between this region and another."""

    direction: str
    region: str
    cases: int
    total_cost_fen: int
    fund_fen: int


class WarningRow(NamedTuple):
    """What is worth a look: where, which figure, its value, the city's or the limit, and words."""

    level: str
    scope: str
    key: str
    indicator: str
    value: str
    limit: str
    words: Text


class Analysis(NamedTuple):
    """A period as plain data: all that the analysis' files are written from."""

    record: AnalysisRecord
    indicators: Sequence[IndicatorColumn]
    scopes: Sequence[ScopeRow]
    figures: Sequence[FigureRow]
    quarters: Sequence[QuarterRow]
    execution: Sequence[ExecutionRow]
    flows: Sequence[FlowRow]
    warnings: Sequence[WarningRow]
    not_measured: Sequence[tuple[Text, Text]]
    pairs: Sequence[PairRow] = ()
    drift: Sequence[DriftRow] = ()
    bunches: Sequence[BunchRow] = ()


def _column(field: str, header: str, unit: Unit, zh: str, en: str, meaning: Text, source: str) -> OutputColumn:
    return OutputColumn(field, header, unit, Text(zh, en), meaning,
                        Text(f"结算算法规范 {source}", f"Settlement arithmetic {source}"))  # fmt: skip


_POOL = _column("pool", "pool", "text", "基金池代码", "pool", Text("政策文件中的基金池代码", "key of the pool"), "0.1")
_CASES = _column("cases", "cases", "count", "病例数", "cases", Text("结算病例数", "stays settled"), "10")


def _yuan(name: str, zh: str, en: str, meaning: Text, source: str = "4.3") -> OutputColumn:
    return _column(f"{name}_fen", f"{name}_yuan", "yuan", zh, en, meaning, source)


QUARTER_COLUMNS: tuple[OutputColumn, ...] = (
    _column("quarter", "quarter", "text", "季度", "quarter", Text("季度", "quarter"), "10"),
    _POOL,
    _column("months", "months", "rows", "月数", "months", Text("所给的月份数", "months given"), "10"),
    _CASES,
    _yuan("gross", "分值金额", "gross", Text("分值×点值之和", "points × point value")),
    _yuan("payable", "应付基金", "payable", Text("应付基金之和", "what the funds owe")),
    _yuan("recorded", "记账金额", "recorded", Text("出院时记账的基金之和", "recorded at the bedside")),
    _yuan("difference", "差额", "difference", Text("应付减记账", "payable less recorded")),
    _yuan("retained", "预留金", "retained", Text("暂留之和", "held back")),
    _yuan("deducted", "扣款", "deducted", Text("各类扣款之和", "deductions of all types")),
    _yuan("paid", "实付", "paid", Text("实付之和", "transferred")),
)  # fmt: skip

EXECUTION_COLUMNS: tuple[OutputColumn, ...] = (
    _POOL,
    _yuan("spent", "累计支出", "spent", Text("所给月份的应付基金", "payable of the months given"), "10"),
    _yuan("budget", "年度预算", "annual budget", Text("年度病种付费预算", "the year's budget for case payment"), "5.1"),
    _column("share_e4", "seasonal_share", "ratio", "时序比例", "seasonal share",
            Text("所给月份占全年的比例", "share of the year that the months have"), "4.1, 10"),
    _column("execution_e4", "execution", "ratio", "预算执行率", "execution",
            Text("累计支出÷(年度预算×时序比例)", "spent ÷ (annual budget × seasonal share)"), "10"),
    _column("level", "level", "text", "预警级别", "level", Text("none 无,yellow 黄,red 红", "none, yellow or red"), "10"),
    _yuan("forecast", "全年预测", "forecast", Text("按时序比例推算的全年支出", "the year at this pace"), "10"),
)  # fmt: skip

FLOW_COLUMNS: tuple[OutputColumn, ...] = (
    _column("direction", "direction", "text", "方向", "direction",
            Text("in 外地患者来本地,out 本地患者去外地", "in: treated here; out: insured here"), "7"),
    _column("region", "region", "text", "对方统筹区", "region", Text("对方统筹区", "the other region"), "7"),
    _CASES,
    _yuan("total_cost", "医疗费总额", "total cost", Text("医疗费总额", "total cost"), "7"),
    _yuan("fund", "基金", "funds", Text("来:应付基金;去:本地应拨", "in: payable; out: what this region pays"), "7"),
)  # fmt: skip

WARNING_COLUMNS: tuple[OutputColumn, ...] = tuple(
    _column(field, field, "text", zh, en, Text(zh, en), "10")
    for field, zh, en in (
        ("level", "级别", "level"), ("scope", "范围", "scope"), ("key", "对象", "of what"), ("indicator", "指标", "indicator"),
        ("value", "值", "value"), ("limit", "全市值或限值", "city's value or limit"), ("words", "说明", "words"),
    )
)  # fmt: skip
