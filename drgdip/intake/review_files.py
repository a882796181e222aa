"""Decisions on findings of screening: a small CSV file. A row that cannot be used is a finding and decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from drgdip.base.findings import Finding
from drgdip.intake.answer_workbook import answer_rows
from drgdip.intake.small_table import TableRow, table_rows
from drgdip.interface.review_decision import COLUMNS, OPTIONAL, ReviewDecision


def read_review_decisions(path: Path | None, choices: Sequence[str]) -> tuple[list[ReviewDecision], list[Finding]]:
    """Decisions of a file, in its order. choices : what may be decided. Raises UsageError if it cannot be read.

    The file is CSV, or the workbook of a notice with its answers.
    """
    found: list[ReviewDecision] = []
    findings: list[Finding] = []
    for row in _rows(path):
        row.required(COLUMNS)
        row.one_of("decision", choices)
        decision = ReviewDecision(
            row.file, row.number, row["finding_key"], row["decision"], row["reason"], row["decided_by"], row.day("date"),
            row.amount("denied_fund_yuan"), row["group_code"],
        )  # fmt: skip
        findings += row.findings
        if not row.findings:
            found.append(decision)
    return found, findings


def _rows(path: Path | None) -> Iterator[TableRow]:
    if path is None or path.suffix.lower() != ".xlsx":
        return table_rows(path, COLUMNS, OPTIONAL)
    return answer_rows(path, COLUMNS, OPTIONAL, COLUMNS[1:])
