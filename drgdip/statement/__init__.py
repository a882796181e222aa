"""Stage 11 结算单: what the officer gets.

A run opens an :class:`OutputFolder`, streams findings, rows that are not settled and cases into their writers,
and ends with :func:`write_statements`::

    with OutputFolder(out) as folder, FindingsWriter(folder / "findings.csv") as findings:
        findings.append(chunk_findings)
        ...
        write_statements(folder, report)
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.text import Language
from drgdip.interface.set_aside import SetAsideRow
from drgdip.statement.cases_parquet import CasesWriter
from drgdip.statement.columns import (
    HASHED_FILES,
    FindingsSummary,
    GroupTotal,
    MonthReport,
    ProofLine,
    ReasonTotal,
    statement_columns,
)
from drgdip.statement.findings_csv import FindingsWriter, SetAsideWriter
from drgdip.statement.output_folder import OutputFolder
from drgdip.statement.proof import (
    BedsideTotals,
    DenialTotals,
    HeldTotals,
    MixedTotals,
    PayoutTotals,
    ProofTotals,
    SpecialTotals,
    failed,
    proof_lines,
)

if TYPE_CHECKING:
    from drgdip.base.provenance import RunRecord

__all__ = [
    "BedsideTotals",
    "CasesWriter",
    "DenialTotals",
    "FindingsSummary",
    "FindingsWriter",
    "GroupTotal",
    "HeldTotals",
    "MixedTotals",
    "MonthReport",
    "OutputFolder",
    "PayoutTotals",
    "ProofLine",
    "ProofTotals",
    "ReasonTotal",
    "SetAsideRow",
    "SetAsideWriter",
    "SpecialTotals",
    "failed",
    "load_writers",
    "proof_lines",
    "write_statements",
]


def load_writers() -> None:
    """Load what the files at the end are written with; takes half a second, which a thread can spend while cases stream."""
    for name in ("jinja2", "xlsxwriter.workbook", "matplotlib.figure", "matplotlib.backends.backend_svg"):
        import_module(name)


def write_statements(folder: Path, report: MonthReport, language: Language = "zh") -> RunRecord:
    """Write what of a settled month is not streamed: statement, report, findings workbook, proof and run record.

    ``deductions.csv`` is written only when there are deductions. Every file but ``run.json`` has the same bytes
    for the same report. ``run.json`` comes last and keeps the hashes of the files that later commands rest on;
    returns the record as written.
    """
    from drgdip.base.provenance import sha256_of_file
    from drgdip.statement.csv_tables import write_deductions_csv, write_proof_csv, write_statement_csv
    from drgdip.statement.denial_csv import write_denials_csv
    from drgdip.statement.findings_xlsx import write_findings_xlsx
    from drgdip.statement.groups import group_columns, write_groups_csv
    from drgdip.statement.hold_csv import write_holds_csv
    from drgdip.statement.line_csv import write_lines_csv
    from drgdip.statement.report import write_report_html
    from drgdip.statement.special_csv import write_special_csv
    from drgdip.statement.statement_xlsx import write_statement_xlsx

    write_statement_csv(folder / "statement.csv", report.rows, statement_columns(report.run.parameters))
    if report.denials:
        write_denials_csv(folder / "denials.csv", report.denials)
    if report.holds:
        write_holds_csv(folder / "holds.csv", report.holds)
    if report.lines:
        write_lines_csv(folder / "lines.csv", report.lines)
    if report.special:
        write_special_csv(folder / "special.csv", report.special)
    if report.deductions:
        write_deductions_csv(folder / "deductions.csv", report.deductions)
    write_proof_csv(folder / "proof.csv", report.proof)
    write_groups_csv(folder / "groups.csv", report.groups, group_columns(report.run))
    write_statement_xlsx(folder / "statement.xlsx", report)
    write_findings_xlsx(folder / "findings.xlsx", report.findings)
    write_report_html(folder / "report.html", report, language)
    hashes = {path.name: sha256_of_file(path) for path in sorted(folder.glob("*.csv")) if path.name in HASHED_FILES}
    run = report.run.model_copy(update={"outputs": hashes})
    (folder / "run.json").write_text(run.to_json(), encoding="utf-8", newline="\n")
    return run
