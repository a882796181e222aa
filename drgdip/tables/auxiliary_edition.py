"""The auxiliary directory of an edition, and the classifications at hand."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.tables.auxiliary import Classification, parse_classification, parse_coefficients
from drgdip.tables.auxiliary_compile import AuxiliaryDirectory, coefficient_problems, compile_auxiliary
from drgdip.tables.csv_file import read_text
from drgdip.tables.edition import AUXILIARY_ROLES, Edition
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import ListReference
from drgdip.tables.problems import TableProblem, raise_if_errors

if TYPE_CHECKING:
    from drgdip.tables.code_system import CodeSystem

#: The classification that comes with the package and follows the national draft.
NATIONAL = "national-3.0-draft"


def read_auxiliary(
    edition: Edition,
    group_ids: Mapping[str, int],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    problems: list[TableProblem],
) -> AuxiliaryDirectory | None:
    """The auxiliary directory of an edition, or None if it has none; what is wrong goes to ``problems``."""
    if "auxiliary" not in edition.content:
        return None
    found: list[TableProblem] = []
    texts = {file: edition.text(role) for role, (file, _) in AUXILIARY_ROLES.items()}
    names = {file: edition.names[role] for role, (file, _) in AUXILIARY_ROLES.items()}
    classification = parse_classification(texts, names, found)
    rows = parse_coefficients(edition.text("auxiliary"), edition.names["auxiliary"], found)
    found += coefficient_problems(rows, classification, group_ids, edition.names["auxiliary"])
    problems += found
    return None if found else compile_auxiliary(classification, rows, group_ids, diagnoses, procedures)


def read_classification(name: str = NATIONAL) -> Classification:
    """A classification by the name of its folder. Raises TablesError if it is not found or wrong."""
    problems: list[TableProblem] = []
    paths = {file: _path(role, name) for role, (file, _) in AUXILIARY_ROLES.items()}
    texts = {file: read_text(path) for file, path in paths.items()}
    classification = parse_classification(texts, {file: file for file in texts}, problems)
    raise_if_errors(problems)
    return classification


def classification_references(name: str = NATIONAL) -> dict[str, ListReference]:
    """What the manifest of an edition with ``auxiliary.csv`` must say of its classification, under ``code_systems``."""
    return {
        role: ListReference(name=name, sha256=sha256(_path(role, name).read_bytes()).hexdigest())
        for role in AUXILIARY_ROLES
    }


def _path(role: str, name: str) -> Path:
    return list_folder(role, name) / AUXILIARY_ROLES[role][0]
