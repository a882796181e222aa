"""Writes chunks to Parquet or CSV, one after the other, and the manifest of dirty rows."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from drgdip.synthetic.layout import FIELDS, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Write = Callable[[Any], None]

_CODED = [field.name for field in SCHEMA if pa.types.is_dictionary(field.type)]


@contextmanager
def parquet_writer(path: Path) -> Iterator[Write]:
    """Chunks become row groups. The Arrow schema is not stored, so readers see plain text, not dictionaries."""
    options = {"compression": "zstd", "use_dictionary": _CODED, "store_decimal_as_integer": True, "store_schema": False}
    with pyarrow.parquet.ParquetWriter(path, SCHEMA, **options) as writer:
        yield lambda table: writer.write_table(table, row_group_size=max(table.num_rows, 1))


@contextmanager
def csv_writer(path: Path) -> Iterator[Write]:
    """UTF-8, comma, no quotes (no value needs them), times as ``YYYY-MM-DD HH:MM:SS``, empty for missing."""
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")

    with path.open("wb") as file:
        file.write((",".join(FIELDS) + "\n").encode())
        yield lambda table: pyarrow.csv.write_csv(_plain(table), file, options)


def _plain(table: Any) -> Any:
    """Dictionary columns as text."""
    return table.cast(
        pa.schema(
            [
                (field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
                for field in table.schema
            ]
        )
    )


def write_manifest(path: Path, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """``row_number`` (1-based data row), ``setl_id``, ``kind``, ``field`` of every dirty row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("row_number", "setl_id", "kind", "field"))
        writer.writerows(rows)
