"""The files of a period's analysis: CSV for programs, a workbook and a page for people, the record last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Language, Text
from drgdip.statement.analysis.columns import (
    EXECUTION_COLUMNS,
    FLOW_COLUMNS,
    QUARTER_COLUMNS,
    WARNING_COLUMNS,
    Analysis,
    IndicatorColumn,
)
from drgdip.statement.analysis.gaming import BUNCH_COLUMNS, DRIFT_COLUMNS, PAIR_COLUMNS
from drgdip.statement.analysis.words import SCOPES, VALUE_WORDS
from drgdip.statement.cells import as_text
from drgdip.statement.csv_tables import cell, write_csv
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.table_sheets import table_sheet
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook
from drgdip.statement.year.files import write_table

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from drgdip.statement.output_column import OutputColumn

ANALYSIS_FILES = frozenset({
    "indicators.csv", "figures.csv", "quarters.csv", "execution.csv", "flows.csv", "warnings.csv", "analysis.xlsx",
    "pairs.csv", "drift.csv", "bunching.csv",
    "analysis.html", "run.json",
})  # fmt: skip
ANALYSIS_FOLDER = FolderKind(ANALYSIS_FILES.__contains__, "indicators.csv", Text("运行分析", "an analysis"))

#: Sheets of signs of gaming.
GAMING = {"pairs": "病组对 Pairs", "drift": "CMI 变化 Drift", "bunching": "聚集 Bunching"}


def write_analysis(folder: Path, analysis: Analysis, language: Language = "zh") -> None:
    """Write an analysis. Every file but ``run.json`` has the same bytes for the same months."""
    from drgdip.base.provenance import sha256_of_file
    from drgdip.statement.analysis.page import analysis_html

    write_csv(
        folder / "indicators.csv",
        ["scope", "key", "cases", "indicator", "value", "unit", "name_zh", "name_en"],
        _indicator_rows(analysis),
    )
    write_csv(folder / "figures.csv", ["figure", "pool", "value", "unit", "name_zh", "name_en"], _figure_rows(analysis))
    write_table(folder / "quarters.csv", QUARTER_COLUMNS, analysis.quarters)
    write_table(folder / "execution.csv", EXECUTION_COLUMNS, analysis.execution)
    write_table(folder / "flows.csv", FLOW_COLUMNS, analysis.flows)
    write_table(folder / "warnings.csv", WARNING_COLUMNS, analysis.warnings)
    for name, columns, rows in gaming_tables(analysis):
        write_table(folder / f"{name}.csv", columns, rows)
    _write_workbook(folder / "analysis.xlsx", analysis)
    page = analysis_html(analysis, language)
    (folder / "analysis.html").write_text(page, encoding="utf-8", errors="backslashreplace", newline="\n")
    hashes = {path.name: sha256_of_file(path) for path in sorted(folder.glob("*.csv"))}
    record = analysis.record.model_copy(update={"outputs": hashes})
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")


def gaming_tables(analysis: Analysis) -> Iterator[tuple[str, Sequence[OutputColumn], Sequence[Any]]]:
    """Name, columns and rows of each table of signs that has any."""
    for name, columns, rows in (
        ("pairs", PAIR_COLUMNS, analysis.pairs),
        ("drift", DRIFT_COLUMNS, analysis.drift),
        ("bunching", BUNCH_COLUMNS, analysis.bunches),
    ):
        if rows:
            yield name, columns, rows


def _indicator_rows(analysis: Analysis) -> Iterator[list[str]]:
    for row in analysis.scopes:
        for column in analysis.indicators:
            value = row.values[column.key]
            yield [row.scope, row.key, cell(str(row.cases), "count"), column.key, _written(value, column.unit), column.unit,
                   column.name.zh, column.name.en]  # fmt: skip


def _figure_rows(analysis: Analysis) -> Iterator[list[str]]:
    for row in analysis.figures:
        yield [row.key, row.pool, _written(row.value, row.unit), row.unit, row.name.zh, row.name.en]


def _written(value: int | None, unit: str) -> str:
    return cell("" if value is None else as_text(value, unit), "count")


def _write_workbook(path: Path, analysis: Analysis) -> None:
    with open_workbook(path, " ".join(analysis.record.months)) as book:
        table_sheet(book, "预警 Warnings", WARNING_COLUMNS, analysis.warnings, words=VALUE_WORDS)
        for scope, name in SCOPES.items():
            rows = [row for row in analysis.scopes if row.scope == scope]
            heads = [Head(name.zh, scope, "text"), Head("病例数", "cases", "count"), *map(_head, analysis.indicators)]
            Sheet(book, f"{name.zh} {name.en.capitalize()}", heads).add(
                [row.key, row.cases, *(row.values[column.key] for column in analysis.indicators)] for row in rows
            )
        table_sheet(book, "季度 Quarters", QUARTER_COLUMNS, analysis.quarters, ("months",))
        table_sheet(
            book, "预算执行 Execution", EXECUTION_COLUMNS, analysis.execution, ("share_e4", "execution_e4"), VALUE_WORDS
        )
        table_sheet(book, "流向 Flows", FLOW_COLUMNS, analysis.flows, words=VALUE_WORDS)
        for table, columns, signs in gaming_tables(analysis):
            numbers = [column.field for column in columns if column.unit != "text"]
            table_sheet(book, GAMING[table], columns, signs, numbers, VALUE_WORDS)
        heads = [Head("指标", "name", "text", 34), Head("基金池", "pool", "text", 20), Head("值", "value", "text", 14)]
        Sheet(book, "其他指标 Figures", heads).add(
            (both(row.name), row.pool, "" if row.value is None else as_text(row.value, row.unit))
            for row in analysis.figures
        )
        _definitions(book, analysis.indicators, analysis)


def _head(column: IndicatorColumn) -> Head:
    return Head(column.name.zh, column.key, column.unit)


def _definitions(book: Workbook, columns: Sequence[IndicatorColumn], analysis: Analysis) -> None:
    heads = [Head("指标", "name", "text", 34), Head("英文", "en", "text", 34), Head("算式", "formula", "text", 60),
             Head("英文算式", "formula_en", "text", 70), Head("依据", "source", "text", 48)]  # fmt: skip
    sheet = Sheet(book, "说明 Definitions", heads)
    sheet.add((c.name.zh, c.name.en, c.formula.zh, c.formula.en, c.source) for c in columns)
    figures = {row.key: row for row in analysis.figures}.values()
    sheet.add((row.name.zh, row.name.en, row.formula.zh, row.formula.en, "") for row in figures)
    sheet.add(
        (name.zh, name.en, f"未计算:{why.zh}", f"not measured: {why.en}", "") for name, why in analysis.not_measured
    )
