"""Stays as readmissions see them: a table of those of the month and of earlier ones, in the order in which episodes are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from drgdip.quality_control.columns import BILL, INTERIM

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.pipeline.run_folder import RunFolder
    from drgdip.policy.sections.readmission_values import Readmission

Columns = Mapping[str, np.ndarray]

_DAY_S = 86_400
_CATEGORY = 3
_EPOCH = datetime(1970, 1, 1)
#: Text of a visit that must be the same within an episode, then what orders its stays; ``what``: the group or category.
SAME, ORDER = ("patient", "what", "hospital", "pool"), ("admission_day", "discharge_day", "id")


class Visits:
    """Makes visits of stays, as the policy compares them.

    codes : of diagnoses, by their IDs. groups : codes by group ID. pools : by index. group_name : as the case table of the
    scheme names a stay's group.
    """

    def __init__(
        self, terms: Readmission, codes: Sequence[str], groups: Sequence[str], pools: Sequence[str], group_name: str
    ) -> None:
        self._terms, self._pools, self._group_name = terms, pools, group_name
        self._planned = np.array([code.startswith(terms.planned) for code in codes], dtype=np.bool_)
        #: By group, the last for none; or by diagnosis.
        self._what = [*groups, ""] if terms.same == "group" else [code[:_CATEGORY] for code in codes]

    def of_month(
        self, ids: pa.Array, people: pa.Array, columns: Columns, hospitals: Sequence[str]
    ) -> tuple[pa.Table, np.ndarray]:
        """Visits of some stays of the month, and their positions among these: none for planned stays and interim bills, nor
        for stays that have no group to compare.
        """
        import pyarrow as pa

        names = pa.array(self._what, pa.string())
        place = columns["group_id"] if self._terms.same == "group" else columns["principal_id"]
        place = np.where(place < 0, len(self._what) - 1, place)
        has_name = np.array([bool(name) for name in self._what], dtype=np.bool_)
        kept = ~self._planned[columns["principal_id"]] & has_name[place]
        if BILL.name in columns:
            kept &= columns[BILL.name] != INTERIM
        rows = np.nonzero(kept)[0]
        hospital = columns["hospital_id"][rows] if self._terms.same_hospital else np.zeros(len(rows), dtype=np.int64)
        table = pa.table(
            {
                "patient": people.take(rows),
                "what": names.take(place[rows]),
                "hospital": pa.array(hospitals if self._terms.same_hospital else [""], pa.string()).take(hospital),
                "pool": pa.array(self._pools, pa.string()).take(columns["pool_index"][rows]),
                "admission_day": columns["admission_time_s"][rows] // _DAY_S,
                "discharge_day": columns["discharge_time_s"][rows] // _DAY_S,
                "id": ids.take(rows),
            }
        )
        return table, rows

    def of_runs(self, runs: Sequence[tuple[str, RunFolder]], month: pa.Table) -> pa.Table:
        """Visits of the month's patients in earlier months."""
        import pyarrow as pa

        known = set(month["id"].to_pylist()) if runs else set()
        found = {row["id"]: row for row in self._stored(runs, month["patient"].unique()) if row["id"] not in known}
        return pa.Table.from_pylist([*found.values()], month.schema)

    def _stored(self, runs: Sequence[tuple[str, RunFolder]], people: pa.Array) -> Iterator[dict[str, Any]]:
        import pyarrow as pa
        import pyarrow.compute as pc
        from pyarrow import parquet

        names = ["setl_id", "psn_no", "fixmedins_code", "pool", "diag_code", self._group_name, "admission_time_s",
                 "discharge_time_s"]  # fmt: skip
        for _, run in runs if len(people) else ():
            with run.reading("cases.parquet") as path, parquet.ParquetFile(path) as file:
                told = [name for name in (BILL.name,) if name in file.schema_arrow.names]
                for batch in file.iter_batches(100_000, columns=[*names, *told]):
                    rows = batch.filter(pc.is_in(batch.column("psn_no").cast(pa.string()), value_set=people))
                    yield from filter(None, map(self._visit, rows.to_pylist()))

    def _visit(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """A stay that an earlier run keeps; None for one that no other can follow."""
        code = (row["diag_code"] or "").split("|")[0]
        what = (row[self._group_name] or "") if self._terms.same == "group" else code[:_CATEGORY]
        if code.startswith(self._terms.planned) or not what or row.get(BILL.name) == INTERIM:
            return None
        first, last = (
            int((row[name] - _EPOCH).total_seconds()) // _DAY_S for name in ("admission_time_s", "discharge_time_s")
        )
        hospital = row["fixmedins_code"] if self._terms.same_hospital else ""
        values = (row["psn_no"], what, hospital, row["pool"], first, last, row["setl_id"])
        return dict(zip((*SAME, *ORDER), values, strict=True))


def ordered(visits: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """The order (positions) of visits by all that they are compared by, and which in it are alike with the one before (bool)."""
    import pyarrow.compute as pc

    order = pc.sort_indices(visits, sort_keys=[(name, "ascending") for name in (*SAME, *ORDER)])
    same = np.ones(len(order), dtype=np.bool_)
    same[:1] = False
    for name in SAME:
        column = visits[name].take(order).combine_chunks()
        same[1:] &= pc.equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    return order.to_numpy().astype(np.int64), same
