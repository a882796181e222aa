"""Readers of single values: a node in, a checked value out, or INVALID with the problem told.

Numbers are decimal text in quotes and become scaled integers exactly; words come from closed sets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal, get_args

from drgdip.base.scaled import format_scaled, parse_scaled
from drgdip.base.text import Text
from drgdip.base.validity import Period
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy.problems import Problems

Reader = Callable[[Node, Problems], Any]

#: Ratios, coefficients, thresholds and point values lie below this; so does a fund of one month, in yuan.
_RATIO_CEILING_E4 = 10**6 * 10**4
_YUAN_CEILING_FEN = 10**11 * 100


def reject(node: Node, problems: Problems, zh: str, en: str) -> Any:
    """Tell a problem at a node, unless the node itself was already told."""
    if node.value is not INVALID:
        problems.add(node.line, node.path, Text(zh, en))
    return INVALID


def boolean(node: Node, problems: Problems) -> Any:
    """``true`` or ``false``."""
    if isinstance(node.value, bool):
        return node.value
    return reject(node, problems, "须为 true 或 false", "must be true or false")


def always_true(node: Node, problems: Problems) -> Any:
    """``points_before_money``: case points are rounded before they become money, here and in every statement."""
    value = boolean(node, problems)
    if value is False:
        return reject(
            node,
            problems,
            "仅支持 true:先将病例分值四舍五入到四位小数,再乘点值",
            "only true is supported: case points are rounded to four decimals, then multiplied by the point value",
        )
    return value


def days(node: Node, problems: Problems) -> Any:
    """A length of stay, a whole number of days."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 0 <= node.value <= 36_500:
        return node.value
    return reject(node, problems, "须为整数天数(0 至 36500)", "must be a whole number of days (0 to 36500)")


def hours(node: Node, problems: Problems) -> Any:
    """A whole number of hours."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 0 <= node.value <= 24 * 36_500:
        return node.value
    return reject(node, problems, "须为整数小时数(0 至 876000)", "must be a whole number of hours (0 to 876000)")


def count(node: Node, problems: Problems) -> Any:
    """A number of cases."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and 0 <= node.value <= 10**9:
        return node.value
    return reject(node, problems, "须为不小于 0 的整数", "must be a whole number, not below 0")


def words(node: Node, problems: Problems) -> Any:
    """Text that is not empty."""
    if isinstance(node.value, str) and node.value.strip():
        return node.value.strip()
    return reject(node, problems, "须为非空文本(数字请加引号)", "must be text and not empty (write numbers in quotes)")


def pattern(expression: str, zh: str, en: str) -> Reader:
    """Text of a fixed form."""
    compiled = re.compile(expression, re.ASCII)

    def read(node: Node, problems: Problems) -> Any:
        if isinstance(node.value, str) and compiled.fullmatch(node.value):
            return node.value
        return reject(node, problems, f"须为{zh}(加引号)", f"must be {en} (in quotes)")

    return read


def choice(literal: Any) -> Reader:
    """One word of a closed set, given as a Literal type."""
    allowed = get_args(literal)

    def read(node: Node, problems: Problems) -> Any:
        if isinstance(node.value, str) and node.value in allowed:
            return node.value
        near = suggestion(node.value, allowed)
        listed = ", ".join(allowed)
        return reject(node, problems, f"须为 {listed} 之一{near.zh}", f"must be one of {listed}{near.en}")

    return read


def suggestion(word: object, known: Iterable[str]) -> Text:
    """“did you mean …”, or nothing where no known word is near."""
    near = get_close_matches(word, list(known), n=1) if isinstance(word, str) else []
    return Text(f",是否为 {near[0]}?", f"; did you mean {near[0]}?") if near else Text("", "")


def decimal(places: int = 4, least: int | None = 1, most: int = _RATIO_CEILING_E4, unit: Text = Text("", "")) -> Reader:
    """A decimal in quotes, scaled to an integer; ``least`` and ``most`` are scaled and included."""

    def read(node: Node, problems: Problems) -> Any:
        if not isinstance(node.value, str):
            return reject(node, problems, '须为加引号的小数,如 "1.05"', 'must be a decimal in quotes, such as "1.05"')
        try:
            scaled = parse_scaled(node.value, places)
        except ValueError:
            return reject(
                node,
                problems,
                f"“{node.value}”不是小数位不超过 {places} 位的数",
                f"“{node.value}” is not a plain decimal with at most {places} decimals",
            )
        if (least is not None and scaled < least) or abs(scaled) > most:
            low = format_scaled(-most if least is None else least, places)
            high = format_scaled(most, places)
            return reject(
                node, problems, f"须在 {low} 至 {high}{unit.zh} 之间", f"must lie between {low} and {high}{unit.en}"
            )
        return scaled

    return read


ratio = decimal()
ratio_or_zero = decimal(least=0)
signed_ratio = decimal(least=None)
share = decimal(most=10_000)
share_below_one = decimal(least=0, most=9_999)
#: By how much a budget changes: from less than all of it away to as much again.
growth = decimal(least=-9_999, most=10_000)
yuan = decimal(places=2, least=1, most=_YUAN_CEILING_FEN, unit=Text(" 元", " yuan"))
yuan_or_zero = decimal(places=2, least=0, most=_YUAN_CEILING_FEN, unit=Text(" 元", " yuan"))

signed_yuan = decimal(places=2, least=None, most=_YUAN_CEILING_FEN, unit=Text(" 元", " yuan"))


def or_none(reader: Reader) -> Reader:
    """The word ``none``, or what the reader reads: no rule is said, never left out."""

    def read(node: Node, problems: Problems) -> Any:
        return None if node.value == "none" else reader(node, problems)

    return read


def list_of(reader: Reader, least: int = 0, distinct: bool = True) -> Reader:
    """A list as a tuple."""

    def read(node: Node, problems: Problems) -> Any:
        if not isinstance(node.value, list):
            return reject(node, problems, "须为列表", "must be a list")
        if len(node.value) < least:
            return reject(node, problems, f"至少须有 {least} 项", f"must have at least {least} item")
        values = [reader(item, problems) for item in node.value]
        for i, item in enumerate(node.value):
            if distinct and values[i] is not INVALID and values[i] in values[:i]:
                return reject(item, problems, "列表项重复", "the item stands twice")
        return INVALID if INVALID in values else tuple(values)

    return read


def record(required: Mapping[str, Reader], optional: Mapping[str, Reader] | None = None) -> Reader:
    """A mapping with known keys only, as a dict; optional keys that are absent stay absent."""
    known = {**required, **(optional or {})}

    def read(node: Node, problems: Problems) -> Any:
        children = keys(node, problems, known, required)
        if children is INVALID:
            return INVALID
        values = {key: known[key](child, problems) for key, child in children.items()}
        complete = all(key in values for key in required) and INVALID not in values.values()
        return values if complete else INVALID

    return read


def keys(node: Node, problems: Problems, known: Iterable[str], required: Iterable[str]) -> Any:
    """The known children of a mapping node; unknown and missing keys are told. INVALID if it is no mapping."""
    if not isinstance(node.value, dict):
        return reject(node, problems, "须为键值结构", "must be a mapping of keys to values")
    known, required = tuple(known), tuple(required)
    for key, child in node.value.items():
        if key not in known:
            near = suggestion(key, known)
            problems.add(child.line, child.path, Text(f"未知的键{near.zh}", f"unknown key{near.en}"))
    for key in required:
        if key not in node.value:
            reject(node, problems, f"缺少键 {key}", f"the key {key} is missing")
    return {key: child for key, child in node.value.items() if key in known}


_bilingual_fields = record({"zh": words, "en": words})


def bilingual(node: Node, problems: Problems) -> Any:
    """``{zh: …, en: …}`` as Text."""
    fields = _bilingual_fields(node, problems)
    return INVALID if fields is INVALID else Text(fields["zh"], fields["en"])


def day(node: Node, problems: Problems) -> Any:
    """A date as YAML knows it, without quotes."""
    if isinstance(node.value, date):
        return node.value
    return reject(node, problems, "须为日期 YYYY-MM-DD(不加引号)", "must be a date YYYY-MM-DD (without quotes)")


_period_fields = record({"from": day, "to": day})


def period(node: Node, problems: Problems) -> Any:
    """``{from: date, to: date}``, both included."""
    fields = _period_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if fields["from"] > fields["to"]:
        return reject(node, problems, "结束日期早于开始日期", "it ends before it begins")
    return Period(fields["from"], fields["to"])


def written(node: Node) -> str:
    """A value as it stands in the file, on one line."""
    match node.value:
        case dict() as mapping:
            return "; ".join(f"{key}: {_nested(child)}" for key, child in mapping.items())
        case list() as items:
            return ", ".join(_nested(item) for item in items) if items else "[]"
        case bool() as flag:
            return "true" if flag else "false"
        case other:
            return str(other)


def _nested(node: Node) -> str:
    text = written(node)
    match node.value:
        case dict():
            return f"{{{text}}}"
        case list() if node.value:
            return f"[{text}]"
        case _:
            return text


#: How far a value can be relied on: ``sourced`` from the text itself, ``derived`` by reasoning, or in doubt (``DOUBTS``).
EntryStatus = Literal["sourced", "derived", "unverified", "memory", "disputed"]
#: Marks that results show beside what was computed with the value.
DOUBTS: tuple[EntryStatus, ...] = ("unverified", "memory", "disputed")
