"""One month of case files into a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.pipeline.tabular import as_sources

if TYPE_CHECKING:
    from drgdip.base.text import Language
    from drgdip.interface.mapping import Mapping
    from drgdip.pipeline.keeping import RunKeeper
    from drgdip.pipeline.month import Progress
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.statement import MonthReport
    from drgdip.tables import GroupTables
from drgdip.pipeline.sources import last_values, load_sources, open_reader, pools_of


def settle_to_folder(
    policy: str | Path | Policy,
    cases: Sequence[str | Path],
    month: str,
    out: str | Path,
    *,
    deductions: str | Path | None = None,
    prior: Sequence[str | Path] = (),
    threads: int = 2,
    chunk_rows: int = 100_000,
    overwrite: bool = False,
    language: Language = "zh",
    command: Sequence[str] = (),
    progress: Progress = lambda step, rows: None,
    tables: GroupTables | None = None,
    process: Process | None = None,
    settlements: Sequence[str | Path] = (),
    institutions: Sequence[str | Path] = (),
    mapping: str | Path | Mapping | None = None,
    fees: Sequence[str | Path] = (),
    code_tables: str | Path | None = None,
    keeper: RunKeeper | None = None,
    applications: str | Path | None = None,
    decisions: str | Path | None = None,
    denials: str | Path | None = None,
    lists: str | Path | None = None,
    screening: str | Path | None = None,
) -> MonthReport:
    """Settle one month of case files into a folder, which appears whole or not at all.

    Files and columns are those of the README.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy, its file, or the name of a shipped one.
    cases : sequence of str or Path
        Case files in the flat layout.
    month : str
        ``YYYY-MM``.
    out : str or Path
        The folder to write.
    deductions : str or Path, optional
        A file of open deductions.
    prior : sequence of str or Path
        Folders of earlier months' runs.
    threads : int
        Threads that price chunks of cases.
    chunk_rows : int
        Rows of a chunk. Neither it nor the threads change any result.
    overwrite : bool
        Replace an earlier run in the folder.
    language : {"zh", "en"}
        Language of what people read.
    command : sequence of str
        What the record of the run says it was started by.
    progress : callable
        Called with the step (Text) and the number of rows so far.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    process : Process, optional
        A process with stages of your own; see :meth:`drgdip.Process.insert`.
    settlements : sequence of str, Path or table
        Settlement results (2304), joined to the cases by settlement ID.
    institutions : sequence of str, Path or table
        Levels and divisions of hospitals, where the cases do not have them.
    mapping : str, Path or Mapping, optional
        A mapping that cases and fee lines are read through, its file, or the name of a shipped one.
    fees : sequence of str, Path or table
        Fee lines (2301, or as the mapping has them); they are checked, and change payments only where the policy's case rules
        name them.
    code_tables : str or Path, optional
        A file of codes by which a place extends the national code tables.
    keeper : RunKeeper, optional
        Says whether the policy is approved and records the run, see :func:`drgdip.ledger.open_keeper`; without one the
        run is a trial.
    applications, decisions : str or Path, optional
        Files of applications for special-case review and of decisions on them.
    denials : str or Path, optional
        A file of denials after review.
    lists : str or Path, optional
        A register of settlement lists: when each came, its state, the kind of its bill.
    screening : str or Path, optional
        The folder of a screening that followed findings up, in place of ``denials``: its denials are taken, and what its open
        findings may take is held.

    Returns
    -------
    MonthReport
        What the files were written from.

    Raises
    ------
    UsageError
        The month, a file or the folder cannot be used. Bad rows are findings, not errors.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.
    """
    from drgdip.intake.deductions import read_deductions
    from drgdip.pipeline.attribution.inputs import read_list_inputs
    from drgdip.pipeline.denials.inputs import FILE as DENIALS
    from drgdip.pipeline.denials.inputs import HELD, read_denial_inputs
    from drgdip.pipeline.fee_facts import facts_of, require_fee_lines
    from drgdip.pipeline.inputs import beside_cases, check_fees, hash_files, input_files, with_standard_input
    from drgdip.pipeline.keeping import approval_of
    from drgdip.pipeline.month import settle
    from drgdip.pipeline.outputs import table_columns
    from drgdip.pipeline.prior import read_prior
    from drgdip.pipeline.process import process_for
    from drgdip.pipeline.report import month_report, run_record
    from drgdip.pipeline.sinks import FolderSink
    from drgdip.pipeline.special.inputs import read_special
    from drgdip.statement import OutputFolder, load_writers, write_statements

    started = datetime.now(UTC)
    loaded, edition = load_sources(policy, tables)
    edition.require_weights()
    require_fee_lines(facts_of(loaded.distinct_values()), bool(len(as_sources(fees))))
    approval = approval_of(keeper, loaded.sha256)
    if keeper:
        keeper.require_open(month)
    process = process_for(process, loaded, edition)
    pools = pools_of(loaded, month)
    items, item_findings = read_deductions(Path(deductions) if deductions else None, pools)
    earlier = read_prior(prior, loaded.name, pools, month)
    reviewed, review_findings = read_special(last_values(loaded, month), month, applications, decisions, prior)
    denied, denial_findings = read_denial_inputs(last_values(loaded, month), denials, prior, screening)
    known = keeper.list_states() if keeper else {}
    listed, list_findings = read_list_inputs(loaded, last_values(loaded, month), lists, prior, known)
    screened = [Path(screening) / name for name in (DENIALS, HELD)] if screening else []
    beside = [*(Path(file) for file in (deductions, applications, decisions, denials, lists) if file), *screened]
    sources, streams = with_standard_input(cases)
    given = (sources, settlements, institutions, fees)
    joined = beside_cases(loaded, month, settlements, institutions, mapping, code_tables)
    reads = [Path(path) for group in (*given, prior, beside) for path in group]
    with (
        OutputFolder(Path(out), overwrite=overwrite, reads=[*reads, loaded.source_path]) as folder,
        hash_files(
            [
                *input_files(*given, [mapping, code_tables], [translation.path for _, translation in joined.codes]),
                *(Path(file) for file in (applications, decisions, denials, lists) if file),
                *screened,
            ],
            streams,
        ) as hashes,
        ThreadPoolExecutor(1) as aside,
    ):
        loading = aside.submit(load_writers)
        columns = table_columns(process.stages)
        with FolderSink(folder, columns) as sink, open_reader(sources, edition, chunk_rows, threads, joined) as reader:
            sink.findings(item_findings + review_findings + denial_findings + list_findings)
            sink.findings(reader.file_findings)
            facts = check_fees(reader, fees, mapping, chunk_rows, sink, facts_of(loaded.distinct_values()))
            settled = settle(
                reader,
                loaded,
                edition,
                month,
                sink,
                items,
                earlier,
                threads,
                progress,
                process,
                facts,
                reviewed,
                denied,
                listed,
            )
        inputs = hashes(reader.rows_by_file)
        run = run_record(settled, loaded, edition, inputs, command or sys.argv, started, process)
        run = run.model_copy(update={"approval": approval})
        report = month_report(settled, loaded, edition, run)
        wait([loading])  # two threads that import the same package can trip over each other
        written = write_statements(folder, report, language)
        if keeper:
            keeper.keep(written, Path(out))
    return report
