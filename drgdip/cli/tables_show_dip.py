"""What ``drgdip tables show`` tells of a DIP code: a group, or a diagnosis or operation and the groups that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import print_json

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem, DipTables

_KINDS = {"diagnosis": Text("诊断编码", "diagnosis"), "operation": Text("手术操作编码", "operation")}
_LAYERS = {
    "pre": Text("先期", "pre-group"),
    "merge": Text("并项", "merge"),
    "assisted": Text("诊断辅助", "diagnosis-assisted"),
    "core": Text("核心", "core"),
    "comprehensive": Text("综合", "comprehensive"),
}
_FLAGS = {
    "excluded": Text("不应作为主要诊断", "not allowed as principal diagnosis"),
    "unused": Text("不用于分组", "not used in grouping"),
}
_SHOWN = 40


def show_dip_code(code: str, tables: DipTables, as_json: bool, lang: Language) -> None:
    """Print what an edition says of a code. Raises UsageError if it does not name it."""
    group = _group_id(code, tables)
    if group is not None:
        _show_group(group, tables, as_json, lang)
        return
    found = list(_entries(code.strip(), tables))
    if not found:
        raise UsageError(
            Text(f"目录中没有病种 {code}。", f"There is no group {code} in the tables."),
            Text("请核对编码:可为病种、诊断或手术操作编码。", "Check the code: a group, a diagnosis or an operation."),
        )
    if as_json:
        print_json(found)
        return
    for entry in found:
        _echo(entry, lang)


def _show_group(group: int, tables: DipTables, as_json: bool, lang: Language) -> None:
    from drgdip.tables.diff_words import FIELD_WORDS

    row = tables.row(group)
    if as_json:
        print_json(dict(row))
        return
    for name, value in row.items():
        if value:
            label = FIELD_WORDS.get(name, Text("病种编码", "code")).in_language(lang)
            click.echo(f"{label}: {_LAYERS[value].in_language(lang) if name == 'kind' else value}")
    for operation in dict.fromkeys(code for term in tables.rows[group].terms() for code in term):
        if operation in tables.procedures.ids:
            click.echo(f"  {operation} {tables.procedures.names[tables.procedures.ids[operation]]}")


def _group_id(code: str, tables: DipTables) -> int | None:
    """Id of a group; capitals do not matter where only one group can be meant."""
    if code in tables.group_ids:
        return tables.group_ids[code]
    near = [known for known in tables.group_codes if known.casefold() == code.casefold()]
    return tables.group_ids[near[0]] if len(near) == 1 else None


def _entries(code: str, tables: DipTables) -> Iterator[dict[str, Any]]:
    for kind, system in (("diagnosis", tables.diagnoses), ("operation", tables.procedures)):
        place = _place(code, system)
        if place is None:
            continue
        entry: dict[str, Any] = {"kind": kind, "code": system.codes[place], "name": system.names[place]}
        entry |= _of_diagnosis(place, tables) if kind == "diagnosis" else _of_operation(place, tables)
        groups = entry.pop("groups")
        yield entry | {"groups": [{"dip_code": tables.group_codes[one], "kind": tables.rows[one].kind,
                                   "name": tables.group_names[one]} for one in groups]}  # fmt: skip


def _place(code: str, system: CodeSystem) -> int | None:
    return next((place for place, known in enumerate(system.codes) if known.casefold() == code.casefold()), None)


def _of_diagnosis(place: int, tables: DipTables) -> dict[str, Any]:
    """Groups that the diagnosis can lead to as principal, or stands for among others, in the order of the catalogue."""
    from drgdip.tables.dip_conditions import ANY, DiagnosisFinder, alternatives, terms

    finder, code = DiagnosisFinder(tables.diagnoses), tables.diagnoses.codes[place]
    groups = []
    for position, row in enumerate(tables.rows):
        asked = [*alternatives(row.diagnosis_category), *(one for term in terms(row.other_diagnoses) for one in term)]
        likely = [one for one in asked if one != ANY and code.upper().startswith(one.upper())]
        if any(len(one) == 1 or place in finder.ids([one]) for one in likely):
            groups.append(position)
    return {"excluded": bool(tables.groups.principal_excluded[place]), "groups": groups}


def _of_operation(place: int, tables: DipTables) -> dict[str, Any]:
    from drgdip.tables.dip_catalogue import TREATMENT_TYPES

    arrays = tables.groups
    kind = int(arrays.procedure_treatment_type[place])
    offsets = arrays.alternative_offset[arrays.term_offset].tolist()
    groups = [
        group for group, (first, last) in enumerate(pairwise(offsets))
        if place in arrays.alternative_procedure[first:last]
    ]  # fmt: skip
    named = TREATMENT_TYPES[kind] if kind >= 0 else ""
    return {"treatment_type": named, "unused": bool(arrays.procedure_unused[place]), "groups": groups}


def _echo(entry: Mapping[str, Any], lang: Language) -> None:
    click.echo(f"{_KINDS[entry['kind']].in_language(lang)}: {entry['code']} {entry['name']}")
    if entry.get("treatment_type") is not None:
        label = Text("治疗方式", "treatment type").in_language(lang)
        click.echo(f"{label}: {entry['treatment_type'] or '—'}")
    for name, words in _FLAGS.items():
        if entry.get(name):
            click.echo(words.in_language(lang))
    click.echo(f"{Text('病种', 'groups').in_language(lang)} ({len(entry['groups']):,}):")
    for group in entry["groups"][:_SHOWN]:
        click.echo(f"  [{_LAYERS[group['kind']].in_language(lang)}] {group['dip_code']}  {group['name']}")
    if len(entry["groups"]) > _SHOWN:
        click.echo("  …")
