"""Settled stays of some months as arrays, for indicators."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.pipeline.run_folder import RECORD_FILE, RunFolder
from drgdip.quality_control.columns import BILL, INTERIM

_DAY_S = 86_400
_WHOLE = ("relative_weight_e4", "length_of_stay_days", "total_cost_fen", "self_paid_fen", "over_limit_fen", "patient_fen",
          "recorded_fen", "payable_fen", "reference_cost_fen", "cost_ratio_e4", "points_e4", "residence", "hospital_tier")  # fmt: skip
_TEXT = ("fixmedins_code", "pool", "deviation_band", "route")
_TIMES = ("admission_time_s", "discharge_time_s")
_GROUPS = ("drg_code", "dip_code")
_LOCAL = 0
_VISIT = ("fixmedins_code", "pool", "mdtrt_id")


class Cases(NamedTuple):
    """Stays as arrays of one length; ids are positions in the tuples of names, −1 none.

    runs : the months' folders in order. month : position of each stay's month. set_aside : (hospital, rows) of lists
    that quality control stopped. next_days : days from the discharge to the person's next admission, −1 none.
    """

    runs: tuple[RunFolder, ...]
    month: np.ndarray
    hospitals: tuple[str, ...]
    hospital: np.ndarray
    pools: tuple[str, ...]
    pool: np.ndarray
    groups: tuple[str, ...]
    group: np.ndarray
    counties: tuple[str, ...]
    county: np.ndarray
    homes: tuple[str, ...]
    home: np.ndarray
    bands: tuple[str, ...]
    band: np.ndarray
    special: np.ndarray
    person_known: np.ndarray
    next_days: np.ndarray
    whole: dict[str, np.ndarray]
    set_aside: dict[str, int]

    @property
    def months(self) -> tuple[str, ...]:
        """``YYYY-MM`` of the months, in order."""
        return tuple(run.record.month for run in self.runs)

    def __len__(self) -> int:
        return len(self.month)


def run_folders(paths: Sequence[str | Path]) -> list[RunFolder]:
    """Runs, or the runs that folders hold, by month. Raises UsageError where there is none, or two are of one month."""
    found: list[RunFolder] = []
    for path in map(Path, paths):
        inner = sorted(one for one in path.iterdir() if _is_month(one)) if path.is_dir() else []
        found += [RunFolder(path)] if (path / RECORD_FILE).is_file() or not inner else map(RunFolder, inner)
    found.sort(key=lambda run: run.record.month)
    months = [run.record.month for run in found]
    if len(set(months)) < len(months):
        raise UsageError(
            Text("同一月份给出了两次。", "Two of the runs are of one month."),
            Text("每个月只给一个结果文件夹。", "Give one folder for each month."),
        )
    return found


def _is_month(folder: Path) -> bool:
    """Whether a folder holds a settled month; a cleared year or an analysis beside it is left alone."""
    return (folder / RECORD_FILE).is_file() and (folder / "cases.parquet").is_file()


def read_cases(runs: Sequence[RunFolder]) -> Cases:
    """Stays of the given months. Raises UsageError for a run whose files are missing or damaged."""
    import pyarrow as pa

    tables, month = [], []
    aside: dict[str, int] = {}
    for place, run in enumerate(runs):
        table = _table(run)
        tables.append(table)
        month.append(np.full(table.num_rows, place, dtype=np.int32))
        for code in _set_aside(run):
            aside[code] = aside.get(code, 0) + 1
    whole = pa.concat_tables(tables, promote_options="permissive")
    counted = _counted(whole)
    return _cases(tuple(runs), np.concatenate(month)[counted], whole.filter(counted), aside)


def _counted(table: Any) -> np.ndarray:
    """All stays but interim bills that a final one has taken back (2.9): it has their cost, and they are no discharges."""
    if BILL.name not in table.column_names:
        return np.ones(table.num_rows, dtype=np.bool_)
    visits = list(zip(*(table[name].to_pylist() for name in _VISIT), strict=True))
    kind, taken = (_numbers(table[name].fill_null(0)) for name in (BILL.name, "interim_deducted_fen"))
    final = {visits[row] for row in np.flatnonzero(taken).tolist()}
    left_out = [row for row in np.flatnonzero(kind == INTERIM).tolist() if visits[row] in final]
    counted = np.ones(table.num_rows, dtype=np.bool_)
    counted[left_out] = False
    return counted


def _table(run: RunFolder) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    with run.reading("cases.parquet") as path:
        try:
            names = set(parquet.read_schema(path).names)
            group = next(name for name in _GROUPS if name in names)
            bills = [BILL.name, "interim_deducted_fen", "mdtrt_id"] if BILL.name in names else []
            columns = [*bills, "psn_no", "insured_region", "special_review", group, *_TEXT, *_TIMES, *_WHOLE]
            table = parquet.read_table(path, columns=columns)
        except (pa.ArrowException, StopIteration) as error:
            raise ValueError(str(error)) from error
    return table.rename_columns(["group" if name == group else name for name in table.column_names])


def _set_aside(run: RunFolder) -> list[str]:
    with run.reading("set_aside.csv") as path, path.open(encoding="utf-8", newline="") as file:
        return [row["fixmedins_code"] for row in csv.DictReader(file)]


def _cases(runs: tuple[RunFolder, ...], month: np.ndarray, table: Any, aside: dict[str, int]) -> Cases:
    hospitals, hospital = _coded(table["fixmedins_code"])
    pools, pool = _coded(table["pool"])
    groups, group = _coded(table["group"])
    bands, band = _coded(table["deviation_band"])
    persons, person = _coded(table["psn_no"])
    person = np.where(person == (persons.index("") if "" in persons else -2), -1, person)
    regions, region = _coded(table["insured_region"])
    whole = {name: _numbers(table[name]) for name in _WHOLE}
    local = whole["residence"] == _LOCAL
    region = region.astype(np.int64)
    return Cases(
        runs=runs, month=month, hospitals=hospitals, hospital=hospital, pools=pools, pool=pool, groups=groups, group=group,
        counties=regions, county=np.where(local, region, -1), homes=regions, home=np.where(local, -1, region), bands=bands,
        band=band, special=_numbers(table["special_review"]) == 1, person_known=person >= 0,
        next_days=_next_days(person, _days(table["admission_time_s"]), _days(table["discharge_time_s"])),
        whole=whole, set_aside=aside,
    )  # fmt: skip


def _coded(column: Any) -> tuple[tuple[str, ...], np.ndarray]:
    """Names in order, and the position of each row's; −1 where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(pc.cast(column, pa.string())).combine_chunks()
    words = encoded.dictionary.to_pylist()
    order = sorted(range(len(words)), key=words.__getitem__)
    rank = np.empty(len(words) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(words)), -1
    return tuple(words[place] for place in order), rank[encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


def _numbers(column: Any) -> np.ndarray:
    return np.asarray(column.to_numpy()).astype(np.int64)


def _days(column: Any) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return np.asarray(pc.cast(pc.cast(column, pa.timestamp("s")), pa.int64()).to_numpy()) // _DAY_S


def _next_days(person: np.ndarray, admitted: np.ndarray, discharged: np.ndarray) -> np.ndarray:
    """Days from each discharge to the same person's next admission, −1 none; overlapping stays count as 0."""
    order = np.lexsort((discharged, admitted, person))
    found = np.full(len(order), -1, dtype=np.int64)
    first, later = order[:-1], order[1:]
    same = (person[first] == person[later]) & (person[first] >= 0)
    found[first[same]] = np.maximum(admitted[later] - discharged[first], 0)[same]
    return found
