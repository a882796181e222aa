"""Tables in memory as rows of plain values: one case before it is submitted, or a worked example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.interface.fields import aliases_of, table_names
from drgdip.pipeline.screening.cells import Raw
from drgdip.screening.columns import TABLES

#: Other names of tables.
OTHER_NAMES = {"outpatient": "outpatient_settlements"}
_NOTHING = {type(None)}
#: Column of a table -> its cells, row by row; None for one that is not there.
Cells = dict[str, Sequence[str | None]]


def tables_of_rows(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Raw]:
    """Rows of each table as text columns: lists joined by ``|``, what is nested under joined names.

    Raises UsageError for a table that is none of the interface.
    """
    return tables_of_cells(text_cells(tables))


def tables_of_cells(tables: Mapping[str, Cells]) -> dict[str, Raw]:
    """The same of columns that are text already."""
    return {
        name: Raw("", pa.table({column: pa.array(cells, pa.string()) for column, cells in columns.items()}))
        for name, columns in tables.items()
    }


def text_cells(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Cells]:
    """Rows of each table as columns of plain text, as :func:`tables_of_rows` gives them."""
    found: dict[str, Cells] = {}
    for name, rows in tables.items():
        table = OTHER_NAMES.get(name, name)
        if table not in TABLES and table not in table_names():
            raise _no_table(name)
        if not isinstance(rows, list | tuple) or not all(issubclass(kind, Mapping) for kind in set(map(type, rows))):
            raise _no_rows(name)
        found[table] = _columns(rows, aliases_of(table) if table in table_names() else {})
    return found


def _no_table(name: str) -> UsageError:
    return UsageError(
        Text(f"{name} 不是可审核的表。", f"{name} is no table that can be screened."),
        Text(f"可用:{', '.join(TABLES)}。", f"There are {', '.join(TABLES)}."),
    )


def _no_rows(name: str) -> UsageError:
    return UsageError(
        Text(f"{name} 不是行的列表。", f"{name} is no list of rows."),
        Text("每行须为“字段名: 值”的对象。", "Each row is an object of field names and values."),
    )


def _columns(rows: Sequence[Mapping[str, Any]], aliases: Mapping[str, str]) -> Cells:
    """Columns of text by their national names, in the order in which rows have them."""
    cells = _of_equal_rows(rows)
    if cells is None:
        shapes = dict.fromkeys(map(tuple, rows))
        cells = {key: [row.get(key) for row in rows] for key in dict.fromkeys(key for shape in shapes for key in shape)}
    keys = list(cells)
    names = [aliases.get(key, key) for key in keys]
    kinds = {key: _kinds_beside_text(column) for key, column in cells.items()}
    nested = any(issubclass(kind, Mapping) for found in kinds.values() for kind in found)
    if nested or len(set(names)) < len(names):
        flat = [_flat(row) for row in rows]
        named = [{aliases.get(key, key) if aliases.get(key, key) not in row else key: value for key, value in row.items()}
                 for row in flat]  # fmt: skip
        columns = list(dict.fromkeys(key for row in named for key in row))
        return {key: [row.get(key) for row in named] for key in columns}
    texts = {key: column if kinds[key] <= _NOTHING else list(map(_text, column)) for key, column in cells.items()}
    return {name: texts[key] for key, name in zip(keys, names, strict=True)}


def _of_equal_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any]] | None:
    """The columns of plain rows that all have the same keys, which most have; else None."""
    if {*map(type, rows)} != {dict} or len({*map(len, rows)}) != 1:
        return None
    try:
        return {key: list(map(itemgetter(key), rows)) for key in rows[0]}
    except KeyError:
        return None


def _kinds_beside_text(column: Sequence[Any]) -> set[type]:
    """What else than text there is in a column; most have nothing else, which joining tells at once."""
    try:
        "".join(column)
    except TypeError:
        return {*map(type, column)} - {str}
    return set()


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{key}_")
        else:
            flat[f"{before}{key}"] = _text(value)
    return flat


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | tuple):
        return "|".join(str(item) for item in value)
    return str(value)
