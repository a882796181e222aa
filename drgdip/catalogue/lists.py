"""What a catalogue is written in: code lists and treatment types, and rows of earlier layers that are taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.catalogue.regroup import CodeLists, code_lists
from drgdip.tables import load_tables
from drgdip.tables.code_system import CODES_FILE, parse_code_system
from drgdip.tables.dip_catalogue import LISTED_KINDS
from drgdip.tables.dip_import import resolve_lists
from drgdip.tables.edition import EXCLUSION_FILES, ROLES, open_edition
from drgdip.tables.manifest import ListReference
from drgdip.tables.treatment_types import TYPES_FILE, parse_types

if TYPE_CHECKING:
    from drgdip.tables import Group


@dataclass(frozen=True)
class BuildLists:
    """Lists of a build.

    codes : for grouping. references, files : for the manifest, and what the edition keeps itself. fixed : rows of
    pre-groups, merges and diagnosis-assisted groups, which take their stays before anything is clustered.
    """

    codes: CodeLists
    references: Mapping[str, ListReference]
    files: Mapping[str, str]
    fixed: tuple[Group, ...] = field(default=())


def named_lists(chosen: Mapping[str, str]) -> BuildLists:
    """Lists by role (``diagnoses``, ``procedures``, ``treatment_types``): a name, or a CSV file that the edition keeps."""
    lists = resolve_lists(dict(chosen))
    codes = CodeLists(
        parse_code_system(lists.texts["diagnoses"], CODES_FILE),
        parse_code_system(lists.texts["procedures"], CODES_FILE),
        parse_types(lists.texts["treatment_types"], TYPES_FILE, []),
    )
    return BuildLists(codes, lists.references, lists.files)


def lists_of_base(folder: Path) -> BuildLists:
    """Lists, exclusions and earlier layers of an edition that the catalogue extends."""
    edition, tables = open_edition(folder), load_tables(path=folder)
    references = {role: edition.manifest.code_systems[role] for role in ROLES}
    files = {kept.file: edition.text(role) for role, kept in references.items() if kept.file}
    files |= {file: edition.text(role) for role, file in EXCLUSION_FILES.items() if role in edition.names}
    fixed = tuple(group for group in tables.rows if group.kind in LISTED_KINDS)
    return BuildLists(code_lists(tables), references, files, fixed)
