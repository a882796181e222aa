"""The files of a cleared year: CSV for programs, a workbook and a page for people, the record last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Language, Text
from drgdip.statement.cells import as_text
from drgdip.statement.columns import OutputColumn
from drgdip.statement.csv_tables import cell, write_csv, write_proof_csv
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.year.columns import DIFFERENCE_COLUMNS, POOL_COLUMNS, YEAR_COLUMNS, YearReport

if TYPE_CHECKING:
    from drgdip.base.provenance import YearRecord

#: Every file that a cleared year may consist of.
YEAR_FILES = frozenset({"year.csv", "year.xlsx", "year.html", "pools.csv", "proof.csv", "differences.csv", "run.json"})
YEAR_FOLDER = FolderKind(YEAR_FILES.__contains__, "year.csv", Text("年终清算结果", "an annual clearing"))


def write_year(folder: Path, report: YearReport, language: Language = "zh") -> YearRecord:
    """Write a cleared year and return its record. Every file but ``run.json`` has the same bytes for the same report."""
    from drgdip.base.provenance import sha256_of_file
    from drgdip.statement.year.page import write_year_html
    from drgdip.statement.year.workbook import write_year_xlsx

    write_table(folder / "year.csv", YEAR_COLUMNS, report.rows)
    write_table(folder / "pools.csv", POOL_COLUMNS, report.pools)
    if report.differences is not None:
        write_table(folder / "differences.csv", DIFFERENCE_COLUMNS, report.differences)
    write_proof_csv(folder / "proof.csv", report.proof)
    write_year_xlsx(folder / "year.xlsx", report)
    write_year_html(folder / "year.html", report, language)
    hashes = {path.name: sha256_of_file(path) for path in sorted(folder.glob("*.csv"))}
    record = report.record.model_copy(update={"outputs": hashes})
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")
    return record


def write_table(path: Path, columns: Sequence[OutputColumn], rows: Iterable[Any]) -> None:
    """A CSV table with English headers: yuan with two decimals, scaled numbers with four, nothing as an empty cell."""
    body = ([_cell(getattr(row, column.field), column) for column in columns] for row in rows)
    write_csv(path, [column.header for column in columns], body)


def _cell(value: object, column: OutputColumn) -> str:
    return cell("" if value is None else as_text(value, column.unit), column.unit)
