"""Cells of tables as rules need them; one that cannot be read counts as missing and is a finding of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.findings import Finding
from drgdip.intake.buffers import one_array, written
from drgdip.intake.decode import numbers, times
from drgdip.intake.status import DECIMALS, MISSING, OK, RANGE
from drgdip.screening.columns import BOUNDS, NOT_NEGATIVE, PLACES, TABLES, Read

_LIMIT = 10**16
#: A cell that was read, and says what cannot be.
IMPOSSIBLE, NEGATIVE = 100, 101
#: How reading went -> key of the finding.
_REASONS = {RANGE: "amount_out_of_range", DECIMALS: "too_many_decimals", IMPOSSIBLE: "stay_number_not_possible",
            NEGATIVE: "negative_settlement"}  # fmt: skip
#: Findings of one column of one table; further ones say nothing new.
_MOST_SHOWN = 1000


class Raw(NamedTuple):
    """One table, or a piece of one, as read. file : what findings call it."""

    file: str
    table: pa.Table


def columns_of(name: str, table: pa.Table) -> Iterator[tuple[Read, pa.Array]]:
    """The fields that a table of the interface has, each with its column or the first of the others that stands for it."""
    for read, column in fields_of(name, tuple(table.column_names)):
        yield read, one_array(table[column])


@lru_cache(64)
def fields_of(name: str, columns: tuple[str, ...]) -> list[tuple[Read, str]]:
    """The fields that a table has by its columns, each with its own. Tables of one caller have the same columns again and again."""
    named = ((read, _column_name(read, columns)) for read in TABLES[name])
    return [(read, column) for read, column in named if column is not None]


def _column_name(read: Read, columns: Collection[str]) -> str | None:
    """The column of a field, or the first of the others that stands for it."""
    return next((name for name in (read.field, *read.others) if name in columns), None)


def column_of(table: pa.Table, read: Read) -> pa.Array | None:
    """The column of one field, None where there is none."""
    name = _column_name(read, table.column_names)
    return None if name is None else one_array(table[name])


def read_numbers(read: Read, array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """A column of numbers or times, and how reading each cell went."""
    return times(array) if read.kind == "time" else numbers(array, PLACES[read.kind], False, _LIMIT, 0)


def possible(name: str, read: Read, values: np.ndarray, status: np.ndarray, refunded: np.ndarray) -> np.ndarray:
    """How reading went, with what cannot be of a column. refunded : settlements whose amounts may be negative; bool, (n,)."""
    low, high = BOUNDS.get(name, {}).get(read.name, (None, None))
    if low is not None and high is not None:
        return np.where((status == OK) & ((values < low) | (values > high)), IMPOSSIBLE, status)
    if read.name in NOT_NEGATIVE.get(name, ()):
        return np.where((status == OK) & (values < 0) & ~refunded, NEGATIVE, status)
    return status


class Reporter:
    """Says what is wrong with the cells of one file, a thousand times a column at most."""

    def __init__(self, file: str, findings: list[Finding]) -> None:
        self._file, self._findings = file, findings
        self._shown: Counter[str] = Counter()
        self._settlement: pa.Array | None = None
        self._first = 0

    def start(self, table: pa.Table, first_row: int = 0) -> None:
        """The next piece of the file, and its first row (from 0)."""
        self._settlement = one_array(table["setl_id"]) if "setl_id" in table.column_names else None
        self._first = first_row

    def encoding(self, read: Read, array: pa.Array | None, rows: np.ndarray) -> None:
        """Cells that are no text."""
        for row in self._most(read.field, rows):
            self._say(row, _one(self._settlement, row), read.field, _one(array, row), "bad_encoding")

    def statuses(self, read: Read, array: pa.Array | None, status: np.ndarray) -> None:
        """Cells that could not be read."""
        for row in self._most(read.field, np.flatnonzero((status != OK) & (status != MISSING))):
            late = read.kind == "time" and status[row] == RANGE
            aged = status[row] == IMPOSSIBLE and read.name in ("age_e4", "newborn_days")
            key = "impossible_date" if late else _REASONS.get(int(status[row]), "wrong_type")
            key = "number_not_possible" if aged else key
            self._say(row, _one(self._settlement, row), read.field, _one(array, row), key)

    def missing(self, read: Read, rows: np.ndarray) -> None:
        """Rows without the key of their table: they are set aside."""
        for row in self._most(f"{read.field} missing", rows):
            self._say(row, "", read.field, "", "missing_value")

    def twice(self, row: int, name: str, key: str) -> None:
        """A settlement that stands in two rows."""
        self._say(row, name, "setl_id", name, key)

    def _most(self, name: str, rows: np.ndarray) -> list[int]:
        shown = rows[: max(0, _MOST_SHOWN - self._shown[name])].tolist()
        self._shown[name] += len(shown)
        return [int(row) for row in shown]

    def _say(self, row: int, settlement: str, field: str, value: str, key: str) -> None:
        self._findings.append(Finding(self._file, self._first + row + 1, settlement, field, value, key))


def _one(array: pa.Array | None, row: int) -> str:
    return written(array.slice(row, 1))[0].strip() if array is not None else ""
