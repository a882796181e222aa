"""The stays that fee lines belong to: which one a line is of, and what its settlement says.

A visit with several settlements (interim, refunded and settled again) counts as one stay, whose header amounts are the
sum of the settlements that stand; lines name the visit, and rarely the settlement.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.money import FEN_PLACES
from drgdip.intake.buffers import one_array
from drgdip.intake.decode import numbers, times
from drgdip.intake.fee_lines import PARTS, SETTLEMENT, VISIT, FeeChunk, add_up
from drgdip.intake.kept_keys import KeptKeys
from drgdip.intake.key_index import plain_text
from drgdip.intake.key_rows import FirstRows

if TYPE_CHECKING:
    from drgdip.intake.reader import CaseReader

_HEADERS = ("medfee_sumamt", *PARTS.values())
_ADMITTED, _DISCHARGED, _REFUNDED = "adm_time", "dscg_time", "refd_setl_flag"
_LIMIT = 10**16
_DAY = 86_400


class LineStays(NamedTuple):
    """What lines belong to (int64, -1 none). stay : number of the stay. settlement : row of the settlement that the line counts
    for. shared : the visit's first row where the line has none because the visit has several.
    """

    stay: np.ndarray
    settlement: np.ndarray
    shared: np.ndarray


class Stays:
    """All stays of a reader.

    Attributes
    ----------
    headers : amounts of the header by stay (fen, int64). counted : stays with a settlement that stands (bool).
    standing : rows that are settlements which stand, each once (bool).
    """

    def __init__(self, reader: CaseReader, chunk_rows: int) -> None:
        names = (SETTLEMENT, VISIT, _ADMITTED, _DISCHARGED, _REFUNDED, *_HEADERS)
        ids = {name: KeptKeys() for name in (SETTLEMENT, VISIT)}
        parts: dict[str, list[np.ndarray]] = {name: [] for name in names[2:]}
        self._files: list[tuple[int, str]] = []
        rows = 0
        for file, first, table in reader.tables(names, chunk_rows):
            if first == 1:
                self._files.append((rows, file))
            for name, kept in ids.items():
                kept.append(_ids(table, name))
            for name, arrays in parts.items():
                arrays.append(_integers(table, name))
            rows += table.num_rows
        self._ids = {name: kept.close() for name, kept in ids.items()}
        self._by = {name: FirstRows(keys) for name, keys in self._ids.items()}
        columns = {name: np.concatenate(arrays) if arrays else np.empty(0, np.int64) for name, arrays in parts.items()}
        self._unite(columns, rows)

    def __len__(self) -> int:
        return len(self.counted)

    def _unite(self, columns: dict[str, np.ndarray], rows: int) -> None:
        """Settlements of one visit become one stay: the number of its first settlement."""
        self._stay = self._by[VISIT].firsts
        stands = columns[_REFUNDED] != 1
        # A settlement that stands in several rows is one; the first of them is kept, or none.
        self.standing = stands & (self._by[SETTLEMENT].firsts == np.arange(rows))
        self.headers = {name: np.zeros(rows, dtype=np.int64) for name in _HEADERS}
        for name, sums in self.headers.items():
            add_up(sums, self._stay, np.where(stands, columns[name], 0))
        self.counted = np.zeros(rows, dtype=np.bool_)
        self.counted[self._stay[stands]] = True
        self._first = np.full(rows, np.iinfo(np.int64).max)
        self._last = np.full(rows, np.iinfo(np.int64).min)
        known = (columns[_ADMITTED] != 0) & (columns[_DISCHARGED] != 0)
        np.minimum.at(self._first, self._stay[known], columns[_ADMITTED][known] // _DAY * _DAY)
        np.maximum.at(self._last, self._stay[known], (columns[_DISCHARGED][known] // _DAY + 1) * _DAY)

    def of_lines(self, chunk: FeeChunk) -> LineStays:
        """By the settlement if the line names it; else by the visit, which counts for its only settlement that stands."""
        row = self._rows(chunk, SETTLEMENT)
        found = LineStays(_through(self._stay, row), row, np.full(chunk.rows, -1, dtype=np.int64))
        open_ = np.nonzero(row < 0)[0]
        if len(open_):
            visit = self._rows(chunk, VISIT)[open_]
            for values, of_row in zip(found, (self._stay, *self._only_settlement), strict=True):
                values[open_] = _through(of_row, visit)
            found.shared[row >= 0] = -1
        return found

    @cached_property
    def _only_settlement(self) -> tuple[np.ndarray, np.ndarray]:
        """By row: the only standing settlement of its visit or -1; the visit's first row where there are several, or -1."""
        rows = np.nonzero(self.standing)[0]
        number = np.bincount(self._stay[rows], minlength=len(self))
        only, several = (np.full(len(self), -1, dtype=np.int64) for _ in range(2))
        only[self._stay[rows]] = rows
        return np.where(number == 1, only, -1)[self._stay], np.where(number[self._stay] > 1, self._stay, several)

    def _rows(self, chunk: FeeChunk, name: str) -> np.ndarray:
        """The first row with what each line has in a field (int64), -1 where there is none."""
        if name not in chunk.table.column_names:
            return np.full(chunk.rows, -1, dtype=np.int64)
        return self._by[name].of(chunk.table[name])

    def outside(self, stay: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """Lines on a day before the admission or after the discharge of their stay; bool."""
        place = np.maximum(stay, 0)
        if not len(self):
            return np.zeros(len(stay), dtype=np.bool_)
        known = (stay >= 0) & (self._first[place] < self._last[place])
        return known & ((time_s < self._first[place]) | (time_s >= self._last[place]))

    def places(self, stays: np.ndarray) -> list[tuple[str, int, str]]:
        """File, data row and settlement ID of the first settlement of some stays."""
        cells = self._ids[SETTLEMENT].take(pa.array(stays)).to_pylist()
        starts = [first for first, _ in self._files]
        found = []
        for stay, cell in zip(stays.tolist(), cells, strict=True):
            first, file = self._files[bisect_right(starts, stay) - 1]
            found.append((file, stay - first + 1, (cell or b"").decode("utf-8", "replace")))
        return found


def _through(of_row: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """What rows lead to, -1 where there is no row."""
    if not len(of_row):
        return np.full(len(rows), -1, dtype=np.int64)
    return np.where(rows >= 0, of_row[np.maximum(rows, 0)], -1)


def _ids(table: pa.Table, name: str) -> pa.Array:
    return plain_text(table[name]) if name in table.column_names else pa.nulls(table.num_rows, pa.binary())


def _integers(table: pa.Table, name: str) -> np.ndarray:
    """A column as int64; what is absent or cannot be read is 0, which quality control reports elsewhere."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int64)
    array = one_array(table[name])
    if name in (_ADMITTED, _DISCHARGED):
        return times(array)[0]
    return numbers(array, 0 if name == _REFUNDED else FEN_PLACES, False, _LIMIT, 0)[0]
