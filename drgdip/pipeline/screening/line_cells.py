"""The cells of a piece of fee lines, read one column after the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.intake.status import MISSING, OK
from drgdip.pipeline.screening.cells import Raw, columns_of, read_numbers
from drgdip.pipeline.screening.ids import Encoded, encoded

_NARROW = (np.int8, np.int16, np.int32)


class Decoded(NamedTuple):
    """One piece: its ID columns, its numbers as narrow as they fit, with their statuses.

    raw : of its columns as they were those with cells that cannot be read, and the settlements.
    """

    raw: Raw
    first_row: int
    rows: int
    ids: dict[str, Encoded]
    numbers: dict[str, tuple[np.ndarray, np.ndarray]]
    last_s: int


def decode(raw: Raw, first_row: int) -> Decoded:
    """Read the cells of a piece, one column after the other."""
    ids, numbers, last_s, told = {}, {}, -1, {}
    for read, array in columns_of("fee_lines", raw.table):
        if read.kind == "id":
            column = encoded(array)
            ids[read.name] = column._replace(places=_narrow(column.places))
            wrong = len(column.bad) > 0
        else:
            values, status = read_numbers(read, array)
            numbers[read.name] = _narrow(values), status
            wrong = bool((status > MISSING).any())
            if read.name == "time_s" and len(values):
                last_s = int(values.max())
        if wrong or read.name == "settlement":
            told[read.field] = array
    return Decoded(Raw(raw.file, pa.table(told)), first_row, raw.table.num_rows, ids, numbers, last_s)


def first_s(piece: Decoded) -> int:
    """Time of the first line that has one; far away without any."""
    values, status = piece.numbers.get("time_s", (np.empty(0), np.empty(0)))
    there = values[status == OK]
    return int(there.min()) if len(there) else 1 << 62


def taken(piece: Decoded, rows: np.ndarray) -> Decoded:
    """Some rows of a piece."""
    return piece._replace(
        ids={name: column._replace(places=column.places[rows]) for name, column in piece.ids.items()},
        numbers={name: (values[rows], status[rows]) for name, (values, status) in piece.numbers.items()},
        last_s=int(piece.numbers["time_s"][0][rows].max()) if len(rows) and "time_s" in piece.numbers else -1,
    )


def _narrow(values: np.ndarray) -> np.ndarray:
    """Whole numbers in as few bits as they fit."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for kind in _NARROW:
        bounds = np.iinfo(kind)
        if bounds.min <= low and high <= bounds.max:
            return values.astype(kind, copy=False)
    return values
