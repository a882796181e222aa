"""The stays that fee lines belong to: which one a line is of, and what its settlement says.

A visit with several settlements (interim, refunded and settled again) counts as one stay, whose header amounts are the
sum of the settlements that stand; lines name the visit, and rarely the settlement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from drgdip.base.money import FEN_PLACES
from drgdip.intake.buffers import one_array
from drgdip.intake.decode import numbers, times
from drgdip.intake.fee_lines import PARTS, SETTLEMENT, VISIT, FeeChunk, add_up
from drgdip.intake.key_index import KeyIndex, plain_text
from drgdip.intake.spool import Spool

if TYPE_CHECKING:
    from drgdip.intake.reader import CaseReader

_HEADERS = ("medfee_sumamt", *PARTS.values())
_ADMITTED, _DISCHARGED, _REFUNDED = "adm_time", "dscg_time", "refd_setl_flag"
_LIMIT = 10**16
_ROWS = 100_000
_DAY = 86_400


class Stays:
    """All stays of a reader.

    Attributes
    ----------
    headers : amounts of the header by stay (fen, int64). counted : stays with a settlement that stands (bool).
    standing : rows that are settlements which stand, each once (bool).
    """

    def __init__(self, reader: CaseReader, chunk_rows: int) -> None:
        names = (SETTLEMENT, VISIT, _ADMITTED, _DISCHARGED, _REFUNDED, *_HEADERS)
        self._ids = Spool(pa.schema([(SETTLEMENT, pa.binary()), (VISIT, pa.binary())]))
        parts: dict[str, list[np.ndarray]] = {name: [] for name in names[2:]}
        self._files: list[tuple[int, str]] = []
        rows = 0
        for file, first, table in reader.tables(names, chunk_rows):
            if first == 1:
                self._files.append((rows, file))
            self._ids.append(pa.table({name: _ids(table, name) for name in (SETTLEMENT, VISIT)}))
            for name, arrays in parts.items():
                arrays.append(_integers(table, name))
            rows += table.num_rows
        self._ids.close()
        self._by = {name: self._index(name, chunk_rows) for name in (SETTLEMENT, VISIT)}
        columns = {name: np.concatenate(arrays) if arrays else np.empty(0, np.int64) for name, arrays in parts.items()}
        self._unite(columns, rows, chunk_rows)

    def __len__(self) -> int:
        return len(self.counted)

    def _index(self, name: str, chunk_rows: int) -> KeyIndex:
        keys = (plain_text(table[name]) for table in self._ids.read([name], chunk_rows))
        return KeyIndex(keys, lambda rows: plain_text(self._ids.take(rows, [name])[name]))

    def _unite(self, columns: dict[str, np.ndarray], rows: int, chunk_rows: int) -> None:
        """Settlements of one visit become one stay: the number of its first settlement."""
        self._stay = np.arange(rows, dtype=np.int64)
        found = self._by[VISIT]
        first = 0
        for table in self._ids.read([VISIT], chunk_rows):
            place = found.find(plain_text(table[VISIT]))
            known = place.last > place.first
            self._stay[first : first + len(known)][known] = found.order[place.first[known]]
            first += len(known)
        stands = columns[_REFUNDED] != 1
        self.standing = stands
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

    def of_lines(self, chunk: FeeChunk) -> np.ndarray:
        """The stay of each line (int64), -1 where there is none: by the settlement if the line names it, else the visit."""
        return self._lines(chunk, {SETTLEMENT: self._stay, VISIT: self._stay})

    def settlement_of_lines(self, chunk: FeeChunk) -> tuple[np.ndarray, np.ndarray]:
        """The row of the settlement that each line counts for, -1 none; and rows of visits with several, -1 elsewhere.

        By the settlement if the line names it, else the only one of the visit that stands.
        """
        only, several = self._only_settlement
        row = self._lines(chunk, {SETTLEMENT: np.arange(len(self), dtype=np.int64), VISIT: only})
        shared = np.where(row < 0, self._lines(chunk, {VISIT: several}), -1)
        return row, shared

    @cached_property
    def _only_settlement(self) -> tuple[np.ndarray, np.ndarray]:
        """By row: the only standing settlement of its visit or -1; the visit's first row where there are several, or -1.

        A settlement that stands in several rows is one; the first of them is kept, or none.
        """
        again = np.zeros(len(self), dtype=np.bool_)
        order, first = self._by[SETTLEMENT].order, 0
        for table in self._ids.read([SETTLEMENT], _ROWS):
            place = self._by[SETTLEMENT].find(plain_text(table[SETTLEMENT]))
            known = np.nonzero(place.last > place.first)[0]
            again[first + known] = order[place.first[known]] != first + known
            first += table.num_rows
        self.standing &= ~again
        rows = np.nonzero(self.standing)[0]
        number = np.bincount(self._stay[rows], minlength=len(self))
        only, several = (np.full(len(self), -1, dtype=np.int64) for _ in range(2))
        only[self._stay[rows]] = rows
        return np.where(number == 1, only, -1)[self._stay], np.where(number[self._stay] > 1, self._stay, several)

    def _lines(self, chunk: FeeChunk, by: Mapping[str, np.ndarray]) -> np.ndarray:
        """What each line leads to (int64), by the first key that leads anywhere; -1 where none does."""
        found = np.full(chunk.rows, -1, dtype=np.int64)
        for name, of_row in by.items():
            if name not in chunk.table.column_names:
                continue
            open_ = found < 0
            if not open_.any():
                break
            coded = plain_text(chunk.table[name]).dictionary_encode()
            place = self._by[name].find(coded.dictionary)
            known = np.full(len(coded.dictionary) + 1, -1, dtype=np.int64)
            there = np.nonzero(place.last > place.first)[0]
            known[there] = of_row[self._by[name].order[place.first[there]]]
            indices = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
            found = np.where(open_, known[indices], found)
        return found

    def outside(self, stay: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """Lines on a day before the admission or after the discharge of their stay; bool."""
        place = np.maximum(stay, 0)
        if not len(self):
            return np.zeros(len(stay), dtype=np.bool_)
        known = (stay >= 0) & (self._first[place] < self._last[place])
        return known & ((time_s < self._first[place]) | (time_s >= self._last[place]))

    def places(self, stays: np.ndarray) -> list[tuple[str, int, str]]:
        """File, data row and settlement ID of the first settlement of some stays."""
        cells = self._ids.take(stays, [SETTLEMENT])[SETTLEMENT].to_pylist()
        starts = [first for first, _ in self._files]
        found = []
        for stay, cell in zip(stays.tolist(), cells, strict=True):
            first, file = self._files[bisect_right(starts, stay) - 1]
            found.append((file, stay - first + 1, (cell or b"").decode("utf-8", "replace")))
        return found


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
