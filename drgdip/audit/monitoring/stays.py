"""Settled stays of one or more runs, as the scores need them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.pipeline.run_folder import RunFolder
from drgdip.quality_control.columns import BILL, INTERIM

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS = ("setl_id", "psn_no", "fixmedins_code", "diag_code", "oprn_oprt_code", "group_code", "hospital_tier", "age_years",
            "length_of_stay_days", "discharge_way", "admission_time_s", "discharge_time_s", "total_cost_fen",
            "reference_cost_fen")  # fmt: skip
_DAY_S = 86_400


class Stays(NamedTuple):
    """Stays as arrays; ids are positions in the tuples of codes.

    levels : sets that each stay belongs to, finest first, ids from 0: group, diagnosis category, chapter and region; under CHS-DRG
    group, adjacent group, major category and region. tier, age : of the hospital, and of the patient in years. person −1: unknown.
    findings : (setl_id, reason key) pairs. rows : rows of each hospital, those set aside included.
    """

    months: tuple[str, ...]
    hospitals: tuple[str, ...]
    tiers: tuple[int, ...]
    setl_id: tuple[str, ...]
    hospital: np.ndarray
    person: np.ndarray
    levels: tuple[np.ndarray, ...]
    tier: np.ndarray
    age: np.ndarray
    group: np.ndarray
    groups: tuple[str, ...]
    category: np.ndarray
    has_operation: np.ndarray
    stay_days: np.ndarray
    discharge_way: np.ndarray
    admission_day: np.ndarray
    discharge_day: np.ndarray
    cost_fen: np.ndarray
    reference_fen: np.ndarray
    findings: frozenset[tuple[str, str, str]]
    rows: np.ndarray


def _read(file: Any) -> pa.Table:
    """The columns of one run, the group under one name; stays of CHS-DRG that no group takes (0000, QY) have none.

    Interim bills are left out: they are no discharges, and what follows them is no return.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    there = file.schema_arrow.names
    drg = "drg_code" in there
    names = [("drg_code" if drg else "dip_code") if name == "group_code" else name for name in _COLUMNS]
    table = file.read(columns=[*names, *({BILL.name} & set(there))])
    if BILL.name in there:
        table = table.filter(pc.fill_null(pc.not_equal(table[BILL.name], INTERIM), True)).drop_columns([BILL.name])
    table = table.rename_columns(list(_COLUMNS))
    code = pc.cast(table["group_code"], pa.string())
    if drg:
        none = pc.or_(pc.equal(code, "0000"), pc.ends_with(code, "QY"))
        code = pc.if_else(none, pa.scalar(None, pa.string()), code)
    table = table.set_column(table.column_names.index("group_code"), "group_code", code)
    return table.append_column("drg", pa.array([drg] * table.num_rows, pa.bool_()))


def read_stays(runs: Sequence[Path]) -> Stays:
    """Read runs of different months. Raises UsageError if one is no run, is damaged, or two are of one month."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folders = [RunFolder(run) for run in runs]
    months = [folder.record.month for folder in folders]
    if len(set(months)) < len(months):
        raise UsageError(
            Text("同一月份给出了两次。", "Two of the runs are of one month."),
            Text("每个月只给一个结果文件夹。", "Give one folder for each month."),
        )
    tables, beside = [], []
    for folder in folders:
        with folder.reading("cases.parquet") as path:
            tables.append(_read(pq.ParquetFile(path)))
        beside.append(_beside(folder))
    whole = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    return _stays(tuple(sorted(months)), whole, beside)


class _Beside(NamedTuple):
    """Hospital by settlement ID of rows that were set aside, and findings of single rows."""

    aside: list[tuple[str, str]]
    findings: list[tuple[str, str]]


def _beside(folder: RunFolder) -> _Beside:
    with folder.reading("set_aside.csv") as path, path.open(encoding="utf-8", newline="") as file:
        aside = [(row["setl_id"], row["fixmedins_code"]) for row in csv.DictReader(file)]
    with folder.reading("findings.csv") as path, path.open(encoding="utf-8", newline="") as file:
        findings = [(row["setl_id"], row["reason"]) for row in csv.DictReader(file) if row["setl_id"]]
    return _Beside(aside, findings)


def _stays(months: tuple[str, ...], table: object, beside: Sequence[_Beside]) -> Stays:
    import pyarrow as pa
    import pyarrow.compute as pc

    def column(name: str) -> pa.ChunkedArray:
        return table.column(name)  # type: ignore[attr-defined]

    def ids(values: pa.ChunkedArray, null: int | None = None) -> tuple[np.ndarray, tuple[str, ...]]:
        encoded = pc.dictionary_encode(pc.cast(values, pa.string())).combine_chunks()
        words = encoded.dictionary.to_pylist()
        rank = {word: place for place, word in enumerate(sorted(words))}
        place = np.array([rank[word] for word in words], dtype=np.int64)
        positions = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        result = np.where(positions < 0, -1 if null is None else null, place[positions] if len(place) else -1)
        return result.astype(np.int64), tuple(sorted(words))

    def whole(name: str) -> np.ndarray:
        return column(name).to_numpy().astype(np.int64)

    def day(name: str) -> np.ndarray:
        return pc.cast(pc.cast(column(name), pa.timestamp("s")), pa.int64()).to_numpy() // _DAY_S

    principal = pc.utf8_upper(pc.fill_null(column("diag_code"), ""))
    category, _ = ids(pc.utf8_slice_codeunits(principal, 0, 3))
    chapter, _ = ids(pc.utf8_slice_codeunits(principal, 0, 1))
    group, groups = ids(column("group_code"))
    # A stay without a group is a set of its own category.
    finest = np.where(group >= 0, group, len(groups) + category)
    of_drg = pc.and_(column("drg"), pc.is_valid(column("group_code")))
    above = []
    for length, by_diagnosis in ((3, category), (1, chapter)):
        families, names_of = ids(pc.if_else(of_drg, pc.utf8_slice_codeunits(column("group_code"), 0, length), None))
        above.append(np.where(families >= 0, families, len(names_of) + by_diagnosis))
    hospital, hospitals = ids(column("fixmedins_code"))
    persons, names = ids(pc.fill_null(column("psn_no"), ""))
    blank = names.index("") if "" in names else -1
    setl_id = tuple(column("setl_id").to_pylist())
    of = dict(zip(setl_id, (hospitals[h] for h in hospital), strict=True))
    everything = {**of, **{key: code for own in beside for key, code in own.aside}}
    findings = {(everything.get(key, ""), key, reason) for own in beside for key, reason in own.findings}
    position = {code: place for place, code in enumerate(hospitals)}
    rows = np.bincount(hospital, minlength=len(hospitals))
    for own in beside:
        for _, code in own.aside:
            if code in position:
                rows[position[code]] += 1
    tier = whole("hospital_tier")
    return Stays(
        months=months,
        hospitals=hospitals,
        tiers=tuple(int(tier[np.argmax(hospital == place)]) for place in range(len(hospitals))),
        setl_id=setl_id,
        hospital=hospital,
        person=np.where(persons == blank, -1, persons),
        levels=(finest, *above, np.zeros(len(hospital), dtype=np.int64)),
        tier=tier,
        age=np.where(column("age_years").is_valid().to_numpy(), column("age_years").fill_null(0).to_numpy(), -1).astype(
            np.int64
        ),
        group=group,
        groups=groups,
        category=category,
        has_operation=pc.not_equal(pc.fill_null(column("oprn_oprt_code"), ""), "").to_numpy(),
        stay_days=whole("length_of_stay_days"),
        discharge_way=whole("discharge_way"),
        admission_day=day("admission_time_s"),
        discharge_day=day("discharge_time_s"),
        cost_fen=whole("total_cost_fen"),
        reference_fen=whole("reference_cost_fen"),
        findings=frozenset(findings),
        rows=rows,
    )
