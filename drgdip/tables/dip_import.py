"""Import of a city's catalogue: a published file becomes an edition, or every row that is wrong is told."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from datetime import date
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import TablesError
from drgdip.base.provenance import sha256_of_text
from drgdip.base.text import Text
from drgdip.tables.check import Content, check_content, count_rows
from drgdip.tables.code_system import CODES_FILE, parse_code_system
from drgdip.tables.csv_file import header_of, read_text, require_columns, rows_of
from drgdip.tables.dip_catalogue import GROUPS_FILE, Group, group_problems, groups_text
from drgdip.tables.edition import ROLES
from drgdip.tables.folder import write_folder
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import About, ListReference, Manifest, new_manifest
from drgdip.tables.mapping import Mapping, fitting_mapping
from drgdip.tables.problems import TableProblem, raise_if_errors
from drgdip.tables.treatment_types import parse_types

#: Lists that an edition is read with unless others are named.
DEFAULT_LISTS = {"diagnoses": "diagnosis-yb-2.0", "procedures": "procedure-yb-2.0", "treatment_types": "derived-2026"}

_TYPE_WORDS = {"surgery": "手术", "therapeutic": "治疗性操作", "diagnostic": "诊断性操作", "conservative": "保守治疗"}


class Published(NamedTuple):
    """A published catalogue in our terms; ``region_mean_costs`` are the values found in its column."""

    groups: list[Group]
    region_mean_costs: list[str]


def read_published(path: Path, mapping: Mapping | None = None) -> Published:
    """Read a published catalogue. Raises TablesFileError with every row that is wrong, TablesError for columns."""
    text = read_text(path)
    header = header_of(text)
    used = mapping or fitting_mapping(header, path.name)
    require_columns(header, used.required_columns(), path.name)
    problems: list[TableProblem] = []
    groups: list[Group] = []
    means: dict[str, None] = {}
    for number, row in rows_of(text, path.name, problems):
        group = _group(row, used, path.name, number, problems)
        groups.append(group)
        if used.region_mean_cost:
            means[row.get(used.region_mean_cost, "")] = None
    raise_if_errors(problems)
    return Published(groups, [mean for mean in means if mean])


def _group(row: Dict[str, str], mapping: Mapping, file: str, number: int, problems: list[TableProblem]) -> Group:
    def valued(field: str, column: str, cell: str) -> str:
        value = mapping.value(field, cell)
        if value is None:
            problems.append(TableProblem("unknown_value" if cell else "missing_value", file, number, column, cell))
        return value or ""

    columns, optional = mapping.columns, mapping.optional.model_dump()
    extra = {field: row.get(column or "", "") for field, column in optional.items() if field != "primary_care"}
    kind = valued("kind", columns.kind, row[columns.kind])
    cell = mapping.treatment_type.read(row[mapping.type_column])
    typed = kind == "comprehensive" or (mapping.treatment_type.column is not None and cell != "")
    operations = mapping.operations.combine([row.get(column, "") for column in mapping.operations.columns])
    kind_type = valued("treatment_type", mapping.type_column, cell) if typed else "" if operations else "conservative"
    group = Group(
        dip_code=row[columns.dip_code],
        kind=kind,
        treatment_type=kind_type,
        diagnosis_category=row[columns.diagnosis_category].upper(),
        operations=operations,
        name=_name(row, mapping, kind, kind_type),
        points=row[columns.points],
        mean_cost_yuan=row[columns.mean_cost_yuan],
        primary_care=valued(
            "primary_care", optional["primary_care"] or "", row.get(optional["primary_care"] or "", "")
        ),
        **extra,
    )
    known = {(problem.row, problem.field) for problem in problems}
    for problem in group_problems(group, file, number):
        column = _column_of(problem.field, mapping)
        if (number, column) not in known:
            problems.append(problem._replace(field=column))
    return group


def _name(row: Dict[str, str], mapping: Mapping, kind: str, kind_type: str) -> str:
    parts = [row.get(column, "") for column in mapping.name]
    if kind == "comprehensive" and len(mapping.name) > 1:
        parts.append(_TYPE_WORDS.get(kind_type, ""))
    return "+".join(part for part in parts if part)


def _column_of(field: str, mapping: Mapping) -> str:
    """The file's own name of a column of ours."""
    named = {**mapping.columns.model_dump(), **mapping.optional.model_dump()}
    named |= {
        "operations": mapping.operations.columns[0],
        "name": mapping.name[0],
        "treatment_type": mapping.type_column,
    }
    return str(named.get(field) or field)


class Lists(NamedTuple):
    """Code lists of an edition: references for the manifest, and files to be kept in its folder."""

    references: dict[str, ListReference]
    texts: dict[str, str]
    files: dict[str, str]


def resolve_lists(chosen: Dict[str, str], roles: Iterable[str] = tuple(ROLES)) -> Lists:
    """Lists by role: a name of a list at hand, or a CSV file that the edition then keeps itself."""
    references, texts, files = {}, {}, {}
    for role in roles:
        own_file, kept_as = ROLES[role]
        choice = chosen.get(role) or DEFAULT_LISTS[role]
        is_file = Path(choice).suffix.lower() == ".csv"
        texts[role] = read_text(Path(choice) if is_file else list_folder(role, choice) / own_file)
        if is_file:
            files[kept_as] = texts[role]
        name = Path(choice).stem if is_file else choice
        references[role] = ListReference(
            name=name, sha256=sha256_of_text(texts[role]), file=kept_as if is_file else None
        )
    return Lists(references, texts, files)


def import_dip(
    source: Path,
    edition: str,
    out: Path,
    about: About,
    *,
    lists: Lists,
    mapping: Mapping | None = None,
    point_scale: int = 1000,
    region_mean_cost_yuan: str | None = None,
    imported_at: date,
    overwrite: bool = False,
) -> tuple[Manifest, list[TableProblem]]:
    """Import a catalogue into the folder ``out``; nothing is written unless every row is right.

    Returns the manifest and the warnings. Raises TablesFileError with every problem, TablesError if the region's mean
    cost is neither given nor in the file, UsageError if the folder already holds an edition.
    """
    published = read_published(source, mapping)
    mean = region_mean_cost_yuan or _one_mean(published.region_mean_costs, source.name)
    content = Content(
        published.groups,
        parse_code_system(lists.texts["diagnoses"], CODES_FILE),
        parse_code_system(lists.texts["procedures"], CODES_FILE),
        parse_types(lists.texts["treatment_types"], "types.csv", []),
    )
    problems = check_content(content, {"groups": source.name, "treatment_types": "types.csv"}, point_scale)
    raise_if_errors(problems)
    files = {GROUPS_FILE: groups_text(published.groups), **lists.files}
    manifest = new_manifest(
        about,
        scheme="dip",
        edition=edition,
        imported_at=imported_at,
        rows=count_rows(published.groups),
        files={name: sha256_of_text(text) for name, text in files.items()},
        point_scale=point_scale,
        region_mean_cost_yuan=mean,
        code_systems=lists.references,
    )
    write_folder(out, files, manifest, overwrite)
    return manifest, problems


def _one_mean(found: list[str], file: str) -> str:
    if len(found) == 1:
        return found[0]
    fact = (
        Text(f"{file} 中地区次均费用取值不一。", f"{file} has different mean costs of the region.")
        if found
        else Text(f"{file} 没有地区次均费用。", f"{file} has no mean cost of the region.")
    )
    raise TablesError(fact, Text("请用 --region-mean-cost 指定(元)。", "Give it with --region-mean-cost, in yuan."))
