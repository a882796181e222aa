"""Rows of a list: read strictly from CSV, typed, and written the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from drgdip.tables.csv_file import csv_text, header_of, require_columns, rows_of
from drgdip.tables.knowledge.forms import COMMON, FORMS, Form, file_of
from drgdip.tables.problems import TableProblem

#: First column of a list of a pack that extends another: what a row does to the base.
CHANGE = "change"
CHANGES = ("add", "replace", "withdraw")

_REGION = re.compile(r"\d{6}", re.ASCII)
_BLANK = re.compile(r"[\s|]")


class Entry(NamedTuple):
    """A row, its place in its file, and what it does to the pack below (nothing in a base pack)."""

    row: Any
    number: int
    change: str = ""
    layer: int = 0


def parse_list(name: str, text: str, extends: bool, problems: list[TableProblem], layer: int = 0) -> list[Entry]:
    """Read a list; wrong cells go to ``problems`` and their rows are left out. Raises TablesError without a column."""
    form, file = FORMS[name], file_of(name)
    header = header_of(text)
    require_columns(header, (*form.required, *((CHANGE,) if extends else ())), file)
    problems += [
        TableProblem("unknown_column", file, 0, column, "")
        for column in header
        if column not in (*form.columns, CHANGE)
    ]
    entries = []
    for number, cells in rows_of(text, file, problems):
        found = list(_row_problems(name, form, cells, file, number))
        change = cells.get(CHANGE, "") if extends else ""
        if extends and change not in CHANGES:
            found.append(TableProblem("unknown_change", file, number, CHANGE, change))
        problems += found
        if not any(problem.severity == "error" for problem in found):
            entries.append(Entry(typed(form, cells), number, change, layer))
    return entries


def read_checked(name: str, text: str, extends: bool, layer: int = 0) -> list[Entry]:
    """Read a list that :func:`parse_list` found to be right, without looking for what is wrong."""
    form = FORMS[name]
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [column.strip() for column in next(reader, [])]
    places = [header.index(column) if column in header else None for column in form.columns]
    change = header.index(CHANGE) if extends else None
    converters = [(place, convert) for place, (_, convert) in enumerate(_converters(form)) if convert is not str]
    straight = places == list(range(len(header)))
    make, entries = form.row._make, []
    for number, raw in enumerate(reader, 1):
        if len(raw) != len(header):
            continue  # a blank line
        line: list[Any] = [cell.strip() for cell in raw]
        cells = line if straight else ["" if place is None else line[place] for place in places]
        for place, convert in converters:
            cells[place] = convert(cells[place])
        entries.append(Entry(make(cells), number, "" if change is None else raw[change].strip(), layer))
    return entries


def typed(form: Form, cells: dict[str, str]) -> Any:
    """A row of cells that are known to be right."""
    return form.row(*(convert(cells.get(column, "")) for column, convert in _converters(form)))


def _converters(form: Form) -> list[tuple[str, Callable[[str], Any]]]:
    kinds = form.kinds
    return [(column, _CONVERTERS[kinds[column]]) for column in form.columns]


@cache
def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


#: Type of a column -> how a cell that is known to be right becomes its value.
_CONVERTERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: lambda cell: int(cell or 0),
    int | None: lambda cell: int(cell) if cell else None,
    date | None: _day,
}


def _row_problems(name: str, form: Form, cells: dict[str, str], file: str, number: int) -> Iterator[TableProblem]:
    def problem(key: str, column: str) -> TableProblem:
        return TableProblem(key, file, number, column, cells.get(column, ""))

    kinds, required = form.kinds, form.required
    for column in form.columns:
        cell = cells.get(column, "")
        if not cell:
            if column in required:
                yield problem("missing_value", column)
        elif "\n" in cell or "\r" in cell:
            yield problem("line_break", column)
        elif kinds[column] is int or kinds[column] == (int | None):
            if not (cell.isascii() and cell.isdecimal()):
                yield problem("bad_number", column)
            elif int(cell) > form.most.get(column, 1_000_000):
                yield problem("too_large", column)
        elif kinds[column] == (date | None) and not _is_day(cell):
            yield problem("bad_day", column)
        elif column.endswith("code") and _BLANK.search(cell):
            yield problem("bad_code", column)
        if column in form.choices and (cell or column in required) and cell not in form.choices[column]:
            yield problem("unknown_window" if column == "window" else "unknown_value", column)
    if cells.get("region") and not _REGION.fullmatch(cells["region"]):
        yield problem("bad_region", "region")
    if name == "duplicate_charge" and (cells.get("window") == "hours") != bool(cells.get("hours")):
        yield problem("unknown_window", "hours")


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def list_text(name: str, entries: Iterable[Entry], extends: bool) -> str:
    """A list as CSV."""
    columns = FORMS[name].columns
    lines = [[*([entry.change] if extends else []), *map(cell_of, entry.row)] for entry in entries]
    return csv_text((*((CHANGE,) if extends else ()), *columns), lines)


def cell_of(value: object) -> str:
    """A value as it stands in a file."""
    return "" if value is None else str(value)


def own_columns(form: Form) -> tuple[str, ...]:
    """Columns of a list without those that end every row."""
    return tuple(column for column in form.columns if column not in COMMON)
