"""Whether the conditions and formulas that a rule declares can be read, and all that they name is there; looked at before any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import numpy as np

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.building import build
from drgdip.screening.conditions.derived import DERIVED
from drgdip.screening.conditions.functions import FUNCTIONS
from drgdip.screening.conditions.parsing import parsed
from drgdip.screening.conditions.scope import JOINS, Scope, fields_of
from drgdip.screening.conditions.values import WrongKindError, numbers
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.params import MissingList, Params
from drgdip.screening.rule import Rule
from drgdip.screening.shared import Shared

#: What a rule on rows may fix, and what is a condition of it.
_KEYS = (
    "outcome",
    "table",
    "tables",
    "among",
    "needs",
    "leave_out",
    "let",
    "when",
    "facts",
    "amounts",
    "formula",
    "window",
)
_NAMED = ("needs", "leave_out", "let", "facts", "amounts")
#: What comes of a function with other values than it takes.
_UNFIT = (WrongKindError, TypeError, ValueError, KeyError, AttributeError, AssertionError)
_WORDS = ("line", "fund", "nothing")


def faults_of(rule: Rule, tables: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    """What is wrong with a rule on rows: place below ``fixed``, and words. tables : those whose rows it can be about."""
    fixed = rule.fixed
    table = str(fixed.get("table"))
    for key in fixed.keys() - {*_KEYS}:
        yield key, Text(f"未知的键,可用:{', '.join(_KEYS[1:])}", f"an unknown key, there are {', '.join(_KEYS[1:])}")
    if table not in tables:
        yield "table", Text(f"须为 {', '.join(tables)} 之一", f"it is one of {', '.join(tables)}")
    needed = ("when", "among") if table in ("fee_lines", "outpatient_lines") else ("when",)
    for key in needed:
        if not fixed.get(key):
            yield key, Text("须写明", "it must be there")
    if isinstance(fixed.get("amounts"), str) and fixed["amounts"] not in _WORDS:
        yield "amounts", Text(f"须为 {', '.join(_WORDS)} 之一或公式", f"it is one of {', '.join(_WORDS)}, or formulas")
    known = _names(rule, table, fixed)
    of_lines = _names(rule, "fee_lines", {})
    found = list(_of_texts(fixed, known, of_lines))
    yield from found or _of_kinds(rule, table, fixed)


def _of_texts(fixed: Mapping[str, Any], known: set[str], of_lines: set[str]) -> Iterator[tuple[str, Text]]:
    """A name of the rule's own may use those before it. of_lines : names in conditions on the lines of a stay."""
    lets = [*(fixed.get("let") or {})]
    for place, text in _texts(fixed):
        own = place.removeprefix("let.") if place.startswith("let.") else ""
        later = {*lets[lets.index(own) :]} if own in lets else set[str]()
        yield from ((place, words) for words in _faults(text, known - later))
        for inner in parsed(text).on_lines if _is_read(text) else ():
            yield from ((place, words) for words in _faults(inner, of_lines))


def _of_kinds(rule: Rule, table: str, fixed: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """Whether texts and numbers are kept apart: it is worked out for no row at all."""
    params = Params(rule.id, {**fixed, **{name: parameter.default for name, parameter in rule.parameters.items()}})
    empty = build({})
    data = empty._replace(lines=Frame(0, {}, {}, {}), outpatient=Frame(0, {}, {}, {}))
    scope = Scope(
        Run(data, params, np.zeros(0, dtype=np.bool_), {}, Shared(data)), table, data.cases, fixed.get("let") or {}
    )
    for place, text in _texts(fixed):
        try:
            found = scope.value(text)
            if place.split(".")[0] in ("among", "needs", "leave_out", "when") and found.values.dtype != np.bool_:
                raise WrongKindError
            if place.startswith("amounts."):
                numbers(found)
        except (MissingList, PolicyError):  # told where the values are read
            continue
        except _UNFIT:
            zh = "文字与数混用、函数用法不符,或条件不是真假"
            en = "texts and numbers are mixed, a function has other values than it takes, or a condition is neither true nor false"
            yield place, Text(zh, en)


def _names(rule: Rule, table: str, fixed: Mapping[str, Any]) -> set[str]:
    joined = {f"{other}.{field}" for (own, other), (name, _) in JOINS.items() if own == table
              for field in (*fields_of(name), *DERIVED.get(name, {}))}  # fmt: skip
    joined |= {f"param.{name}" for name in rule.parameters}
    return {*fields_of(table), *DERIVED.get(table, {}), *joined, *rule.parameters, *(fixed.get("let") or {})}


def _texts(fixed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("among", "when"):
        if fixed.get(key):
            yield key, str(fixed[key])
    for key in _NAMED:
        of_key = fixed.get(key)
        yield from (
            ((f"{key}.{name}", str(text)) for name, text in of_key.items()) if isinstance(of_key, Mapping) else ()
        )
    for key in ("formula", "window"):
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
