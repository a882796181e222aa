"""Giving an edition an auxiliary directory: a new edition of the same groups with coefficients by sub-type."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from drgdip.base.provenance import sha256_of_text
from drgdip.tables.auxiliary import AUXILIARY_FILE, coefficients_text, parse_coefficients
from drgdip.tables.auxiliary_compile import coefficient_problems
from drgdip.tables.auxiliary_edition import NATIONAL, classification_references, read_classification
from drgdip.tables.csv_file import read_text
from drgdip.tables.dip_catalogue import GROUPS_FILE, parse_groups
from drgdip.tables.edition import open_edition
from drgdip.tables.folder import write_folder
from drgdip.tables.manifest import Extends, Manifest
from drgdip.tables.problems import TableProblem, raise_if_errors


def import_auxiliary(
    source: Path,
    base: Path,
    edition: str,
    out: Path,
    *,
    classification: str = NATIONAL,
    imported_at: date,
    overwrite: bool = False,
) -> Manifest:
    """A new edition in ``out``: the base with the coefficients of ``source`` (columns of :class:`CoefficientRow`).

    Nothing is written unless every row is right. Raises TablesFileError with every problem, UsageError if the folder
    already holds an edition.
    """
    opened = open_edition(base)
    raise_if_errors(opened.changes)
    problems: list[TableProblem] = []
    rows = parse_coefficients(read_text(source), source.name, problems)
    groups = parse_groups(opened.text("groups"), GROUPS_FILE, problems)
    group_ids = {group.dip_code: position for position, group in enumerate(groups)}
    problems += coefficient_problems(rows, read_classification(classification), group_ids, source.name)
    raise_if_errors(problems)
    kept = [name for name in opened.manifest.files if name != AUXILIARY_FILE]
    files = {name: (base / name).read_bytes().decode("utf-8") for name in kept}
    files[AUXILIARY_FILE] = coefficients_text(rows)
    manifest = opened.manifest.model_copy(
        update={
            "edition": edition,
            "imported_at": imported_at,
            "extends": Extends(edition=opened.manifest.edition, sha256=opened.sha256),
            "rows": {**opened.manifest.rows, "auxiliary": len(rows)},
            "files": {name: sha256_of_text(text) for name, text in files.items()},
            "code_systems": {**opened.manifest.code_systems, **classification_references(classification)},
        }
    )
    write_folder(out, files, manifest, overwrite)
    return manifest
