"""Parquet files and tables in memory as a stream of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.csv_header import MOST_COLUMNS, too_many_columns
from drgdip.intake.source import Piece, slices, unreadable
from drgdip.intake.temporary import TemporaryBytes
from drgdip.interface.fields import fields as registry
from drgdip.interface.fields import fields_of

_INTACT = Text("请重新导出该 Parquet 文件。", "Export the Parquet file again.")
_FLAT = Text("请将该列改为文本、数字或日期;多个编码以 | 连接。",
             "Make the column text, numbers or dates; join several codes by |.")  # fmt: skip
#: Fields with few distinct values: read as dictionaries, each value is decoded once.
_REPEATING = frozenset(
    name
    for field in (*registry().values(), *fields_of("fee_lines").values())
    if field.type == "code" or field.name in ("fixmedins_code", "dscg_caty", "med_list_codg")
    for name in (field.name, *field.aliases)
)
_FOOTER_TAIL = 8
_LONGEST_FOOTER = 32 << 20
#: Every stay has an ID of its own, which takes more than a byte: what says that it has more rows lies, or is a bomb.
_FEW_ROWS = 1_000_000
#: What damaged files make the library raise.
_DAMAGE = (pa.ArrowException, OSError, ValueError, MemoryError, KeyError, TypeError, OverflowError)


def check_types(name: str, schema: pa.Schema, columns: Sequence[str]) -> None:
    """Raises UsageError if one of the columns has a type that is no text, number or time."""
    for column in columns:
        kind = schema.field(column).type
        if not _is_plain(kind.value_type if pa.types.is_dictionary(kind) else kind):
            raise UsageError(
                Text(f"{name} 的列 {column} 类型为 {kind},无法读取。",
                     f"Column {column} of {name} has the type {kind}, which cannot be read."),
                _FLAT,
            )  # fmt: skip


def _is_plain(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary,
        pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary, pa.types.is_integer,
        pa.types.is_floating, pa.types.is_decimal128, pa.types.is_decimal256, pa.types.is_boolean, pa.types.is_null,
        pa.types.is_date,
    )  # fmt: skip
    if pa.types.is_timestamp(kind):
        return kind.tz is None or _is_zone(kind)
    return any(test(kind) for test in tests)


def _is_zone(kind: pa.DataType) -> bool:
    try:
        pc.local_timestamp(pa.array([0], pa.int64()).cast(kind))
    except pa.ArrowException:
        return False
    return True


class ParquetSource:
    """A Parquet file; row groups are read a few pages at a time.

    repeating : columns that are read as dictionaries where they hold text. by_column : whether a piece may come unread, as
    :class:`Groups`.

    Raises UsageError if it is damaged, or says that it has more rows or columns than a case file can have.
    """

    def __init__(
        self, path: Path, name: str | None = None, key: str | None = None, kept: TemporaryBytes | None = None
    ) -> None:
        self._kept = kept
        self.name = name or path.name
        self.key = key or str(path)
        self.notices: tuple[Finding, ...] = ()
        self.repeating = _REPEATING
        self.by_column = False
        self._path = path
        _check_footer(path, self.name)
        with self._open(()) as file:
            try:
                self.schema = file.schema_arrow
                self.columns = tuple(self.schema.names)
                rows = file.metadata.num_rows
            except _DAMAGE as error:
                raise unreadable(self.name, _INTACT) from error
        if len(self.columns) > MOST_COLUMNS:
            raise too_many_columns(self.name, len(self.columns))
        if rows > max(_FEW_ROWS, path.stat().st_size):
            raise UsageError(
                Text(f"{self.name} 声称有 {rows} 行,多于其字节数。", f"{self.name} claims {rows} rows, more than it has bytes."),
                _INTACT,
            )  # fmt: skip

    def _open(self, repeating: Sequence[str], metadata: Any = None) -> Any:
        try:
            return pq.ParquetFile(self._path, metadata=metadata, read_dictionary=repeating, pre_buffer=False)
        except _DAMAGE as error:
            raise unreadable(self.name, _INTACT) from error

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`. Raises UsageError if the file is damaged."""
        wanted = [name for name in fields if name in self.columns]
        repeating = [name for name in wanted if name in self.repeating]
        with self._open(repeating) as file:
            for groups in _together(file.metadata, chunk_rows):
                rows = sum(file.metadata.row_group(group).num_rows for group in groups)
                if self.by_column and 0 < rows <= chunk_rows:
                    yield Piece(
                        Groups(partial(self._open, repeating, file.metadata), self.name, groups, rows, wanted), {}
                    )
                else:
                    yield from self._pieces(file.iter_batches(chunk_rows, groups, wanted, use_threads=False))

    def _pieces(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Piece]:
        while True:
            try:
                batch = next(batches, None)
            except _DAMAGE as error:
                raise unreadable(self.name, _INTACT) from error
            if batch is None:
                return
            yield Piece(pa.Table.from_batches([batch]), {})

    def rows(self, fields: Sequence[str], rows: np.ndarray, chunk_rows: int, threads: int) -> Iterator[pa.Table]:
        """See :func:`drgdip.intake.source.tables_of`. Raises UsageError if the file is damaged."""
        for part in slices(rows):
            yield self._rows(fields, part, threads)

    def _rows(self, fields: Sequence[str], rows: np.ndarray, threads: int) -> pa.Table:
        wanted = [name for name in fields if name in self.columns]
        with self._open(()) as file:
            metadata = file.metadata
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        ends = np.cumsum(sizes)
        groups = np.searchsorted(ends, rows, side="right")
        inside = {int(group): rows[groups == group] - (ends[group] - sizes[group]) for group in np.unique(groups)}
        cells = [(group, name) for group in inside for name in wanted]

        def read(part: Sequence[tuple[int, str]]) -> list[pa.ChunkedArray]:
            with self._open([name for name in wanted if name in _REPEATING], metadata) as file:
                return [self._cells(file, group, name, inside[group]) for group, name in part]

        shares = [slice(share, None, threads) for share in range(threads)]
        found: list[Any] = [None] * len(cells)
        with ThreadPoolExecutor(threads) as pool:
            for share, part in zip(shares, pool.map(read, [cells[share] for share in shares]), strict=True):
                found[share] = part
        parts = [pa.table(found[first : first + len(wanted)], wanted) for first in range(0, len(cells), len(wanted))]
        return pa.concat_tables(parts)

    def _cells(self, file: Any, group: int, name: str, rows: np.ndarray) -> pa.ChunkedArray:
        try:
            return file.read_row_group(group, columns=[name], use_threads=False)[name].take(pa.array(rows))
        except _DAMAGE as error:
            raise unreadable(self.name, _INTACT) from error


class Groups:
    """Row groups of a file as a table that reads a column when it is asked for: only one is in memory as it was stored.

    Threads may each read a piece of their own.
    """

    def __init__(
        self, open_file: Callable[[], Any], file: str, groups: Sequence[int], rows: int, columns: Sequence[str]
    ) -> None:
        self.num_rows, self.column_names = rows, list(columns)
        self._open, self._name, self._groups = open_file, file, groups
        self._theirs = list(columns)
        self._file: Any = None
        self._last: tuple[str, Any] = "", None

    def rename_columns(self, names: Sequence[str]) -> Groups:
        """The same columns under other names."""
        named = Groups(self._open, self._name, self._groups, self.num_rows, self._theirs)
        named.column_names = list(names)
        return named

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """One column; the last one is kept, as two fields may stand in it. Raises UsageError if the file is damaged."""
        if self._last[0] != name:
            self._file = self._file or self._open()
            theirs = self._theirs[self.column_names.index(name)]
            try:
                column = self._file.read_row_groups(self._groups, [theirs], use_threads=False)[theirs]
            except _DAMAGE as error:
                raise unreadable(self._name, _INTACT) from error
            self._last = name, column
        return self._last[1]


def _together(metadata: Any, chunk_rows: int) -> Iterator[list[int]]:
    """Row groups that are read at once: as many as have so many rows together, and at least one.

    A batch that begins in one row group and ends in another costs as much as both: it is copied, and cut at the border
    again where columns are dictionaries.
    """
    groups, rows = list[int](), 0
    for group in range(metadata.num_row_groups):
        more = metadata.row_group(group).num_rows
        if groups and rows + more > chunk_rows:
            yield groups
            groups, rows = [], 0
        groups.append(group)
        rows += more
    if groups:
        yield groups


def _check_footer(path: Path, name: str) -> None:
    """The footer is taken into memory as a whole, and stands for many times its size there."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _FOOTER_TAIL, 0))
        tail = file.read(_FOOTER_TAIL)
    if tail[4:] != b"PAR1":
        raise unreadable(name, _INTACT)
    if int.from_bytes(tail[:4], "little") > _LONGEST_FOOTER:
        raise UsageError(
            Text(
                f"{name} 的元数据超过 {_LONGEST_FOOTER >> 20} MiB 的上限。",
                f"The metadata of {name} is beyond the cap of {_LONGEST_FOOTER >> 20} MiB.",
            ),
            Text(
                "请只导出病例表的列,并使用较大的行组。",
                "Export the columns of the case table only, in larger row groups.",
            ),
        )


class TableSource:
    """A table in memory: an Arrow table or a pandas DataFrame. Raises UsageError if it is no table."""

    def __init__(self, table: Any, position: int) -> None:
        self.name = self.key = f"table {position}"
        self.notices: tuple[Finding, ...] = ()
        self._table = table if isinstance(table, pa.Table) else self._from_pandas(table)
        self.schema = self._table.schema
        self.columns = tuple(self._table.column_names)

    def _from_pandas(self, frame: Any) -> pa.Table:
        try:
            return pa.Table.from_pandas(frame, preserve_index=False)
        except (pa.ArrowException, AttributeError, TypeError, ValueError) as error:
            raise UsageError(
                Text(f"{self.name} 不是可读取的表:{type(frame).__name__}。",
                     f"{self.name} is no table that can be read: {type(frame).__name__}."),
                Text("请给出文件、Arrow 表或每列类型一致的 DataFrame。",
                     "Give files, Arrow tables, or DataFrames with columns of one type each."),
            ) from error  # fmt: skip

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        table = self._table.select([name for name in fields if name in self.columns])
        for first in range(0, table.num_rows, chunk_rows):
            yield Piece(table.slice(first, chunk_rows), {})

    def rows(self, fields: Sequence[str], rows: np.ndarray, chunk_rows: int, threads: int) -> Iterator[pa.Table]:
        """See :func:`drgdip.intake.source.tables_of`."""
        known = self._table.select([name for name in fields if name in self.columns])
        for part in slices(rows):
            yield known.take(pa.array(part))
