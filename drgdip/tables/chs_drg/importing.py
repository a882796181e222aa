"""Import of the national workbook: six sheets become an edition, or every row that is wrong is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.tables.chs_drg.check import check_content
from drgdip.tables.chs_drg.content import read_content
from drgdip.tables.chs_drg.edition import NAMES_FILE, SCHEME, WEIGHTS_FILE, DrgEdition, open_drg_edition
from drgdip.tables.chs_drg.overlay import Overlay, apply_overlay, read_overlay
from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.sheets import SHEETS, Rows, read_sheets, sheet_names
from drgdip.tables.chs_drg.systems import complete_systems
from drgdip.tables.chs_drg.weights import read_weights, weight_problems
from drgdip.tables.code_system import CODES_FILE, CodeSystem, parse_code_system
from drgdip.tables.csv_file import csv_text
from drgdip.tables.dip_import import Lists
from drgdip.tables.folder import write_folder
from drgdip.tables.manifest import About, Extends, Manifest, new_manifest
from drgdip.tables.problems import TableProblem, errors, raise_if_errors

#: Columns that are kept of each sheet: names of codes stand in the code lists, not in every set.
_KEPT = {
    "mdc": ("编码", "名称", "规则", "排序"),
    "adrg": ("编码", "名称", "规则", "所属MDC", "MDC内排序"),
    "drg": ("编码", "名称", "规则", "所属ADRG", "所属MDC", "ADRG内排序"),
    "sets": ("集合编号", "ICD编码"),
    "cc": ("编码", "排除表", "类型"),
    "exclusions": ("排除表编号", "ICD编码"),
}


def import_chs_drg(
    source: Path,
    edition: str,
    out: Path,
    about: About,
    *,
    lists: Lists,
    weights: Path | None = None,
    imported_at: date,
    overwrite: bool = False,
) -> tuple[Manifest, list[TableProblem]]:
    """Import a workbook (XLSX), or a folder with its six sheets as CSV, into the folder ``out``.

    ``weights`` : CSV of group code and reference weight. Nothing is written unless every rule can be read and every
    set it asks for is there. Returns the manifest and the warnings.

    Raises TablesFileError with every problem, TablesError if a sheet is missing, UsageError if the folder already holds
    an edition.
    """
    problems: list[TableProblem] = []
    sheets = read_sheets(source, problems)
    weight_of = read_weights(weights) if weights else {}
    content = read_content(sheets, sheet_names(), problems, weight_of, {})
    if weights:
        problems += weight_problems(content, weights.name)
    manifest = _store(
        sheets, content, out, about, edition, lists, problems, imported_at, overwrite, None, sheet_names()
    )
    return manifest, problems


def amend_chs_drg(
    base: Path, overlay: Path, edition: str, out: Path, *, imported_at: date, overwrite: bool = False
) -> tuple[Manifest, list[TableProblem]]:
    """Make an edition from another one (its folder) and an overlay (YAML), into the folder ``out``.

    Returns the manifest and the warnings. Raises TablesFileError with everything that does not fit the base or is wrong
    in the result, TablesError if the overlay was made for another base.
    """
    opened = open_drg_edition(base)
    raise_if_errors(opened.changes)
    read = read_overlay(overlay)
    _require_base(opened, read)
    problems: list[TableProblem] = []
    before = opened.content(problems)
    sheets = apply_overlay(opened.sheets(problems), read, overlay.name, problems)
    weights = {**before.weights, **read.weights}
    called = {key: sheet.file for key, sheet in SHEETS.items()}
    content = read_content(sheets, called, problems, weights, before.names)
    if weights:
        problems += weight_problems(content, WEIGHTS_FILE)
    about = About.model_validate(read.model_dump(by_alias=True, include=set(About.model_fields)))
    extends = Extends(edition=opened.manifest.edition, sha256=opened.sha256)
    used = dict(opened.manifest.code_systems)
    texts = {role: content_.decode("utf-8") for role, content_ in opened.lists.items()}
    # Lists that the base keeps itself, the new edition keeps, too.
    lists = Lists(used, texts, {list_.file: texts[role] for role, list_ in used.items() if list_.file})
    manifest = _store(sheets, content, out, about, edition, lists, problems, imported_at, overwrite, extends, called)
    return manifest, problems


def _require_base(opened: DrgEdition, overlay: Overlay) -> None:
    base = overlay.base
    if base.edition == opened.manifest.edition and base.sha256 in (None, opened.sha256):
        return
    raise TablesError(
        Text(f"该变更文件针对 {base.edition} {base.sha256 or ''},所给基础版本为 {opened.manifest.edition} {opened.sha256}。",
             f"The overlay is for {base.edition} {base.sha256 or ''}, the base given is {opened.manifest.edition} {opened.sha256}."),
        Text("请指定正确的基础版本。", "Name the base that the overlay was made for."),
    )  # fmt: skip


def _store(
    sheets: Mapping[str, Rows],
    content: DrgContent,
    out: Path,
    about: About,
    edition: str,
    lists: Lists,
    problems: list[TableProblem],
    imported_at: date,
    overwrite: bool,
    extends: Extends | None,
    called: Mapping[str, str],
) -> Manifest:
    """Check what was read and write it as an edition; its warnings go to ``problems``."""
    diagnoses = parse_code_system(lists.texts["diagnoses"], CODES_FILE)
    procedures = parse_code_system(lists.texts["procedures"], CODES_FILE)
    between = check_content(content, diagnoses, procedures, called)
    # What a row that cannot be read does to others is no news.
    problems += errors(between) if errors(problems) else between
    raise_if_errors(problems)
    files = {**_files(sheets, content, diagnoses, procedures), **lists.files}
    manifest = new_manifest(
        about,
        scheme=SCHEME,
        edition=edition,
        imported_at=imported_at,
        rows=count_rows(content),
        files={name: sha256_of_text(text) for name, text in files.items()},
        code_systems=lists.references,
        extends=extends,
    )
    write_folder(out, files, manifest, overwrite)
    return manifest


def _files(
    sheets: Mapping[str, Rows], content: DrgContent, diagnoses: CodeSystem, procedures: CodeSystem
) -> dict[str, str]:
    files = {SHEETS[key].file: _sheet_text(rows, _KEPT[key]) for key, rows in sheets.items()}
    if content.weights:
        files[WEIGHTS_FILE] = csv_text(("drg_code", "reference_weight"), content.weights.items())
    names = _unlisted_names(content, diagnoses, procedures)
    if names:
        files[NAMES_FILE] = csv_text(("code", "name"), names)
    return files


def _sheet_text(rows: Rows, columns: Sequence[str]) -> str:
    lines: Iterable[Sequence[str]] = ([cells.get(column, "") for column in columns] for _, cells in rows)
    return csv_text(columns, lines)


def _unlisted_names(content: DrgContent, diagnoses: CodeSystem, procedures: CodeSystem) -> list[tuple[str, str]]:
    extra: list[tuple[str, str]] = []
    for system, whole in zip((diagnoses, procedures), complete_systems(content, diagnoses, procedures), strict=True):
        extra += [(code, whole.names[place]) for place, code in enumerate(whole.codes) if place >= len(system)]
    return sorted((code, name) for code, name in extra if name != code)


def count_rows(content: DrgContent) -> dict[str, int]:
    """Counts that a manifest states of an edition."""
    severities = [one.severity for one in content.complications.values()]
    return {
        "mdc": len(content.mdcs),
        "adrg": len(content.adrgs),
        "drg": len(content.drgs),
        "sets": len(content.sets),
        "set_rows": sum(map(len, content.sets.values())),
        "mcc": severities.count("MCC"),
        "cc": severities.count("CC"),
        "exclusion_tables": len(content.exclusions),
        "exclusion_rows": sum(map(len, content.exclusions.values())),
        "weights": sum(bool(weight) for weight in content.weights.values()),
    }
