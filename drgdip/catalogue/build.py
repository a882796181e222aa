"""A catalogue from the history of cases: read, group, count, weigh, write, report."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip import __version__
from drgdip.base.provenance import CatalogueRecord, Identity, InputFile, sha256_of_file
from drgdip.base.text import Language, Text
from drgdip.catalogue.against import Against, against_earlier, require_comparable
from drgdip.catalogue.cleaning import CleaningCount, StayLimits
from drgdip.catalogue.edition import (
    BUILD_FILE,
    DISEASES_FILE,
    LEVELS_FILE,
    STATISTICS_FILE,
    Lists,
    edition_files,
    numbered_groups,
    write_edition,
)
from drgdip.catalogue.history import History
from drgdip.catalogue.lists import BuildLists
from drgdip.catalogue.moves import Grouped
from drgdip.catalogue.number_rules import NumberRules, number_rules, years_before
from drgdip.catalogue.numbers import CatalogueNumbers, Codes, find_numbers
from drgdip.catalogue.read import ReadHistory, read_history
from drgdip.catalogue.regroup import Clustered, building_order, cluster
from drgdip.catalogue.report import PAGE_FILE, WORKBOOK_FILE, write_report
from drgdip.catalogue.report.facts import BuildReport, build_report
from drgdip.catalogue.settings import BuildSettings, read_settings
from drgdip.intake.combine import NOTHING, Beside
from drgdip.pipeline.inputs import hash_files, input_files, with_standard_input
from drgdip.statement.findings_csv import FindingsWriter
from drgdip.statement.output_folder import FolderKind, OutputFolder
from drgdip.tables import load_tables
from drgdip.tables.auxiliary import AUXILIARY_FILE
from drgdip.tables.auxiliary_edition import classification_references, read_classification
from drgdip.tables.dip_catalogue import GROUPS_FILE
from drgdip.tables.edition import AUXILIARY_ROLES, EXCLUSION_FILES, ROLES
from drgdip.tables.manifest import MANIFEST_FILE, About

if TYPE_CHECKING:
    from drgdip.base.findings import Finding
    from drgdip.tables import DipTables, Group

#: What a build goes through, in order; shown as progress.
STEPS = (
    Text("读取与清洗", "Reading and cleaning"),
    Text("聚类成组", "Clustering into groups"),
    Text("测算分值与系数", "Weights and coefficients"),
    Text("写出目录与报告", "Writing catalogue and report"),
)
READ, CLUSTER, NUMBERS, WRITE = STEPS

RUN_FILE, FINDINGS_FILE = "run.json", "findings.csv"
#: Every file that a built catalogue may consist of.
BUILT_FILES = frozenset({
    MANIFEST_FILE, GROUPS_FILE, LEVELS_FILE, DISEASES_FILE, STATISTICS_FILE, AUXILIARY_FILE, BUILD_FILE, RUN_FILE,
    FINDINGS_FILE, PAGE_FILE, WORKBOOK_FILE, *EXCLUSION_FILES.values(),
    *(own for _, own in (*ROLES.values(), *AUXILIARY_ROLES.values())),
})  # fmt: skip
BUILT_FOLDER = FolderKind(BUILT_FILES.__contains__, BUILD_FILE, Text("测算的病种目录", "a built catalogue"))

Progress = Callable[[Text, int], None]


class _Made(NamedTuple):
    """What a history came to: all groups that were found, their numbers, and those that are written."""

    clustered: Clustered
    numbers: CatalogueNumbers
    groups: list[Group]


def build_catalogue(
    cases: Any,
    edition: str,
    out: str | Path,
    year: int,
    *,
    lists: BuildLists,
    about: About,
    settings: BuildSettings | None = None,
    pools: Mapping[str, Sequence[int]] | None = None,
    earlier: DipTables | None = None,
    beside: Beside = NOTHING,
    built_at: date,
    threads: int = 2,
    overwrite: bool = False,
    language: Language = "zh",
    command: Sequence[str] = (),
    progress: Progress = lambda step, rows: None,
) -> BuildReport:
    """Build a catalogue for ``year`` from the stays of the years before, and write it as an edition with its report.

    Parameters
    ----------
    cases : files, folders, Arrow tables or DataFrames; they may exceed memory.
    edition, about : name of the edition, and what only people know of it.
    out : folder of the edition; it appears whole or not at all.
    lists : code lists and treatment types, and rows of layers that come before those that are built.
    settings : the shipped ones unless given.
    pools : name -> insurance types of a pool; each insurance type by itself unless given.
    earlier : an edition to show what moved against.
    beside : mapping that the cases are read through.
    built_at : day that the manifest names.
    language : of the page. command : what the record says it was started by.

    Raises
    ------
    UsageError : a source cannot be read, no stay is left, or the folder cannot be used.
    PolicyError : the settings do not fit the history.
    """
    started, rules = datetime.now(UTC), settings or read_settings()
    if earlier:
        require_comparable(earlier, lists.codes)
    sources, streams = with_standard_input(cases)
    paths = input_files(sources)
    with (
        OutputFolder(Path(out), overwrite=overwrite, reads=paths, kind=BUILT_FOLDER) as folder,
        hash_files(paths, streams) as hashed,
        tempfile.TemporaryDirectory(prefix="history-", dir=folder) as work,
    ):
        found = _read(sources, lists, years_before(year, rules), rules, beside, Path(work), threads, progress)
        chosen = number_rules(rules, year, pools)
        made = _make(found.history, lists, rules, chosen, threads, progress)
        progress(WRITE, len(found.history))
        inputs = hashed(found.rows_by_file)
        build = build_record(edition, year, chosen.years, rules, found.cleaning, made.clustered, inputs)
        _write(folder, edition, about, made, lists, rules, build, built_at)
        tables = load_tables(path=folder)
        against = _against(found.history, made, tables, earlier, rules, chosen, threads)
        report = build_report(
            tables.manifest, made.groups, made.clustered.groups, made.numbers, engine_version=__version__, year=year,
            threshold=made.clustered.threshold, settings=rules, cleaning=found.cleaning, findings=found.findings,
            inputs=inputs, against=against,
        )  # fmt: skip
        write_report(folder, report, language)
        _write_findings(folder, found.findings)
        (folder / RUN_FILE).write_text(
            _record(folder, tables, report, command, started), encoding="utf-8", newline="\n"
        )
    return report


def _read(
    cases: Sequence[Any],
    lists: BuildLists,
    years: Sequence[int],
    settings: BuildSettings,
    beside: Beside,
    work: Path,
    threads: int,
    progress: Progress,
) -> ReadHistory:
    rows = 0

    def count(read: int) -> None:
        nonlocal rows
        rows += read
        progress(READ, rows)

    limits = StayLimits(settings.stay_days.shortest, settings.stay_days.longest)
    codes = lists.codes
    return read_history(
        cases, codes.diagnoses, codes.procedures, years, work, limits=limits, beside=beside, threads=threads,
        progress=count,
    )  # fmt: skip


def _make(
    history: History,
    lists: BuildLists,
    settings: BuildSettings,
    rules: NumberRules,
    threads: int,
    progress: Progress,
) -> _Made:
    progress(CLUSTER, len(history))
    clustered = cluster(history, lists.codes, settings, lists.fixed, threads)
    progress(NUMBERS, len(history))
    classification = read_classification(settings.auxiliary.classification) if settings.auxiliary else None
    codes = Codes(lists.codes.diagnoses, lists.codes.procedures, classification)
    numbers = find_numbers(history, clustered.group_id, clustered.groups, codes, rules)
    groups = numbered_groups(
        clustered.groups, numbers.statistics, numbers.weights, numbers.primary_care, numbers.chinese_medicine
    )
    return _Made(clustered, numbers, groups)


def _write(
    folder: Path,
    edition: str,
    about: About,
    made: _Made,
    lists: BuildLists,
    settings: BuildSettings,
    build: Mapping[str, Any],
    built_at: date,
) -> None:
    numbers, codes = made.numbers, [group.dip_code for group in made.clustered.groups]
    files = edition_files(
        made.groups, numbers.statistics, numbers.levels, numbers.diseases, numbers.auxiliary, codes, build
    )
    references = dict(lists.references)
    if numbers.auxiliary and settings.auxiliary:
        references |= classification_references(settings.auxiliary.classification)
    own = Lists(references, lists.files)
    write_edition(folder, about, edition, files, made.groups, numbers.weights, own, built_at=built_at)


def _against(
    history: History,
    made: _Made,
    tables: DipTables,
    earlier: DipTables | None,
    settings: BuildSettings,
    rules: NumberRules,
    threads: int,
) -> Against | None:
    if earlier is None:
        return None
    # Ids of the edition, which leaves out groups without stays.
    ids = np.array(
        [tables.group_ids.get(group.dip_code, -1) for group in made.clustered.groups] or [-1], dtype=np.int32
    )
    found = made.clustered.group_id
    after = Grouped(tables, np.where(found >= 0, ids[np.maximum(found, 0)], -1).astype(np.int32))
    pools = rules.pools or {str(code): (code,) for code in made.numbers.statistics.insurance_types}
    order = building_order(settings)
    return against_earlier(history, after, earlier, rules.years, pools, rules.ungrouped_factor, order, threads)


def build_record(
    edition: str,
    year: int,
    years: Sequence[int],
    settings: BuildSettings,
    cleaning: CleaningCount,
    clustered: Clustered,
    inputs: Sequence[InputFile],
) -> dict[str, Any]:
    """What a catalogue was built from and by which rules, as JSON; without times and paths, so that it is the same anywhere."""
    ungrouped = int((clustered.group_id < 0).sum())
    return {
        "engine_version": __version__,
        "edition": edition,
        "year": year,
        "years": list(years),
        "settings": settings.cited(),
        "inputs": sorted(({"name": Path(one.path).name, "sha256": one.sha256, "rows": one.rows} for one in inputs), key=str),
        "rows": {
            "read": cleaning.read,
            "kept": cleaning.kept,
            **{line.rule.key: line.stays for line in cleaning.lines()},
            "ungrouped": ungrouped,
        },
        "core_threshold": clustered.threshold,
        "groups": len(clustered.groups),
    }  # fmt: skip


def _write_findings(folder: Path, findings: Sequence[Finding]) -> None:
    """The first findings about files and rows, where there are some."""
    if findings:
        with FindingsWriter(folder / FINDINGS_FILE) as writer:
            writer.append(findings)


def _record(folder: Path, tables: DipTables, report: BuildReport, command: Sequence[str], started: datetime) -> str:
    """The record of the build, with the hash of everything that was written."""
    earlier = report.against.earlier if report.against else None
    record = CatalogueRecord(
        engine_version=__version__,
        command=list(command),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        year=str(report.year),
        tables=Identity(name=f"dip/{tables.manifest.edition}", sha256=tables.sha256),
        earlier=Identity(name=f"dip/{earlier.manifest.edition}", sha256=earlier.sha256) if earlier else None,
        inputs=list(report.inputs),
        rows=json.loads((folder / BUILD_FILE).read_text(encoding="utf-8"))["rows"],
        outputs={path.name: sha256_of_file(path) for path in sorted(folder.iterdir()) if path.is_file()},
    )
    return record.to_json()
