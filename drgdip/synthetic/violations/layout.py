"""Tables and columns that planted rows have and a city has not; all of them are text."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from drgdip.screening.catalogue import rules
from drgdip.screening.columns import NAMES, TABLES
from drgdip.synthetic.violations.casebook import Casebook

#: Tables whose planted rows carry codes of their own; the screening's columns do not name them.
_CODES = {"diagnoses", "procedures"}
#: What these say of stays.
_OF_CODES = {"main_dx", "dx", "oprn"}


def schemas_with(book: Casebook, city: dict[str, Any]) -> dict[str, Any]:
    """Schemas of all tables: those of the city with further columns, and further tables."""
    found = dict(city)
    for table, rows in book.tables.items():
        own = city.get(table, pa.schema([]))
        used = {name for row in rows for name in row}
        used |= _needed(table, {NAMES[table][name] for name in (*own.names, *used) if name in NAMES.get(table, {})})
        known = {*own.names, *(read.field for read in TABLES.get(table, ()))}
        if used - known:
            raise AssertionError(f"{table}: {sorted(used - known)}")
        order = [read.field for read in TABLES.get(table, ()) if read.field in used] if table not in _CODES else []
        more = [name for name in dict.fromkeys(order) if name not in own.names]
        found[table] = pa.schema([*own, *((name, pa.string()) for name in more)])
    return found


def _needed(table: str, there: set[str]) -> set[str]:
    """Fields that rules do not do without: a city that is screened has them, if empty. there : columns that it has."""
    lacks = {lack.field for rule in rules().values() for lack in rule.lacking if lack.table == table}
    return {field for field in lacks - _OF_CODES if NAMES[table][field] not in there}


def widened(table: Any, schema: Any) -> Any:
    """A table of the city with empty columns for what only planted rows have."""
    for field in schema:
        if field.name not in table.schema.names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table


def planted_tables(book: Casebook, schemas: dict[str, Any]) -> list[tuple[str, Any]]:
    """Planted rows of each table, in its form."""
    return [
        (name, pa.table([_column([row.get(field.name) for row in rows], field.type) for field in schemas[name]], schema=schemas[name]))
        for name, rows in book.tables.items()
    ]  # fmt: skip


def _column(cells: list[str | None], kind: Any) -> Any:
    text = pa.array([cell or None for cell in cells], pa.string())
    if pa.types.is_dictionary(kind):
        return text.dictionary_encode().cast(kind)
    return text.cast(kind)
