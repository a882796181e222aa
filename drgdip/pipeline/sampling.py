"""Samples of settled stays: drawn so that anybody can draw them again (settlement arithmetic 8.2)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip import __version__
from drgdip.base.errors import UsageError
from drgdip.base.provenance import InputFile, SampleRecord, sha256_of_file
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.interface.sample import FrameLine, SampleLine, Stays
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.sample_terms import one_of, sample_terms
from drgdip.sanctions import draw, frame_sha256, sample_size

if TYPE_CHECKING:
    from drgdip.policy import Policy

_BED_DAY = "route_bed_day"


def draw_sample(
    runs: Sequence[str | Path],
    out: str | Path,
    *,
    rate_e4: int | None = None,
    seed: str,
    hospitals: Collection[str] = (),
    stays: Stays = "any",
    policy: str | Path | Policy | None = None,
    overwrite: bool = False,
    command: Sequence[str] = (),
) -> tuple[SampleLine, ...]:
    """Draw a share of the settled stays of every hospital and pool, into a folder.

    Parameters
    ----------
    runs : sequence of str or Path
        Folders of settled months; a stay that several have counts as the latest has it.
    out : str or Path
        The folder to write.
    rate_e4 : int, optional
        Share of stays, four decimals; rounded up to whole stays for each hospital and pool. Left out with a policy.
    seed : str
        Decides which stays are drawn, together with their settlement IDs and nothing else.
    hospitals : collection of str
        Those to draw from; all of them if empty.
    stays : {"any", "bed_day"}
        Draw from all stays, or from those paid by bed-day.
    policy : str, Path or Policy, optional
        A policy whose ``sanctions.sample`` says share and stays, in place of ``rate_e4`` and ``stays``.
    overwrite : bool
        Replace an earlier sample in the folder.
    command : sequence of str
        What the record says it was started by.

    Returns
    -------
    tuple of SampleLine
        By hospital and pool, in the order in which they were drawn.

    Raises
    ------
    UsageError
        A run cannot be read, two are of one month, the share is none, or there is nothing to draw from.
    PolicyError
        The policy is invalid or says nothing of samples.
    """
    from drgdip.statement import OutputFolder
    from drgdip.statement.sample_files import SAMPLE_FOLDER, write_sample

    started = datetime.now(UTC)
    one_of(policy, rate_e4, "rate")
    folders = _by_month(runs)
    loaded: Policy | None = None
    if policy is not None:
        loaded, terms = sample_terms(policy, [run.record.month for run in folders])
        rate_e4, stays = terms.rate_e4, terms.stays
        _check_policy(folders, loaded)
    if rate_e4 is None or not 0 < rate_e4 <= E4 or not seed.strip():
        raise UsageError(
            Text("抽样比例须大于 0 且不大于 1,种子不能为空。", "The share must lie above 0 and up to 1, and the seed be given."),
            Text("例如 --rate 0.10 --seed 20260131。", "Such as --rate 0.10 --seed 20260131."),
        )  # fmt: skip
    frame = _frame(folders, hospitals, stays)
    if not frame:
        raise UsageError(
            Text("没有符合条件的病例可抽。", "There is no stay to draw from."),
            Text("请核对 --run、--hospital 与 --stays。", "Check --run, --hospital and --stays."),
        )
    sample = tuple(line for part in _strata(frame) for line in _drawn(part, rate_e4, seed))
    inputs = [run.path / "cases.parquet" for run in folders]
    with OutputFolder(
        Path(out), overwrite=overwrite, reads=[run.path for run in folders], kind=SAMPLE_FOLDER
    ) as folder:
        write_sample(folder, sample, frame)
        parameters = {"rate_e4": rate_e4, "seed": seed, "stays": stays, "hospitals": sorted(hospitals),
                      "months": [run.record.month for run in folders],
                      "policy": f"{loaded.name} {loaded.version} {loaded.sha256}" if loaded else ""}  # fmt: skip
        write_record(folder, inputs, parameters, command, started)
    return sample


def _check_policy(runs: Sequence[RunFolder], policy: Policy) -> None:
    for run in runs:
        if (settled_by := run.record.policy.name.split(" ")[0]) != policy.name:
            raise UsageError(
                Text(f"{run.path} 是按政策 {settled_by} 结算的。", f"{run.path} was settled under {settled_by}."),
                Text(f"请给出按 {policy.name} 结算的结果。", f"Give runs that {policy.name} has settled."),
            )


def _by_month(runs: Sequence[str | Path]) -> list[RunFolder]:
    folders = sorted((RunFolder(run) for run in runs), key=lambda run: run.record.month)
    for month, number in Counter(run.record.month for run in folders).items():
        if number > 1:
            raise UsageError(
                Text(f"{month} 的结果给出了 {number} 次。", f"The month {month} is given {number} times."),
                Text("每月只给出一个结果文件夹。", "Give one folder for each month."),
            )
    return folders


def _frame(runs: Sequence[RunFolder], hospitals: Collection[str], stays: Stays) -> list[FrameLine]:
    """All stays to draw from, by hospital, pool and settlement ID."""
    found: dict[str, FrameLine] = {}
    for run in runs:
        for line, route in _cases(run):
            if stays == "bed_day" and route != _BED_DAY:
                continue
            if not hospitals or line.hospital_code in hospitals:
                found[line.setl_id] = line
    return sorted(found.values())


def _cases(run: RunFolder) -> Iterator[tuple[FrameLine, str]]:
    from pyarrow import ArrowException, parquet

    names = ["fixmedins_code", "pool", "setl_id", "payable_fen", "route"]
    with run.reading("cases.parquet") as path:
        try:
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(100_000, columns=names):
                    columns = (batch.column(name).to_pylist() for name in names)
                    for hospital, pool, setl_id, payable, route in zip(*columns, strict=True):
                        yield FrameLine(hospital, pool, setl_id, run.record.month, payable), route
        except ArrowException as error:
            raise ValueError(str(error)) from error


def _strata(frame: Sequence[FrameLine]) -> Iterator[list[FrameLine]]:
    """Stays of one hospital and pool at a time: what one hospital did says nothing of another, and pools never mix."""
    parts: dict[tuple[str, str], list[FrameLine]] = {}
    for line in frame:
        parts.setdefault((line.hospital_code, line.pool), []).append(line)
    yield from parts.values()


def _drawn(part: Sequence[FrameLine], rate_e4: int, seed: str) -> Iterator[SampleLine]:
    by_id = {line.setl_id: line for line in part}
    funds = {line.setl_id: line.payable_fen for line in part}
    hashed, fund = frame_sha256(funds), sum(funds.values())
    for number, id_ in enumerate(draw(funds, seed, sample_size(len(part), rate_e4)), 1):
        line = by_id[id_]
        yield SampleLine(line.hospital_code, line.pool, number, id_, line.month, line.payable_fen, len(part), fund,
                         hashed, seed, rate_e4)  # fmt: skip


def write_record(
    folder: Path, inputs: Sequence[Path], parameters: Mapping[str, object], command: Sequence[str], started: datetime
) -> None:
    """Write what a sample was drawn from, or extrapolated with; the last of a folder's files."""
    record = SampleRecord(
        engine_version=__version__,
        command=list(command or sys.argv),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        inputs=[InputFile(path=str(path), sha256=sha256_of_file(path), rows=0) for path in inputs],
        parameters=dict(parameters),
        outputs={path.name: sha256_of_file(path) for path in sorted(folder.glob("*.csv"))},
    )
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")
