"""Where the treatment type of each operation of an edition is from: published, derived, or missing."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from drgdip.base.provenance import combine, sha256_of_text
from drgdip.tables.check import read_checked
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.csv_file import read_text, rows_of
from drgdip.tables.dip_tables import DipTables, assemble
from drgdip.tables.edition import Edition, open_edition
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import read_manifest
from drgdip.tables.problems import raise_if_errors
from drgdip.tables.treatment_types import PUBLISHED, TYPES_FILE, parse_types

Standing = Literal["published", "derived", "missing"]


def type_standings(edition: Edition, procedures: CodeSystem) -> list[Standing]:
    """The standing of every operation, in the order of the list of procedures.

    A type is published where its row says so, or where its list is not derived and gives no other evidence.
    """
    used = edition.manifest.code_systems["treatment_types"]
    derived = not used.file and _is_derived(used.name, edition)
    known: dict[str, Standing] = {}
    for _, row in rows_of(edition.text("treatment_types"), edition.names["treatment_types"], []):
        evidence = row.get("evidence", "")
        published = evidence == PUBLISHED or (not derived and not evidence)
        known[row["code"]] = "published" if published else "derived"
    return [known.get(code, "missing") for code in procedures.codes]


def _is_derived(name: str, edition: Edition) -> bool:
    return read_manifest(list_folder("treatment_types", name, edition.folder)).status == "derived"


def with_types(folder: Path, name: str) -> DipTables:
    """The edition in a folder, compiled with another list of types; for comparison only, it is no edition."""
    opened = open_edition(folder)
    content, problems = read_checked(opened)
    raise_if_errors(problems)
    text = read_text(list_folder("treatment_types", name, folder) / TYPES_FILE)
    types = parse_types(text, TYPES_FILE, [])
    sha256 = combine([opened.sha256, sha256_of_text(text)])
    return assemble(opened.manifest, sha256, *content._replace(treatment_types=types))
