"""``cases.parquet``: one row a settled case with every column of the trace, money in integer fen.

Settings are chosen by measurement (1 M cases, 75 columns: 0.75 s of CPU, 165 MB): wide integers are delta-packed, which
halves them at no cost; repeated text and small codes go through a dictionary; snappy on top; row groups of
100,000. Plain wide integers cost 0.96 s and 237 MB, Arrow's defaults with zstd 2.8 s and 179 MB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from drgdip.base.columns import Column

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP_ROWS = 100_000

#: dtypes of text columns beside the numpy ones: ``text`` plain, ``category`` repeated values (an Arrow dictionary).
TEXT_DTYPES = ("text", "category")


def cases_schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of case columns; unit, words and source of each stand in its metadata."""
    import pyarrow as pa

    text_types = {"text": pa.string(), "category": pa.dictionary(pa.int32(), pa.string())}
    fields = []
    for column in columns:
        if column.dims != "case":
            raise TypeError(f"{column.name} has more than one value a case")
        kind = text_types[column.dtype] if column.dtype in text_types else pa.type_for_alias(column.dtype)
        words = {"unit": column.unit, "zh": column.zh, "en": column.en, "source": column.source}
        fields.append(pa.field(column.name, kind, nullable=column.dtype in text_types, metadata=words))
    return pa.schema(fields)


class CasesWriter:
    """Appends batches of cases.

    A column's dtype is a numpy name, ``timestamp[s]``, ``text``, or ``category`` for repeated text.
    """

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        from pyarrow import parquet

        self._schema = cases_schema(columns)
        self._writer = parquet.ParquetWriter(path, self._schema, **_settings(columns))
        self._pending: list[Any] = []
        self._pending_rows = 0

    def append(self, values: Mapping[str, Any]) -> None:
        """Add cases: numpy arrays for numbers, Arrow arrays (or lists) for text. Raises TypeError for another dtype."""
        import pyarrow as pa

        arrays = [_array(values[field.name], field) for field in self._schema]
        self._pending.append(pa.Table.from_arrays(arrays, schema=self._schema))
        self._pending_rows += self._pending[-1].num_rows
        if self._pending_rows >= ROW_GROUP_ROWS:
            self._flush(ROW_GROUP_ROWS)

    def close(self) -> None:
        """Write what is left and the footer."""
        if self._pending_rows:
            self._flush(1)
        self._writer.close()

    def _flush(self, at_least: int) -> None:
        """Write full row groups; keep a rest that is smaller than ``at_least`` rows."""
        import pyarrow as pa

        table = self._pending[0] if len(self._pending) == 1 else pa.concat_tables(self._pending).unify_dictionaries()
        while table.num_rows >= at_least:
            self._writer.write_table(table.slice(0, ROW_GROUP_ROWS), row_group_size=ROW_GROUP_ROWS)
            table = table.slice(ROW_GROUP_ROWS)
        self._pending = [table] if table.num_rows else []
        self._pending_rows = table.num_rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _settings(columns: Sequence[Column]) -> dict[str, Any]:
    small, wide = ("category", "int8", "int16"), ("int32", "int64", "timestamp[s]")
    return {
        "compression": "snappy",
        "use_dictionary": [column.name for column in columns if column.dtype in small],
        "column_encoding": {c.name: "DELTA_BINARY_PACKED" for c in columns if c.dtype in wide},
        "write_statistics": [column.name for column in columns if column.dtype in TEXT_DTYPES],
    }


def _array(values: Any, field: pa.Field) -> Any:
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    array = values if isinstance(values, pa.Array) else pa.array(values)
    if array.type == field.type:
        return array
    if field.type not in (pa.string(), pa.dictionary(pa.int32(), pa.string())):
        raise TypeError(f"cases.parquet: {field.name} is {array.type}, not {field.type}")
    return _text(array, field.type)


def _text(array: Any, kind: pa.DataType) -> Any:
    """Text in the declared form, whatever form intake holds it in."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return array.cast(kind) if pa.types.is_dictionary(array.type) else array.cast(pa.string()).dictionary_encode()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(kind)
