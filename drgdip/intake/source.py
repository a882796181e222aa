"""What a source of rows is, and the faults that every kind of source can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.interface.fields import Use

_MOST_AT_ONCE = 1 << 18


class NoCases(UsageError):
    """A file is in order, but holds no cases: in a folder it is passed over, and reported."""


class RowNote(NamedTuple):
    """What a source found out about one of its rows: the reason decides whether the row is set aside.

    row : data row, from 1. field : national name, empty for the row as a whole; of a row that is set aside one of the
    flat layout. value : what the finding shows. key : key of the reason in :mod:`drgdip.base.reasons`.
    """

    row: int
    field: str
    value: str
    key: str


class Piece(NamedTuple):
    """Some rows of a source, in order.

    ``malformed`` has the text of those (by data row) that could not be cut into cells; in ``table`` they stand as
    rows of nulls. ``notes`` is what else there is to say about rows, in their order.
    """

    table: pa.Table
    malformed: dict[int, str]
    notes: tuple[RowNote, ...] = ()


class Source(Protocol):
    """Rows with named columns. ``name`` is what findings call it, ``key`` what its rows are counted under."""

    name: str
    key: str
    columns: tuple[str, ...]

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """The named columns of all rows, at most ``chunk_rows`` at a time."""
        ...


@runtime_checkable
class Seekable(Protocol):
    """A source that can read some rows without reading all others."""

    def rows(self, fields: Sequence[str], rows: np.ndarray, chunk_rows: int, threads: int) -> Iterator[pa.Table]:
        """See :func:`tables_of`."""
        ...


def tables_of(
    source: Source, fields: Sequence[str], rows: np.ndarray, chunk_rows: int, threads: int
) -> Iterator[pa.Table]:
    """The named columns of some rows of a source, a bounded number at a time: positions from 0, ascending."""
    if isinstance(source, Seekable):
        yield from source.rows(fields, rows, chunk_rows, threads)
        return
    first = 0
    for piece in source.read(fields, chunk_rows) if len(rows) else ():
        after = first + piece.table.num_rows
        inside = rows[slice(*np.searchsorted(rows, [first, after]).tolist())]
        if len(inside):
            yield piece.table.take(pa.array(inside - first))
        if after > rows[-1]:
            return
        first = after


def slices(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Rows in parts that may be held in memory."""
    for start in range(0, len(rows), _MOST_AT_ONCE):
        yield rows[start : start + _MOST_AT_ONCE]


def notices_of(source: Source) -> tuple[Finding, ...]:
    """What a source has to say about its file as a whole."""
    return getattr(source, "notices", ())


def unreadable(name: str, advice: Text) -> UsageError:
    """The fault of a file that cannot be read as a table."""
    return UsageError(Text(f"无法读取病例文件 {name}。", f"The case file {name} cannot be read."), advice)


def check_header(source: Source, use: Use) -> None:
    """Raise UsageError if there is nothing to read, a column stands twice or a required one is missing."""
    if not source.columns:
        raise UsageError(
            Text(f"{source.name} 中没有能读取的清单。", f"There is no list in {source.name} that can be read."),
            Text("请确认它是完整的 JSON,结构与 4101/4101A 一致,或重新导出。",
                 "See that it is whole JSON in the structure of 4101 or 4101A, or export it again."),
        )  # fmt: skip
    twice = sorted(name for name, count in Counter(source.columns).items() if count > 1)
    if twice:
        names = ", ".join(twice)
        raise UsageError(
            Text(f"{source.name} 中有重复的列:{names}。", f"{source.name} has columns that stand twice: {names}."),
            Text("请删除或重命名重复的列。", "Remove or rename the repeated columns."),
        )
    missing = [name for name in use.reads if name in use.requires and name not in source.columns]
    if missing:
        names = ", ".join(missing)
        raise UsageError(
            Text(f"{source.name} 缺少必填列:{names}。", f"{source.name} lacks required columns: {names}."),
            Text("请按标准字段名补齐表头(CSV 以英文逗号分隔,第一行为表头)。",
                 "Add them to the header under the national field names (CSV: commas, header in the first line)."),
        )  # fmt: skip
