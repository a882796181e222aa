"""Denials after review: a small CSV file beside the cases (settlement arithmetic 8.3).

A row that cannot be used is a finding; it takes nothing from anybody.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from drgdip.base.findings import Finding
from drgdip.base.money import MAX_CASE_FEN
from drgdip.intake.small_table import TableRow, table_rows
from drgdip.interface.denial import COLUMNS, OPTIONAL, Denial
from drgdip.policy.sections.sanctions_values import DenialMode

_MODES = get_args(DenialMode)


def read_denials(path: Path | None) -> tuple[list[Denial], list[Finding]]:
    """Denials of a file, in its order. Raises UsageError if it cannot be read or lacks a column."""
    found: dict[str, Denial] = {}
    findings: list[Finding] = []
    for row in table_rows(path, COLUMNS, OPTIONAL):
        denial = _denial(row)
        if row["denial_id"] in found:
            row.defect("denial_id", "denial_repeated")
        findings += row.findings
        if not row.findings:
            found[denial.id] = denial
    return list(found.values()), findings


def _denial(row: TableRow) -> Denial:
    row.required(COLUMNS)
    row.one_of("mode", _MODES)
    day = row.day("date")
    fund, fee = (row.amount(name) for name in ("denied_fund_yuan", "denied_fee_yuan"))
    for name, amount in (("denied_fund_yuan", fund), ("denied_fee_yuan", fee)):
        if amount is not None and amount > MAX_CASE_FEN:
            row.defect(name, "amount_out_of_range")
    return Denial(row.file, row.number, row["denial_id"], row["setl_id"], day, row["decided_by"], row["mode"],
                  fund or 0, fee or 0, row["group_code"], row["reason"])  # fmt: skip
