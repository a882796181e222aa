"""Parquet files and tables in memory as a stream of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from drgdip.base.text import Text
from drgdip.intake.source import Piece, unreadable
from drgdip.interface.fields import fields as registry

_INTACT = Text("请重新导出该 Parquet 文件。", "Export the Parquet file again.")
_FLAT = Text("请将嵌套列改为普通列;多个编码以 | 连接。", "Make nested columns plain; join several codes by |.")
#: Fields with few distinct values: read as dictionaries, each value is decoded once.
_REPEATING = [
    name for name, field in registry().items() if field.type == "code" or name in ("fixmedins_code", "dscg_caty")
]


def _check_flat(name: str, schema: pa.Schema) -> None:
    if any(field.name in registry() and pa.types.is_nested(field.type) for field in schema):
        raise unreadable(name, _FLAT)


class ParquetSource:
    """A Parquet file; row groups are read a few pages at a time."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.key = str(path)
        self._path = path
        with self._open() as file:
            self.columns = tuple(file.schema_arrow.names)
            _check_flat(self.name, file.schema_arrow)

    def _open(self) -> Any:
        try:
            return pq.ParquetFile(self._path, read_dictionary=_REPEATING, pre_buffer=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise unreadable(self.name, _INTACT) from error

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`. Raises UsageError if the file is damaged."""
        wanted = [name for name in fields if name in self.columns]
        with self._open() as file:
            try:
                for batch in file.iter_batches(chunk_rows, columns=wanted):
                    yield Piece(pa.Table.from_batches([batch]), {})
            except (pa.ArrowInvalid, OSError) as error:
                raise unreadable(self.name, _INTACT) from error


class TableSource:
    """A table in memory: an Arrow table or a pandas DataFrame."""

    def __init__(self, table: Any, position: int) -> None:
        self.name = self.key = f"table {position}"
        self._table = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
        self.columns = tuple(self._table.column_names)
        _check_flat(self.name, self._table.schema)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        table = self._table.select([name for name in fields if name in self.columns])
        for first in range(0, table.num_rows, chunk_rows):
            yield Piece(table.slice(first, chunk_rows), {})
