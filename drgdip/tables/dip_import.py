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
from drgdip.tables.check import Content, check_content, count_rows, exclusion_codes
from drgdip.tables.code_system import CODES_FILE, parse_code_system
from drgdip.tables.csv_file import read_text
from drgdip.tables.dip_catalogue import GROUPS_FILE, groups_text, is_weighted
from drgdip.tables.dip_compile import Exclusions
from drgdip.tables.dip_published import read_published
from drgdip.tables.edition import EXCLUSION_FILES, ROLES
from drgdip.tables.folder import write_folder
from drgdip.tables.local_weights import LocalWeights
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import About, ListReference, Manifest, new_manifest
from drgdip.tables.mapping import Mapping
from drgdip.tables.problems import TableProblem, raise_if_errors
from drgdip.tables.treatment_types import parse_types

#: Lists that an edition is read with unless others are named.
DEFAULT_LISTS = {"diagnoses": "diagnosis-yb-2.0", "procedures": "procedure-yb-2.0", "treatment_types": "derived-2026"}


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
    weights: LocalWeights | None = None,
    excluded: Dict[str, Path] | None = None,
    point_scale: int = 1000,
    region_mean_cost_yuan: str | None = None,
    imported_at: date,
    overwrite: bool = False,
) -> tuple[Manifest, list[TableProblem]]:
    """Import a catalogue into the folder ``out``; nothing is written unless every row is right.

    Parameters
    ----------
    weights : of a catalogue that is published without, or in place of the published ones.
    excluded : by role (``principals_excluded``, ``operations_unused``) a CSV file of codes.

    Returns the manifest and the warnings. Raises TablesFileError with every problem, TablesError if a catalogue with
    weights has no mean cost of the region, UsageError if the folder already holds an edition.
    """
    published = read_published(source, mapping, weights)
    mean = region_mean_cost_yuan
    if mean is None and is_weighted(published.groups):
        mean = _one_mean(published.region_mean_costs, source.name)
    excluded_texts = {role: read_text(path) for role, path in (excluded or {}).items()}
    names = {"groups": source.name, "treatment_types": "types.csv", **EXCLUSION_FILES}
    problems = list(published.warnings)
    content = Content(
        published.groups,
        parse_code_system(lists.texts["diagnoses"], CODES_FILE),
        parse_code_system(lists.texts["procedures"], CODES_FILE),
        parse_types(lists.texts["treatment_types"], "types.csv", []),
        Exclusions(*(exclusion_codes(excluded_texts.get(role), names[role], problems) for role in EXCLUSION_FILES)),
    )
    problems += check_content(content, names, point_scale)
    raise_if_errors(problems)
    files = {GROUPS_FILE: groups_text(published.groups), **lists.files}
    files |= {EXCLUSION_FILES[role]: text for role, text in excluded_texts.items()}
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
