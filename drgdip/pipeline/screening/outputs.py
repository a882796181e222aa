"""The files of a screening: findings in yuan for people, in fen for programs, coverage, the data's own defects, the record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from drgdip.base.findings import Finding as DataFinding
from drgdip.base.money import FEN_PLACES
from drgdip.base.provenance import sha256_of_file
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.pipeline.screening.planted import TABLE
from drgdip.pipeline.screening.review_files import DENIALS, ELSEWHERE, EVENTS, HELD, QUALITY, STATES
from drgdip.screening.coverage import Covered
from drgdip.screening.findings import Finding
from drgdip.screening.plain import AMOUNTS, DUE, LATER, TEXT, in_yuan, row
from drgdip.statement.csv_tables import Bare, write_csv
from drgdip.statement.findings_csv import FindingsWriter
from drgdip.statement.output_folder import FolderKind

if TYPE_CHECKING:
    from drgdip.base.provenance import ScreeningRecord
    from drgdip.screening.engine import Screened

SCREENING_FILES = frozenset({"findings.parquet", "findings.csv", "coverage.csv", "data_findings.csv", "run.json"})
_REVIEW_FILES = frozenset({EVENTS, STATES, DENIALS, HELD, ELSEWHERE, QUALITY, "results.json", "review_list.csv", TABLE})
_NOTICE = re.compile(r"notice-.+\.(html|xlsx)")


def _holds(name: str) -> bool:
    return name in SCREENING_FILES or name in _REVIEW_FILES or _NOTICE.fullmatch(name) is not None


SCREENING_FOLDER = FolderKind(_holds, "coverage.csv", Text("审核结果", "a screening"))
_COVERAGE = ("rule_id", "subject", "life", "state", "reason", "count")


def write_screening(
    folder: Path, screened: Screened, data_findings: Iterable[DataFinding], record: ScreeningRecord
) -> None:
    """Write a screening. Every file but ``run.json`` has the same bytes for the same tables and parameters."""
    rows = [row(finding) for finding in screened.findings]
    pq.write_table(_table(rows), folder / "findings.parquet", compression="zstd")
    header = list(in_yuan(dict.fromkeys(findings_columns())))
    write_csv(folder / "findings.csv", header, map(_cells, rows))
    write_csv(folder / "coverage.csv", list(_COVERAGE), map(_covered, screened.coverage))
    with FindingsWriter(folder / "data_findings.csv") as writer:
        writer.append(sorted(data_findings, key=lambda found: (found.file, found.row, found.field, found.key)))
    outputs = {path.name: sha256_of_file(path) for path in sorted(folder.iterdir())}
    (folder / "run.json").write_text(
        record.model_copy(update={"outputs": outputs}).to_json(), encoding="utf-8", newline="\n"
    )


def _cells(values: dict[str, Any]) -> list[str]:
    """A finding in yuan: amounts and quantities bare, text in quotes."""
    return [
        cell if places is None else Bare("" if cell is None else format_scaled(cell, places))
        for cell, places in zip(values.values(), _places(), strict=True)
    ]


@cache
def _places() -> tuple[int | None, ...]:
    """Decimals of each column of findings, None of text."""
    return tuple({"fen": FEN_PLACES, "e4": 4}.get(name.rpartition("_")[2]) for name in findings_columns())


def _covered(covered: Covered) -> list[str]:
    return [*covered[:-1], Bare(str(covered.number))]


def findings_columns() -> tuple[str, ...]:
    """Columns of ``findings.parquet`` in order."""
    return (
        *TEXT,
        "vola_qty_e4",
        *(f"{name}_fen" for name in AMOUNTS),
        "due_qty_e4",
        *(f"{name}_fen" for name in DUE),
        *LATER,
    )


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    fields = [
        pa.field(name, pa.int64() if name.endswith(("_fen", "_e4")) else pa.string()) for name in findings_columns()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def counted(findings: Iterable[Finding]) -> dict[tuple[str, str], int]:
    """Findings by rule and outcome."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.rule.id, finding.hit.outcome)
        counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items()))


def not_run(coverage: Iterable[Covered]) -> dict[str, dict[str, int]]:
    """Rule -> reason -> how many subjects it did not run for."""
    found: dict[str, dict[str, int]] = {}
    for covered in coverage:
        if covered.state == "NOT_RUN":
            found.setdefault(covered.rule, {})[covered.reason] = covered.number
    return found
