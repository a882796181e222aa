"""Mappings between editions of a code list: clinical-edition codes to insurance-edition ones, one to one.

Some codes have the same form in both editions and another meaning, so a mapping is applied to all codes of a run or to
none: which edition the codes are in is for the policy to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from drgdip.base.errors import TablesError
from drgdip.base.provenance import sha256_of_file, sha256_of_text
from drgdip.base.text import Text
from drgdip.tables.csv_file import csv_text, header_of, read_text, require_columns, rows_of
from drgdip.tables.folder import write_folder
from drgdip.tables.locate import folders, roots
from drgdip.tables.manifest import MANIFEST_FILE, About, Manifest, new_manifest, read_manifest
from drgdip.tables.problems import TableProblem, raise_if_errors

MAPPING_FILE = "mapping.csv"
MAPPING_FOLDER = "code_mappings"
COLUMNS = ("from_code", "from_name", "to_code", "to_name")

Kind = Literal["diagnosis", "procedure"]


@dataclass(frozen=True, eq=False)
class CodeMapping:
    """A mapping: code of the one edition -> code of the other. ``path`` of its file, for provenance."""

    name: str
    kind: Kind
    codes: dict[str, str]
    path: Path

    def of(self, code: str) -> str | None:
        """The code that a code becomes, letters folded if need be; None if the edition does not have it."""
        return self.codes.get(code) or self._folded.get(code.lower())

    @cached_property
    def _folded(self) -> dict[str, str]:
        """The same with the letters of codes in lower case; of several alike, the first counts."""
        return {code.lower(): to for code, to in reversed(self.codes.items())}


def parse_code_mapping(text: str, file: str, columns: tuple[str, str, str, str] = COLUMNS) -> list[tuple[str, ...]]:
    """Rows of codes and names, from and to. Raises TablesError naming every row that is wrong."""
    require_columns(header_of(text), columns, file)
    problems: list[TableProblem] = []
    rows: dict[str, tuple[str, ...]] = {}
    for number, row in rows_of(text, file, problems):
        cells = tuple(row[name] for name in columns)
        for place in (0, 2):
            if not cells[place]:
                problems.append(TableProblem("missing_value", file, number, columns[place], ""))
            elif "|" in cells[place] or len(cells[place].split()) > 1:
                problems.append(TableProblem("bad_code", file, number, columns[place], cells[place]))
        if cells[0] in rows:
            problems.append(TableProblem("duplicate_code", file, number, columns[0], cells[0]))
        rows[cells[0]] = cells
    raise_if_errors(problems)
    return list(rows.values())


def import_code_mapping(
    source: Path, name: str, kind: Kind, out: Path, about: About, *,
    columns: tuple[str, str, str, str] = COLUMNS, imported_at: date, overwrite: bool = False,
) -> Manifest:  # fmt: skip
    """Import a mapping; ``columns`` are those of the file that hold code and name, from and to.

    Raises TablesFileError with every row that is wrong.
    """
    rows = parse_code_mapping(read_text(source), source.name, columns)
    text = csv_text(COLUMNS, rows)
    counts = {"codes": len(rows), "same_code": sum(row[0] == row[2] for row in rows)}
    manifest = new_manifest(
        about, scheme="code-mapping", edition=name, kind=kind, imported_at=imported_at, rows=counts,
        files={MAPPING_FILE: sha256_of_text(text)},
    )  # fmt: skip
    write_folder(out, {MAPPING_FILE: text}, manifest, overwrite)
    return manifest


def load_code_mapping(name: str, kind: Kind) -> CodeMapping:
    """A mapping by its name. Raises TablesError if there is none, or its file is not the one that was imported."""
    folder = next(
        (root / MAPPING_FOLDER / name for root in roots() if (root / MAPPING_FOLDER / name / MANIFEST_FILE).is_file()),
        None,
    )
    manifest = read_manifest(folder) if folder else None
    if folder is None or manifest is None or manifest.scheme != "code-mapping" or manifest.kind != kind:
        known = [m.edition for _, m in folders() if m.scheme == "code-mapping" and m.kind == kind]
        raise TablesError(
            Text(f"没有编码映射 {name}。", f"There is no code mapping {name}."),
            Text(f"可用:{', '.join(known) or '—'};也可先用 drgdip tables import code-mapping 导入。",
                 f"At hand: {', '.join(known) or '—'}; or import one with drgdip tables import code-mapping."),
        )  # fmt: skip
    path = folder / MAPPING_FILE
    rows = parse_code_mapping(read_text(path), path.name)
    if sha256_of_file(path) != manifest.files.get(MAPPING_FILE):
        raise TablesError(
            Text(f"编码映射 {name} 的文件与清单不符。", f"The file of the code mapping {name} is not the one in its manifest."),
            Text("请恢复原文件,或重新导入。", "Restore the file, or import it again."),
        )  # fmt: skip
    return CodeMapping(name, kind, {row[0]: row[2] for row in rows}, path)
