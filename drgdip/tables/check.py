"""Checking an edition: everything that is wrong with it, each with row, field and value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from drgdip.base.scaled import parse_ratio
from drgdip.tables.code_system import CodeSystem, parse_code_system
from drgdip.tables.dip_catalogue import GROUPS_FILE, Group, number_problem, parse_groups
from drgdip.tables.dip_compile import comprehensive_category, core_category
from drgdip.tables.edition import Edition
from drgdip.tables.manifest import MANIFEST_FILE, Manifest
from drgdip.tables.problems import TableProblem
from drgdip.tables.treatment_types import parse_types


class Content(NamedTuple):
    """What an edition is compiled from."""

    groups: list[Group]
    diagnoses: CodeSystem
    procedures: CodeSystem
    treatment_types: dict[str, str]


def check_edition(edition: Edition) -> list[TableProblem]:
    """All problems of an edition, errors and warnings, in the order of files and rows."""
    if any(problem.key == "file_missing" for problem in edition.changes):
        return list(edition.changes)
    return [*edition.changes, *read_checked(edition)[1]]


def read_checked(edition: Edition) -> tuple[Content, list[TableProblem]]:
    """The content of an edition and its problems. Raises TablesError if a file cannot be read as what it is."""
    problems: list[TableProblem] = []
    names = edition.names
    content = Content(
        parse_groups(edition.text("groups"), names["groups"], problems),
        parse_code_system(edition.text("diagnoses"), names["diagnoses"]),
        parse_code_system(edition.text("procedures"), names["procedures"]),
        parse_types(edition.text("treatment_types"), names["treatment_types"], problems),
    )
    problems += check_content(content, names, edition.manifest.point_scale or 1)
    problems += _manifest_problems(edition.manifest, content.groups)
    return content, problems


def check_content(content: Content, names: Mapping[str, str], point_scale: int) -> list[TableProblem]:
    """Problems between rows and between files; those of single rows are found when they are read."""
    groups, file = content.groups, names["groups"]
    return [
        *_repeated(groups, file),
        *_unknown_codes(content, file),
        *_weight_problems(groups, file, point_scale),
        *_untyped(content, names["treatment_types"]),
    ]


def _repeated(groups: Sequence[Group], file: str) -> Iterator[TableProblem]:
    seen: set[tuple[object, ...]] = set()
    for row, group in enumerate(groups, 1):
        for key, field, mark in _marks(group):
            if mark in seen:
                yield TableProblem(key, file, row, field, getattr(group, field))
            seen.add(mark)


def _marks(group: Group) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """What may stand once only: problem key, field to show, and the mark."""
    yield "duplicate_code", "dip_code", ("code", group.dip_code)
    if group.kind == "core":
        main, *related = [tuple(sorted(term)) for term in group.terms()] or [()]
        combination = (main, tuple(sorted(related)))
        yield "duplicate_combination", "operations", ("core", group.diagnosis_category, combination)
    else:
        mark = ("comprehensive", group.diagnosis_category, group.treatment_type)
        yield "duplicate_comprehensive", "treatment_type", mark


def _unknown_codes(content: Content, file: str) -> Iterator[TableProblem]:
    core = {core_category(code) for code in content.diagnoses.codes}
    comprehensive = {comprehensive_category(code) for code in content.diagnoses.codes}
    subcategories = {code[:5] for code in content.procedures.codes}
    for row, group in enumerate(content.groups, 1):
        if group.diagnosis_category not in (core if group.kind == "core" else comprehensive):
            yield TableProblem("unknown_diagnosis", file, row, "diagnosis_category", group.diagnosis_category)
        for code in (code for term in group.terms() for code in term):
            if code not in content.procedures.ids and code not in subcategories:
                yield TableProblem("unknown_operation", file, row, "operations", code)


def _weight_problems(groups: Sequence[Group], file: str, scale: int) -> Iterator[TableProblem]:
    """Published weight × scale must be the points, to within half a unit of both last places."""
    for row, group in enumerate(groups, 1):
        if not group.weight or number_problem("weight", group.weight) or number_problem("points", group.points):
            continue
        weight, weight_places = parse_ratio(group.weight)
        points, points_places = parse_ratio(group.points)
        # |points / pp − weight × scale / wp| ≤ scale / 2 wp + 1 / 2 pp, multiplied by 2 · pp · wp
        gap = abs(2 * (points * weight_places - weight * scale * points_places))
        if gap > scale * points_places + weight_places:
            yield TableProblem("points_disagree", file, row, "points", f"{group.points} ≠ {group.weight} × {scale}")


def _untyped(content: Content, file: str) -> Iterator[TableProblem]:
    for row, code in enumerate(content.treatment_types, 1):
        if code not in content.procedures.ids:
            yield TableProblem("unknown_procedure", file, row, "code", code)
    untyped = [code for code in content.procedures.codes if code not in content.treatment_types]
    if untyped:
        yield TableProblem("untyped_procedures", file, 0, "code", f"{len(untyped)}: {untyped[0]} …")


def _manifest_problems(manifest: Manifest, groups: Sequence[Group]) -> Iterator[TableProblem]:
    for name, count in count_rows(groups).items():
        if name in manifest.rows and manifest.rows[name] != count:
            yield TableProblem("row_count", GROUPS_FILE, 0, name, f"{count} ≠ {manifest.rows[name]}")
    if manifest.effective is None:
        yield TableProblem("no_effective_date", MANIFEST_FILE, 0, "effective", "")


def count_rows(groups: Sequence[Group]) -> dict[str, int]:
    """Counts that a manifest states of a catalogue."""
    core = sum(group.kind == "core" for group in groups)
    cases = sum(int(group.cases) for group in groups if group.cases.isdecimal())
    return {"groups": len(groups), "core": core, "comprehensive": len(groups) - core, "cases": cases}
