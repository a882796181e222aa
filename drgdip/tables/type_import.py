"""Import of treatment types that a city or the nation publishes; what it leaves open may be filled from another list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.tables.code_system import CODES_FILE, CodeSystem, parse_code_system
from drgdip.tables.csv_file import read_text, require_columns, rows_of
from drgdip.tables.folder import write_folder
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import About, Manifest, new_manifest
from drgdip.tables.mapping import built_in_mappings
from drgdip.tables.problems import TableProblem, raise_if_errors
from drgdip.tables.treatment_types import PUBLISHED, TYPES_FILE, TypedProcedure, types_text
from drgdip.tables.workbook import read_sheets


def import_types(
    source: Path, name: str, out: Path, about: About, *, columns: Sequence[str] = ("code", "treatment_type"),
    procedures: str, fill: str | None = None, imported_at: date, overwrite: bool = False,
) -> tuple[Manifest, list[TableProblem]]:  # fmt: skip
    """Import types of operations from CSV or a workbook; returns the manifest and the warnings.

    Parameters
    ----------
    columns : of the code and of its type, written as our words or as catalogues have them (``手术``, ``介入治疗``).
    procedures : name of the list of procedures; types of operations that it does not have are left out.
    fill : name of a list of types for operations that the source does not have; their evidence shows where they are from.

    Raises
    ------
    TablesFileError : with every row that is wrong. TablesError : a list or a column is missing.
    """
    if len(columns) != 2 or not all(columns):
        raise UsageError(
            Text("--columns 须为两个列名。", "--columns must name two columns."),
            Text("请以英文逗号分隔。", "Part them by a comma."),
        )
    system = parse_code_system(read_text(list_folder("procedures", procedures) / CODES_FILE), CODES_FILE)
    problems: list[TableProblem] = []
    typed = _read(source, columns, system, problems)
    raise_if_errors(problems)
    filled = _filled(typed, fill)
    rows = [filled[code] for code in system.codes if code in filled]
    missing = [code for code in system.codes if code not in filled]
    if missing:
        problems.append(
            TableProblem("untyped_procedures", source.name, 0, columns[0], f"{len(missing)}: {missing[0]} …")
        )
    text = types_text(rows)
    manifest = new_manifest(
        about,
        scheme="treatment-types",
        edition=name,
        imported_at=imported_at,
        rows={"procedures": len(rows), "published": len(typed), **_counts(rows)},
        files={TYPES_FILE: sha256_of_text(text)},
    )
    write_folder(out, {TYPES_FILE: text}, manifest, overwrite)
    return manifest, problems


def _counts(rows: Sequence[TypedProcedure]) -> dict[str, int]:
    return dict(sorted(Counter(row.treatment_type for row in rows).items()))


def _read(
    source: Path, columns: Sequence[str], system: CodeSystem, problems: list[TableProblem]
) -> dict[str, TypedProcedure]:
    code_column, type_column = columns
    words = built_in_mappings()
    typed: dict[str, TypedProcedure] = {}
    for sheet in read_sheets(source, lambda header: set(columns) <= set(header), problems):
        require_columns(sheet.header, columns, sheet.name)
        for number, cells in sheet.rows:
            code, written = cells[code_column], cells[type_column]
            kind = next((kind for mapping in words if (kind := mapping.value("treatment_type", written))), None)
            if not code or code in typed:
                key = "duplicate_code" if code else "missing_value"
                problems.append(TableProblem(key, sheet.name, number, code_column, code))
            elif kind is None:
                problems.append(TableProblem("unknown_type", sheet.name, number, type_column, written))
            elif code not in system.ids:
                problems.append(TableProblem("unlisted_type", sheet.name, number, code_column, code))
            else:
                typed[code] = TypedProcedure(code, kind, PUBLISHED)
    return typed


def _filled(typed: dict[str, TypedProcedure], fill: str | None) -> dict[str, TypedProcedure]:
    """Types with those of another list behind them; a type that is derived there says so by its evidence."""
    if fill is None:
        return typed
    text = read_text(list_folder("treatment_types", fill) / TYPES_FILE)
    other = {
        row["code"]: TypedProcedure(row["code"], row["treatment_type"], row.get("evidence") or fill)
        for _, row in rows_of(text, TYPES_FILE, [])
    }
    return {**other, **typed}
