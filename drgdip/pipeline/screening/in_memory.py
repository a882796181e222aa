"""A batch straight from rows in memory, for one case before it is submitted: texts become codes without tables in between.

It comes to what the reader of tables comes to, which is left what only it can tell: cells that cannot be read, rows
without their key and settlements that stand twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.findings import Finding
from drgdip.intake.encoding import is_unicode
from drgdip.intake.status import MISSING, OK
from drgdip.pipeline.screening.case_codes import CODES_BESIDE, codes_of, with_codes
from drgdip.pipeline.screening.cells import fields_of, possible, read_numbers
from drgdip.pipeline.screening.rows import Cells, tables_of_cells, text_cells
from drgdip.pipeline.screening.tables import LINES, dataset_of
from drgdip.screening.building import build
from drgdip.screening.columns import KEYS, TABLES, Read
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.words import NONE, Words

#: Line numbers and those that refunds refer to have one dictionary.
_NUMBERS = ("line", "refunds")


class _NotPlain(Exception):
    """Something is to be told of the data."""


class _Ids(NamedTuple):
    """An ID column. cells : of each row. texts : each distinct cell without blanks around it; empty for none.

    plain : whether each cell is its text.
    """

    cells: Sequence[str | None]
    texts: Mapping[str | None, str]
    plain: bool


class _Table(NamedTuple):
    rows: int
    numbers: dict[str, np.ndarray]
    known: dict[str, np.ndarray]
    ids: dict[str, _Ids]
    lists: dict[str, list[tuple[str, ...] | None]]


def dataset_of_rows(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> tuple[Dataset, list[Finding]]:
    """A batch of rows by national field names, table by table, and what is wrong with its data.

    Raises UsageError for a table that is none of the interface.
    """
    cells = text_cells(tables)
    try:
        read = {name: _read(name, columns) for name, columns in _with_codes(cells).items() if name in TABLES}
    except _NotPlain:
        return dataset_of(tables_of_cells(cells))
    words = _dictionaries(read)
    return build({name: _frame(name, read[name], words) for name in TABLES if name in read}), []


def _with_codes(tables: dict[str, Cells]) -> dict[str, Cells]:
    """The tables with what those of codes say of cases."""
    cases = tables.get("cases")
    if cases is None or not (CODES_BESIDE & (tables.keys() | cases.keys())):
        return tables
    beside = {name: tables[name] for name in ("cases", *CODES_BESIDE) if name in tables}
    added = with_codes(tables_of_cells(beside))["cases"].table
    new = {name: added[name].to_pylist() for name in added.column_names if name not in cases}
    return {**tables, "cases": {**cases, **new}}


def _read(name: str, columns: Cells) -> _Table:
    rows = len(next(iter(columns.values()), ()))
    found = _Table(rows, {}, {}, {}, {})
    flags = columns.get("refd_setl_flag")
    refunded = np.zeros(rows, dtype=np.bool_)
    if flags:
        refunded[:] = [(flag or "").strip() == "1" for flag in flags]
    for read, column in fields_of(name, tuple(columns)):
        cells = columns[column]
        if read.kind == "id":
            found.ids[read.name] = _ids(cells)
        elif read.kind == "list":
            cut = {cell: None if cell is None else codes_of(cell) for cell in _ids(cells).texts}
            found.lists[read.name] = [cut[cell] for cell in cells]
        else:
            found.numbers[read.name], found.known[read.name] = _numbers(name, read, cells, refunded)
    if rows and not all(key in found.ids and all(found.ids[key].texts.values()) for key in KEYS[name]):
        raise _NotPlain
    if name == "cases" and len({*found.ids["settlement"].texts.values()} if rows else ()) < rows:
        raise _NotPlain
    return found


def _ids(cells: Sequence[str | None]) -> _Ids:
    texts = {cell: cell or "" for cell in {*cells}}
    joined = "".join(texts.values())
    if "\0" in joined or not is_unicode(joined):
        raise _NotPlain
    plain = None not in texts and (not joined or joined.split(None, 1) == [joined])
    return _Ids(cells, texts if plain else {cell: text.strip() for cell, text in texts.items()}, plain)


def _numbers(name: str, read: Read, cells: Sequence[str | None], refunded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A column of numbers, and which of them are there."""
    values, status = read_numbers(read, pa.array(cells, pa.string()))
    status = possible(name, read, values, status, refunded)
    if (status > MISSING).any():
        raise _NotPlain
    return values, status == OK


def _dictionaries(tables: Mapping[str, _Table]) -> dict[str, dict[str, int]]:
    """Column -> its texts in order, with their codes; the numbers of fee lines apart."""
    found: dict[str, set[str]] = {}
    for name, table in tables.items():
        for column, ids in table.ids.items():
            found.setdefault(_dictionary(name, column), set()).update(ids.texts.values())
    return {column: dict(zip(sorted(texts - {""}), count())) for column, texts in found.items()}


def _dictionary(table: str, column: str) -> str:
    return LINES if table == LINES and column in _NUMBERS else column


def _frame(name: str, table: _Table, dictionaries: Mapping[str, dict[str, int]]) -> Frame:
    values, words, made = dict(table.numbers), dict[str, Words](), dict[str, Words]()
    for column, (cells, texts, plain) in table.ids.items():
        codes = dictionaries[_dictionary(name, column)]
        words[column] = made.setdefault(_dictionary(name, column), Words(list(codes)))
        if len(texts) == 1:
            values[column] = np.full(table.rows, codes.get(next(iter(texts.values())), NONE), dtype=np.int32)
            continue
        places: dict[str | None, int] = {"": NONE}
        places.update(codes if plain else {cell: codes.get(text, NONE) for cell, text in texts.items()})
        values[column] = np.fromiter(map(places.__getitem__, cells), np.int32, table.rows)
    return Frame(table.rows, values, table.known, words, table.lists)
