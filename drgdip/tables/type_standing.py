"""Where the treatment type of each operation of an edition is from: published, derived, or missing."""

from __future__ import annotations

from typing import Literal

from drgdip.tables.code_system import CodeSystem
from drgdip.tables.csv_file import rows_of
from drgdip.tables.edition import Edition
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import read_manifest
from drgdip.tables.treatment_types import PUBLISHED

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
