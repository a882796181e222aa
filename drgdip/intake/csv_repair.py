"""CSV that is not by the book, written anew so that each row that cannot be trusted is one marked line.

Rows that stand are copied as they are. A quoted cell may hold line ends if its row is well formed and none of the
lines that it runs through is a row by itself. A quote that opens and does not close like that spoils its own line
only: the next line is a row again. Where a row is well formed *and* swallows whole rows nobody can tell which of the
two was meant, and the file is refused.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.csv_header import Header
from drgdip.intake.csv_scan import LONGEST_ROW
from drgdip.intake.encoding import lines
from drgdip.intake.temporary import TemporaryBytes

#: A cell that begins with this sign and a letter is a row that could not be cut; the letter says why.
MARK = "\x1a"
_MARK_BEGINS = f'"{MARK}'.encode()
REASONS = {"m": "malformed_row", "q": "open_quote", "l": "row_too_long"}
_EXTRACT = 200
_MOST_LINES = 1_000
#: Quotes that open and do not close: a file with more of them has lost its quoting.
_MOST_OPEN = 1_000
#: Rows that cannot be cut are each told of; a file with more of them is none of cases, or cut by another sign.
MOST_BAD_ROWS = 1_000_000
_OPEN, _BROKEN = -1, -2
_WRITE = 4 << 20
_ENDS = b"\r\n"


def repaired(path: Path, name: str, header: Header) -> TemporaryBytes:
    """The file with every bad row in one marked line. Raises UsageError if its quotes leave two readings."""
    with path.open("rb") as file, TemporaryBytes() as kept:
        rows = _Rows(_whole_lines(file), name, header)
        held: list[bytes] = []
        size = 0
        for row in rows:
            held.append(row)
            size += len(row)
            if size > _WRITE:
                kept.write(b"".join(held))
                held, size = [], 0
        kept.write(b"".join(held))
    return kept


def no_rows(name: str) -> UsageError:
    """The fault of a file with more than ``MOST_BAD_ROWS`` rows that cannot be cut into cells."""
    return UsageError(
        Text(
            f"{name} 中超过 {MOST_BAD_ROWS} 行无法按表头切分为列。",
            f"More than {MOST_BAD_ROWS} rows of {name} cannot be cut into the columns of its header.",
        ),
        Text("请核对分隔符与换行,重新导出该文件。", "Check its separators and line breaks, and export it again."),
    )


def _whole_lines(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines, and whether they are too long; of those, the beginning."""
    start = b""
    for line in lines(file):
        ended = line.endswith((b"\n", b"\r"))
        if start or not ended:
            start = start or line
            if ended:
                yield start, True
                start = b""
        else:
            yield line, len(line.rstrip(_ENDS)) > LONGEST_ROW
    if start:
        yield start, len(start) > LONGEST_ROW


class _Rows:
    """Rows as bytes with their line ends, the bad ones marked."""

    def __init__(self, lines: Iterator[tuple[bytes, bool]], name: str, header: Header) -> None:
        self._lines = lines
        self._ahead: deque[tuple[bytes, bool]] = deque()
        self._name, self._header = name, header
        self._separator = header.separator.encode()
        self._cells = len(header.names)
        self._open = self._row = self._bad = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self._header.lines):
            yield self._next()[0]
        while True:
            line, long = self._next()
            if not line:
                return
            if line.strip(_ENDS):
                self._row += 1
            row = _marked(line, "l") if long else self._row_at(line)
            self._bad += row.startswith(_MARK_BEGINS)
            if self._bad > MOST_BAD_ROWS:
                raise no_rows(self._name)
            yield row

    def _next(self) -> tuple[bytes, bool]:
        return self._ahead.popleft() if self._ahead else next(self._lines, (b"", False))

    def _row_at(self, line: bytes) -> bytes:
        if b'"' not in line:
            good = line.count(self._separator) + 1 == self._cells or not line.strip(_ENDS)
            return line if good else _marked(line, "m")
        count, _ = cut(line.rstrip(_ENDS), self._separator)
        if count == _OPEN:
            return self._over_lines(line)
        return line if count == self._cells else _marked(line, "m")

    def _over_lines(self, first: bytes) -> bytes:
        """The row that begins in this line and closes in a later one; or this line, marked."""
        taken, count = self._until_closed(first)
        inner = [line for line, _ in taken]
        swallows = any(cut(line.rstrip(_ENDS), self._separator)[0] == self._cells for line in inner)
        if count == self._cells and swallows:
            raise self._two_readings()
        if count < 0 or swallows:
            self._ahead.extendleft(reversed(taken))
            self._open += 1
            if self._open > _MOST_OPEN:
                raise self._lost()
            return _marked(first, "q")
        row = b"".join([first, *inner])
        return row if count == self._cells else _marked(row, "m")

    def _until_closed(self, first: bytes) -> tuple[list[tuple[bytes, bool]], int]:
        taken: list[tuple[bytes, bool]] = []
        size = len(first)
        _, total = cut(first.rstrip(_ENDS), self._separator)
        while len(taken) < _MOST_LINES and size <= LONGEST_ROW:
            line, long = self._next()
            if not line:
                break
            taken.append((line, long))
            size += len(line)
            cells, closed = cut(line.rstrip(_ENDS), self._separator, within=True)
            total += closed
            if cells != _OPEN:
                return taken, cells if cells < 0 else total
        return taken, _OPEN

    def _two_readings(self) -> UsageError:
        return UsageError(
            Text(
                f"{self._name} 第 {self._row} 行数据的引号内含有整行数据,无法判断其真实内容。",
                f"A quoted cell in data row {self._row} of {self._name} holds whole rows; they can be read in two ways.",
            ),
            Text("请检查该行起的英文双引号是否成对。", "See that the double quotes pair from that row on."),
        )

    def _lost(self) -> UsageError:
        return UsageError(
            Text(
                f"{self._name} 中超过 {_MOST_OPEN} 行的英文双引号没有闭合。",
                f"More than {_MOST_OPEN} rows of {self._name} have a double quote that does not close.",
            ),
            Text("请补上缺少的引号;内容中的引号应写成两个并整格加引号。",
                 "Close open quotes; a quote within a cell is written twice, and the cell in quotes."),
        )  # fmt: skip


def cut(line: bytes, separator: bytes, within: bool = False) -> tuple[int, int]:
    """How a line without its end is cut into cells: ``(result, cells)``.

    ``within``: it begins inside a quoted cell. result : number of cells; -1 if a quoted cell is still open at the
    end; -2 if something follows a closing quote. cells : those closed in this line, the one under way not counted.
    """
    at = cells = 0
    while True:
        if within or line.startswith(b'"', at):
            end = _closing(line, at if within else at + 1)
            within = False
            if end < 0:
                return _OPEN, cells
            at = end + 1
            if at < len(line) and not line.startswith(separator, at):
                return _BROKEN, cells
        else:
            end = line.find(separator, at)
            at = len(line) if end < 0 else end
        cells += 1
        if at >= len(line):
            return cells, cells
        at += 1


def _closing(line: bytes, at: int) -> int:
    """Place of the quote that closes a cell, or -1; two in a row stand for one."""
    while (at := line.find(b'"', at)) >= 0:
        if line[at + 1 : at + 2] != b'"':
            return at
        at += 2
    return -1


def _marked(line: bytes, letter: str) -> bytes:
    extract = line[: 4 * _EXTRACT].decode("utf-8", "replace").rstrip("\r\n")[:_EXTRACT].replace('"', '""')
    return f'"{MARK}{letter}{extract}"\n'.encode()


_MARKED = re.compile(f'"{MARK}([a-z])(.*)"', re.DOTALL)


def mark_of(text: str) -> tuple[str, str]:
    """Key of the reason and extract of a row that could not be cut."""
    found = _MARKED.fullmatch(text.rstrip("\r\n"))
    if found is None:
        return "malformed_row", text[:_EXTRACT]
    return REASONS[found[1]], found[2].replace('""', '"')
