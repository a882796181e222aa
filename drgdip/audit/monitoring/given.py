"""Files that people add to the runs: errors of records, and admissions below the standard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from drgdip.audit.monitoring.measures import Beside
from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.small_table import csv_cells


def read_beside(errors: str | Path | None, low_standard: str | Path | None) -> Beside:
    """Read what was given. Raises UsageError naming file and row of what is wrong."""
    found: dict[str, dict[str, int]] | None = None
    if errors is not None:
        found = {}
        for number, row in _rows(Path(errors), ("fixmedins_code", "kind", "count")):
            if not (row["count"].isascii() and row["count"].isdecimal()):
                raise UsageError(
                    Text(f"{Path(errors).name} 第 {number} 行的 count 不是整数:{row['count']}。",
                         f"count in row {number} of {Path(errors).name} is no whole number: {row['count']}."),
                    Text("请填写不小于 0 的整数。", "Write a whole number, not below 0."),
                )  # fmt: skip
            own = found.setdefault(row["fixmedins_code"], {})
            own[row["kind"]] = own.get(row["kind"], 0) + int(row["count"])
    marked = None
    if low_standard is not None:
        marked = frozenset(row["setl_id"] for _, row in _rows(Path(low_standard), ("setl_id",)))
    return Beside(found, marked)


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    yield from enumerate(csv_cells(path, needed), 1)
