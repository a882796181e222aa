"""Conditions of CHS-DRG rules in the words that people use."""

from __future__ import annotations

from collections.abc import Sequence

from drgdip.audit.drg_conditions import Checked, Found
from drgdip.base.columns import Column
from drgdip.base.text import Text
from drgdip.grouping.drg import READS
from drgdip.tables.chs_drg.syntax import NUMBER_VARIABLES, SEVERITY_SETS, Compare, Constant, Count, Member

#: Column of each variable that holds one value; the last is the department, which is text.
COLUMN_OF: dict[str, Column] = dict(zip((*NUMBER_VARIABLES, "KB"), READS[4:], strict=True))

#: One code of each kind.
ROLES = {
    "ZYZD": Text("主要诊断", "principal diagnosis"),
    "QTZD": Text("其他诊断", "other diagnosis"),
    "ZYSS": Text("主要手术操作", "main operation"),
    "QTSS": Text("其他手术操作", "other operation"),
}
_CODES = {
    ("ZYZD",): Text("主要诊断", "the principal diagnosis"),
    ("QTZD",): Text("其他诊断", "other diagnoses"),
    ("ZYSS",): Text("主要手术操作", "the main operation"),
    ("QTSS",): Text("其他手术操作", "other operations"),
    ("QTZD", "ZYZD"): Text("任一诊断", "any diagnosis"),
    ("QTSS", "ZYSS"): Text("任一手术操作", "any operation"),
}
#: Sets beyond this are counted, not named.
_MANY = 3
NONE = Text("无", "none")
MISSING = Text("缺", "missing")


def codes_asked(variables: Sequence[str]) -> Text:
    """Whose codes a condition asks for."""
    return _CODES[tuple(sorted(set(variables)))]


def label_of(variable: str) -> Text:
    """What people call a variable that holds one value."""
    column = COLUMN_OF[variable]
    department = Text("出院科别", "department of discharge")
    return department if variable == "KB" else Text(column.zh, column.en)


def condition(one: Checked) -> Text:
    """A condition, true or not; of several that would each do, all."""
    if one.joint:
        return _joined(one, [condition(part) for part in one.parts])
    leaf = one.leaf
    if isinstance(leaf, Member):
        who, sets = codes_asked(leaf.variables), _sets(leaf.sets)
        no, not_ = ("不", "not ") if leaf.negated else ("", "")
        return Text(f"{who.zh}{no}属于 {sets.zh}", f"{who.en} {not_}in {sets.en}")
    if isinstance(leaf, Count):
        who = codes_asked(leaf.variables)
        end = f"{leaf.operator} {leaf.value}"
        return Text(f"{who.zh}中属于 {leaf.set} 的不同编码数 {end}", f"distinct codes of {who.en} in {leaf.set} {end}")
    if isinstance(leaf, Compare):
        label, end = label_of(leaf.variable), f"{leaf.operator} {leaf.value}"
        return Text(f"{label.zh} {end}", f"{label.en} {end}")
    holds = isinstance(leaf, Constant) and leaf.value
    return Text("恒成立", "always holds") if holds else Text("恒不成立", "never holds")


def _sets(names: Sequence[str]) -> Text:
    if len(names) > _MANY:
        return Text(f"{names[0]} 等 {len(names)} 个集合", f"{names[0]} or {len(names) - 1} more sets")
    return Text(" 或 ".join(names), " or ".join(names))


#: What joins conditions that must all hold, or of which one would do.
JOINTS = {"and": Text(" 且 ", " and "), "or": Text(" 或 ", " or ")}


def _joined(one: Checked, texts: Sequence[Text]) -> Text:
    unique, by = list(dict.fromkeys(texts)), JOINTS[one.joint]
    return Text(by.zh.join(text.zh for text in unique), by.en.join(text.en for text in unique))


def instance(one: Checked) -> Text:
    """What the stay has where a condition looks; empty for a constant."""
    if isinstance(one.leaf, Compare):
        return Text(f"实际 {one.actual}", f"it is {one.actual}") if one.actual else MISSING
    if not isinstance(one.leaf, Member | Count):
        return Text("", "")
    names = isinstance(one.leaf, Member) and len(one.leaf.sets) > 1
    text = _codes(one.found, names)
    if isinstance(one.leaf, Count):
        number = len({code.code for code in one.found})
        text = Text(f"实际 {number},{text.zh}", f"it is {number}, {text.en}") if number else Text("实际 0", "it is 0")
    if one.elsewhere:
        who, codes = codes_asked([one.elsewhere[0].variable]), _codes(one.elsewhere, names)
        text = Text(f"{text.zh};而{who.zh}中有 {codes.zh}", f"{text.en}; but among {who.en}: {codes.en}")
    return text


def _codes(found: Sequence[Found], names: bool) -> Text:
    if not found:
        return NONE
    found = list({(one.code, one.set): one for one in found}.values())
    places = [_place(one, names) for one in found]
    zh = "、".join(
        f"{one.code}({place.zh})" if place.zh else one.code for one, place in zip(found, places, strict=True)
    )
    en = ", ".join(
        f"{one.code} ({place.en})" if place.en else one.code for one, place in zip(found, places, strict=True)
    )
    return Text(zh, en)


def _place(one: Found, names: bool) -> Text:
    """The set where there are several, and the row of its sheet where that is known."""
    sheet = "CC" if one.set in SEVERITY_SETS else "集合"
    row = Text(f"{sheet} 第 {one.row} 行", f"{sheet} row {one.row}") if one.row else Text("", "")
    return Text(*(", ".join(filter(None, (one.set if names else "", part))) for part in row))


def kind_of(lacking: Sequence[Checked]) -> Text:
    """What rows that nothing of a stay meets fail by, without their own sets and limits."""
    kinds = list(dict.fromkeys(map(_kind, lacking)))
    return Text("且".join(kind.zh for kind in kinds), " and ".join(kind.en for kind in kinds))


def _kind(one: Checked) -> Text:
    if one.joint:
        return _joined(one, [_kind(part) for part in one.parts])
    if isinstance(one.leaf, Member | Count):
        who = codes_asked(one.leaf.variables)
        if isinstance(one.leaf, Member) and not one.leaf.negated:
            return Text(f"{who.zh}不在其集合内", f"{who.en} not in their sets")
        return Text(f"{who.zh}不合其要求", f"{who.en} not as they ask")
    if isinstance(one.leaf, Compare):
        label = label_of(one.leaf.variable)
        return Text(f"{label.zh}不合其要求", f"{label.en} not as they ask")
    return condition(one)
