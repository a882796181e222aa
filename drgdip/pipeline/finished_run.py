"""Reading a finished run for documents that are made on demand."""

from __future__ import annotations

from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.pipeline.attribution.holding import read_holds
from drgdip.pipeline.run_folder import RunFolder
from drgdip.statement.denial_csv import denial_line
from drgdip.statement.finished_run import FinishedRun, city_group, contradictions, deduction_line, statement_row
from drgdip.statement.special_csv import special_line


def read_finished_run(path: str | Path) -> FinishedRun:
    """Read the folder of a run and check it against itself.

    Raises UsageError for a folder that is no run, that an earlier version wrote, or that is damaged or altered.
    """
    folder = RunFolder(path)
    if folder.record.standing is None:
        raise UsageError(
            Text(
                f"{path} 由较早版本写出,缺少结算依据。",
                f"{path} was written by an earlier version and lacks its basis.",
            ),
            Text("请用本版本重新结算该月。", "Settle that month again with this version."),
        )
    with folder.reading("statement.csv"):
        rows = [statement_row(cells, folder.record) for cells in folder.rows("statement.csv")]
    with folder.reading("groups.csv"):
        groups = dict(map(city_group, folder.rows("groups.csv")))
    with folder.reading("proof.csv"):
        broken = [cells["id"] for cells in folder.rows("proof.csv") if cells["holds"] != "yes"]
    deductions = []
    if folder.has("deductions.csv"):
        with folder.reading("deductions.csv"):
            deductions = [deduction_line(cells) for cells in folder.rows("deductions.csv")]
    special, denials = [], []
    if folder.has("special.csv"):
        with folder.reading("special.csv"):
            special = [special_line(cells) for cells in folder.rows("special.csv")]
    if folder.has("denials.csv"):
        with folder.reading("denials.csv"):
            denials = [denial_line(cells) for cells in folder.rows("denials.csv")]
    run = FinishedRun(folder.record, rows, deductions, groups, broken, special, denials, read_holds([folder]))
    for fault in contradictions(run):
        raise UsageError(
            Text(f"结果文件夹 {path} 前后不一致:{fault.zh}。", f"The folder {path} contradicts itself: {fault.en}."),
            Text("请恢复原文件,或重新结算该月。", "Restore the files of the run, or settle that month again."),
        )
    return run
