"""Checking an edition: everything that is wrong with it, each with row, field and value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from drgdip.base.scaled import parse_ratio
from drgdip.tables.auxiliary_edition import read_auxiliary
from drgdip.tables.code_system import CodeSystem, parse_code_system
from drgdip.tables.csv_file import header_of, require_columns, rows_of
from drgdip.tables.dip_catalogue import GROUPS_FILE, LISTED_KINDS, Group, is_weighted, number_problem, parse_groups
from drgdip.tables.dip_compile import Exclusions
from drgdip.tables.dip_conditions import ANY, DiagnosisFinder, alternatives, is_category
from drgdip.tables.dip_conditions import terms as condition_terms
from drgdip.tables.edition import EXCLUSION_FILES, Edition
from drgdip.tables.manifest import MANIFEST_FILE, Manifest
from drgdip.tables.problems import TableProblem
from drgdip.tables.treatment_types import parse_types


class Content(NamedTuple):
    """What an edition is compiled from."""

    groups: list[Group]
    diagnoses: CodeSystem
    procedures: CodeSystem
    treatment_types: dict[str, str]
    exclusions: Exclusions = Exclusions()


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
        Exclusions(
            *(
                exclusion_codes(edition.text(role) if role in names else None, names.get(role, ""), problems)
                for role in EXCLUSION_FILES
            )
        ),
    )
    problems += check_content(content, names, edition.manifest.point_scale or 1)
    group_ids = {group.dip_code: position for position, group in enumerate(content.groups)}
    read_auxiliary(edition, group_ids, content.diagnoses, content.procedures, problems)
    problems += _manifest_problems(edition.manifest, content.groups)
    if edition.manifest.region_mean_cost_yuan is None and is_weighted(content.groups):
        problems.append(TableProblem("missing_value", MANIFEST_FILE, 0, "region_mean_cost_yuan", ""))
    return content, problems


def exclusion_codes(text: str | None, file: str, problems: list[TableProblem]) -> tuple[str, ...]:
    """Codes of an exclusion list, none where the edition has no such list. Raises TablesError if a column is missing."""
    if text is None:
        return ()
    require_columns(header_of(text), ("code",), file)
    codes: dict[str, None] = {}
    for number, row in rows_of(text, file, problems):
        if not row["code"]:
            problems.append(TableProblem("missing_value", file, number, "code", ""))
        elif row["code"] in codes:
            problems.append(TableProblem("code_twice", file, number, "code", row["code"]))
        codes[row["code"]] = None
    return tuple(codes)


def check_content(content: Content, names: Mapping[str, str], point_scale: int) -> list[TableProblem]:
    """Problems between rows and between files; those of single rows are found when they are read."""
    groups, file = content.groups, names["groups"]
    return [
        *_repeated(groups, file),
        *_unknown_codes(content, file),
        *_weight_problems(groups, file, point_scale),
        *_weightless(groups, file),
        *_untyped(content, names["treatment_types"]),
        *_unlisted(content, names),
    ]


def _unlisted(content: Content, names: Mapping[str, str]) -> Iterator[TableProblem]:
    """Codes of the exclusion lists that the code lists do not have."""
    systems = (content.diagnoses, content.procedures)
    keys = ("unlisted_diagnosis", "unlisted_operation")
    for role, codes, system, key in zip(EXCLUSION_FILES, content.exclusions, systems, keys, strict=True):
        known = {code.casefold() for code in system.codes}
        for row, code in enumerate(codes, 1):
            if code.casefold() not in known:
                yield TableProblem(key, names.get(role, ""), row, "code", code)


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
        yield (
            "duplicate_combination",
            "operations",
            ("core", group.diagnosis_category, combination, *_conditions(group)),
        )
    elif group.kind in LISTED_KINDS:
        mark = (group.diagnosis_category, group.operations, *_conditions(group))
        yield "duplicate_combination", "operations", (group.kind, *mark)
    else:
        mark = ("comprehensive", group.diagnosis_category, group.treatment_type)
        yield "duplicate_comprehensive", "treatment_type", mark


def _conditions(group: Group) -> tuple[str, ...]:
    return (group.diagnosis_place, group.other_diagnoses, group.operation_place, group.age_days, group.age_years,
            group.birth_weight_g)  # fmt: skip


def _unknown_codes(content: Content, file: str) -> Iterator[TableProblem]:
    finder = DiagnosisFinder(content.diagnoses)
    letters = {code[:1].upper() for code in content.diagnoses.codes}
    subcategories = {code[:5] for code in content.procedures.codes}

    def has_diagnosis(category: str) -> bool:
        if category == ANY or not is_category(category):  # What is no category is told where the row is read.
            return category in letters or len(category) != 1 or category == ANY
        return bool(finder.ids([category]))

    def has_operation(code: str) -> bool:
        return code in content.procedures.ids or code in subcategories

    for row, group in enumerate(content.groups, 1):
        terms = [("diagnosis_category", alternatives(group.diagnosis_category))]
        terms += [("other_diagnoses", term) for term in condition_terms(group.other_diagnoses)]
        for field, term in terms:
            yield from _unknown_in_term(term, has_diagnosis, "diagnosis", file, row, field)
        for term in group.terms():
            yield from _unknown_in_term(term, has_operation, "operation", file, row, "operations")


def _unknown_in_term(
    term: Sequence[str], is_known: Callable[[str], bool], kind: str, file: str, row: int, field: str
) -> Iterator[TableProblem]:
    """Codes of a term that the code lists do not have: an error if no alternative of it is left."""
    unknown = [code for code in term if not is_known(code)]
    key = f"unknown_{kind}" if len(unknown) == len(term) else f"unused_{kind}"
    for code in unknown:
        yield TableProblem(key, file, row, field, code)
    for code in dict.fromkeys(code for place, code in enumerate(term) if code in term[:place]):
        yield TableProblem("code_twice", file, row, field, code)


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


def _weightless(groups: Sequence[Group], file: str) -> Iterator[TableProblem]:
    """Groups whose points are nothing: no mistake, but worth a look."""
    for row, group in enumerate(groups, 1):
        if group.points and not number_problem("points", group.points) and parse_ratio(group.points)[0] == 0:
            yield TableProblem("group_without_weight", file, row, "points", group.points)


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
    kinds = Counter(group.kind for group in groups)
    listed = {kind: kinds[kind] for kind in LISTED_KINDS if kinds[kind]}
    cases = sum(int(group.cases) for group in groups if group.cases.isdecimal())
    return {
        "groups": len(groups), **listed, "core": kinds["core"], "comprehensive": kinds["comprehensive"], "cases": cases
    }  # fmt: skip
