"""Small CSV files of decisions beside the cases: rows as cells, and what is wrong with a row as findings."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text


class TableRow:
    """One row: its cells by name, stripped, and what is wrong with it so far. ``key`` is the column that names a stay."""

    def __init__(self, file: str, number: int, cells: dict[str, str], key: str = "setl_id") -> None:
        self.file, self.number, self.cells = file, number, cells
        self.findings: list[Finding] = []
        self._key = key

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    def defect(self, name: str, reason: str) -> None:
        """Say what is wrong with a cell."""
        self.findings.append(
            Finding(self.file, self.number, self.cells.get(self._key, ""), name, self.cells[name], reason)
        )

    def required(self, names: Sequence[str]) -> None:
        """Cells that must be filled in."""
        for name in names:
            if not self.cells[name]:
                self.defect(name, "missing_value")

    def one_of(self, name: str, known: Sequence[str]) -> None:
        """A cell that, if filled in, holds one of some codes."""
        if self.cells[name] and self.cells[name] not in known:
            self.defect(name, "unknown_code")

    def read(self, name: str, reader: Callable[[str], Any], reason: str = "wrong_type") -> Any:
        """The value of a cell; None if it is empty, or what it holds cannot be read, which is then a finding."""
        if not self.cells[name]:
            return None
        try:
            return reader(self.cells[name])
        except ValueError:
            self.defect(name, reason)
            return None

    def day(self, name: str) -> str:
        """A day ``YYYY-MM-DD``; empty if there is none."""
        return self.read(name, day_text, "impossible_date") or ""

    def amount(self, name: str) -> int | None:
        """An amount of yuan, zero or more, in fen."""
        found = self.read(name, parse_yuan)
        if found is not None and found < 0:
            self.defect(name, "negative_amount")
            return None
        return found


def table_rows(path: Path | None, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[TableRow]:
    """Rows of a file, in its order; none without a file. Raises UsageError if it cannot be read or lacks a column."""
    if path is None:
        return
    for number, cells in enumerate(csv_cells(path, columns, optional), 1):
        yield TableRow(path.name, number, cells)


def csv_cells(
    path: Path,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    *,
    file: Text | None = None,
    named: Text | None = None,
) -> list[dict[str, str]]:
    """Rows of a small CSV file as stripped cells by column; an optional column that is absent is empty.

    file, named : what messages call a file that cannot be read, and one that lacks a column; its name unless given.
    Raises UsageError for both.
    """
    file = file or Text(f" {path.name}", path.name)
    named = named or file
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            absent = [name for name in columns if name not in (reader.fieldnames or ())]
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            Text(f"无法读取{file.zh}。", f"{file.en} cannot be read."),
            Text("请给出 UTF-8 编码的 CSV 文件。", "Give a CSV file in UTF-8."),
        ) from error
    if absent:
        raise UsageError(
            Text(f"{named.zh.lstrip()} 缺少列 {absent[0]}。", f"{named.en} has no column {absent[0]}."),
            Text(f"需要的列:{', '.join(columns)}。", f"It needs the columns {', '.join(columns)}."),
        )
    return [{name: (row.get(name) or "").strip() for name in (*columns, *optional)} for row in rows]


def day_text(text: str) -> str:
    """A day written ``YYYY-MM-DD``. Raises ValueError for anything else."""
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(text)
    return text
