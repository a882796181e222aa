"""Stays of patients insured elsewhere, from the cases of settled months (settlement arithmetic 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.cross_region import city_of, needs_joint_review, province_of
from drgdip.intake.stay_findings import findings_of_none, is_suspicion, read_stay_findings
from drgdip.interface.clearing_line import HomeSums, ReviewLine
from drgdip.interface.hold import AND, SCREENING
from drgdip.pipeline.attribution.holding import FILE as HOLDS
from drgdip.pipeline.run_folder import RunFolder
from drgdip.statement.hold_csv import hold_line

_KEYS = ("insured_region", "fixmedins_code", "pool")
_SUMMED = ("total_cost_fen", "gross_fen", "patient_fen", "other_funds_fen", "payable_fen", "recorded_fen")
_LOCAL, _CROSS_PROVINCE = 0, 2


class Elsewhere(NamedTuple):
    """Stays of other regions' patients. stated : cases, payable and recorded, summed over them in one pass."""

    sums: list[HomeSums]
    review: list[ReviewLine]
    stated: dict[str, int]


def stays_of_other_regions(runs: Sequence[RunFolder], place: str, least_fen: int | None) -> Elsewhere:
    """Sums by home region, month, hospital and pool; dear stays of other provinces; and the same totals once more.

    Raises UsageError for a run whose cases are missing or damaged, or that cumulates months.
    """
    sums: dict[tuple[str, ...], list[int]] = {}
    review: list[ReviewLine] = []
    stated = dict.fromkeys(("cases", "payable_fen", "recorded_fen"), 0)
    for run in runs:
        _refuse_cumulative(run)
        for table in _foreign(run):
            _add(sums, run.record.month, table)
            stated["cases"] += table.num_rows
            for name in ("payable_fen", "recorded_fen"):
                stated[name] += sum(table[name].to_pylist())
            review += _dear(table, run.record.month, place, least_fen)
    return Elsewhere([HomeSums(*key, *values) for key, values in sums.items()], review, stated)  # type: ignore[arg-type]


def _foreign(run: RunFolder) -> Iterator[Any]:
    """Stays whose patient is insured elsewhere, in parts."""
    import pyarrow.compute as pc

    for table in _parts(run, ["setl_id", "residence", *_KEYS, *_SUMMED]):
        yield table.filter(pc.not_equal(table["residence"], _LOCAL))


def _parts(run: RunFolder, columns: list[str]) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import parquet

    with run.reading("cases.parquet") as path:
        try:
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(100_000, columns=columns):
                    yield pa.Table.from_batches([batch])
        except pa.ArrowException as error:
            raise ValueError(str(error)) from error


def _add(sums: dict[tuple[str, ...], list[int]], month: str, table: Any) -> None:
    import pyarrow as pa

    keys = [table[name].cast(pa.string()) for name in _KEYS]
    plain = pa.table([*keys, *(table[name] for name in _SUMMED)], names=[*_KEYS, *_SUMMED])
    aggregates = [("total_cost_fen", "count"), *((name, "sum") for name in _SUMMED)]
    for row in plain.group_by(list(_KEYS)).aggregate(aggregates).to_pylist():
        key = (city_of(f"{int(row['insured_region']):06d}"), month, row["fixmedins_code"], row["pool"])
        own = sums.setdefault(key, [0] * (1 + len(_SUMMED)))
        own[0] += row["total_cost_fen_count"]
        for place, name in enumerate(_SUMMED, 1):
            own[place] += row[f"{name}_sum"]


def _dear(table: Any, month: str, place: str, least_fen: int | None) -> Iterator[ReviewLine]:
    names = (
        "setl_id",
        "fixmedins_code",
        "insured_region",
        "residence",
        "total_cost_fen",
        "recorded_fen",
        "payable_fen",
    )
    for row in table.select(names).to_pylist():
        if row["residence"] == _CROSS_PROVINCE and needs_joint_review(row["total_cost_fen"], least_fen):
            insured = f"{row['insured_region']:06d}"
            yield ReviewLine(
                row["setl_id"], month, row["fixmedins_code"], city_of(insured), province_of(insured), province_of(place),
                row["total_cost_fen"], row["recorded_fen"], row["payable_fen"], "", "",
            )  # fmt: skip


def findings_by_stay(runs: Sequence[RunFolder], files: Sequence[Path]) -> tuple[dict[str, list[str]], list[Finding]]:
    """Keys of suspected violations by settlement ID: those of the runs, and of further files (``setl_id``, ``rule_id`` or ``reason``).

    Of a run: what it found that lets a violation be suspected, and rules of screening for whose findings it holds money.

    And what is wrong with rows of those files, or cannot belong to any stay of the months. Raises UsageError for a file
    without these columns.
    """
    found: dict[str, list[str]] = {}
    for run in runs:
        with run.reading("findings.csv"):
            for row in run.rows("findings.csv"):
                if is_suspicion(row["reason"]):
                    found.setdefault(row["setl_id"], []).append(row["reason"])
        if run.has(HOLDS):
            with run.reading(HOLDS):
                for line in map(hold_line, run.rows(HOLDS)):
                    if line.reason == SCREENING:
                        found.setdefault(line.setl_id, []).extend(line.rules.split(AND))
    given = [(file, *read_stay_findings(file)) for file in files]
    known = _settled_among(runs, {setl_id for _, rows, _ in given for _, setl_id, _ in rows})
    faults: list[Finding] = []
    for file, rows, broken in given:
        faults += [*broken, *findings_of_none(file, rows, known)]
        for _, setl_id, key in rows:
            found.setdefault(setl_id, []).append(key)
    return found, faults


def _settled_among(runs: Sequence[RunFolder], ids: set[str]) -> set[str]:
    """Those of some settlement IDs that the runs have settled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted, known = pa.array(sorted(ids), pa.string()), set[str]()
    for run in runs if ids else ():
        for table in _parts(run, ["setl_id"]):
            column = table["setl_id"].cast(pa.string())
            known.update(column.filter(pc.is_in(column, value_set=wanted)).to_pylist())
    return known


def _refuse_cumulative(run: RunFolder) -> None:
    if str(run.record.parameters.get("first_day", "")) < f"{run.record.month}-01":
        raise UsageError(
            Text(f"{run.path} 是累计结算,含以前月份的病例。", f"{run.path} is a cumulative run and holds earlier months."),
            Text("异地清算请只给该月病例的结果,或只给累计方式的最后一个月。",
                 "Clear between regions from runs of single months."),
        )  # fmt: skip
