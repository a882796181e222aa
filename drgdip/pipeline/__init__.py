"""The process, from case files to the payout, for callers: one month in memory or into a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from drgdip.base.findings import Finding
    from drgdip.base.text import Language
    from drgdip.interface.deduction import Deduction
    from drgdip.interface.set_aside import SetAsideRow
    from drgdip.pipeline.month import Progress, SettledMonth
    from drgdip.policy import Policy
    from drgdip.statement import MonthReport
    from drgdip.tables import DipTables

__all__ = ["MonthResult", "settle_month", "settle_to_folder"]


@dataclass(frozen=True)
class MonthResult:
    """A month settled in memory.

    month : sums and rows of the statement, integers. cases : every settled stay with every column, money in fen.
    findings, set_aside : what is wrong with the input, and the rows that were not settled.
    """

    month: SettledMonth
    cases: pa.Table
    findings: list[Finding]
    set_aside: list[SetAsideRow]

    @property
    def statement(self) -> pd.DataFrame:
        """The statement as a DataFrame: one row a hospital and pool, money in integer fen."""
        import pandas as pd

        rows = [{**row._asdict(), "pool_name": row.pool_name.zh} for row in self.month.rows]
        return pd.DataFrame(rows)


def settle_month(
    policy: str | Path | Policy,
    cases: str | Path | pa.Table | pd.DataFrame | Sequence[str | Path],
    month: str,
    *,
    tables: DipTables | None = None,
    deductions: Sequence[Deduction] = (),
    prior: Sequence[str | Path] = (),
    threads: int = 2,
    chunk_rows: int = 100_000,
) -> MonthResult:
    """Settle one month of cases in memory.

    Parameters
    ----------
    policy : a policy, its file, or the name of a shipped one.
    cases : case file(s) in the flat layout, or a table with the same columns.
    month : ``YYYY-MM``.
    tables : the policy's edition if given; loaded otherwise.
    deductions, prior : open deductions, and folders of earlier months' runs.

    Raises
    ------
    UsageError, PolicyError, TablesError : see :mod:`drgdip.base.errors`. Bad rows are findings, not errors.
    """
    from drgdip.pipeline.month import settle
    from drgdip.pipeline.prior import read_prior
    from drgdip.pipeline.sinks import MemorySink

    loaded, edition = _sources(policy, tables)
    sink = MemorySink()
    with _reader(cases, edition, chunk_rows, threads) as reader:
        sink.findings(reader.file_findings)
        settled = settle(reader, loaded, edition, month, sink, deductions, read_prior(prior), threads)
    return MonthResult(settled, sink.table(), sink.all_findings, sink.all_set_aside)


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
) -> MonthReport:
    """Settle one month of case files into a folder, which appears whole or not at all.

    Files and columns are those of the README. Returns what the report was written from.
    """
    from drgdip.intake.deductions import read_deductions
    from drgdip.pipeline.inputs import hash_files
    from drgdip.pipeline.month import settle
    from drgdip.pipeline.prior import read_prior
    from drgdip.pipeline.report import month_report, run_record
    from drgdip.pipeline.sinks import FolderSink
    from drgdip.statement import OutputFolder, write_statements

    started = datetime.now(UTC)
    loaded, edition = _sources(policy, None)
    items, item_findings = read_deductions(Path(deductions) if deductions else None, _pools(loaded, month))
    earlier = read_prior(prior)
    with OutputFolder(Path(out), overwrite=overwrite) as folder, hash_files([Path(p) for p in cases]) as hashes:
        with FolderSink(folder) as sink, _reader(cases, edition, chunk_rows, threads) as reader:
            sink.findings(item_findings)
            sink.findings(reader.file_findings)
            settled = settle(reader, loaded, edition, month, sink, items, earlier, threads, progress)
        inputs = hashes(reader.rows_by_file)
        run = run_record(settled, loaded, edition, inputs, command or sys.argv, started)
        report = month_report(settled, loaded, edition, run)
        write_statements(folder, report, language)
    return report


def _sources(policy: str | Path | Policy, tables: DipTables | None) -> tuple[Policy, DipTables]:
    from drgdip.policy import load_policy
    from drgdip.tables import load_tables

    loaded = load_policy(policy) if isinstance(policy, str | Path) else policy
    edition = tables or load_tables(loaded.tables_scheme, loaded.tables_edition)
    return loaded, edition


def _pools(policy: Policy, month: str) -> tuple[str, ...]:
    from drgdip.pipeline.context import month_bounds

    return tuple(policy.on(month_bounds(month)[1]).pools)


def _reader(cases: Any, tables: DipTables, chunk_rows: int, threads: int) -> Any:
    from drgdip.intake import CaseReader

    single = isinstance(cases, str | Path) or not isinstance(cases, Sequence)
    return CaseReader([cases] if single else list(cases), tables.diagnoses, tables.procedures, chunk_rows, threads)
