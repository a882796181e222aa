"""Why a file of decisions is not used for a year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text


def refuse_findings(file: Path, findings: Sequence[Finding]) -> None:
    """Raise UsageError for the first finding: a year is cleared with decisions that can all be used, or not at all."""
    if not findings:
        return
    first = findings[0]
    raise UsageError(
        Text(f"{file.name} 第 {first.row} 行({first.setl_id})的 {first.field}(“{first.value}”):{first.reason.words.zh}。",
             f"{file.name}, row {first.row} ({first.setl_id}), {first.field} (“{first.value}”): {first.reason.words.en}."),
        Text(f"{first.reason.remedy.zh};有疑问的文件一概不用于清算。",
             f"{first.reason.remedy.en}; a file with a row in doubt is not cleared with."),
    )  # fmt: skip
