"""Indicators and early warning: what a period's settled months say of city, pools, hospitals and counties.

Nothing here enters a payment. Source: settlement arithmetic 10; limits are the policy's section ``warning``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.year_files import checked_rows

if TYPE_CHECKING:
    from drgdip.audit.indicators.cases import Cases
    from drgdip.base.text import Language
    from drgdip.interface.clearing_line import ClearingLine
    from drgdip.pipeline.run_folder import RunFolder
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.statement.analysis import Analysis
    from drgdip.statement.analysis.columns import ScopeRow

_DIVISION_DIGITS = 6

__all__ = ["analyse_to_folder"]


def analyse_to_folder(
    policy: str | Path | Policy,
    runs: Sequence[str | Path],
    out: str | Path,
    *,
    population: str | Path | None = None,
    received: Sequence[str | Path] = (),
    base: Sequence[str | Path] = (),
    pairs: str | Path | None = None,
    overwrite: bool = False,
    language: Language = "zh",
    command: Sequence[str] = (),
) -> Analysis:
    """Analyse settled months into a folder, which appears whole or not at all.

    Parameters
    ----------
    policy : str, Path or Policy
        The policy that the months were settled under, its file, or the name of a shipped one.
    runs : sequence of str or Path
        Folders of settled months, or folders that hold them.
    out : str or Path
        The folder to write.
    population : str or Path, optional
        CSV file of persons insured by county (``insu_admdvs,insured``), for admission rates.
    received : sequence of str or Path
        Statements that other regions sent for patients insured here, for flows out of the region.
    base : sequence of str or Path
        Earlier months, as ``runs``: what the case-mix index has changed by since then.
    pairs : str or Path, optional
        CSV file of expert pairs of groups (``high,low``); without it, neighbours within adjacent groups of CHS-DRG.
    overwrite : bool
        Replace an earlier analysis in the folder.
    language : {"zh", "en"}
        Language of the page.
    command : sequence of str
        What the record says it was started by.

    Returns
    -------
    Analysis
        What the files were written from.

    Raises
    ------
    UsageError
        A run or a file cannot be used, two runs are of one month, or one was settled under another policy or catalogue.
    PolicyError
        The policy is invalid or does not cover the last month.
    """
    from drgdip import __version__
    from drgdip.audit.gaming.measures import bunch_rows, drift_rows, pair_rows, pairs_of
    from drgdip.audit.indicators.cases import read_cases, run_folders
    from drgdip.audit.indicators.definitions import DEFINITIONS, NOT_MEASURED
    from drgdip.audit.indicators.period import executions, figures, flows, last_point_values_e4, quarters
    from drgdip.audit.indicators.warnings import warnings
    from drgdip.base.period_records import AnalysisRecord
    from drgdip.base.provenance import Identity, InputFile
    from drgdip.cross_region import city_of
    from drgdip.pipeline.context import month_bounds
    from drgdip.pipeline.finished_run import read_finished_run
    from drgdip.pipeline.year.inputs import loaded_policy
    from drgdip.statement import OutputFolder
    from drgdip.statement.analysis import ANALYSIS_FOLDER, Analysis, write_analysis
    from drgdip.statement.analysis.columns import IndicatorColumn

    started = datetime.now(UTC)
    loaded = loaded_policy(policy)
    folders = run_folders(runs)
    months = [folder.record.month for folder in folders]
    _check_runs(folders, loaded)
    values = loaded.on(month_bounds(months[-1])[1])
    finished = [read_finished_run(folder.path) for folder in folders]
    cases = read_cases(_whole_months(folders))
    earlier = _earlier(base, months[0])
    files = [Path(file) for file in (*received, *(one for one in (population, pairs) if one))]
    theirs = _received(received, city_of(loaded.region_admdvs))
    scopes = _scopes(cases, _population(Path(population)) if population else {})
    execution = executions(finished, values, months)
    record = AnalysisRecord(
        engine_version=__version__,
        command=list(command or sys.argv),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        months=months,
        runs={folder.record.month: folder.record.outputs.get("statement.csv", "") for folder in folders},
        policy=Identity(name=f"{loaded.name} {loaded.version}", sha256=loaded.sha256),
        policy_file=loaded.reference,
        inputs=[InputFile.of_csv(file) for file in files],
        warned=values.warning is not None,
    )
    analysis = Analysis(
        record,
        [IndicatorColumn(*definition) for definition in DEFINITIONS],
        scopes,
        figures(cases, finished, values, months),
        quarters(finished),
        execution,
        flows(cases, theirs),
        warnings(values, scopes, execution, last_point_values_e4(finished), _crowded(cases, values)),
        NOT_MEASURED,
        pair_rows(cases, pairs_of(cases, Path(pairs) if pairs else None, loaded)),
        drift_rows(read_cases(_whole_months(earlier)), cases) if earlier else (),
        bunch_rows(cases),
    )
    reads = [*files, *(folder.path for folder in (*folders, *earlier)), loaded.source_path]
    with OutputFolder(Path(out), overwrite=overwrite, reads=reads, kind=ANALYSIS_FOLDER) as folder:
        write_analysis(folder, analysis, language)
    return analysis


def _check_runs(folders: Sequence[RunFolder], policy: Policy) -> None:
    """Raise UsageError for months of another policy, and of another catalogue: weights of two have no mean (1.2)."""
    for folder in folders:
        record, first = folder.record, folders[0].record
        settled_by = record.policy.name.split(" ")[0]
        if settled_by != policy.name:
            raise UsageError(
                Text(f"{folder.path} 是按政策 {settled_by} 而不是 {policy.name} 结算的。",
                     f"{folder.path} was settled under the policy {settled_by}, not {policy.name}."),
                Text(f"请给出按 {policy.name} 结算的结果。", f"Give runs that {policy.name} has settled."),
            )  # fmt: skip
        if record.tables.sha256 != first.tables.sha256:
            raise UsageError(
                Text(f"{folder.path} 与 {first.month} 所用目录内容不同,指标不能合并。",
                     f"{folder.path} was grouped by another catalogue than {first.month}: their indicators cannot be put together."),
                Text("请分别分析。", "Analyse them apart."),
            )  # fmt: skip


def _earlier(base: Sequence[str | Path], first: str) -> list[RunFolder]:
    """The months that a change is told against. Raises UsageError for one that is not before those analysed."""
    from drgdip.audit.indicators.cases import run_folders

    folders = run_folders(base) if base else []
    for folder in folders:
        if folder.record.month >= first:
            raise UsageError(
                Text(f"--base 的 {folder.path} 是 {folder.record.month},不早于 {first}。",
                     f"--base {folder.path} is of {folder.record.month}, which is not before {first}."),
                Text("对比期须早于所分析的月份。", "Give months before those that are analysed."),
            )  # fmt: skip
    return folders


def _received(files: Sequence[str | Path], region: str) -> list[ClearingLine]:
    """Lines of other regions' statements. Raises UsageError for one in doubt: left out, it would make a flow too small."""
    from drgdip.intake.clearing_lines import read_clearing_lines

    lines, findings = read_clearing_lines([Path(file) for file in files], region)
    for found in findings[:1]:
        raise UsageError(
            Text(f"{found.file} 第 {found.row} 行的 {found.field}(“{found.value}”):{found.reason.words.zh}。",
                 f"{found.file}, row {found.row}, {found.field} (“{found.value}”): {found.reason.words.en}."),
            Text(f"{found.reason.remedy.zh};有疑问的清算单不用于分析。",
                 f"{found.reason.remedy.en}; a statement with a row in doubt is not analysed."),
        )  # fmt: skip
    return lines


def _whole_months(folders: Sequence[RunFolder]) -> Sequence[RunFolder]:
    """A cumulative run holds the stays of the months before it: only the last such run counts."""
    last = max(
        (
            i
            for i, run in enumerate(folders)
            if str(run.record.parameters.get("first_day", "")) < f"{run.record.month}-01"
        ),
        default=0,
    )
    return folders[last:]


def _scopes(cases: Cases, population: Mapping[str, int]) -> list[ScopeRow]:
    """Rows of the city, its pools, hospitals and counties, in this order."""
    import numpy as np

    from drgdip.audit.indicators.measures import group_sums, measure
    from drgdip.audit.indicators.period import admissions_e4
    from drgdip.statement.analysis.columns import ScopeRow

    everything = np.ones(len(cases), dtype=np.bool_)
    city = group_sums(cases, everything)
    rates = admissions_e4(cases, population) if population else {}

    def row(scope: str, key: str, rows: np.ndarray, aside: int | None = None) -> ScopeRow:
        values = measure(cases, rows, city, aside)
        if scope == "county":
            values["admission_rate"] = rates.get(key)
        return ScopeRow(scope, key, int(rows.sum()), values)

    whole = row("city", "", everything, sum(cases.set_aside.values()))
    whole.values["admission_rate"] = rates.get("")  # type: ignore[index]
    counties = {
        **dict.fromkeys(population),
        **{name: None for i, name in enumerate(cases.counties) if (cases.county == i).any()},
    }
    places = {name: i for i, name in enumerate(cases.counties)}
    return [
        whole,
        *(row("pool", name, cases.pool == i) for i, name in enumerate(cases.pools)),
        *(
            row("hospital", name, cases.hospital == i, cases.set_aside.get(name, 0))
            for i, name in enumerate(cases.hospitals)
        ),
        *(row("county", name, cases.county == places.get(name, -2)) for name in sorted(counties)),
    ]


def _crowded(cases: Cases, values: PolicyValues) -> dict[str, tuple[int, int]]:
    """Stays on both sides of the low threshold, by hospital, where the policy has both rules."""
    from drgdip.audit.indicators.measures import crowding

    low, terms = values.deviation.low, values.warning.crowding if values.warning else None
    if low is None or terms is None:
        return {}
    return {
        code: crowding(cases, cases.hospital == place, low.threshold_e4, terms.band_e4)
        for place, code in enumerate(cases.hospitals)
    }


def _population(file: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in checked_rows(file, ("insu_admdvs", "insured")):
        county, insured = row.read("insu_admdvs", _county), row.read("insured", _positive)
        if county in found:
            raise row.fault("insu_admdvs", Text("重复", "stands twice"))
        found[county] = insured
    return found


def _county(text: str) -> str:
    if not (len(text) == _DIVISION_DIGITS and text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise ValueError(text)
    return number
