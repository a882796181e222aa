"""Rows and ids of grouped stays as columns of words. No stay is handled by itself, so this keeps pace with grouping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.grouping.drg.list_kernels import distinct_lists, join_words
from drgdip.intake.buffers import buffers
from drgdip.pipeline.words import ReasonWords, Words
from drgdip.tables.chs_drg.ids import UNGROUPED

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables

_REASONS = ("drg_grouped", "drg_ambiguous", "drg_ungrouped")
#: Columns of every grouped stay, and those that say what decided.
GROUP_COLUMNS = (
    "setl_id", "mdc_code", "adrg_code", "drg_code", "group_reason", "drg_name", "adrg_sheet_row", "drg_sheet_row",
)  # fmt: skip
AUDIT_COLUMNS = ("complications", "excluded", "deciding_diagnoses", "deciding_operations")


@lru_cache(maxsize=4)
def drg_words(tables: DrgTables) -> DrgWords:
    """The words of an edition, made once."""
    return DrgWords(tables)


class DrgWords:
    """The words of an edition.

    Parameters
    ----------
    tables : a compiled edition; its rows with their rules are not read.
    """

    def __init__(self, tables: DrgTables) -> None:
        arrays = tables.arrays
        self._arrays, self._tables = arrays, tables
        self._mdc = Words([*(tables.mdc_codes[mdc] for mdc in arrays.adrg_mdc.tolist()), UNGROUPED])
        self._adrg = Words([*tables.adrg_codes, UNGROUPED])
        # By row of DRG, then by row of ADRG where no group decided, then none.
        self._drg = Words([*tables.drg_codes, *tables.adrg_codes, UNGROUPED])
        self._name = Words([*tables.drg_names, ""])
        self._reason = ReasonWords(_REASONS)

    def table(
        self,
        setl_id: pa.Array,
        columns: Mapping[str, np.ndarray],
        result: Mapping[str, np.ndarray],
        wanted: np.ndarray,
        audit: bool,
    ) -> pa.Table:
        """``GROUP_COLUMNS`` of the stays that are ``wanted`` (those of ``setl_id``), and with ``audit`` ``AUDIT_COLUMNS``.

        Numbers of rows are null where none decided.
        """
        kept = np.nonzero(wanted)[0]
        adrg, drg, reason = (_of(result[name], kept) for name in ("adrg_row", "drg_row", "group_reason"))
        either = np.where(drg >= 0, drg, len(self._tables.drg_codes) + adrg)
        either[(drg < 0) & (adrg < 0)] = -1
        arrays = [
            setl_id.cast(pa.string()),
            self._mdc.of(adrg),
            self._adrg.of(adrg),
            self._drg.of(either),
            self._reason.of(reason),
            self._name.of(drg),
            _numbers(self._arrays.adrg_sheet_row, adrg),
            _numbers(self._arrays.drg_sheet_row, drg),
        ]
        if audit:
            arrays += self._audit(columns, result, kept)
        return pa.Table.from_arrays(arrays, schema=_schema(audit))

    def empty(self, audit: bool) -> pa.Table:
        """The same columns without any stay."""
        return _schema(audit).empty_table()

    def _audit(
        self, columns: Mapping[str, np.ndarray], result: Mapping[str, np.ndarray], kept: np.ndarray
    ) -> list[pa.Array]:
        diagnoses = columns["diagnosis_id"], columns["diagnosis_offset"]
        operations = columns["procedure_id"], columns["procedure_offset"]
        severity = result["diagnosis_severity"]
        return [
            self._counted.joined(*diagnoses, severity, 1, kept),
            self._excluded.joined(*diagnoses, severity, -1, kept),
            self._diagnoses.joined(*diagnoses, result["diagnosis_role"], 1, kept),
            self._operations.joined(*operations, result["procedure_role"], 1, kept),
        ]

    @cached_property
    def _diagnoses(self) -> _CodeWords:
        return _CodeWords(self._tables.diagnoses.text)

    @cached_property
    def _operations(self) -> _CodeWords:
        return _CodeWords(self._tables.procedures.text)

    @cached_property
    def _severe(self) -> np.ndarray:
        """Ids of the diagnoses that can be complications."""
        return np.nonzero(self._arrays.severity[:-1])[0]

    @cached_property
    def _levels(self) -> pa.Array:
        """``E11.900=CC`` for each of them."""
        levels = pa.array(["", "CC", "MCC"]).take(pa.array(self._arrays.severity[self._severe]))
        return pc.binary_join_element_wise(self._tables.diagnoses.text.take(pa.array(self._severe)), levels, "=")

    @cached_property
    def _counted(self) -> _CodeWords:
        return self._of_severe(self._levels)

    @cached_property
    def _excluded(self) -> _CodeWords:
        """``E11.900=CC:EX_7`` for each of them, the exclusion table last."""
        names = pa.array(["", *self._tables.exclusion_tables], pa.string())
        tables = names.take(pa.array(self._arrays.exclusion[self._severe] + 1))
        return self._of_severe(pc.binary_join_element_wise(self._levels, tables, ":"))

    def _of_severe(self, words: pa.Array) -> _CodeWords:
        """Words of all diagnoses; those that can be no complications have empty ones."""
        offset, _, _ = buffers(words)
        ends = np.zeros(len(self._tables.diagnoses) + 1, dtype=np.int32)
        ends[self._severe + 1] = np.diff(offset)
        np.cumsum(ends, out=ends)
        return _CodeWords(pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), words.buffers()[2]))


class _CodeWords:
    """A word for each code of a system."""

    def __init__(self, words: pa.Array) -> None:
        self._offset, self._data, _ = buffers(words)

    def joined(
        self, ids: np.ndarray, offset: np.ndarray, flag: np.ndarray, sign: int, kept: np.ndarray
    ) -> pa.DictionaryArray:
        """Words of the flagged codes of the stays that are kept, joined by ``|``; empty where there are none."""
        of_stay, codes, ends = distinct_lists(ids, offset, flag, sign)
        ends, data = join_words(codes, ends, self._offset, self._data)
        words = pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(data))
        return pa.DictionaryArray.from_arrays(pa.array(_of(of_stay, kept)), words, safe=False)


@cache
def _schema(audit: bool) -> pa.Schema:
    names = (*GROUP_COLUMNS, *AUDIT_COLUMNS) if audit else GROUP_COLUMNS
    return pa.schema([_field(name) for name in names])


def _field(name: str) -> pa.Field:
    """Only rows of sheets can be null; what never is takes a fifth less time to write."""
    if name.endswith("_row"):
        return pa.field(name, pa.int32())
    kind = pa.string() if name == "setl_id" else pa.dictionary(pa.int32(), pa.string())
    return pa.field(name, kind, nullable=False)


def _numbers(by_row: np.ndarray, rows: np.ndarray) -> pa.Array:
    if not len(by_row):
        return pa.nulls(len(rows), pa.int32())
    return pa.array(by_row.take(rows), pa.int32(), mask=rows < 0)


def _of(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Values of the rows that are kept; all of them as they are."""
    return values if len(kept) == len(values) else values[kept]
