"""The files of a sample of stays, and of what its check comes to. ``checked.csv`` is for inspectors to fill in.

Source: settlement arithmetic 8.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.interface.sample import BlankCheck, ExtrapolationLine, FrameLine, SampleDeduction, SampleLine
from drgdip.statement.columns import OutputColumn, Unit
from drgdip.statement.findings_csv import FindingsWriter
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.xlsx import Head, Sheet, open_workbook
from drgdip.statement.year.files import write_table

SAMPLE_FILES = frozenset({"sample.csv", "sample.xlsx", "checked.csv", "frame.csv", "run.json"})
SAMPLE_FOLDER = FolderKind(SAMPLE_FILES.__contains__, "sample.csv", Text("抽样", "a sample"))
EXTRAPOLATION_FILES = frozenset(
    {"extrapolation.csv", "extrapolation.xlsx", "deductions.csv", "findings.csv", "run.json"}
)
EXTRAPOLATION_FOLDER = FolderKind(
    EXTRAPOLATION_FILES.__contains__, "extrapolation.csv", Text("抽样放大", "an extrapolation")
)


def _column(field: str, header: str, unit: Unit, zh: str, en: str) -> OutputColumn:
    words = Text(zh, en)
    return OutputColumn(field, header, unit, words, words, Text("结算算法规范 8.2", "Settlement arithmetic 8.2"))


_HOSPITAL = _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code")
_POOL = _column("pool", "pool", "text", "基金池代码", "pool")
_SETTLEMENT = _column("setl_id", "setl_id", "text", "结算ID", "settlement ID")
_MONTH = _column("month", "month", "text", "结算月份", "month that the stay was settled in")
_PAYABLE = _column("payable_fen", "payable_yuan", "yuan", "基金应付", "payable by the fund")
_STAYS = _column("frame_stays", "frame_stays", "count", "抽样框例数", "stays of the frame")
_HASH = _column("frame_sha256", "frame_sha256", "text", "抽样框散列", "hash of the frame: lines id,fen sorted by id")
FRAME_COLUMNS = (_HOSPITAL, _POOL, _SETTLEMENT, _MONTH, _PAYABLE)
SAMPLE_COLUMNS = (
    _HOSPITAL,
    _POOL,
    _column("draw_number", "draw_number", "count", "抽取序号", "order in which it was drawn"),
    _SETTLEMENT,
    _MONTH,
    _PAYABLE,
    _STAYS,
    _column("frame_fund_fen", "frame_fund_yuan", "yuan", "抽样框基金", "fund payment of the frame"),
    _HASH,
    _column("seed", "seed", "text", "随机种子", "seed"),
    _column("rate_e4", "rate", "ratio", "抽样比例", "share that is drawn"),
)
CHECK_COLUMNS = (
    _SETTLEMENT,
    _column("violation", "violation", "text", "违规(1 是,0 否)", "1 breaks the rules, 0 does not"),
    _column(
        "violation_fund_yuan", "violation_fund_yuan", "text", "违规基金", "fund money of it; empty: the whole payment"
    ),
    _column("note", "note", "text", "说明", "note"),
)
EXTRAPOLATION_COLUMNS = (
    _HOSPITAL,
    _POOL,
    _STAYS,
    _column("sample_stays", "sample_stays", "count", "样本例数", "stays of the sample"),
    _column("bad_stays", "violation_stays", "count", "违规例数", "stays that break the rules"),
    _column("sample_fund_fen", "sample_fund_yuan", "yuan", "样本基金", "fund payment of the sample"),
    _column("bad_fund_fen", "violation_fund_yuan", "yuan", "违规基金", "fund money of the violations"),
    _column("annual_fund_fen", "annual_fund_yuan", "yuan", "全年基金支付", "fund payment of the year"),
    _column("count_rate_e4", "count_rate", "ratio", "按例数违规率", "rate by number of stays"),
    _column("low_e4", "count_rate_low", "ratio", "违规率下限(95%)", "lower end of its exact 95 % interval"),
    _column("high_e4", "count_rate_high", "ratio", "违规率上限(95%)", "upper end of its exact 95 % interval"),
    _column("count_deduction_fen", "count_deduction_yuan", "yuan", "按例数扣减", "deduction by number of stays"),
    _column("money_rate_e4", "money_rate", "ratio", "按金额违规率", "rate by money"),
    _column("money_deduction_fen", "money_deduction_yuan", "yuan", "按金额扣减", "deduction by money"),
    _column("by", "by", "text", "采用口径", "the reading that is used: count or money"),
    _column("deduction_fen", "deduction_yuan", "yuan", "扣减金额", "deduction"),
    _HASH,
    _column("basis", "basis", "text", "协议依据", "contract basis"),
)
DEDUCTION_COLUMNS = (
    _column("item_id", "item_id", "text", "扣款编号", "item"),
    _HOSPITAL,
    _POOL,
    _column("deduction_type", "deduction_type", "code", "类型代码", "type"),
    _column("date", "date", "text", "日期", "date"),
    _column("amount_fen", "amount_yuan", "yuan", "金额", "amount"),
)


def write_sample(folder: Path, sample: Sequence[SampleLine], frame: Sequence[FrameLine]) -> None:
    """Write the sample, the list for its inspectors, and the frame that it was drawn from."""
    write_table(folder / "sample.csv", SAMPLE_COLUMNS, sample)
    write_table(folder / "checked.csv", CHECK_COLUMNS, [BlankCheck(line.setl_id) for line in sample])
    write_table(folder / "frame.csv", FRAME_COLUMNS, frame)
    _write_workbook(folder / "sample.xlsx", {"抽样清单 Sample": (SAMPLE_COLUMNS, sample)})


def write_extrapolation(
    folder: Path,
    lines: Sequence[ExtrapolationLine],
    deductions: Sequence[SampleDeduction],
    findings: Sequence[Finding],
) -> None:
    """Write what the check comes to, its deductions as ``settle --deductions`` takes them, and what was wrong."""
    write_table(folder / "extrapolation.csv", EXTRAPOLATION_COLUMNS, lines)
    write_table(folder / "deductions.csv", DEDUCTION_COLUMNS, deductions)
    with FindingsWriter(folder / "findings.csv") as writer:
        writer.append(findings)
    _write_workbook(folder / "extrapolation.xlsx", {"抽样放大 Extrapolation": (EXTRAPOLATION_COLUMNS, lines)})


def _write_workbook(path: Path, sheets: Mapping[str, tuple[Sequence[OutputColumn], Sequence[Any]]]) -> None:
    with open_workbook(path, next(iter(sheets))) as book:
        for name, (columns, rows) in sheets.items():
            sheet = Sheet(book, name, [Head(column.label.zh, column.header, column.unit) for column in columns])
            sheet.add([getattr(row, column.field) for column in columns] for row in rows)
