"""Point values smoothed by the optimal interval, from a file of hospitals' points, income and cost (settlement arithmetic 2.2)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from drgdip import __version__
from drgdip.base.provenance import InputFile, SmoothingRecord, sha256_of_file
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.clearing.interval import Interval, two_dimensional_interval
from drgdip.clearing.point_value import optimal_interval
from drgdip.interface.interval_row import IntervalHospital, IntervalRow

if TYPE_CHECKING:
    from drgdip.interface.interval_row import Account

Method = Literal["two_dimensional", "one_dimensional"]
Axis = Literal["cost", "income"]
_YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True)
class SmoothingResult:
    """Smoothed point values: one row per pool and period, and where each hospital stands."""

    rows: tuple[IntervalRow, ...]
    hospitals: tuple[IntervalHospital, ...]


def smooth_to_folder(
    accounts: str | Path,
    out: str | Path,
    *,
    method: Method = "two_dimensional",
    axis: Axis = "cost",
    overwrite: bool = False,
    command: Sequence[str] = (),
) -> SmoothingResult:
    """Smooth point values by the optimal interval, into a folder.

    Parameters
    ----------
    accounts : str or Path
        CSV file ``pool,period,fixmedins_code,points,income_yuan,cost_yuan``; one line for a hospital, pool and period. Each
        pool and period is smoothed by itself. The one-dimensional method does not need ``income_yuan``.
    out : str or Path
        The folder to write.
    method : {"two_dimensional", "one_dimensional"}
        Geometric centre of hospitals low in income and cost per point, or weighted mean of those low in cost.
    axis : {"cost", "income"}
        Which number of the centre is the point value; the text does not say.
    overwrite : bool
        Replace an earlier result in the folder.
    command : sequence of str
        What the record says it was started by.

    Returns
    -------
    SmoothingResult
        What the files were written from.

    Raises
    ------
    UsageError
        The file cannot be used.
    """
    from drgdip.intake.account_files import read_accounts
    from drgdip.statement import OutputFolder
    from drgdip.statement.interval_files import INTERVAL_FOLDER, write_intervals

    started, path = datetime.now(UTC), Path(accounts)
    result = smoothed(read_accounts(path, income=method == "two_dimensional"), method, axis)
    with OutputFolder(Path(out), overwrite=overwrite, reads=[path], kind=INTERVAL_FOLDER) as folder:
        write_intervals(folder, result.rows, result.hospitals)
        record = SmoothingRecord(
            engine_version=__version__,
            command=list(command or sys.argv),
            started_at=started.isoformat(timespec="seconds"),
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
            method=method,
            axis=axis,
            inputs=[InputFile.of_csv(path)],
            outputs={file.name: sha256_of_file(file) for file in sorted(folder.glob("*.csv"))},
        )
        (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")
    return result


def smoothed(accounts: Mapping[tuple[str, str], Sequence[Account]], method: Method, axis: Axis) -> SmoothingResult:
    """Smooth each pool and period by itself."""
    rows: list[IntervalRow] = []
    hospitals: list[IntervalHospital] = []
    for (pool, period), own in accounts.items():
        row, placed = (_by_two if method == "two_dimensional" else _by_one)(pool, period, own, axis)
        rows.append(row)
        hospitals += placed
    return SmoothingResult(tuple(rows), tuple(hospitals))


def _by_two(pool: str, period: str, own: Sequence[Account], axis: Axis) -> tuple[IntervalRow, list[IntervalHospital]]:
    found: Interval = two_dimensional_interval(own)
    centre = found.centre_cost_e4 if axis == "cost" else found.centre_income_e4
    row = IntervalRow(
        pool, period, len(own), sum(one.kept for one in found.hospitals), sum(one.points_e4 for one in own),
        found.mean_income_e4, found.mean_cost_e4, found.centre_income_e4, found.centre_cost_e4,
        _YES_NO[centre is None], found.mean_cost_e4 if centre is None else centre,
    )  # fmt: skip
    return row, [
        IntervalHospital(
            pool, period, *account[:4], placed.income_e4, placed.cost_e4, placed.quadrant, _YES_NO[placed.kept]
        )
        for account, placed in zip(own, found.hospitals, strict=True)
    ]


def _by_one(pool: str, period: str, own: Sequence[Account], axis: Axis) -> tuple[IntervalRow, list[IntervalHospital]]:
    found = optimal_interval([(one.hospital_code, one.cost_fen, one.points_e4) for one in own])
    points = sum(one.points_e4 for one in own)
    row = IntervalRow(
        pool, period, len(own), len(found.kept), points, None, found.region_mean_e4, None, None,
        _YES_NO[not found.kept], found.point_value_e4,
    )  # fmt: skip
    return row, [
        IntervalHospital(
            pool, period, one.hospital_code, one.points_e4, None, one.cost_fen, None,
            divide(one.cost_fen * 100 * E4, one.points_e4), "", _YES_NO[one.hospital_code in found.kept],
        )
        for one in own
    ]  # fmt: skip
