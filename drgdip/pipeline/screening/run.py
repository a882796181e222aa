"""Screening of a folder of tables into a folder of results."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from drgdip.base.findings import Finding as DataFinding
    from drgdip.base.provenance import ScreeningRecord
    from drgdip.pipeline.screening.planted import Planted
    from drgdip.pipeline.screening.reviewing import Review, ReviewOptions
    from drgdip.screening.context import Grouper
    from drgdip.screening.data import Dataset, Frame
    from drgdip.screening.engine import Screened
    from drgdip.screening.lists import Pack

_EPOCH, _ONE = date(1970, 1, 1), timedelta(days=1)


class ScreeningRun(NamedTuple):
    """What a run came to, and its record; ``planted`` compares it with the key of planted violations, where one is given."""

    screened: Screened
    data_findings: list[DataFinding]
    record: ScreeningRecord
    review: Review | None = None
    planted: Sequence[Planted] = ()


def screen_to_folder(
    data: str | Path,
    out: str | Path,
    *,
    rules: Sequence[str] = (),
    params: str | Path | None = None,
    knowledge: str | Path | None = None,
    grouper: Grouper | None = None,
    group_by: str | Path | None = None,
    overwrite: bool = False,
    command: Sequence[str] | None = None,
    threads: int = 2,
    review: ReviewOptions | None = None,
    key: str | Path | None = None,
) -> ScreeningRun:
    """Screen the tables of a folder and write findings, coverage and record.

    Parameters
    ----------
    data : folder of tables, each in a file named after it. out : folder for the results. rules : IDs of rules, all of
    them if none is named. params : YAML or JSON with parameters by rule, states and suppressions. knowledge : name or
    folder of a knowledge pack. grouper : groups stays again. group_by : policy by whose edition and choices they are, on
    the last day of the batch; without either, or the policy of a review, the rules that need it do not run.
    threads : that read fee lines, and work on parts of the batch.
    review : policy, day, earlier run and decisions, where findings are to be followed up and denied. key : of planted
    violations, to compare with.

    Raises
    ------
    UsageError : a folder, file or rule cannot be used. PolicyError : a parameter cannot be. TablesError : the pack.
    """
    from concurrent.futures import ThreadPoolExecutor

    from drgdip.pipeline.memory import kept_for_the_next
    from drgdip.pipeline.screening.files import read_folder
    from drgdip.pipeline.screening.outputs import SCREENING_FOLDER, write_screening
    from drgdip.pipeline.screening.params_file import read_params
    from drgdip.pipeline.screening.parts import STAYS
    from drgdip.pipeline.screening.planted import compare, write_planted
    from drgdip.pipeline.screening.regrouping import regrouped, regroups
    from drgdip.pipeline.screening.reviewing import Review
    from drgdip.pipeline.screening.tables import read_batch
    from drgdip.policy import load_policy
    from drgdip.screening.across import in_parts
    from drgdip.screening.engine import screen_batch, screen_parts
    from drgdip.screening.settings import settings_of
    from drgdip.statement import OutputFolder

    started = datetime.now(UTC)
    settings = settings_of(read_params(Path(params)) if params else {})
    course = Review(review, settings.known, settings.reasons) if review else None
    passed = course.passed if course else None
    if course:
        settings = settings.in_shadow(course.fallen(settings.cycle))
    reads = [Path(data), *([review.previous] if review and review.previous else [])]
    folders = OutputFolder(Path(out), overwrite=overwrite, reads=reads, kind=SCREENING_FOLDER)
    with kept_for_the_next(), folders as folder, ThreadPoolExecutor(1) as beside:
        read = read_folder(Path(data), threads)
        stays = STAYS if in_parts(rules, settings, knowledge is not None) else None
        batch, found = read_batch(read.tables, read.lines, stays_a_part=stays, threads=threads)
        inputs = beside.submit(read.inputs, batch.rows)
        try:
            pack = load_pack(knowledge, batch.whole, batch.span_s) if knowledge else None
            if grouper is None and (course or group_by):
                policy, day = (
                    (course.policy, course.day) if course else (load_policy(str(group_by)), _day(batch.last_s))
                )
                if regroups(settings, rules, policy.tables_scheme):
                    settings, grouper = regrouped(settings, policy, day, batch.whole)
            screened = (
                screen_batch(batch.whole, rules, settings, pack, grouper, passed)
                if batch.alone
                else screen_parts(batch, rules, settings, pack, grouper, passed)
            )
        finally:
            batch.close()
        findings = [*read.findings, *found]
        if course:
            course.triage = settings.triage
            course.follow(screened, batch.whole)
            findings += [*course.findings, *course.doubtful]
            course.write(folder, screened.findings)
        planted = compare(Path(key), screened.findings, list(screened.answers)) if key else []
        if planted:
            write_planted(folder, planted)
        record = _record(screened, inputs.result(), params, pack, command, started)
        write_screening(folder, screened, findings, record)
    return ScreeningRun(screened, findings, record, course, planted)


def _day(second: int) -> date:
    return _EPOCH + timedelta(seconds=second)


def load_pack(name: str | Path, batch: Dataset, span_s: Sequence[int] | None) -> Pack:
    """A knowledge pack over the days of a batch's fees and its places of care, its latest state without fees.

    span_s : times of the first and last fee line, if there is one. TablesError if the pack holds on none of these days.
    """
    from drgdip.screening.dated import DatedPack
    from drgdip.tables import knowledge

    regions = _regions(batch)
    pack = knowledge.load_pack(name, None, regions[0] if len(regions) == 1 else None)
    times = [*(span_s or ()), *span_of(batch.table("outpatient_lines"))]
    if not times:
        return pack
    first, last = (_day(second) for second in (min(times), max(times)))
    held = [
        day for day in (first, *(day - _ONE for day in pack.changes() if first < day <= last), last) if pack.covers(day)
    ]
    latest = pack.on(max(held, default=last))

    first_alike: dict[tuple[str, ...], str] = {}

    @cache
    def on(day: int, region: str) -> Pack | None:
        at = _EPOCH + day * _ONE
        return pack.on(at, region or None) if pack.covers(at) else None

    return DatedPack(
        latest,
        # Places for which the pack has the same rows share them.
        lambda day, region: on(day, region and first_alike.setdefault(pack.regions_of(region), region)),
        lambda listed: [(day - _EPOCH).days for day in pack.changes(listed)],
        (first - _EPOCH).days,
        (last - _EPOCH).days,
        regions if len(regions) > 1 else (),
    )


def _regions(batch: Dataset) -> list[str]:
    """Places of care of stays and visits, in order."""
    frames = [frame for frame in (batch.cases, batch.outpatient) if frame is not None and frame.has("treated_region")]
    return sorted({text for frame in frames for text in frame.texts("treated_region")} - {""})


def span_of(frame: Frame | None) -> tuple[int, ...]:
    """The first and last time of a table; nothing without any."""
    times = frame["time_s"][frame.known("time_s")] if frame is not None else ()
    return (int(min(times)), int(max(times))) if len(times) else ()


def _record(
    screened: Screened, inputs: Any, params: str | Path | None, pack: Pack | None, command: Sequence[str] | None,
    started: datetime,
) -> ScreeningRecord:  # fmt: skip
    from drgdip import __version__
    from drgdip.base.provenance import Identity, ScreeningRecord, sha256_of_file

    lanes: dict[str, dict[str, int]] = {}
    for finding in screened.findings:
        sums = lanes.setdefault(finding.lane or "none", {"findings": 0, "fee": 0, "scope": 0, "fund": 0})
        sums["findings"] += 1
        for name in ("fee", "scope", "fund"):
            sums[name] += getattr(finding.due, f"{name}_fen") or 0
    return ScreeningRecord(
        engine_version=__version__,
        command=list(command or sys.argv),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        rules=sorted(screened.answers),
        gate=screened.gate,
        params=Identity(name=Path(params).name, sha256=sha256_of_file(Path(params))) if params else None,
        pack=Identity(name=pack.name, sha256=pack.digest) if pack else None,
        inputs=inputs,
        lanes_fen=dict(sorted(lanes.items())),
        outputs={},
    )
