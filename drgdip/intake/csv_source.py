"""CSV files as a stream of rows: UTF-8, commas, a header, quoted cells may hold commas and line breaks."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.buffers import buffers
from drgdip.intake.source import Piece, unreadable

#: Bytes parsed at once. Small blocks stay in the processor's cache; a single row must fit into one.
_BLOCK = 4 << 20
_LONGEST_EXTRACT = 200
_QUOTE, _LINE_END, _QUOTE_BLOCK = ord('"'), ord("\n"), 1 << 20
_AS_CSV = Text("请另存为 UTF-8 编码、英文逗号分隔、首行为表头的 CSV,或使用 Parquet。",
               "Save it as CSV (UTF-8, commas, header in the first line), or use Parquet.")  # fmt: skip


class CsvSource:
    """A CSV file. Cells are bytes, empty ones null; rows with another number of cells than the header are malformed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.key = str(path)
        self._header, self._has_rows = _header(path)
        self._has_quotes = _count_quotes(path) > 0
        self.columns = tuple(name for name in self._header if name)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`. Raises UsageError where the file stops being CSV."""
        return _in_chunks(self._blocks([name for name in fields if name in self.columns]), chunk_rows)

    def _blocks(self, fields: Sequence[str]) -> Iterator[Piece]:
        bad: deque[tuple[int, str]] = deque()
        first = 1
        try:
            for batch in self._open(fields, bad):
                if self._has_quotes and any(_holds_rows(column, len(self._header)) for column in batch.columns):
                    raise pa.ArrowInvalid("a cell holds whole rows")
                piece = _with_malformed(pa.Table.from_batches([batch]), bad, first, last=False)
                first += piece.table.num_rows
                yield piece
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise UsageError(
                Text(
                    f"{self.name} 第 {first} 行数据之后无法继续读取。",
                    f"{self.name} cannot be read on after data row {first - 1}.",
                ),
                Text(
                    "请检查其后的引号是否成对、编码是否为 UTF-8。",
                    "See that quotes pair and that the text is UTF-8 in the rows after it.",
                ),
            ) from error
        if bad:
            schema = pa.schema([(name, pa.binary()) for name in fields])
            yield _with_malformed(schema.empty_table(), bad, first, last=True)

    def _open(self, fields: Sequence[str], bad: deque[tuple[int, str]]) -> Iterator[pa.RecordBatch]:
        names = [name or f"\0{position}" for position, name in enumerate(self._header)]

        def note(row: Any) -> str:
            if _has_open_quote(row.text):
                return "error"
            bad.append((row.number - 1, row.text[:_LONGEST_EXTRACT]))
            return "skip"

        if not self._has_rows:
            return
        yield from pa.csv.open_csv(
            self.path,
            # One thread: rows then know their number. Other threads decode what has been read.
            pa.csv.ReadOptions(column_names=names, skip_rows_after_names=1, use_threads=False, block_size=_BLOCK),
            pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            pa.csv.ConvertOptions(
                column_types={name: pa.binary() for name in names},
                include_columns=list(fields),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )


def _header(path: Path) -> tuple[list[str], bool]:
    """Names of the columns, and whether anything follows them."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            header = next(csv.reader(file, strict=True), None)
            follows = bool(file.read(1))
    except csv.Error as error:
        raise unreadable(path.name, _AS_CSV) from error
    if header is None:
        raise UsageError(
            Text(f"病例文件 {path.name} 是空的。", f"The case file {path.name} is empty."),
            Text("请确认导出是否成功。", "Check that the export went well."),
        )
    if any("\udc80" <= sign <= "\udcff" for name in header for sign in name):
        raise unreadable(path.name, _AS_CSV)
    return [name.strip() for name in header], follows


def _count_quotes(path: Path) -> int:
    """Number of double quotes. Raises UsageError if they do not pair: an open one would swallow the rows after it."""
    quotes = 0
    with path.open("rb") as file:
        while block := file.read(_QUOTE_BLOCK):
            quotes += int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == _QUOTE))
    if quotes % 2:
        raise UsageError(
            Text(f"{path.name} 中的英文双引号不成对。", f"The double quotes in {path.name} do not pair."),
            Text("请补上缺少的引号;内容中的引号应写成两个并整格加引号。",
                 "Close the open quote; a quote within a cell is written twice, and the cell in quotes."),
        )  # fmt: skip
    return quotes


def _has_open_quote(row: str) -> bool:
    """Whether a row over several lines is none by the book: then a quote closes in a later row, which it swallows."""
    if "\n" not in row:
        return False
    try:
        return len(list(csv.reader(io.StringIO(row, newline=""), strict=True))) != 1
    except csv.Error:
        return True


def _holds_rows(column: pa.Array, cells_per_row: int) -> bool:
    """Whether a cell holds line breaks and as many commas as a row: a quote has closed in a later row."""
    _, data, _ = buffers(column)
    if not (data == _LINE_END).any():
        return False
    broken = column.filter(pc.match_substring(column, "\n")).to_pylist()
    return any(cell.count(b",") >= cells_per_row - 1 for cell in broken)


def _with_malformed(table: pa.Table, bad: deque[tuple[int, str]], first: int, last: bool) -> Piece:
    """Put rows of nulls where malformed rows stood, as far as they lie before the table's last row."""
    good, malformed = table.num_rows, {}
    rows = good
    while bad and (bad[0][0] < first + rows or last):
        number, text = bad.popleft()
        malformed[number] = text
        rows += 1
    if not malformed:
        return Piece(table, malformed)
    stands = np.ones(rows, dtype=np.bool_)
    stands[[number - first for number in malformed]] = False
    source = pa.array(np.cumsum(stands) - 1, mask=~stands)
    return Piece(table.take(source), malformed)


def _in_chunks(pieces: Iterator[Piece], chunk_rows: int) -> Iterator[Piece]:
    """The same rows, in tables of exactly ``chunk_rows`` rows but for the last one."""
    waiting: list[pa.Table] = []
    malformed: dict[int, str] = {}
    rows = done = 0
    for piece in pieces:
        waiting.append(piece.table)
        malformed.update(piece.malformed)
        rows += piece.table.num_rows
        while rows >= chunk_rows:
            whole = pa.concat_tables(waiting)
            yield _cut(whole.slice(0, chunk_rows), malformed, done)
            rows, done = rows - chunk_rows, done + chunk_rows
            waiting = [whole.slice(chunk_rows)]
    if rows:
        yield _cut(pa.concat_tables(waiting), malformed, done)


def _cut(table: pa.Table, malformed: dict[int, str], done: int) -> Piece:
    inside = {row: malformed.pop(row) for row in list(malformed) if row <= done + table.num_rows}
    return Piece(table, inside)
