"""Findings that wait for a decision: ``held.csv`` of a screening. A row that cannot be used is a finding and holds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from drgdip.base.findings import Finding
from drgdip.intake.small_table import table_rows
from drgdip.interface.held_finding import COLUMNS, OPTIONAL, HeldFinding
from drgdip.policy.sections.sanctions_values import DenialMode

_MODES = get_args(DenialMode)


def read_held(path: Path) -> tuple[list[HeldFinding], list[Finding]]:
    """Open findings of inpatient stays, in order of their keys. Raises UsageError if the file cannot be read."""
    found: dict[str, HeldFinding] = {}
    findings: list[Finding] = []
    for row in table_rows(path, COLUMNS, OPTIONAL):
        row.required(("key", "rule"))
        row.one_of("hold_mode", _MODES)
        fund, fee = row.amount("fund_yuan"), row.amount("fee_yuan")
        if row["key"] in found:
            row.defect("key", "held_repeated")
        findings += row.findings
        if row["settlement"] and not row.findings:
            found[row["key"]] = HeldFinding(
                row["key"], row["settlement"], row["rule"], row["hold_mode"], fund or 0, fee or 0, row["group"],
                row["severity"], row["official_class"],
            )  # fmt: skip
    return [found[key] for key in sorted(found)], findings
