"""The process, from case files to the payout, for callers: one month in memory or into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.logs import logger
from drgdip.pipeline.month_result import MonthResult
from drgdip.pipeline.tabular import as_kind, as_sources, kind_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from drgdip.interface.deduction import Deduction
    from drgdip.interface.denial import Denial
    from drgdip.interface.list_register import RegisteredList
    from drgdip.interface.mapping import Mapping
    from drgdip.interface.special import Application, SpecialDecision
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

from drgdip.pipeline.sources import last_values, load_sources, open_reader, pools_of
from drgdip.pipeline.to_folder import settle_to_folder

__all__ = ["MonthResult", "settle_month", "settle_to_folder"]


def settle_month(
    policy: str | Path | Policy,
    cases: str | Path | pa.Table | pd.DataFrame | Sequence[str | Path],
    month: str,
    *,
    tables: GroupTables | None = None,
    deductions: Sequence[Deduction] = (),
    prior: Sequence[str | Path] = (),
    threads: int = 2,
    chunk_rows: int = 100_000,
    process: Process | None = None,
    settlements: Sequence[Any] = (),
    institutions: Sequence[Any] = (),
    mapping: str | Path | Mapping | None = None,
    fees: Sequence[Any] = (),
    code_tables: str | Path | None = None,
    applications: str | Path | Sequence[Application] | None = None,
    decisions: str | Path | Sequence[SpecialDecision] | None = None,
    denials: str | Path | Sequence[Denial] | None = None,
    lists: str | Path | Sequence[RegisteredList] | None = None,
    screening: str | Path | None = None,
) -> MonthResult:
    """Settle one month of cases in memory.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy, its file, or the name of a shipped one.
    cases : str, Path, pyarrow.Table, pandas.DataFrame, or a sequence of these
        Cases in the flat layout: files, or tables with the same columns.
    month : str
        ``YYYY-MM``.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    deductions : sequence of Deduction
        Open deductions.
    prior : sequence of str or Path
        Folders of earlier months' runs.
    threads : int
        Threads that price chunks of cases.
    chunk_rows : int
        Rows of a chunk. Neither it nor the threads change any result.
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
    applications, decisions : str, Path or sequence, optional
        Applications for special-case review and decisions on them: CSV files, or such objects.
    denials : str, Path or sequence, optional
        Denials after review: a CSV file, or such objects.
    lists : str, Path or sequence, optional
        A register of settlement lists (when each came, its state, the kind of its bill): a CSV file, or such objects.
    screening : str or Path, optional
        The folder of a screening that followed findings up, in place of ``denials``: its denials are taken, and what its open
        findings may take is held.

    Returns
    -------
    MonthResult
        Statement, cases, findings and set-aside rows.

    Raises
    ------
    UsageError
        The month or a source of cases cannot be used. Bad rows are findings, not errors.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.

    Examples
    --------
    >>> import drgdip
    >>> month = drgdip.settle_month("demo_tiny", "examples/cases.csv", "2026-01")
    >>> month.month.rows[0].hospital_code, month.month.rows[0].pool, month.month.rows[0].paid_fen
    ('H99010000001', '310', 1244500)
    """
    from drgdip.pipeline.attribution.inputs import read_list_inputs
    from drgdip.pipeline.denials.inputs import read_denial_inputs
    from drgdip.pipeline.fee_facts import facts_of, require_fee_lines
    from drgdip.pipeline.inputs import beside_cases, check_fees
    from drgdip.pipeline.month import settle
    from drgdip.pipeline.outputs import table_columns
    from drgdip.pipeline.prior import read_prior
    from drgdip.pipeline.process import process_for
    from drgdip.pipeline.report import run_record
    from drgdip.pipeline.sinks import MemorySink
    from drgdip.pipeline.special.inputs import read_special

    started = datetime.now(UTC)
    loaded, edition = load_sources(policy, tables)
    edition.require_weights()
    require_fee_lines(facts_of(loaded.distinct_values()), bool(len(as_sources(fees))))
    earlier = read_prior(prior, loaded.name, pools_of(loaded, month), month)
    reviewed, found = read_special(last_values(loaded, month), month, applications, decisions, prior)
    denied, denial_findings = read_denial_inputs(last_values(loaded, month), denials, prior, screening)
    listed, list_findings = read_list_inputs(loaded, last_values(loaded, month), lists, prior)
    process = process_for(process, loaded, edition)
    sink = MemorySink(table_columns(process.stages))
    joined = beside_cases(loaded, month, settlements, institutions, mapping, code_tables)
    with open_reader(cases, edition, chunk_rows, threads, joined) as reader:
        sink.findings(found + denial_findings + list_findings + reader.file_findings)
        facts = check_fees(reader, fees, mapping, chunk_rows, sink, facts_of(loaded.distinct_values()))
        settled = settle(
            reader,
            loaded,
            edition,
            month,
            sink,
            deductions,
            earlier,
            threads,
            process=process,
            facts=facts,
            special=reviewed,
            denials=denied,
            lists=listed,
        )
    record = run_record(settled, loaded, edition, [], [], started, process)
    logger(__name__).info("%s settled: %d rows read, %d settled", month, settled.rows_read, settled.rows_settled)
    table = as_kind(sink.table(), kind_of(cases))
    return MonthResult(settled, table, sink.all_findings, sink.all_set_aside, record)
