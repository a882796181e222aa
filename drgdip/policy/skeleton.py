"""A new policy file after an existing one: every key with what it does, and what the place must decide left unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from drgdip.base.yaml_source import Node
from drgdip.policy.form import Each, Leaf, Plain, Tree
from drgdip.policy.key_words import KEY_WORDS
from drgdip.policy.model import FILE, OF_SCHEME

if TYPE_CHECKING:
    from drgdip.policy.dated import Entry
    from drgdip.policy.load import Policy

#: A division code that no place has: ``policy check`` asks for the real one.
NO_PLACE = "000000"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z_]*")
#: Words that YAML would read as something else.
_NOT_PLAIN = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
#: Named children that are one place's own: a new file begins without.
_OF_ONE_PLACE = ("k.hospitals", "k.bonuses", "year.elastic")

_HEAD = """# 支付政策。由 {source} 的结构生成:凡写 unknown 之处须依据本地文件填写,并在 cite 注明文件与条款,再运行
#   drgdip policy check 本文件
# A payment policy in the form of {source}. What says unknown is for the place to decide: fill it in, cite document and
# article, then run the command above.
#
# 写法 How to write it
#   - 每个取值为 {{value, cite}},全期有效;或 {{from, to, value, cite}} 的列表,日期首尾相接。
#     A value is {{value, cite}} for the whole period, or a list of {{from, to, value, cite}} whose days join.
#   - 另可写 status(sourced 见原文 | derived 推导 | unverified 未核实 | memory 凭知识 | disputed 存疑)、
#     confirmed(最近核对日期)、note。Also status, confirmed (a date), note.
#   - 数字加引号,至多四位小数(元两位);没有该规则写 none。Numbers in quotes; where there is no such rule write none.
#   - 整节可省:{optional}。These whole sections may be left out.

policy:
  name: {name}
  version: "0.1"
  status: draft                # official | transcribed | derived | draft | synthetic
  title: {{zh: "{name} 支付政策", en: "Payment policy {name}"}}

region:
  admdvs: "{no_place}"           # 统筹区行政区划代码,六位 | division code of the place, six digits
  name: {{zh: "{name}", en: "{name}"}}

effective: {{from: {first}, to: {last}}}

tables: {{scheme: {scheme}, edition: {edition}}}
"""
_DECIDE = "请注明本地文件与条款 | document and article of the place"
_OPTIONAL = (
    *("codes", "auxiliary", "case_rules", "attribution", "suspension", "mixed", "cross_region", "special", "sanctions"),
    *("screening", "readmission", "warning", "prepayment", "year"),
)


def skeleton(source: Policy, name: str, year: int) -> str:
    """The text of a new policy file: values of the source that cite its own place become unknown, national ones stay."""
    optional = [key for key in _OPTIONAL if OF_SCHEME.get(key, source.tables_scheme) == source.tables_scheme]
    head = _HEAD.format(
        source=source.name, name=name, no_place=NO_PLACE, first=date(year, 1, 1), last=date(year, 12, 31),
        scheme=source.tables_scheme, edition=_scalar(source.tables_edition), optional=", ".join(optional),
    )  # fmt: skip
    body = _Writer(source).lines()
    return head + "".join(f"{line}\n".replace(" \n", "\n") for line in body)


class _Writer:
    def __init__(self, source: Policy) -> None:
        self.source = source
        self.places = (source.region_name.zh, source.region_name.en, "Example")

    def lines(self) -> Iterator[str]:
        for key, tree in FILE.items():
            if not isinstance(tree, Plain) and key not in ("policy", "region", "tables") and self._used(key):
                yield ""
                yield from self._tree(key, key, key, tree, 0)

    def _used(self, key: str) -> bool:
        return any(one == key or one.startswith(f"{key}.") for one in self.source.leaf_keys())

    def _tree(self, name: str, key: str, pattern: str, tree: Tree, depth: int) -> Iterator[str]:
        pad = "  " * depth
        if isinstance(tree, Leaf):
            if pattern in KEY_WORDS:
                words = KEY_WORDS[pattern]
                yield f"{pad}# {words.zh} — {words.en}"
            yield f"{pad}{_scalar(name)}: {self._entry(key)}"
        elif isinstance(tree, Plain):
            text = self.source.plain(key)
            yield f"{pad}{name}: {{zh: {json.dumps(text.zh, ensure_ascii=False)}, en: {json.dumps(text.en)}}}"  # type: ignore[attr-defined]
        elif isinstance(tree, Each):
            names = () if key in _OF_ONE_PLACE else self.source.names(key)
            yield f"{pad}{name}:{'' if names else ' {}'}"
            for child in names:
                yield from self._tree(child, f"{key}.{child}", f"{pattern}.*", tree.child, depth + 1)
        else:
            yield f"{pad}{_scalar(name)}:"
            for child, below in tree.items():
                empty = isinstance(below, Each) and not below.least  # which the form asks for, be it {}
                if self._used(f"{key}.{child}") or empty or isinstance(below, Plain):
                    yield from self._tree(child, f"{key}.{child}", f"{pattern}.{child}", below, depth + 1)

    def _entry(self, key: str) -> str:
        """The last entry of the source if a text of wider validity gives it, else unknown."""
        entry = self.source.entries(key)[-1]
        if any(place in entry.citation for place in self.places) or entry.period != self.source.period:
            return f"{{value: unknown, cite: {json.dumps(_DECIDE, ensure_ascii=False)}}}"
        return _written(entry)


def _written(entry: Entry) -> str:
    parts = [f"value: {_flow(entry.node)}", f"cite: {json.dumps(entry.citation, ensure_ascii=False)}"]
    if entry.status:
        parts.append(f"status: {entry.status}")
    if entry.confirmed:
        parts.append(f"confirmed: {entry.confirmed}")
    if entry.note:
        parts.append(f"note: {json.dumps(entry.note, ensure_ascii=False)}")
    return f"{{{', '.join(parts)}}}"


def _flow(node: Node | Any) -> str:
    value = node.value if isinstance(node, Node) else node
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_scalar(key)}: {_flow(child)}' for key, child in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _scalar(value) if isinstance(value, str) else str(value)


def _scalar(text: str) -> str:
    """Text as YAML reads it back: plain where that is certain, else in quotes."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN
    return text if plain else json.dumps(text, ensure_ascii=False)
