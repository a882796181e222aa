"""What the cases of each hospital come to: by group, by cost band, by pool, and the cases with the largest shortfall.

Sums are of 64-bit integers. They are formed from ``cases.parquet`` alone, so that they prove the statement once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.interface.statement_row import StatementRow
from drgdip.statement.columns import BAND_FIELDS, GroupTotal

if TYPE_CHECKING:
    import pyarrow as pa

#: Cases with the largest shortfall that a report lists.
CASES_LISTED = 15

_SUMS = ("payable_fen", "recorded_fen", "total_cost_fen", "reference_cost_fen", "gross_fen", "points_e4")
_LISTED = ("setl_id", "pool", "group_code", "deviation_band", "total_cost_fen", "reference_cost_fen", "cost_ratio_e4",
           "points_e4", "payable_fen", "recorded_fen")  # fmt: skip
_RENAMED = ("group_code", "deviation_band")
#: Column of the case table that holds the group, by scheme.
_GROUP_CODES = ("drg_code", "dip_code")
_COLUMNS = ("fixmedins_code", *dict.fromkeys((*_LISTED, *_SUMS)))


class CaseLine(NamedTuple):
    """One case as a report lists it; ``group`` is empty for ungrouped ones, ``band`` a key of the reasons."""

    setl_id: str
    pool: str
    group: str
    band: str
    total_cost_fen: int
    reference_cost_fen: int
    cost_ratio_e4: int
    points_e4: int
    payable_fen: int
    recorded_fen: int

    @property
    def difference_fen(self) -> int:
        """Payable less recorded."""
        return self.payable_fen - self.recorded_fen


class HospitalCases(NamedTuple):
    """Sums of one hospital's cases; ``bands`` and ``pools`` under their keys as codes."""

    groups: Sequence[GroupTotal]
    bands: Sequence[GroupTotal]
    pools: Sequence[GroupTotal]
    shortfalls: Sequence[CaseLine]


def read_cases(path: Path, hospitals: Sequence[str]) -> pa.Table:
    """The columns that reports need of these hospitals' cases. Raises OSError or ValueError if they cannot be read."""
    import pyarrow as pa
    from pyarrow import parquet

    file = parquet.ParquetFile(path)
    if len(hospitals) > 1:
        return _named(file.read(columns=_columns(file)).unify_dictionaries())
    code = pa.scalar(hospitals[0] if hospitals else "", pa.string())
    return _named(pa.concat_tables(_of_hospital(file, code)).unify_dictionaries())


def _of_hospital(file: Any, code: Any) -> Iterator[pa.Table]:
    """Its rows, a row group at a time, so that memory does not grow with the city."""
    import pyarrow.compute as pc

    columns = _columns(file)
    yield file.schema_arrow.empty_table().select(columns)
    for number in range(file.num_row_groups):
        table = file.read_row_group(number, columns=columns)
        yield table.filter(pc.equal(table["fixmedins_code"], code))


def _columns(file: Any) -> list[str]:
    group = next((name for name in _GROUP_CODES if name in file.schema_arrow.names), _GROUP_CODES[-1])
    return [group if name == "group_code" else name for name in _COLUMNS]


def _named(table: pa.Table) -> pa.Table:
    return table.rename_columns(["group_code" if name in _GROUP_CODES else name for name in table.column_names])


def _group(code: str | None) -> str:
    """Code of a group; empty for what none takes: ungrouped stays, and the ambiguous ones of CHS-DRG."""
    return "" if code is None or code == "0000" or code.endswith("QY") else code


def sums_by_hospital(cases: pa.Table, names: Mapping[str, str]) -> dict[str, HospitalCases]:
    """Sums of every hospital in the table; ``names`` of groups by code."""
    groups: dict[str, dict[str, dict[str, int]]] = {}
    bands: dict[str, dict[str, dict[str, int]]] = {}
    pools: dict[str, dict[str, dict[str, int]]] = {}
    for row in _summed(cases):
        hospital, band = row["fixmedins_code"], row["deviation_band"]
        for sums, key in ((groups, _group(row["group_code"])), (bands, band), (pools, row["pool"])):
            _add(sums.setdefault(hospital, {}).setdefault(key, {}), row, _counted_as(band))
    shortfalls = _shortfalls(cases)
    return {
        hospital: HospitalCases(
            _totals(groups[hospital], names), _totals(bands[hospital], {}), _totals(pools[hospital], {}),
            shortfalls.get(hospital, ()),
        )
        for hospital in groups
    }  # fmt: skip


def _summed(cases: pa.Table) -> list[dict[str, Any]]:
    by = cases.group_by(["fixmedins_code", "group_code", "deviation_band", "pool"])
    table = by.aggregate([("setl_id", "count"), *((name, "sum") for name in _SUMS)])
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _counted_as(band: str) -> str:
    """Stays whose cost is not tested count with those paid by item, as in the statement."""
    return "by_item_cases" if band == "band_not_tested" else f"{band.removeprefix('band_')}_cases"


def _add(sums: dict[str, int], row: Mapping[str, Any], band_field: str) -> None:
    for name in _SUMS:
        sums[name] = sums.get(name, 0) + row[f"{name}_sum"]
    for name in ("cases", band_field):
        sums[name] = sums.get(name, 0) + row["setl_id_count"]


def _totals(sums: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> list[GroupTotal]:
    return [GroupTotal(key, names.get(key, ""), **values) for key, values in sorted(sums.items())]


def _shortfalls(cases: pa.Table) -> dict[str, list[CaseLine]]:
    """By hospital, the cases whose payable stays farthest below what was recorded."""
    import pyarrow.compute as pc

    short = cases.append_column("difference", pc.subtract(cases["payable_fen"], cases["recorded_fen"]))
    short = short.filter(pc.less(short["difference"], 0))
    keys = [("fixmedins_code", "ascending"), ("difference", "ascending"), ("setl_id", "ascending")]
    codes = short["fixmedins_code"].take(order := pc.sort_indices(short, sort_keys=keys)).to_pylist()
    counted: dict[str, int] = {}
    kept = []
    for place, code in enumerate(codes):
        counted[code] = counted.get(code, 0) + 1
        if counted[code] <= CASES_LISTED:
            kept.append(place)
    found: dict[str, list[CaseLine]] = {}
    for row in short.take(order.take(kept)).to_pylist() if kept else []:
        values = {name: row[name] for name in _LISTED if name not in _RENAMED}
        case = CaseLine(group=_group(row["group_code"]), band=row["deviation_band"], **values)
        found.setdefault(row["fixmedins_code"], []).append(case)
    return found


def agrees(cases: HospitalCases | None, rows: Sequence[StatementRow]) -> bool:
    """Whether a hospital's cases come to what its statement says, pool by pool."""
    fields = ("cases", "points_e4", "gross_fen", "payable_fen", "recorded_fen", *BAND_FIELDS)
    stated = {row.pool: tuple(getattr(row, field) for field in fields) for row in rows if row.cases}
    summed = {pool.code: tuple(getattr(pool, field) for field in fields) for pool in (cases.pools if cases else ())}
    return stated == summed
