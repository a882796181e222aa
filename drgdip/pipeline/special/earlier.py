"""Stays of earlier months, found again in their runs, with the values that they were settled under."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.pipeline.context import MonthValues, month_bounds, period_contexts
from drgdip.pipeline.outputs import case_columns, output_name, rebuilt_columns, stored_value
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.special.stay import Stay, Verdict, paid_all

if TYPE_CHECKING:
    import numpy as np

    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables


def stays_of(
    runs: Sequence[tuple[str, RunFolder]],
    wanted: Collection[str],
    policy: Policy,
    tables: GroupTables,
    process: Process,
) -> dict[str, Stay]:
    """The wanted stays by settlement ID, each from the last run that has it."""
    found: dict[str, Stay] = {}
    for month, run in runs if wanted else ():
        with run.reading("cases.parquet") as path:
            for stored in stored_cases(path, wanted):
                found[stored["setl_id"]] = _stay(month, run, stored, policy, tables, process)
    return found


def stored_cases(path: Path, wanted: Collection[str]) -> list[dict[str, Any]]:
    """Rows of ``cases.parquet`` with one of the wanted settlement IDs."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    ids = pa.array(sorted(wanted), pa.string())
    rows: list[dict[str, Any]] = []
    with parquet.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            column = file.read_row_group(group, columns=["setl_id"]).column("setl_id").cast(pa.string())
            mask = pc.is_in(column, value_set=ids)
            if pc.any(mask).as_py():
                rows += file.read_row_group(group).filter(mask).to_pylist()
    return rows


def _stay(
    month: str, run: RunFolder, stored: Mapping[str, Any], policy: Policy, tables: GroupTables, process: Process
) -> Stay:
    first, last = date.fromisoformat(run.record.parameters["first_day"]), month_bounds(month)[1]
    hospital, ratios = stored["fixmedins_code"], run.record.parameters["fund_ratios_e4"]
    values = MonthValues(run.record.parameters["point_values_e4"], [ratios[hospital if hospital in ratios else "*"]])
    contexts = [known.in_month(values) for known in period_contexts(policy, tables, first, last, [hospital])]
    return Stay(stored["setl_id"], month, hospital, stored["pool"], _columns(stored, tables, policy, last, process),
                contexts, process)  # fmt: skip


def _columns(
    stored: Mapping[str, Any], tables: GroupTables, policy: Policy, day: date, process: Process
) -> dict[str, np.ndarray]:
    """The columns that the run keeps, as the stages wrote them; its only hospital has id 0.

    CHS-DRG keeps ``drg_id``, which names ambiguous and ungrouped stays after the groups: these have no group.
    """
    import numpy as np

    pools = list(policy.on(day).pools)
    columns = {
        column.name: np.array([stored_value(column, stored[output_name(column)], tables, pools)], dtype=column.dtype)
        for column in case_columns(process.stages)
    }
    if "group_id" not in columns:
        named = columns["drg_id"]
        columns["group_id"] = np.where(named < len(tables.group_codes), named, -1).astype(np.int32)
    return {**columns, **rebuilt_columns(stored, tables, pools, process.stages)}


def reproduced(stay: Stay, standing: Verdict) -> bool:
    """Whether the values at hand still give what the stay's month paid, under what was in force then."""
    (paid,) = paid_all([(stay, standing)])
    return all(getattr(paid, name) == stay.value(name) for name in paid._fields)
