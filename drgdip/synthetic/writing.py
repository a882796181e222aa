"""Writes chunks to Parquet or CSV, one after the other, and the manifest of dirty rows."""

from __future__ import annotations

import csv
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from drgdip.synthetic.defects import OF_BYTES, break_bytes
from drgdip.synthetic.layout import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from drgdip.synthetic.chunks import Planted
    from drgdip.synthetic.defects import Defect
    from drgdip.synthetic.folder_key import FolderKey
    from drgdip.synthetic.request import Format

    #: Writes a table; CSV breaks the bytes of its defective rows.
    Write = Callable[..., None]

#: Key of the defects of a folder.
KEY_FILE = "planted.csv"


@contextmanager
def parquet_writer(path: Path, schema: Any = SCHEMA) -> Iterator[Write]:
    """Chunks become row groups. The Arrow schema is not stored, so readers see plain text, not dictionaries."""
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    options = {"compression": "zstd", "use_dictionary": coded, "store_decimal_as_integer": True, "store_schema": False}
    with pyarrow.parquet.ParquetWriter(path, schema, **options) as writer:
        yield lambda table, _=(): writer.write_table(table, row_group_size=max(table.num_rows, 1))


@contextmanager
def csv_writer(path: Path, schema: Any = SCHEMA) -> Iterator[Write]:
    """UTF-8, comma, no quotes (no value needs them), times as ``YYYY-MM-DD HH:MM:SS``, empty for missing."""
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")

    with path.open("wb") as file:
        file.write((",".join(schema.names) + "\n").encode())

        def write(table: Any, defects: Sequence[Defect] = ()) -> None:
            if not any(defect.kind in OF_BYTES for defect in defects):
                pyarrow.csv.write_csv(_plain(table), file, options)
                return
            written = pa.BufferOutputStream()
            pyarrow.csv.write_csv(_plain(table), written, options)
            file.write(break_bytes(written.getvalue().to_pybytes(), defects, schema.names))

        yield write


@contextmanager
def folder_writer(folder: Path, schemas: Mapping[str, Any], format_: Format) -> Iterator[Callable[..., None]]:
    """A file for each table; what is written names its table first."""
    folder.mkdir()
    one = parquet_writer if format_ == "parquet" else csv_writer
    with ExitStack() as files:
        writers = {
            name: files.enter_context(one(folder / f"{name}.{format_}", schema)) for name, schema in schemas.items()
        }
        yield lambda name, table, defects=(): writers[name](table, defects)


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


def write_manifest(path: Path, planted: Iterable[Planted]) -> None:
    """``row_number`` (1-based data row), ``setl_id``, ``kind``, ``field`` of every dirty row."""
    _write_key(path, ("row_number", "setl_id", "kind", "field"), planted)


def write_folder_key(folder: Path, key: FolderKey) -> None:
    """The same for a folder, with the file that each defect is in, as :data:`KEY_FILE`; row 0 for what is told together."""
    _write_key(folder / KEY_FILE, ("file", "row_number", "setl_id", "kind", "field"), key.rows())


def _write_key(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
