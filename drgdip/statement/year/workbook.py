"""``year.xlsx``: the clearing by hospital, the funds, differences, proof, and what it all means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.statement.proof import failed
from drgdip.statement.standing import approval_words
from drgdip.statement.table_sheets import definitions_sheet, proof_sheets, table_sheet
from drgdip.statement.words import MARKS, STATUS, WORDS
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook
from drgdip.statement.year.columns import DIFFERENCE_COLUMNS, POOL_COLUMNS, YEAR_COLUMNS, YearReport

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

#: Columns of which a sum says nothing.
_NOT_SUMMED = frozenset({"point_value_e4", "fund_ratio_e4", "score_e4", "coefficient_e4", "ratio_e4", "release_e4",
                         "opening_point_value_e4", "clearing_share_e4", "hospital_tier"})  # fmt: skip


_SHEETS = {
    "年终清算 Clearing": YEAR_COLUMNS,
    "基金池 Pools": POOL_COLUMNS,
    "差额 Differences": DIFFERENCE_COLUMNS,
}


def write_year_xlsx(path: Path, report: YearReport) -> None:
    """Write the workbook of a cleared year."""
    with open_workbook(path, f"DIP {report.record.year}") as book:
        sheet = table_sheet(book, "年终清算 Clearing", YEAR_COLUMNS, report.rows, _NOT_SUMMED)
        if broken := failed(report.proof):
            sheet.note(WORDS["proof_bad"].fill(count=len(broken), lines=", ".join(line.line_id for line in broken)))
        if not report.record.approval.official:
            sheet.note(approval_words(report.record.approval))
        table_sheet(book, "基金池 Pools", POOL_COLUMNS, report.pools, _NOT_SUMMED)
        if report.differences is not None:
            table_sheet(book, "差额 Differences", DIFFERENCE_COLUMNS, report.differences)
        proof_sheets(book, report.proof)
        definitions_sheet(book, _SHEETS)
        _basis(book, report)


def _basis(book: Workbook, report: YearReport) -> None:
    """What the figures rest on, so that a workbook on its own says where it comes from."""
    record, standing = report.record, report.record.standing
    lines: list[tuple[Text, str]] = [
        (WORDS["region"], both(standing.region.text)),
        (WORDS["year"], record.year),
        (WORDS["engine"], f"drgdip {record.engine_version}"),
        (WORDS["policy"], f"{both(standing.policy.text)} · {record.policy.name} · {record.policy.sha256}"),
        (WORDS["policy_status"], both(STATUS[standing.policy_status])),
        (WORDS["tables"], f"{both(standing.tables.text)} · {record.tables.name} · {record.tables.sha256}"),
        (WORDS["status"], both(STATUS[standing.tables_status])),
        (WORDS["approval"], both(approval_words(record.approval))),
        *((WORDS["year_months"], f"{month} · {sha256}") for month, sha256 in record.months.items()),
        *((WORDS["inputs"], f"{Path(file.path).name} · {file.rows:,} · {file.sha256}") for file in record.inputs),
        *((WORDS["year_marks"], f"{key} · {both(MARKS[mark])}") for key, mark in standing.marks.items()),
        *((WORDS["year_warnings"], both(words)) for words in report.warnings),
    ]
    heads = [Head("项目", "zh", "text", 16), Head("英文", "en", "text", 24), Head("内容", "value", "text", 150)]
    Sheet(book, "清算依据 Basis", heads).add((words.zh, words.en, value) for words, value in lines)
