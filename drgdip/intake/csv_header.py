"""The first line of a CSV file: which sign separates cells, and what the columns are called."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.source import unreadable

#: Bytes and columns of the longest header that is read.
LONGEST_HEADER = 1 << 20
MOST_COLUMNS = 10_000
_SEPARATORS = (",", "\t", ";")
_AS_CSV = Text("请另存为 UTF-8 编码、英文逗号分隔、首行为表头的 CSV,或使用 Parquet。",
               "Save it as CSV (UTF-8, commas, header in the first line), or use Parquet.")  # fmt: skip


class Header(NamedTuple):
    """names : of the columns, without blanks around them. lines : how many lines of the file they take.

    followed : whether the file goes on after it.
    """

    names: tuple[str, ...]
    separator: str
    lines: int
    followed: bool


def read_header(path: Path, name: str, known: Collection[str]) -> Header:
    """The header; the separator is the one by which most of its names are ``known``, a comma if none is.

    Raises UsageError if there is no header, or no text at all.
    """
    text = _head(path, name)
    headers = [header for separator in _SEPARATORS if (header := _cut(text, separator))]
    if not headers:
        raise unreadable(name, _AS_CSV)
    best = max(headers, key=lambda header: sum(column in known for column in header.names))
    if len(best.names) > MOST_COLUMNS:
        raise too_many_columns(name, len(best.names))
    return best


def too_many_columns(name: str, count: int) -> UsageError:
    """The fault of a file with so many columns that it is no case file."""
    return UsageError(
        Text(
            f"{name} 有 {count} 列,超过 {MOST_COLUMNS} 列的上限。",
            f"{name} has {count} columns, beyond the cap of {MOST_COLUMNS}.",
        ),
        Text("请只导出病例表的列。", "Export the columns of the case table only."),
    )


def _head(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(LONGEST_HEADER)
    if not head:
        raise UsageError(
            Text(f"病例文件 {name} 是空的。", f"The case file {name} is empty."),
            Text("请确认导出是否成功。", "Check that the export went well."),
        )
    check_head(head, name)
    for codec in ("utf-8-sig", "gb18030"):
        # Only the header counts here; a sign that is cut off at the end, or a bad one in a row, does not matter.
        line = head.splitlines(keepends=True)[0]
        try:
            line.decode(codec)
        except UnicodeDecodeError:
            continue
        return head.decode(codec, "replace")
    raise unreadable(name, _AS_CSV)


def check_head(head: bytes, name: str) -> None:
    """Raises UsageError if the first bytes of a file cannot be those of a CSV file with a header."""
    if len(head) >= LONGEST_HEADER and b"\n" not in head and b"\r" not in head:
        raise UsageError(
            Text(
                f"{name} 的首行超过 {LONGEST_HEADER >> 20} MiB,不是表头。",
                f"The first line of {name} is beyond {LONGEST_HEADER >> 20} MiB: it is no header.",
            ),
            _AS_CSV,
        )
    if b"\0" in head.splitlines()[0]:
        raise unreadable(
            name,
            Text("文件不是文本,或为不带 BOM 的 UTF-16;请另存为 UTF-8。", "It is no text, or UTF-16 without its mark; save it as UTF-8."),
        )  # fmt: skip


def _cut(text: str, separator: str) -> Header | None:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True)
    try:
        names = next(reader, [])
    except csv.Error:
        return None
    return Header(tuple(name.strip() for name in names), separator, reader.line_num, bool(stream.read(1)))
