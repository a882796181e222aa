"""Fee lines (2301) as a stream of chunks: amounts as integers, keys as hashes. Memory holds one chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.accelerate import kernel
from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.money import FEN_PLACES
from drgdip.base.text import Text
from drgdip.intake.aliased import AliasedSource, names_of
from drgdip.intake.buffers import as_text, cells, one_array, written
from drgdip.intake.cell_kernels import hash_ids
from drgdip.intake.decode import numbers, times
from drgdip.intake.mapped import MappedSource
from drgdip.intake.open_source import open_sources
from drgdip.intake.source import Piece, RowNote, Source, check_header, notices_of
from drgdip.intake.status import MISSING
from drgdip.interface.code_tables import CodeTables
from drgdip.interface.fields import Use, aliases_of, fields_of
from drgdip.interface.mapping import Mapping, Table

#: Numbers of a line: national name -> digits after the point.
NUMBERS = {
    "cnt": 4, "pric": 6, "det_item_fee_sumamt": FEN_PLACES, "fulamt_ownpay_amt": FEN_PLACES, "overlmt_amt": FEN_PLACES,
    "preselfpay_amt": FEN_PLACES, "inscp_scp_amt": FEN_PLACES,
}  # fmt: skip
#: Coverage parts of a line, and the amounts of the header that they add up to.
PARTS = {
    "fulamt_ownpay_amt": "fulamt_ownpay_amt", "overlmt_amt": "overlmt_selfpay", "preselfpay_amt": "preselfpay_amt",
    "inscp_scp_amt": "inscp_scp_amt",
}  # fmt: skip
AMOUNT, TIME, VISIT, LINE, REFUNDED, SETTLEMENT = (
    "det_item_fee_sumamt", "fee_ocur_time", "mdtrt_id", "feedetl_sn", "init_feedetl_sn", "setl_id",
)  # fmt: skip
CODED = ("med_chrgitm_type", "chrgitm_lv")
_TEXT = (VISIT, LINE, REFUNDED, SETTLEMENT, "med_list_codg")
READS = (*_TEXT, *NUMBERS, TIME, *CODED)
REQUIRED = frozenset((VISIT, LINE, AMOUNT))
#: Fields that a mapping may not have: what needs them is then not checked, and that is said.
_CHECKED = (LINE, REFUNDED, TIME, "cnt", "pric", *PARTS, *CODED)
LIMIT = 10**16
_MIX, _MASK = 0x9E3779B97F4A7C15, (1 << 63) - 1


class FeeChunk(NamedTuple):
    """Lines of one file.

    first_row : data row of the first. table : cells as read. numbers : name -> scaled integers, 0 where there is none.
    malformed : lines that are no lines, with what
    stands there and the reason. status : name -> how reading went. key, refunded_key : hash (int64) of visit and line, -1 without one.
    notes : cells that a mapping cannot translate. absent : fields that the file does not have because its mapping has none.
    """

    file: str
    first_row: int
    rows: int
    table: pa.Table
    malformed: dict[int, tuple[str, str]]
    numbers: dict[str, np.ndarray]
    status: dict[str, np.ndarray]
    key: np.ndarray
    refunded_key: np.ndarray
    notes: tuple[RowNote, ...] = ()
    absent: frozenset[str] = frozenset()

    def cells(self, name: str, rows: np.ndarray) -> list[str]:
        """Cells as written; empty where the column is absent."""
        if name not in self.table.column_names:
            return [""] * len(rows)
        return [cell.strip() for cell in written(one_array(self.table[name]).take(pa.array(rows)))]

    def unknown_codes(self, name: str, tables: CodeTables) -> dict[str, int]:
        """Values of a coded column that its table does not have, with their number."""
        if name not in self.table.column_names:
            return {}
        counts = one_array(self.table[name]).value_counts()
        found = zip(written(counts.field(0)), counts.field(1).to_pylist(), strict=True)
        codes = tables[fields_of("fee_lines")[name].code_table]
        known = {*codes, *(code.lstrip("0") for code in codes)}
        return {cell.strip(): count for cell, count in found if cell.strip() and cell.strip() not in known}


class MappedFees:
    """A source of fee lines in the columns of another export. See :class:`drgdip.intake.source.Source`.

    absent : checked fields that the mapping does not give and the file does not have; they are a notice of the file.
    """

    def __init__(self, source: Source, table: Table) -> None:
        self._mapped = MappedSource(source, table)
        self.name, self.key, self.columns = source.name, source.key, self._mapped.columns
        self.absent = frozenset(_CHECKED) - {*self.columns, *names_of(self.columns, READS, table="fee_lines").theirs}
        self.notices = notices_of(self._mapped)
        if self.absent:
            listed = ", ".join(name for name in _CHECKED if name in self.absent)
            self.notices += (Finding(self.name, 0, "", "", listed, "fee_fields_not_mapped"),)

    def read(self, fields: Sequence[str], chunk_rows: int) -> Iterator[Piece]:
        """See :class:`drgdip.intake.source.Source`."""
        return self._mapped.read(fields, chunk_rows)


class FeeFile(NamedTuple):
    """A source of fee lines under national names, and the fields that its mapping does not have."""

    source: Source
    absent: frozenset[str]


def open_fees(fees: Sequence[Any], mapping: Mapping | None = None) -> list[FeeFile]:
    """Files of fee lines: flat, 2301 messages, or in the columns that a mapping has for them.

    A file with national names is read as it is, whatever the mapping. Raises UsageError where one cannot be read, is of
    another table by its name, or lacks a required column.
    """
    table = mapping.fees if mapping else None
    theirs = mapping.fee_columns() if mapping else ()
    found: list[FeeFile] = []
    for source in open_sources(fees, Use((), frozenset()), [*READS, *aliases_of("fee_lines"), *theirs]):
        absent: frozenset[str] = frozenset()
        if mapping and table and not {VISIT, LINE, AMOUNT} <= set(source.columns):
            _check_name(source, mapping)
            source = MappedFees(source, table)
            absent = source.absent
        named = AliasedSource(source, names_of(source.columns, READS, table="fee_lines"))
        check_header(named, Use(READS, REQUIRED - absent))
        found.append(FeeFile(named, absent))
    return found


def _check_name(source: Source, mapping: Mapping) -> None:
    """Raises UsageError for a file that is one of another table by its name. Tables in memory have none."""
    path = Path(source.key)
    if not mapping.fees or not mapping.fees.files or not path.is_file() or mapping.has_fees(path.name.split(".")[0]):
        return
    names = ", ".join(mapping.fees.files)
    why = mapping.why_not_read(path.name.split(".")[0])
    if why:
        raise UsageError(
            Text(f"{path.name} 不能作为费用明细读取:{why.zh}。", f"{path.name} is not read as fee lines: {why.en}."),
            Text(f"请给出 {names} 的文件。", f"Give the files of {names}."),
        )
    raise UsageError(
        Text(
            f"从文件名看不出 {path.name} 是费用明细。", f"The name of {path.name} does not say that it holds fee lines."
        ),
        Text(f"请以表名开头命名:{names}。", f"Begin its name with that of its table: {names}."),
    )


def fee_chunks(files: Sequence[FeeFile], names: Sequence[str], chunk_rows: int) -> Iterator[FeeChunk]:
    """The lines of all files in order."""
    for source, absent in files:
        first = 1
        for piece in source.read(names, chunk_rows):
            bad = {row: (text, "malformed_row") for row, text in piece.malformed.items()}
            bad |= {note.row: (note.value, note.key) for note in piece.notes if not note.field}
            notes = tuple(note for note in piece.notes if note.field and note.key == "value_not_mapped")
            yield _chunk(source.name, first, piece.table, bad)._replace(notes=notes, absent=absent)
            first += piece.table.num_rows


def _chunk(file: str, first: int, table: pa.Table, malformed: dict[int, tuple[str, str]]) -> FeeChunk:
    rows = table.num_rows
    values: dict[str, np.ndarray] = {}
    status: dict[str, np.ndarray] = {}
    for name, places in NUMBERS.items():
        if name in table.column_names:
            values[name], status[name] = numbers(one_array(table[name]), places, False, LIMIT, 0)
    if TIME in table.column_names:
        values[TIME], status[TIME] = times(one_array(table[TIME]))
    for name in (*NUMBERS, TIME):
        values.setdefault(name, np.zeros(rows, dtype=np.int64))
        status.setdefault(name, np.full(rows, MISSING, dtype=np.int8))
    visit = hashes(table, VISIT)
    return FeeChunk(
        file,
        first,
        rows,
        table,
        malformed,
        values,
        status,
        _mixed(visit, hashes(table, LINE)),
        _mixed(visit, hashes(table, REFUNDED)),
    )


def hashes(table: pa.Table, name: str) -> np.ndarray:
    """Hashes (int64) of the cells of a column, -1 for empty ones."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1, dtype=np.int64)
    text = as_text(one_array(table[name]))
    return hash_ids(*cells(text.dictionary_decode() if pa.types.is_dictionary(text.type) else text))


def _mixed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        mixed = (one.astype(np.uint64) * np.uint64(_MIX) ^ other.astype(np.uint64)) & np.uint64(_MASK)
    return np.where((one < 0) | (other < 0), -1, mixed.astype(np.int64))


@kernel
def add_up(sums: Any, places: Any, values: Any) -> None:
    """``sums[places[i]] += values[i]`` for all places that are not negative; int64."""
    for i in range(len(places)):
        if places[i] >= 0:
            sums[places[i]] += values[i]
