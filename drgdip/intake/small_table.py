"""Small CSV files of decisions beside the cases: rows as cells, and what is wrong with a row as findings.

They are written by hand, in spreadsheets: in UTF-8 or GB18030. A column that stands twice, or a quote that does not close,
could make a row say what nobody wrote, so such a file is refused; a row with more cells than columns (an amount with a
separator that was not quoted) is a finding.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text
from drgdip.intake.encoding import marked

#: Among a row's cells, what stands beyond the last column; empty in a row that is as long as its header.
SURPLUS = ""


class TableRow:
    """One row: its cells by name, stripped, and what is wrong with it so far. ``key`` is the column that names a stay."""

    def __init__(self, file: str, number: int, cells: dict[str, str], key: str = "setl_id") -> None:
        self.file, self.number, self.cells = file, number, cells
        self.findings: list[Finding] = []
        self._key = key
        if cells.get(SURPLUS):
            self.defect(SURPLUS, "malformed_row")

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
    """Rows of a small CSV file as stripped cells by column, and what a row has beyond them by ``SURPLUS``.

    An optional column that is absent is empty. file, named : what messages call a file that cannot be read, and one that
    lacks a column; its name unless given. Raises UsageError for both, and for a column that stands twice.
    """
    file = file or Text(f" {path.name}", path.name)
    named = named or file
    rows, header = _read(path, file)
    absent = [name for name in columns if name not in header]
    if absent:
        raise UsageError(
            Text(f"{named.zh.lstrip()} 缺少列 {absent[0]}。", f"{named.en} has no column {absent[0]}."),
            Text(f"需要的列:{', '.join(columns)}。", f"It needs the columns {', '.join(columns)}."),
        )
    twice = [name for name in (*columns, *optional) if header.count(name) > 1]
    if twice:
        raise UsageError(
            Text(f"{named.zh.lstrip()} 有两列 {twice[0]}。", f"{named.en} has the column {twice[0]} twice."),
            Text("请只保留一列。", "Keep one of them."),
        )
    names = (*columns, *optional)
    return [
        {
            **{name: (row.get(name) or "").strip() for name in names},
            SURPLUS: ",".join(row.get(None, ())).strip(" ,"),
        }
        for row in rows
    ]


def _read(path: Path, file: Text) -> tuple[list[dict[Any, Any]], list[str]]:
    """Rows by column as they stand, what is beyond them by None, and the names of the header."""
    try:
        reader = csv.DictReader(StringIO(_text(path.read_bytes()), newline=""), strict=True)
        header = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        return list(reader), header
    except csv.Error as error:
        raise UsageError(
            Text(f"无法切分{file.zh} 的内容(第 {reader.reader.line_num} 行附近)。", f"{file.en} cannot be cut into cells (near line {reader.reader.line_num})."),
            Text("请检查英文双引号是否成对。", "Check that every double quote is closed."),
        ) from error  # fmt: skip
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            Text(f"无法读取{file.zh}。", f"{file.en} cannot be read."),
            Text("请给出 UTF-8 或 GB18030 编码的 CSV 文件。", "Give a CSV file in UTF-8 or GB18030."),
        ) from error


def _text(content: bytes) -> str:
    """The text of a file. Raises UnicodeDecodeError if it is in none of the encodings that spreadsheets write."""
    codec = marked(content)
    if codec:
        return content.decode(codec)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def day_text(text: str) -> str:
    """A day written ``YYYY-MM-DD``. Raises ValueError for anything else."""
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(text)
    return text
