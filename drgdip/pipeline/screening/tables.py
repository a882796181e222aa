"""Tables of the interface as the frames that rules read: IDs by shared sorted dictionaries, numbers exact.

A cell that cannot be read counts as missing and is a finding of the data; a row without its key is set aside with one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.findings import Finding
from drgdip.intake.buffers import as_text, checked_text, one_array, written
from drgdip.intake.decode import numbers, times
from drgdip.intake.status import DECIMALS, MISSING, OK, RANGE
from drgdip.screening.columns import KEYS, PLACES, TABLES, Read
from drgdip.screening.data import Dataset, Frame, Words, build

_LIMIT = 10**16
#: How reading went -> key of the finding.
_REASONS = {RANGE: "amount_out_of_range", DECIMALS: "too_many_decimals"}
_MOST_SHOWN = 1000


class Raw(NamedTuple):
    """One table as read. file, row: where each row stands, for findings."""

    file: str
    table: pa.Table


class ReadTable(NamedTuple):
    """A table whose cells have been read."""

    rows: int
    ids: dict[str, pa.Array]
    numbers: dict[str, np.ndarray]
    known: dict[str, np.ndarray]
    lists: dict[str, list[tuple[str, ...] | None]]


def dataset_of(tables: Mapping[str, Raw]) -> tuple[Dataset, list[Finding]]:
    """A batch of tables by their names in the interface, and what is wrong with their data."""
    findings: list[Finding] = []
    raw = _with_codes(dict(tables))
    read = {name: _read(name, raw[name], findings) for name in TABLES if name in raw}
    words = _dictionaries(read.values())
    return build({name: _frame(table, words) for name, table in read.items()}), findings


def _read(name: str, raw: Raw, findings: list[Finding]) -> ReadTable:
    columns = {read.name: (read, _column(raw.table, read)) for read in TABLES[name]}
    ids, values, known, lists = {}, {}, {}, {}
    rows = raw.table.num_rows
    settlement = _texts(raw.table, "setl_id")
    for ours, (read, array) in columns.items():
        if array is None:
            continue
        if read.kind == "id":
            ids[ours] = _id(array, raw.file, read, settlement, findings)
        elif read.kind == "list":
            lists[ours] = [None if cell is None else _codes(cell) for cell in as_text(array).to_pylist()]
        else:
            values[ours], status = (
                times(array) if read.kind == "time" else numbers(array, PLACES[read.kind], False, _LIMIT, 0)
            )
            known[ours] = status == OK
            _report(raw.file, read, array, status, settlement, findings)
    table = ReadTable(rows, ids, values, known, lists)
    keep = _with_key(name, raw, table, findings)
    if name == "cases":
        keep = _once(raw, table, keep, findings)
    return table if keep.all() else _taken(table, np.flatnonzero(keep))


def _column(table: pa.Table, read: Read) -> pa.Array | None:
    """A field's column, or the first of the others that stands for it."""
    for name in (read.field, *read.others):
        if name in table.column_names:
            return one_array(table[name])
    return None


def _texts(table: pa.Table, name: str) -> pa.Array | None:
    return one_array(table[name]) if name in table.column_names else None


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in cell.split("|") if code.strip())


def _id(array: pa.Array, file: str, read: Read, settlement: pa.Array | None, findings: list[Finding]) -> pa.Array:
    """Texts without blanks around them; empty ones are null."""
    text = as_text(array)
    if pa.types.is_dictionary(text.type):
        text = text.dictionary_decode()
    text, bad = checked_text(text)
    for row in bad[:_MOST_SHOWN].tolist():
        findings.append(Finding(file, row + 1, _one(settlement, row), read.field, _one(array, row), "bad_encoding"))
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _report(
    file: str, read: Read, array: pa.Array, status: np.ndarray, settlement: pa.Array | None, findings: list[Finding]
) -> None:
    for row in np.flatnonzero((status != OK) & (status != MISSING))[:_MOST_SHOWN].tolist():
        key = (
            "impossible_date"
            if read.kind == "time" and status[row] == RANGE
            else _REASONS.get(int(status[row]), "wrong_type")
        )
        findings.append(Finding(file, row + 1, _one(settlement, row), read.field, _one(array, row), key))


def _one(array: pa.Array | None, row: int) -> str:
    return written(array.slice(row, 1))[0].strip() if array is not None else ""


def _with_key(name: str, raw: Raw, table: ReadTable, findings: list[Finding]) -> np.ndarray:
    keep = np.ones(table.rows, dtype=np.bool_)
    for key in KEYS[name]:
        field = next(read.field for read in TABLES[name] if read.name == key)
        there = (
            table.ids[key].is_valid().to_numpy(zero_copy_only=False)
            if key in table.ids
            else np.zeros(table.rows, np.bool_)
        )
        for row in np.flatnonzero(~there & keep)[:_MOST_SHOWN].tolist():
            findings.append(Finding(raw.file, row + 1, "", field, "", "missing_value"))
        keep &= there
    return keep


def _once(raw: Raw, table: ReadTable, keep: np.ndarray, findings: list[Finding]) -> np.ndarray:
    """One row a settlement: of equal rows the first, of conflicting ones none."""
    if "settlement" not in table.ids:
        return keep
    encoded = table.ids["settlement"].dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    order = np.argsort(encoded, kind="stable")
    order = order[encoded[order] >= 0]
    again = np.flatnonzero(np.diff(encoded[order]) == 0)
    groups: dict[int, list[int]] = {}
    for at in again.tolist():
        groups.setdefault(int(encoded[order[at]]), []).extend(order[at : at + 2].tolist())
    for rows in groups.values():
        rows = sorted(set(rows))
        contents = {repr(raw.table.slice(row, 1).to_pylist()) for row in rows}
        key = "duplicate_setl_id" if len(contents) == 1 else "conflicting_setl_id"
        for row in rows[1:] if len(contents) == 1 else rows:
            keep[row] = False
            name = _one(table.ids["settlement"], row)
            findings.append(Finding(raw.file, row + 1, name, "setl_id", name, key))
    return keep


def _taken(table: ReadTable, rows: np.ndarray) -> ReadTable:
    places = pa.array(rows)
    return ReadTable(
        len(rows),
        {name: array.take(places) for name, array in table.ids.items()},
        {name: values[rows] for name, values in table.numbers.items()},
        {name: known[rows] for name, known in table.known.items()},
        {name: [codes[row] for row in rows.tolist()] for name, codes in table.lists.items()},
    )


def _dictionaries(tables: Any) -> dict[str, pa.Array]:
    """Column -> the sorted texts that it has in any table."""
    found: dict[str, list[pa.Array]] = {}
    for table in tables:
        for name, array in table.ids.items():
            found.setdefault(name, []).append(pc.drop_null(pc.unique(array)))
    return {name: _sorted_unique(arrays) for name, arrays in found.items()}


def _sorted_unique(arrays: Sequence[pa.Array]) -> pa.Array:
    texts = pc.unique(pa.concat_arrays(arrays)) if len(arrays) > 1 else arrays[0]
    return texts.take(pc.sort_indices(texts))


def _frame(table: ReadTable, words: Mapping[str, pa.Array]) -> Frame:
    values: dict[str, np.ndarray] = dict(table.numbers)
    for name, array in table.ids.items():
        codes = pc.index_in(array, value_set=words[name])
        values[name] = codes.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Frame(table.rows, values, table.known, {name: Words(words[name]) for name in table.ids}, table.lists)


def _with_codes(tables: dict[str, Raw]) -> dict[str, Raw]:
    """Principal, other diagnoses and operations of cases from the tables that have them, or from joined codes."""
    if "cases" not in tables:
        return tables
    cases = tables["cases"].table
    new: dict[str, list[str | None]] = {}
    keys = written(one_array(cases["setl_id"])) if "setl_id" in cases.column_names else []
    listed = _listed(tables.get("diagnoses"), "diag_code", "diag_srt_no", "maindiag_flag")
    if listed is None and "diag_code" in cases.column_names:
        listed = dict(zip(keys, map(_codes, written(one_array(cases["diag_code"]))), strict=True))
    if listed is not None:
        new["main_dx"] = [codes[0] if (codes := listed.get(key.strip(), ())) else None for key in keys]
        new["dx"] = ["|".join(listed.get(key.strip(), ())[1:]) for key in keys]
    operations = _listed(tables.get("procedures"), "oprn_oprt_code", "oprn_srt_no", "")
    new |= _principals(tables.get("diagnoses"), keys)
    if operations is None and "oprn_oprt_code" in cases.column_names:
        operations = dict(zip(keys, map(_codes, written(one_array(cases["oprn_oprt_code"]))), strict=True))
    if operations is not None:
        new |= _days_of_operations(tables.get("procedures"), keys)
        new["oprn"] = ["|".join(operations.get(key.strip(), ())) for key in keys]
        new["n_procedures"] = [str(len(operations.get(key.strip(), ()))) for key in keys]
    for name, cells in new.items():
        if name not in cases.column_names:
            cases = cases.append_column(name, pa.array(cells, pa.string()))
    return {**tables, "cases": Raw(tables["cases"].file, cases)}


def _principals(raw: Raw | None, keys: Sequence[str]) -> dict[str, list[str | None]]:
    """How many diagnoses of each case are marked as the principal one."""
    if raw is None or not {"setl_id", "maindiag_flag"} <= set(raw.table.column_names):
        return {}
    counts: dict[str, int] = {}
    settlements, flags = (written(one_array(raw.table[name])) for name in ("setl_id", "maindiag_flag"))
    for settlement, flag in zip(settlements, flags, strict=True):
        counts[settlement.strip()] = counts.get(settlement.strip(), 0) + (flag.strip() == "1")
    return {"main_dx_count": [str(counts[key.strip()]) if key.strip() in counts else None for key in keys]}


def _days_of_operations(raw: Raw | None, keys: Sequence[str]) -> dict[str, list[str | None]]:
    """The days of each case's operations, as they are written."""
    listed = _listed(raw, "oprn_oprt_date", "oprn_srt_no", "")
    return {} if listed is None else {"oprn_date": ["|".join(listed.get(key.strip(), ())) for key in keys]}


def _listed(raw: Raw | None, code: str, place: str, main: str) -> dict[str, tuple[str, ...]] | None:
    """Codes of each settlement in their order, the principal first."""
    if raw is None or not {"setl_id", code} <= set(raw.table.column_names):
        return None
    names = raw.table.column_names
    columns = [written(one_array(raw.table[name])) if name in names else [""] * raw.table.num_rows
               for name in ("setl_id", code, place, main)]  # fmt: skip
    found: dict[str, list[tuple[bool, int, str]]] = {}
    for settlement, text, order, first in zip(*columns, strict=True):
        if text.strip():
            number = int(order) if order.strip().isdigit() else _LIMIT
            found.setdefault(settlement.strip(), []).append((first.strip() != "1", number, text.strip()))
    return {settlement: tuple(text for *_, text in sorted(rows)) for settlement, rows in found.items()}
