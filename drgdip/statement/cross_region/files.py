"""The files of clearing between regions. ``sent-REGION.csv`` is what goes to a home region, which reads it as received."""

from __future__ import annotations

import re
from pathlib import Path

from drgdip.base.text import Text
from drgdip.statement.columns import ProofLine
from drgdip.statement.cross_region.columns import (
    CLEARING_COLUMNS,
    HOME_COLUMNS,
    NET_COLUMNS,
    REVIEW_COLUMNS,
    CrossRegionReport,
)
from drgdip.statement.csv_tables import write_proof_csv
from drgdip.statement.findings_csv import FindingsWriter
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.proof import failed
from drgdip.statement.table_sheets import definitions_sheet, proof_sheets, table_sheet
from drgdip.statement.words import WORDS
from drgdip.statement.xlsx import open_workbook
from drgdip.statement.year.files import write_table

_FILE = re.compile(
    r"clearing\.csv|homes\.csv|net\.csv|joint_review\.csv|findings\.csv|proof\.csv|cross_region\.xlsx|run\.json"
    r"|sent-[0-9]{6}\.csv"
)
CROSS_REGION_FOLDER = FolderKind(
    lambda name: bool(_FILE.fullmatch(name)), "clearing.csv", Text("异地清算结果", "clearing between regions")
)
_SHEETS = {
    "参保地汇总 Homes": HOME_COLUMNS,
    "净额 Net": NET_COLUMNS,
    "清算明细 Clearing": CLEARING_COLUMNS,
    "联合核查 Joint review": REVIEW_COLUMNS,
}


def write_cross_region(folder: Path, report: CrossRegionReport) -> None:
    """Write clearing between regions. Every file but ``run.json`` has the same bytes for the same report."""
    from drgdip.base.provenance import sha256_of_file

    write_table(folder / "clearing.csv", CLEARING_COLUMNS, report.lines)
    for home in report.homes:
        own = [line for line in report.lines if line.home == home.home]
        write_table(folder / f"sent-{home.home}.csv", CLEARING_COLUMNS, own)
    write_table(folder / "homes.csv", HOME_COLUMNS, report.homes)
    write_table(folder / "net.csv", NET_COLUMNS, report.net)
    write_table(folder / "joint_review.csv", REVIEW_COLUMNS, report.review)
    writer = FindingsWriter(folder / "findings.csv")
    with writer:
        writer.append(report.findings)
    write_proof_csv(folder / "proof.csv", report.proof)
    _write_workbook(folder / "cross_region.xlsx", report)
    hashes = {path.name: sha256_of_file(path) for path in sorted(folder.glob("*.csv"))}
    record = report.record.model_copy(update={"outputs": hashes})
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")


def _write_workbook(path: Path, report: CrossRegionReport) -> None:
    with open_workbook(path, f"{report.record.region} {' '.join(report.record.months)}") as book:
        tables = (report.homes, report.net, report.lines, report.review)
        for (name, columns), rows in zip(_SHEETS.items(), tables, strict=True):
            sheet = table_sheet(book, name, columns, rows)
            if name.startswith("参保地") and (broken := failed(report.proof)):
                sheet.note(_broken(broken))
        proof_sheets(book, report.proof)
        definitions_sheet(book, _SHEETS)


def _broken(lines: tuple[ProofLine, ...]) -> Text:
    return WORDS["proof_bad"].fill(count=len(lines), lines=", ".join(line.line_id for line in lines))
