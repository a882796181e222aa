"""Findings about stays that stand beside settled months: those of ``screen``, or a list written by hand (7.3)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.small_table import SURPLUS, csv_cells

_KEYS = ("rule_id", "reason")


def read_stay_findings(file: Path) -> tuple[list[tuple[int, str, str]], list[Finding]]:
    """Row, settlement ID and key (``rule_id``, else ``reason``) of every finding; and what is wrong with other rows.

    Findings of an institution have no settlement ID. Raises UsageError for a file that cannot be read, lacks the column of
    settlement IDs or has none of keys.
    """
    found: list[tuple[int, str, str]] = []
    faults: list[Finding] = []
    rows = csv_cells(file, ("setl_id",), _KEYS)
    for number, row in enumerate(rows, 1):
        key = next((row[name] for name in _KEYS if row[name]), "")
        if row[SURPLUS]:
            faults.append(Finding(file.name, number, row["setl_id"], SURPLUS, row[SURPLUS], "malformed_row"))
        elif not key:
            faults.append(Finding(file.name, number, row["setl_id"], "rule_id", "", "missing_value"))
        else:
            found.append((number, row["setl_id"], key))
    if rows and not any(row[name] for row in rows for name in _KEYS):
        raise UsageError(
            Text(f"疑点清单 {file.name} 没有 rule_id 或 reason 列,或其中全部为空。",
                 f"The list of findings {file.name} has no column rule_id or reason, or nothing in it."),
            Text("请给出含 setl_id 与 rule_id(或 reason)列的 CSV 文件。",
                 "Give a CSV file with the columns setl_id and rule_id (or reason)."),
        )  # fmt: skip
    return found, faults


def findings_of_none(file: Path, found: Iterable[tuple[int, str, str]], known: set[str]) -> list[Finding]:
    """One finding for all rows whose settlement ID is none of ``known``: the first of them, and how many there are."""
    left_out = [(number, setl_id) for number, setl_id, _ in found if setl_id and setl_id not in known]
    if not left_out:
        return []
    number, setl_id = left_out[0]
    return [Finding(file.name, number, setl_id, "setl_id", f"{setl_id} ({len(left_out)})", "finding_without_stay")]
