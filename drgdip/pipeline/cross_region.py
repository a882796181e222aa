"""Clearing between regions, for callers: from settled months to statements both ways, into a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip import __version__
from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.period_records import CrossRegionRecord
from drgdip.base.provenance import Identity, InputFile
from drgdip.base.text import Text
from drgdip.cross_region import city_of, clearing_lines, home_totals, net_lines, review_lines
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.cross_region_cases import findings_by_stay, stays_of_other_regions
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.year.inputs import loaded_policy

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.sections.cross_region_values import CrossRegion
    from drgdip.statement.cross_region import CrossRegionReport

__all__ = ["clear_between_regions"]


def clear_between_regions(
    policy: str | Path | Policy,
    runs: Sequence[str | Path],
    out: str | Path,
    *,
    received: Sequence[str | Path] = (),
    findings: Sequence[str | Path] = (),
    overwrite: bool = False,
    command: Sequence[str] = (),
) -> CrossRegionReport:
    """Clear settled months with other regions, into a folder that appears whole or not at all.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy with a section ``cross_region``, its file, or the name of a shipped one.
    runs : sequence of str or Path
        Folders that ``settle`` has written, of different months of this region.
    out : str or Path
        The folder to write: a statement for each home region, balances, stays for joint review, proof.
    received : sequence of str or Path
        Statements that other regions sent for patients insured here (their ``sent-REGION.csv``).
    findings : sequence of str or Path
        Further suspected violations of stays, as ``screen`` writes them.
    overwrite : bool
        Replace an earlier result in the folder.
    command : sequence of str
        What the record says it was started by.

    Returns
    -------
    CrossRegionReport
        What the files were written from.

    Raises
    ------
    UsageError
        A run or a file cannot be used, or two runs are of one month.
    PolicyError
        The policy is invalid, is not that of the runs, or has no section ``cross_region``.
    """
    from drgdip.intake.clearing_lines import read_clearing_lines
    from drgdip.statement import OutputFolder
    from drgdip.statement.cross_region import (
        CROSS_REGION_FOLDER,
        CrossRegionReport,
        cross_region_proof,
        write_cross_region,
    )

    started = datetime.now(UTC)
    loaded = loaded_policy(policy)
    folders = _months(runs, loaded)
    terms = _terms(loaded, [month_bounds(folder.record.month)[1] for folder in folders])
    region = city_of(loaded.region_admdvs)
    files = [Path(file) for file in (*received, *findings)]
    theirs, faults = read_clearing_lines(files[: len(received)], region)
    keys, broken = findings_by_stay(folders, files[len(received) :])
    stays = stays_of_other_regions(folders, region, terms.joint_review_fen)
    lines = clearing_lines(region, stays.sums, terms.clearing)
    net = net_lines(region, lines, theirs)
    record = CrossRegionRecord(
        engine_version=__version__,
        command=list(command or sys.argv),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        region=region,
        months={folder.record.month: folder.record.policy.sha256 for folder in folders},
        policy=Identity(name=f"{loaded.name} {loaded.version}", sha256=loaded.sha256),
        policy_file=loaded.reference,
        clearing=terms.clearing,
        inputs=[InputFile.of_csv(file) for file in files],
        totals_fen={
            name: sum(getattr(line, f"{name}_fen") for line in net) for name in ("receivable", "payable", "net")
        },
    )
    report = CrossRegionReport(
        record,
        lines,
        home_totals(lines),
        net,
        review_lines(stays.review, keys),
        [*faults, *broken],
        cross_region_proof(stays.stated, lines, theirs, net),
    )
    reads = [*files, *(folder.path for folder in folders), loaded.source_path]
    with OutputFolder(Path(out), overwrite=overwrite, reads=reads, kind=CROSS_REGION_FOLDER) as folder:
        write_cross_region(folder, report)
    return report


def _months(runs: Sequence[str | Path], policy: Policy) -> list[RunFolder]:
    folders = sorted((RunFolder(run) for run in runs), key=lambda folder: folder.record.month)
    for before, after in pairwise(folders):
        if before.record.month == after.record.month:
            raise UsageError(
                Text(f"{before.path} 与 {after.path} 是同一月份的结果。",
                     f"{before.path} and {after.path} are runs of one month."),
                Text("每个月只给一个结果文件夹。", "Give one folder for each month."),
            )  # fmt: skip
    for folder in folders:
        settled_by = folder.record.policy.name.split(" ")[0]
        if settled_by != policy.name:
            raise UsageError(
                Text(f"{folder.path} 是按政策 {settled_by} 结算的。", f"{folder.path} was settled under {settled_by}."),
                Text(f"请给出按 {policy.name} 结算的结果。", f"Give runs that {policy.name} has settled."),
            )
    return folders


def _terms(policy: Policy, days: Sequence[date]) -> CrossRegion:
    """The section, which must be the same in all months. Raises PolicyError."""
    found = {policy.on(day).cross_region for day in days}
    terms = next(iter(found), None)
    if len(found) > 1:
        raise PolicyError(
            Text("所给各月的 cross_region 规定不同。", "The section cross_region differs between the months given."),
            Text("请按规定变更的时间分开清算。", "Clear the months before and after the change apart."),
        )
    if terms is None:
        raise PolicyError(
            Text(
                f"政策 {policy.name} 没有 cross_region 一节。", f"The policy {policy.name} has no section cross_region."
            ),
            Text("请在政策中规定异地清算方式。", "Let the policy say how regions clear."),
        )
    return terms
