"""What ``drgdip tables show`` tells of a CHS-DRG code: a category, a group, a set of codes, or a single code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import print_json

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.chs_drg.look_up import CodePlaces, LookUp
    from drgdip.tables.chs_drg.rows import AdrgRow, DrgRow, MdcRow

_LABELS = {
    "kind": Text("类别", "kind"),
    "code": Text("编码", "code"),
    "name": Text("名称", "name"),
    "mdc": Text("主要诊断大类", "MDC"),
    "adrg": Text("核心疾病诊断相关组", "ADRG"),
    "row": Text("工作表行", "sheet row"),
    "rule": Text("规则", "rule"),
    "weight": Text("参考权重", "reference weight"),
    "members": Text("包含", "holds"),
    "sets": Text("所在集合(行)", "sets (row)"),
    "complication": Text("并发症(行)", "complication (row)"),
    "excluded_by": Text("排除表", "exclusion table"),
    "excludes_in": Text("作为主诊时所在排除表(行)", "exclusion tables that name it (row)"),
}
_KINDS = {
    "mdc": Text("主要诊断大类 MDC", "major diagnostic category"),
    "adrg": Text("核心疾病诊断相关组 ADRG", "adjacent group"),
    "drg": Text("疾病诊断相关组 DRG", "group"),
    "set": Text("集合", "set of codes"),
    "diagnosis": Text("诊断编码", "diagnosis"),
    "operation": Text("手术操作编码", "operation"),
}


def show_drg_code(code: str, tables: DrgTables, as_json: bool, lang: Language) -> None:
    """Print what an edition says of a code. Raises UsageError if it does not name it."""
    from drgdip.tables.chs_drg.look_up import LookUp

    found = list(_entries(code.strip(), tables, LookUp(tables)))
    if not found:
        raise UsageError(
            Text(f"分组目录中没有 {code}。", f"There is no {code} in the tables."),
            Text("请核对编码:可为 MDC、ADRG、DRG、集合,或诊断、手术操作编码。",
                 "Check the code: an MDC, ADRG, DRG or set, or a diagnosis or operation."),
        )  # fmt: skip
    if as_json:
        print_json(found)
        return
    for position, entry in enumerate(found):
        if position:
            click.echo("")
        _echo(entry, lang)


def _echo(entry: Mapping[str, Any], lang: Language) -> None:
    for name, value in entry.items():
        label = _LABELS[name].in_language(lang)
        if isinstance(value, dict):
            click.echo(f"{label} ({len(value):,}):")
            for member, words in value.items():
                click.echo(f"  {member}  {words}")
        elif value not in ("", None):
            click.echo(f"{label}: {_KINDS[value].in_language(lang) if name == 'kind' else value}")


def _entries(code: str, tables: DrgTables, look: LookUp) -> Iterator[dict[str, Any]]:
    """Everything of that name; capitals do not matter."""
    rows, wanted = look.rows, code.casefold()
    for mdc in rows.mdcs:
        if mdc.code.casefold() == wanted:
            yield _head("mdc", mdc) | {"members": {one.code: one.name for one in rows.adrgs if one.mdc == mdc.code}}
    for adrg in rows.adrgs:
        if adrg.code.casefold() == wanted:
            members = {one.code: f"{one.name} [{one.text or '–'}]" for one in rows.groups_of(adrg)}
            yield _head("adrg", adrg) | {"mdc": adrg.mdc, "members": members}
    for drg in rows.drgs:
        if drg.code.casefold() == wanted:
            yield _head("drg", drg) | {"mdc": drg.mdc, "adrg": drg.adrg, "weight": rows.weights.get(drg.code)}
    yield from _sets(wanted, tables, look)
    yield from _codes(wanted, tables, look.places)


def _head(kind: str, row: MdcRow | AdrgRow | DrgRow) -> dict[str, Any]:
    return {"kind": kind, "code": row.code, "name": row.name, "row": row.row, "rule": row.text}


def _sets(wanted: str, tables: DrgTables, look: LookUp) -> Iterator[dict[str, Any]]:
    members: dict[str, dict[str, str]] = {}
    for code, sets in look.places.sets.items():
        for name in sets:
            if name.casefold() == wanted:
                members.setdefault(name, {})[code] = _name(code, tables)
    for name, codes in members.items():
        yield {"kind": "set", "code": name, "members": codes}


def _name(code: str, tables: DrgTables) -> str:
    for system in (tables.diagnoses, tables.procedures):
        if code in system.ids:
            return system.names[system.ids[code]]
    return ""


def _codes(wanted: str, tables: DrgTables, places: CodePlaces) -> Iterator[dict[str, Any]]:
    for kind, system in (("diagnosis", tables.diagnoses), ("operation", tables.procedures)):
        code = next((known for known in system.codes if known.casefold() == wanted), None)
        if code is None:
            continue
        entry = {"kind": kind, "code": code, "name": system.names[system.ids[code]], "sets": _placed(places.sets, code)}
        if kind == "diagnosis":
            counted = places.complications.get(code)
            if counted:
                entry |= {"complication": f"{counted.severity} ({counted.row})", "excluded_by": counted.exclusions}
            entry["excludes_in"] = _placed(places.exclusions, code)
        yield entry


def _placed(places: Mapping[str, Mapping[str, int]], code: str) -> str:
    return ", ".join(f"{name} ({row})" for name, row in places.get(code, {}).items())
