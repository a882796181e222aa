"""Tables in memory as rows of plain values: one case before it is submitted, or a worked example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.interface.fields import aliases_of, table_names
from drgdip.pipeline.screening.tables import Raw
from drgdip.screening.columns import TABLES

#: Other names of tables.
OTHER_NAMES = {"outpatient": "outpatient_settlements"}


def tables_of_rows(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Raw]:
    """Rows of each table as text columns: lists joined by ``|``, what is nested under joined names.

    Raises UsageError for a table that is none of the interface.
    """
    found: dict[str, Raw] = {}
    for name, rows in tables.items():
        table = OTHER_NAMES.get(name, name)
        if table not in TABLES and table not in table_names():
            raise _no_table(name)
        if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
            raise _no_table(name)
        flat = [_flat(row) for row in rows]
        aliases = aliases_of(table) if table in table_names() else {}
        named = [{aliases.get(key, key) if aliases.get(key, key) not in row else key: value for key, value in row.items()}
                 for row in flat]  # fmt: skip
        columns = list(dict.fromkeys(key for row in named for key in row))
        found[table] = Raw(
            "", pa.table({key: pa.array([row.get(key) for row in named], pa.string()) for key in columns})
        )
    return found


def _no_table(name: str) -> UsageError:
    return UsageError(
        Text(f"{name} 不是可审核的表。", f"{name} is no table that can be screened."),
        Text(f"可用:{', '.join(TABLES)}。", f"There are {', '.join(TABLES)}."),
    )


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
