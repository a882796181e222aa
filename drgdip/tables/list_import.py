"""Import of code lists, and derivation of treatment types: each becomes a folder with its manifest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from drgdip.base.provenance import sha256_of_text
from drgdip.tables.code_system import CODES_FILE, code_system_text, read_code_system
from drgdip.tables.dip_published import read_published
from drgdip.tables.folder import write_folder
from drgdip.tables.manifest import About, Manifest, Words, new_manifest
from drgdip.tables.mapping import Mapping
from drgdip.tables.treatment_types import TYPES_FILE, TypeRule, derive_treatment_types, read_rules, types_text


def import_code_system(
    source: Path, name: str, kind: Literal["diagnosis", "procedure", "item"], out: Path, about: About, *,
    imported_at: date, overwrite: bool = False,
) -> Manifest:  # fmt: skip
    """Import a list of codes with columns ``code`` and ``name``. Raises TablesFileError with every row that is wrong."""
    system = read_code_system(source)
    files = {CODES_FILE: code_system_text(system)}
    manifest = new_manifest(
        about,
        scheme="code-system",
        edition=name,
        kind=kind,
        imported_at=imported_at,
        rows={"codes": len(system)},
        files={CODES_FILE: sha256_of_text(files[CODES_FILE])},
    )
    write_folder(out, files, manifest, overwrite)
    return manifest


def derive_type_table(
    procedures: Path, unused: Path, catalogue: Path, name: str, out: Path, about: About, *,
    mapping: Mapping | None = None, imported_at: date, overwrite: bool = False,
) -> Manifest:  # fmt: skip
    """Derive treatment types of every procedure of a list; the rules are told in the manifest's notes.

    Parameters
    ----------
    procedures, unused : CSV files of codes and names; see :func:`derive_treatment_types`.
    catalogue : a published catalogue, whose core groups count as evidence.
    """
    rules = read_rules()
    groups = read_published(catalogue, mapping).groups
    system = read_code_system(procedures)
    typed = derive_treatment_types(system, read_code_system(unused).codes, groups, rules)
    files = {TYPES_FILE: types_text(typed)}
    counts = {
        kind: sum(row.treatment_type == kind for row in typed) for kind in sorted({row.treatment_type for row in typed})
    }
    told = about.model_copy(update={"notes": [*about.notes, *map(_note, rules)], "status": "derived"})
    manifest = new_manifest(
        told,
        scheme="treatment-types",
        edition=name,
        imported_at=imported_at,
        rows={"procedures": len(typed), **counts},
        files={TYPES_FILE: sha256_of_text(files[TYPES_FILE])},
    )
    write_folder(out, files, manifest, overwrite)
    return manifest


def _note(rule: TypeRule) -> Words:
    return Words(zh=f"{rule.evidence} → {rule.type}:{rule.zh}", en=f"{rule.evidence} → {rule.type}: {rule.en}")
