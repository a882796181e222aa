"""A chunk of input rows becomes columns of integers; what cannot become one is a defect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.money import FEN_PLACES, MAX_CASE_FEN
from drgdip.base.reasons import number
from drgdip.intake.buffers import as_text, cells, checked_text, gather
from drgdip.intake.chunk import EncodedChunk, RawChunk
from drgdip.intake.code_index import CodeIndex, read_code_lists
from drgdip.intake.code_sets import CodeSets, UnknownCodes, shipped_sets
from drgdip.intake.columns import OFFSETS, dtype_of, missing_value
from drgdip.intake.decode import Decoded, by_dictionary, codes, digits_lost, numbers, times
from drgdip.intake.status import BEYOND, LONG, LOST, MISSING, OK, RANGE, WRONG, reason_key
from drgdip.interface.code_tables import code_numbers, hospital_tier
from drgdip.interface.defects import WHOLE_ROW, Defects, defects_of, join_defects
from drgdip.interface.fields import Field, Use, fields

_NINE_DIGITS = 9
_AGES = ("age", "nwb_age")
_REPEATED = (number("duplicate_setl_id"), number("conflicting_setl_id"))


class CodeIndexes(NamedTuple):
    """Where the ids of the fields of code lists come from."""

    diag_code: CodeIndex
    oprn_oprt_code: CodeIndex


def encode_chunk(
    raw: RawChunk,
    indexes: CodeIndexes,
    use: Use,
    known: CodeSets | None = None,
    unknown: UnknownCodes | None = None,
) -> EncodedChunk:
    """Columns of ``WRITES`` for all rows of a chunk, and every defect that reading its cells shows.

    ``use`` says which fields are read (others have no column, except the two ages) and which may not be empty;
    ``known`` are the codes of their tables, as shipped unless given; ``unknown`` counts codes that a table which places
    extend does not have.

    Rows with a defect have placeholder values in the columns concerned. Codes that their system does not have
    are ids of -1, which quality control reports.
    """
    known = known or shipped_sets()
    columns = {"row_number": np.arange(raw.first_row, raw.first_row + raw.rows, dtype=np.int64)}
    found: list[Defects] = []
    for field in _read(use.reads):
        array = raw.columns.get(field.name)
        if array is None:
            columns.update(_absent(field, raw.rows))
            continue
        written, status = _encoded(field, array, raw, indexes, known)
        if unknown is not None and field.code_check == "open":
            codes = written[field.column][status == OK]
            unknown.add(field.name, codes[~known.has(field.code_table, codes)])
        columns.update(written)
        found += _defects(field, status, field.name in use.requires)
    _settle_age(columns)
    whole = defects_of(np.array(sorted(raw.malformed), dtype=np.int64), WHOLE_ROW, "malformed_row")
    cellwise = _of_ages_that_count(join_defects(*found), columns["age_years"])
    whole = join_defects(whole, raw.known)
    # What a source says of a cell says why it cannot be read; that its ID stands twice says nothing about the cell.
    of_cells = ~np.isin(raw.known.reason, _REPEATED)
    said = _cells(raw.known.row[of_cells], raw.known.field[of_cells])
    told = np.isin(cellwise.row, whole.row[whole.field == WHOLE_ROW])
    told |= np.isin(_cells(cellwise.row, cellwise.field), said)
    if told.any():
        cellwise = Defects(*(values[~told] for values in cellwise))
    return EncodedChunk(columns, join_defects(cellwise, whole))


@cache
def _read(reads: Sequence[str]) -> tuple[Field, ...]:
    return tuple(field for field in fields().values() if field.name in reads or field.name in _AGES)


def _cells(row: np.ndarray, field: np.ndarray) -> np.ndarray:
    """One number (int64) for row and field of each defect."""
    return (row.astype(np.int64) << 16) + field


def _encoded(
    field: Field, array: pa.Array, raw: RawChunk, indexes: CodeIndexes, known: CodeSets
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    if field.type == "codes":
        ids, offsets, status = read_code_lists(cells(_plain(array)), getattr(indexes, field.name))
        return {field.column: ids, OFFSETS[field.column]: offsets}, status
    if field.type == "text":
        status = _text_status(field, array)
        return ({field.column: raw.hospital_id} if field.column == "hospital_id" else {}), status
    values, status = _decoded(field, array, known)
    if field.column == "hospital_tier":
        values = _tiers()[values]
    return {field.column: values.astype(dtype_of(field), copy=False)}, status


def _plain(array: pa.Array) -> pa.Array:
    text = as_text(array)
    return text.dictionary_decode() if pa.types.is_dictionary(text.type) else text


def _decoded(field: Field, array: pa.Array, known: CodeSets) -> Decoded:
    missing = missing_value(field)
    if field.type == "money":
        return numbers(array, FEN_PLACES, False, MAX_CASE_FEN, missing)
    if field.type == "datetime":
        return times(array)
    if field.type == "code":
        return by_dictionary(array, missing, lambda values: _code(field, values, known))
    values, status = numbers(array, 0, field.type == "decimal", 10**field.max_length - 1, missing)
    negative = (values < 0) & (status == OK)
    values[negative], status[negative] = missing, WRONG
    beyond = values > field.most
    values[beyond], status[beyond] = missing, BEYOND
    return values, status


def _code(field: Field, array: pa.Array, known: CodeSets) -> Decoded:
    longest = min(field.max_length, _NINE_DIGITS)
    return _in_table(field, *codes(array, field.min_length, longest, missing_value(field)), known)


def _in_table(field: Field, values: np.ndarray, status: np.ndarray, known: CodeSets) -> Decoded:
    """Codes outside a closed table, and codes shorter than their field, are no codes."""
    if field.code_check == "closed":
        inside = known.has(field.code_table, values)
        status[(status != OK) & (status != MISSING) | (status == OK) & ~inside] = RANGE
    elif field.min_length:
        status[(status == OK) & (values < 10 ** (field.min_length - 1))] = WRONG
    values[status != OK] = missing_value(field)
    return values, status


@cache
def _tiers() -> np.ndarray:
    """Tier by hospital level; the last place (-1) is a level that is not known."""
    levels = code_numbers("hosp_lv")
    return np.array([hospital_tier(level) for level in range(max(levels) + 1)] + [-1], dtype=np.int8)


def _text_status(field: Field, array: pa.Array) -> np.ndarray:
    if pa.types.is_dictionary(array.type):
        return gather(_status_of(field, array.dictionary), array.indices, MISSING)
    return _status_of(field, array)


def _status_of(field: Field, array: pa.Array) -> np.ndarray:
    """Empty, too long, not UTF-8, or a number that has lost digits; blanks around the text do not count."""
    text = as_text(array)
    _, start, end = cells(text)
    length = end - start
    status = np.full(len(length), OK, dtype=np.int8)
    status[length == 0] = MISSING
    readable, bad = checked_text(text)
    for position in np.nonzero(length > field.max_length)[0].tolist():
        cell = readable[position].as_py()
        status[position] = LONG if cell is not None and len(cell.strip()) > field.max_length else status[position]
    status[bad] = RANGE
    if pa.types.is_floating(array.type):
        status[digits_lost(array)] = LOST
    return status


def _defects(field: Field, status: np.ndarray, required: bool) -> Iterator[Defects]:
    accepted = OK if required else MISSING
    if status.max(initial=OK) <= accepted:
        return
    for state in np.unique(status[status > accepted]).tolist():
        yield defects_of(np.nonzero(status == state)[0], field.position, reason_key(field.type, state))


def _absent(field: Field, rows: int) -> dict[str, np.ndarray]:
    if not field.column:
        return {}
    if field.type == "codes":
        return {field.column: np.empty(0, dtype=np.int32), OFFSETS[field.column]: np.zeros(rows + 1, dtype=np.int32)}
    return {field.column: np.full(rows, missing_value(field), dtype=dtype_of(field))}


def _of_ages_that_count(defects: Defects, age_years: np.ndarray) -> Defects:
    """Without those of ages in days that are ignored because the age in years is above 0."""
    ignored = (defects.field == fields()["nwb_age"].position) & (age_years[defects.row] > 0)
    return Defects(*(values[~ignored] for values in defects)) if ignored.any() else defects


def _settle_age(columns: dict[str, np.ndarray]) -> None:
    """Empty age with an age in days is 0 years; above 0 years the age in days is ignored (case file rules)."""
    years, days = columns["age_years"], columns["age_days"]
    years[(years < 0) & (days >= 0)] = 0
    days[years > 0] = -1
