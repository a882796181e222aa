"""A chunk of input rows, as read and as encoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.intake.buffers import as_text, padded, written, written_once
from drgdip.intake.columns import TEXT_FIELDS
from drgdip.intake.source import RowNote
from drgdip.interface.defects import Defects


class RawChunk(NamedTuple):
    """Rows of one source.

    file : name of the source. first_row : data row of the first one, from 1. columns : known fields as read.
    hospital_id : int32, (rows,). malformed : text of rows (by position) that stand as nulls.
    known : defects known before cells are read: settlement IDs that stand elsewhere too, and what the source noted.
    notes : what the source noted about rows, set aside or not. before : rows of all sources that come before it.
    """

    file: str
    first_row: int
    rows: int
    columns: dict[str, pa.Array]
    hospital_id: np.ndarray
    malformed: dict[int, str]
    known: Defects
    notes: tuple[RowNote, ...] = ()
    before: int = 0

    def cells(self, field: str, rows: np.ndarray) -> list[str]:
        """Cells of a field as written, for some positions; empty where the column is absent."""
        column = self.columns.get(field)
        return [""] * len(rows) if column is None else written(column.take(pa.array(rows)))

    def different(self, field: str, rows: np.ndarray) -> tuple[list[str], np.ndarray]:
        """The different cells of a field as written, and the place of each position's cell among them (int64)."""
        column = self.columns.get(field)
        if column is None:
            return [""], np.zeros(len(rows), dtype=np.int64)
        return written_once(column.take(pa.array(rows)))

    def text(self, rows: np.ndarray, fields: Sequence[str] = TEXT_FIELDS) -> dict[str, pa.Array]:
        """Text handed through to the case table, for some positions; rows with unreadable text must not be among them."""
        return {field: self._text(field, rows) for field in fields}

    def _text(self, field: str, rows: np.ndarray) -> pa.Array:
        column = self.columns.get(field)
        if column is None:
            return pa.nulls(len(rows), pa.string())
        column = as_text(column)
        if len(rows) != self.rows:
            column = column.take(pa.array(rows))
        if pa.types.is_dictionary(column.type):
            return pa.DictionaryArray.from_arrays(column.indices, _trimmed(column.dictionary))
        return _trimmed(column)


class EncodedChunk(NamedTuple):
    """The columns of a chunk (those of ``WRITES``), and what is wrong in its rows."""

    columns: dict[str, np.ndarray]
    defects: Defects


def _trimmed(column: pa.Array) -> pa.Array:
    text = column.cast(pa.string())
    if not padded(text):
        return text
    return pa.array([cell.strip() or None if cell is not None else None for cell in text.to_pylist()], pa.string())
