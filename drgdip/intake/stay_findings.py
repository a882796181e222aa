"""Findings about stays that stand beside settled months: those of ``screen``, or a list written by hand (7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.base.sanction_reasons import SUSPICIONS
from drgdip.base.text import Text
from drgdip.intake.small_table import SURPLUS, csv_cells

_KEYS = ("rule_id", "reason")
#: Of a screening's own list: its rules that arrange something, and find no violation, have no severity; those in shadow are tried
#: and have no effect.
_SCREENED = ("finding_key", "severity", "life")


def read_stay_findings(file: Path) -> tuple[list[tuple[int, str, str]], list[Finding]]:
    """Row, settlement ID and key (``rule_id``, else ``reason``) of every suspected violation; and what is wrong with other rows.

    No suspicions are the reasons that a settled month gives about data and about how rules decided, and a screening's findings
    without a severity or in shadow. Findings of an institution have no settlement ID. Raises UsageError for a file that cannot be read, lacks the column of
    settlement IDs or has none of keys.
    """
    found: list[tuple[int, str, str]] = []
    others: list[tuple[int, str, str]] = []
    faults: list[Finding] = []
    rows = csv_cells(file, ("setl_id",), (*_KEYS, *_SCREENED))
    for number, row in enumerate(rows, 1):
        key = next((row[name] for name in _KEYS if row[name]), "")
        if row[SURPLUS]:
            faults.append(Finding(file.name, number, row["setl_id"], SURPLUS, row[SURPLUS], "malformed_row"))
        elif not key:
            faults.append(Finding(file.name, number, row["setl_id"], "rule_id", "", "missing_value"))
        else:
            quiet = row["life"] == "shadow" or (row["finding_key"] and not row["severity"])
            suspected = is_suspicion(key) and not quiet
            (found if suspected else others).append((number, row["setl_id"], key))
    if rows and not any(row[name] for row in rows for name in _KEYS):
        raise UsageError(
            Text(f"疑点清单 {file.name} 没有 rule_id 或 reason 列,或其中全部为空。",
                 f"The list of findings {file.name} has no column rule_id or reason, or nothing in it."),
            Text("请给出含 setl_id 与 rule_id(或 reason)列的 CSV 文件。",
                 "Give a CSV file with the columns setl_id and rule_id (or reason)."),
        )  # fmt: skip
    return found, [*faults, *_counted(file, others, 2, "finding_of_no_violation")]


def is_suspicion(key: str) -> bool:
    """Whether the key of a finding lets a violation be suspected: rules of screening do, and few reasons of a month."""
    return key not in REASONS or key in SUSPICIONS


def findings_of_none(file: Path, found: Iterable[tuple[int, str, str]], known: set[str]) -> list[Finding]:
    """One finding for all rows whose settlement ID is none of ``known``: the first of them, and how many there are."""
    left_out = [one for one in found if one[1] and one[1] not in known]
    return _counted(file, left_out, 1, "finding_without_stay")


def _counted(file: Path, rows: Sequence[tuple[int, str, str]], shown: int, reason: str) -> list[Finding]:
    """One finding for all rows: the first of them, and how many there are. shown : the place of what is shown of it."""
    if not rows:
        return []
    field = "setl_id" if shown == 1 else ""
    return [Finding(file.name, rows[0][0], rows[0][1], field, f"{rows[0][shown]} ({len(rows)})", reason)]
