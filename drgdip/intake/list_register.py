"""The register of settlement lists: a small CSV file beside the cases (settlement arithmetic 2.9, 4.6).

A cell that cannot be used is a finding, and its list counts as one that has not passed: nobody is paid on a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.findings import Finding
from drgdip.intake.small_table import TableRow, table_rows
from drgdip.interface.list_register import BILLS, COLUMNS, OPTIONAL, RegisteredList
from drgdip.interface.states import LIST, PASSED

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_IN_DOUBT = 0
_STATES = tuple(map(str, LIST.states))


def read_list_register(path: Path | None) -> tuple[list[RegisteredList], list[Finding]]:
    """Lists of a file, each once. Raises UsageError if it cannot be read or lacks a column."""
    found: dict[str, RegisteredList] = {}
    findings: list[Finding] = []
    for row in table_rows(path, COLUMNS, OPTIONAL):
        own = _list(row)
        if own.setl_id in found:
            row.defect("setl_id", "list_repeated")
        findings += row.findings
        if own.setl_id and own.setl_id not in found:
            found[own.setl_id] = own._replace(state=_IN_DOUBT) if row.findings else own
    return list(found.values()), findings


def _list(row: TableRow) -> RegisteredList:
    row.required(COLUMNS)
    row.one_of("state", _STATES)
    row.one_of("bill", BILLS)
    day = row.day("arrived")
    bill = row["bill"]
    return RegisteredList(
        row["setl_id"],
        int(day.replace("-", "")) if day else -1,
        int(row["state"]) if row["state"] in _STATES else PASSED,
        BILLS.index(bill) if bill in BILLS else 0,
    )


class ListRegister:
    """Lists by settlement ID; what it has no list of has come with its settlement, has passed, and is a whole stay's."""

    def __init__(self, lists: Sequence[RegisteredList] = ()) -> None:
        self._lists = list(lists)

    def __len__(self) -> int:
        return len(self._lists)

    @cached_property
    def _arrays(self) -> tuple[pa.Array, np.ndarray]:
        import numpy as np
        import pyarrow as pa

        values = [RegisteredList(""), *self._lists]
        numbers = np.array([(one.arrived, one.state, one.bill) for one in values], dtype=np.int32)
        return pa.array([one.setl_id for one in self._lists], pa.string()), numbers

    def of(self, ids: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Day of arrival (int32), state and kind of bill (int8) of settlement IDs, in their order."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        known, numbers = self._arrays
        place = pc.index_in(pc.utf8_trim_whitespace(ids.cast(pa.string())), value_set=known)
        rows = numbers[np.asarray(pc.fill_null(place, -1)) + 1]
        return rows[:, 0].copy(), rows[:, 1].astype(np.int8), rows[:, 2].astype(np.int8)
