"""The codes that a run knows, table by table, and the count of those it met and does not know."""

from __future__ import annotations

from collections import Counter
from functools import cache
from threading import Lock

import numpy as np

from drgdip.base.findings import Finding
from drgdip.interface.code_tables import CodeTables, code_numbers, code_tables
from drgdip.interface.fields import fields

_SHOWN = 20


class CodeSets:
    """Codes of all tables as sorted numbers."""

    def __init__(self, tables: CodeTables) -> None:
        self._tables = tables
        self._known: dict[str, np.ndarray] = {}

    def has(self, table: str, values: np.ndarray) -> np.ndarray:
        """Which values (integers) are codes of a table; bool, (n,)."""
        if table not in self._known:
            self._known[table] = np.array(sorted(code_numbers(table, self._tables)), dtype=np.int64)
        return np.isin(values, self._known[table])


@cache
def shipped_sets() -> CodeSets:
    """The codes of the tables as shipped."""
    return CodeSets(code_tables())


class UnknownCodes:
    """Counts codes of tables that places extend; may be added to by several threads."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[int]] = {}
        self._lock = Lock()

    def add(self, field: str, codes: np.ndarray) -> None:
        """Count codes (integers) that the table of a field does not have."""
        if not len(codes):
            return
        values, counts = np.unique(codes, return_counts=True)
        with self._lock:
            counter = self._counts.setdefault(field, Counter())
            counter.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def findings(self) -> list[Finding]:
        """One finding a table: how many rows, and the codes met most often."""
        found = []
        for field in sorted(self._counts):
            counter = self._counts[field]
            most = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
            shown = ", ".join(f"{code} ({count})" for code, count in most[:_SHOWN])
            more = " …" if len(most) > _SHOWN else ""
            value = f"{fields()[field].code_table} {counter.total()}: {shown}{more}"
            found.append(Finding("", 0, "", field, value, "code_not_in_table"))
        return found
