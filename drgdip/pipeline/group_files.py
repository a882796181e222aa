"""Grouped stays written as CSV, JSON lines or Parquet, batch by batch."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq


class GroupWriter(Protocol):
    """Takes batches of grouped stays, all with the same columns."""

    def append(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


def group_writer(file: IO[bytes], form: str) -> GroupWriter:
    """A writer of ``csv``, ``json`` or ``parquet``; closing it leaves the file open."""
    writers: dict[str, type[Any]] = {"csv": _Csv, "json": _JsonLines, "parquet": _Parquet}
    writer: GroupWriter = writers[form](file)
    return writer


class _Csv:
    """UTF-8, a header, quotes only where a cell needs them, lines that end with a line feed."""

    _PLAIN = pcsv.WriteOptions(include_header=False, quoting_style="none")

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._begun = file, False

    def append(self, table: pa.Table) -> None:
        if not self._begun:
            self._file.write((",".join(table.column_names) + "\n").encode())
            self._begun = True
        if table.num_rows:
            self._file.write(_csv_bytes(_as_text(table), self._PLAIN))

    def close(self) -> None:
        """Nothing is held back."""


def _csv_bytes(table: pa.Table, plain: pcsv.WriteOptions) -> Any:
    out = pa.BufferOutputStream()
    try:
        pcsv.write_csv(table, out, plain)
    except pa.ArrowInvalid:  # A cell with a comma, a quote or a line break.
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows(zip(*(c.to_pylist() for c in table.columns), strict=True))
        return text.getvalue().encode()
    return out.getvalue()


class _JsonLines:
    """One object a stay; every value is text, as in CSV."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def append(self, table: pa.Table) -> None:
        rows = _as_text(table).to_pylist()
        self._file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())

    def close(self) -> None:
        """Nothing is held back."""


def _as_text(table: pa.Table) -> pa.Table:
    return pa.table([column.cast(pa.string()).fill_null("") for column in table.columns], table.column_names)


class _Parquet:
    """A row group a batch, Arrow's types as they are; IDs differ in every row, so no dictionary is tried on them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._writer: pq.ParquetWriter | None = None

    def append(self, table: pa.Table) -> None:
        if self._writer is None:
            repeated = [name for name in table.column_names if name != "setl_id"]
            # Nobody skips row groups of this file by the least and greatest of their codes.
            self._writer = pq.ParquetWriter(self._file, table.schema, use_dictionary=repeated, write_statistics=False)
        if table.num_rows:
            self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
