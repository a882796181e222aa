"""The twelve months of a year: found in one folder, each once, all of the same city."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.provenance import RunRecord, combine, sha256_of_file
from drgdip.base.text import Text
from drgdip.pipeline.finished_run import read_finished_run
from drgdip.pipeline.run_folder import RECORD_FILE
from drgdip.statement.finished_run import FinishedRun

_HASHED = ("statement.csv", "deductions.csv", "special.csv", "denials.csv", "cases.parquet")


class Month(NamedTuple):
    """One month of the year: its folder, what it holds, and a hash of what the year is cleared from."""

    path: Path
    run: FinishedRun
    sha256: str

    @property
    def name(self) -> str:
        """``YYYY-MM``."""
        return self.run.record.month

    @property
    def cumulative(self) -> bool:
        """Whether its cases are those of the year to date."""
        return str(self.run.record.parameters.get("first_day", "")) < f"{self.name}-01"


def read_months(runs: str | Path, policy_name: str, year: str) -> list[Month]:
    """The twelve months in a folder of run folders, in order; what is no run folder is left alone.

    Raises UsageError, naming the folder or the months, for a month that is missing, stands twice, is of another year
    or policy, is damaged, or whose proof does not hold.
    """
    folders = _run_folders(Path(runs))
    months: dict[str, Month] = {}
    for folder in folders:
        run = read_finished_run(folder)
        _check(folder, run, policy_name, year)
        name = run.record.month
        if name in months:
            raise _unfit(folder, Text(f"与 {months[name].path.name} 同为 {name} 的结果",
                                      f"is, like {months[name].path.name}, a run of {name}"))  # fmt: skip
        months[name] = Month(folder, run, _hash(folder))
    wanted = [f"{year}-{number:02d}" for number in range(1, 13)]
    if missing := [name for name in wanted if name not in months]:
        raise UsageError(
            Text(f"{runs} 中缺少 {'、'.join(missing)} 的结算结果。", f"{runs} lacks the runs of {', '.join(missing)}."),
            Text("年终清算需要全年十二个月的 settle 结果,每月一个文件夹。",
                 "A year is cleared from its twelve months, one folder of settle for each."),
        )  # fmt: skip
    ordered = [months[name] for name in wanted]
    _check_tables(ordered)
    return ordered


def sources(months: Sequence[Month]) -> list[Month]:
    """The months whose cases make up the year: a cumulative month holds those of all months before it."""
    last = max((i for i, month in enumerate(months) if month.cumulative), default=0)
    return list(months[last:])


def _run_folders(runs: Path) -> list[Path]:
    if not runs.is_dir():
        raise UsageError(
            Text(f"{runs} 不是文件夹。", f"{runs} is not a folder."),
            Text("请用 --runs 指定存放各月结果的文件夹。", "Give the folder that holds the months' runs with --runs."),
        )
    return sorted(path for path in runs.iterdir() if not path.name.startswith(".") and (path / RECORD_FILE).is_file())


def _check(folder: Path, run: FinishedRun, policy_name: str, year: str) -> None:
    record: RunRecord = run.record
    settled_by = record.policy.name.split(" ")[0]
    if record.month[:4] != year:
        raise _unfit(folder, Text(f"是 {record.month} 的结果,不属于 {year} 年",
                                  f"is a run of {record.month}, which is not of {year}"))  # fmt: skip
    if settled_by != policy_name:
        raise _unfit(folder, Text(f"是按政策 {settled_by} 而不是 {policy_name} 结算的",
                                  f"was settled under the policy {settled_by}, not {policy_name}"))  # fmt: skip
    if run.broken_proof:
        lines = ", ".join(run.broken_proof)
        raise _unfit(
            folder, Text(f"({record.month})平衡校验不符:{lines}", f"({record.month}) has a proof that fails: {lines}")
        )


def _check_tables(months: Sequence[Month]) -> None:
    """Points of two catalogues never share a point value (1.2)."""
    first = months[0].run.record.tables
    for month in months:
        tables = month.run.record.tables
        if tables.sha256 != first.sha256:
            raise _unfit(month.path, Text(f"({month.name})按目录 {tables.name} 入组,内容与 {months[0].name} 的不同",
                                          f"({month.name}) was grouped by {tables.name}, which is not what"
                                          f" {months[0].name} was grouped by"))  # fmt: skip


def _hash(folder: Path) -> str:
    return combine(f"{name} {sha256_of_file(folder / name)}" for name in _HASHED if (folder / name).is_file())


def _unfit(folder: Path, what: Text) -> UsageError:
    return UsageError(
        Text(f"{folder.name} {what.zh}。", f"{folder.name} {what.en}."),
        Text("请让 --runs 文件夹只含本年度同一政策的十二个月结果,每月一个。",
             "Let --runs hold the twelve months of this year under one policy, each once."),
    )  # fmt: skip
