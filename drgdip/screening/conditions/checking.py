"""Whether the conditions and formulas that a rule declares can be read, and all that they name is there; looked at before any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import numpy as np

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.building import build
from drgdip.screening.columns import TABLES
from drgdip.screening.conditions.derived import DERIVED
from drgdip.screening.conditions.functions import FUNCTIONS
from drgdip.screening.conditions.on_groups import Groups
from drgdip.screening.conditions.parsing import parsed
from drgdip.screening.conditions.scope import JOINS, Scope, fields_of
from drgdip.screening.conditions.values import WrongKindError, numbers
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.params import MissingList, Params
from drgdip.screening.rule import Rule
from drgdip.screening.shared import Shared

#: What a rule on rows may fix.
_KEYS = (
    "outcome", "table", "tables", "among", "needs", "leave_out", "let", "when", "facts", "amounts", "formula", "window",
)  # fmt: skip
#: What is text of conditions and formulas: alone, in a list, by name, in braces.
_ALONE, _NAMED, _FILLED = (
    ("among", "when", "about"),
    ("needs", "leave_out", "rows", "open", "let", "facts", "amounts"),
    ("formula", "window"),
)
#: What is a condition, and what a rule on groups says of their rows.
_CONDITIONS, _OF_ROWS = (
    ("among", "needs", "leave_out", "when", "open", "about"),
    ("needs", "leave_out", "rows", "by", "about"),
)
#: What comes of a function with other values than it takes.
_UNFIT = (WrongKindError, TypeError, ValueError, KeyError, AttributeError, AssertionError)
_WORDS = ("line", "fund", "nothing")
_LINES = ("fee_lines", "outpatient_lines")


def faults_of(rule: Rule) -> Iterator[tuple[str, Text]]:
    """What is wrong with a rule on rows, or groups of rows: place below ``fixed``, and words."""
    from drgdip.screening.shapes.groups import SUBJECTS
    from drgdip.screening.shapes.rows import ROW_TABLES

    fixed, tables = rule.fixed, TABLES if rule.shape == "groups_where" else ROW_TABLES
    table = str(fixed.get("table"))
    if rule.shape == "groups_where":
        subjects = SUBJECTS.keys() & fields_of(table).keys()
        if not fixed.get("by") or fixed["by"][0] not in subjects:
            yield (
                "by",
                Text(
                    f"首项须为 {', '.join(SUBJECTS)} 之一且为该表字段",
                    f"the first is one of {', '.join(SUBJECTS)}, and a field of the table",
                ),
            )
        if fixed.get("involves", table) not in {table, *fields_of(table)}:
            yield "involves", Text("须为该表字段", "it is a field of the table")
    else:
        for key in fixed.keys() - {*_KEYS}:
            yield (
                key,
                Text(f"未知的键,可用:{', '.join(_KEYS[1:])}", f"an unknown key, there are {', '.join(_KEYS[1:])}"),
            )
        if isinstance(fixed.get("amounts"), str) and fixed["amounts"] not in _WORDS:
            yield (
                "amounts",
                Text(f"须为 {', '.join(_WORDS)} 之一或公式", f"it is one of {', '.join(_WORDS)}, or formulas"),
            )
    if table not in tables:
        yield "table", Text(f"须为 {', '.join(tables)} 之一", f"it is one of {', '.join(tables)}")
    for key in ("when", "among") if table in _LINES and tables is ROW_TABLES else ("when",):
        if not fixed.get(key):
            yield key, Text("须写明", "it must be there")
    found = list(_of_texts(rule, table))
    yield from found or _of_kinds(rule, table)


def _of_texts(rule: Rule, table: str) -> Iterator[tuple[str, Text]]:
    """A name of the rule's own may use those before it; what it says of rows uses none that it gives to groups."""
    fixed = rule.fixed
    known, of_lines = _names(rule, table), _names(rule, "fee_lines")
    lets, rows = [*(fixed.get("let") or {})], [*(fixed.get("rows") or {})]
    for place, text in _texts(fixed):
        key, _, own = place.partition(".")
        given = rows[: rows.index(own)] if key == "rows" else rows
        if not (rows and key in _OF_ROWS):
            given = [*given, *(lets[: lets.index(own)] if key == "let" else lets)]
        yield from ((place, words) for words in _faults(text, {*known, *given}))
        for inner in parsed(text).on_lines if _is_read(text) else ():
            yield from ((place, words) for words in _faults(inner, of_lines))


def _of_kinds(rule: Rule, table: str) -> Iterator[tuple[str, Text]]:
    """Whether texts and numbers are kept apart: it is worked out for no row at all."""
    fixed, empty = rule.fixed, build({})
    values = {**fixed, **{name: parameter.default for name, parameter in rule.parameters.items()}}
    params = Params(
        rule.id, {**values, "each": "", "value": next((values.get(name) for name in fixed.get("each") or ()), None)}
    )
    data = empty._replace(lines=Frame(0, {}, {}, {}), outpatient=Frame(0, {}, {}, {}))
    run = Run(data, params, np.zeros(0, dtype=np.bool_), {}, Shared(data))
    rows = whole = Scope(run, table, data.cases, fixed.get("let") or {})
    if rule.shape == "groups_where":
        rows = Scope(run, table, data.cases, fixed.get("rows") or {}).at([])
        whole = Groups(rows, np.zeros(0, dtype=np.int64), fixed.get("let") or {})
    for place, text in _texts(fixed):
        key = place.split(".")[0]
        try:
            found = (rows if key in _OF_ROWS else whole).value(text)
            if key in _CONDITIONS and found.values.dtype != np.bool_:
                raise WrongKindError
            if key == "amounts":
                numbers(found)
        except (MissingList, PolicyError):  # told where the values are read
            continue
        except _UNFIT:
            zh = "文字与数混用、函数用法不符,或条件不是真假"
            en = "texts and numbers are mixed, a function has other values than it takes, or a condition is neither true nor false"
            yield place, Text(zh, en)


def _names(rule: Rule, table: str) -> set[str]:
    joined = {f"{other}.{field}" for (own, other), (name, _) in JOINS.items() if own == table
              for field in (*fields_of(name), *DERIVED.get(name, {}))}  # fmt: skip
    joined |= {f"param.{name}" for name in rule.parameters}
    each = ("each", "value") if rule.fixed.get("each") else ()
    return {*fields_of(table), *DERIVED.get(table, {}), *joined, *rule.parameters, *each}


def _texts(fixed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((key, str(fixed[key])) for key in _ALONE if fixed.get(key) not in (None, "", "every"))
    yield from ((f"by.{place}", str(text)) for place, text in enumerate(fixed.get("by") or (), 1))
    for key in _NAMED:
        of_key = fixed.get(key)
        yield from (
            ((f"{key}.{name}", str(text)) for name, text in of_key.items()) if isinstance(of_key, Mapping) else ()
        )
    for key in _FILLED:
        for _, formula, _, _ in Formatter().parse(str(fixed.get(key) or "")):
            yield from [(key, formula)] if formula else ()


def _is_read(text: str) -> bool:
    try:
        parsed(text)
    except ValueError:
        return False
    return True


def _faults(text: str, known: set[str]) -> Iterator[Text]:
    try:
        found = parsed(text)
    except ValueError as error:
        yield Text(f"无法读取 {error}", f"{error} cannot be read")
        return
    for name in sorted(found.calls - FUNCTIONS.keys()):
        yield Text(
            f"没有函数 {name},可用:{', '.join(FUNCTIONS)}",
            f"there is no function {name}, there are {', '.join(FUNCTIONS)}",
        )
    for name in sorted(found.names - known):
        yield Text(f"没有字段、参数或名称 {name}", f"there is no field, parameter or name {name}")
