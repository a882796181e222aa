"""Functions of conditions. Lists are parameters by their name; what is not said begins with nothing and is none of a list."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.screening.conditions.lists import id_column, listed, name_of
from drgdip.screening.conditions.on_alike import ALIKE_FUNCTIONS
from drgdip.screening.conditions.on_groups import GROUP_FUNCTIONS
from drgdip.screening.conditions.on_stays import STAY_FUNCTIONS
from drgdip.screening.conditions.scope import Scope, fields_of
from drgdip.screening.conditions.values import (
    KNOWN,
    Column,
    WrongKindError,
    aligned,
    both,
    certain,
    mapped,
    numbers,
    objects,
)
from drgdip.screening.params import MissingList
from drgdip.screening.shapes.common import day_of, diagnosed
from drgdip.screening.shown import decimals, percent

Function = Callable[..., Column]


def _any_of(scope: Scope, node: ast.expr, *lists: ast.expr) -> Column:
    """Whether a text is one of a list."""
    texts = [text for one in lists for text in listed(scope, one)]
    if name := id_column(scope, node):
        return certain(scope.part(scope.frame.is_any(name, texts)))
    return _matching(scope.of(node), set(texts).__contains__)


def _begins(scope: Scope, node: ast.expr, *lists: ast.expr) -> Column:
    """Whether a text, or one of several codes, begins like one of a list."""
    beginnings = tuple(text for one in lists for text in listed(scope, one))
    if isinstance(node, ast.Name) and node.id == "all_dx" and scope.rows is None:
        return certain(diagnosed(scope.run.cases, beginnings))
    if name := id_column(scope, node):
        return certain(scope.part(scope.frame.starts_with(name, beginnings)))
    return _matching(scope.of(node), lambda text: bool(beginnings) and text.startswith(beginnings))


def _matching(column: Column, holds: Callable[[str], bool]) -> Column:
    answers = [
        why == KNOWN and (any(map(holds, value)) if isinstance(value, tuple) else holds(value))
        for value, why in zip(column.values.tolist(), column.why.tolist(), strict=True)
    ]
    return certain(np.array(answers, dtype=np.bool_))


def _which(scope: Scope, node: ast.expr, wanted: ast.expr, *but: ast.expr) -> Column:
    """The codes that begin like one of a list, and not like one of another."""
    beginnings, without = listed(scope, wanted), tuple(text for one in but for text in listed(scope, one))

    def kept(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            code for code in codes if code.startswith(beginnings) and not (without and code.startswith(without))
        )

    return mapped(scope.of(node), kept)


def _known(scope: Scope, node: ast.expr) -> Column:
    read = fields_of(scope.table).get(node.id) if isinstance(node, ast.Name) else None
    if read and isinstance(node, ast.Name) and not scope.is_own(node.id):
        return certain(scope.part(scope.frame.known(read.name)))
    return certain(scope.of(node).why == KNOWN)


def _unknown(scope: Scope, node: ast.expr) -> Column:
    """Not known, for want of a field that is named."""
    assert isinstance(node, ast.Constant)
    return Column(np.zeros(scope.size, dtype=np.int64), scope.unknown(str(node.value)), 1)


def _some(scope: Scope, node: ast.expr) -> Column:
    """How many codes there are."""
    return _number_of(mapped(scope.of(node), len))


def _codes(scope: Scope, node: ast.expr) -> Column:
    """Codes as findings have them: a list."""
    return mapped(scope.of(node), list)


def _given(scope: Scope, table: ast.expr, node: ast.expr) -> Column:
    """What a list has for a key, as it is written there."""
    values = scope.run.params.mapping(name_of(table))
    return mapped(scope.of(node), lambda key: str(values[key]))


def _number_of(column: Column) -> Column:
    return Column(np.array([value or 0 for value in column.values.tolist()], dtype=object), column.why, 1)


def _extreme(choose: Any, scope: Scope, *nodes: ast.expr) -> Column:
    """The smallest or the largest of several numbers."""
    found = scope.of(nodes[0])
    for node in nodes[1:]:
        other = scope.of(node)
        left, right, scale = aligned(found, other)
        found = Column(choose(left, right), both(found, other), scale)
    return found


def _day(scope: Scope, node: ast.expr) -> Column:
    """The calendar day of a time."""
    numbers(one := scope.of(node))
    return one._replace(values=one.values // 86_400)


def _left(scope: Scope, node: ast.expr, length: ast.expr) -> Column:
    """The first characters of a text."""
    assert isinstance(length, ast.Constant)
    characters = int(str(length.value))
    if name := id_column(scope, node):
        beginnings = objects([str(word)[:characters] for word in scope.frame.words.get(name, ())] + [""])
        return Column(beginnings[scope.part(scope.frame[name])], scope.of(node).why)
    return mapped(scope.of(node), lambda text: text[:characters])


def _look(scope: Scope, table: ast.expr, node: ast.expr, *otherwise: ast.expr) -> Column:
    """What a list of numbers has for a key; else another number, or it is not known."""
    name = name_of(table)
    numbers, key = scope.run.params.numbers(name), scope.of(node)
    found = [numbers.get(text) for text in key.values.tolist()]
    values = objects([one or Fraction(0) for one in found]) if numbers else np.zeros(scope.size, dtype=np.int64)
    absent = np.array([one is None for one in found], dtype=np.bool_)
    if not otherwise:
        return Column(values, np.where(absent, scope.unknown(f"list_absent:{name}"), key.why), 1)
    left, right, scale = aligned(Column(values, key.why, 1), scope.of(otherwise[0]))
    return Column(np.where(absent | (key.why != KNOWN), right, left), certain(absent).why, scale)


def _far_below(scope: Scope, table: ast.expr, node: ast.expr) -> Column:
    """Whether the logarithm of what a list has for a key is more than a standard deviation below the mean of all above 0."""
    name = name_of(table)
    rates = scope.run.params.numbers(name)
    logs = {key: (Decimal(rate.numerator) / Decimal(rate.denominator)).ln() for key, rate in rates.items() if rate > 0}
    if len(logs) < 2:
        raise MissingList(name)
    mean = sum(logs.values(), Decimal(0)) / len(logs)
    spread = (sum(((value - mean) ** 2 for value in logs.values()), Decimal(0)) / (len(logs) - 1)).sqrt()
    low, key = {name for name, value in logs.items() if value < mean - spread}, scope.of(node)
    absent = np.array([text not in rates for text in key.values.tolist()], dtype=np.bool_)
    values = np.array([text in low for text in key.values.tolist()], dtype=np.bool_)
    return Column(values, np.where((key.why == KNOWN) & absent, scope.unknown(f"list_absent:{name}"), key.why))


def _step_of(scope: Scope, table: ast.expr, node: ast.expr) -> Column:
    """What a list of least values and their results has for a number: the first that it reaches, else 0."""
    params, name = scope.run.params, name_of(table)
    steps = [(params.number(name, least), params.number(name, value)) for least, value in params.values[name]]
    numbers(one := scope.of(node))
    found = [
        next((value for least, value in steps if Fraction(number) / one.scale >= least), Fraction(0))
        for number in one.values.tolist()
    ]
    return Column(objects(found), one.why, 1)


def _names(scope: Scope, *pairs: ast.expr) -> Column:
    """The names, of pairs of a name and a condition, whose condition holds."""
    names = [str(one.value) for one in pairs[::2] if isinstance(one, ast.Constant)]
    held = [scope.of(one) for one in pairs[1::2]]
    if any(one.values.dtype != np.bool_ for one in held):
        raise WrongKindError
    rows = zip(*((one.values & (one.why == KNOWN)).tolist() for one in held), strict=True)
    return certain(objects([tuple(name for name, holds in zip(names, row, strict=True) if holds) for row in rows]))


def _names_above(scope: Scope, *threes: ast.expr) -> Column:
    """Of threes of a name, a share and a limit those whose share is above its limit, as findings show them."""
    found: list[list[str]] = [[] for _ in range(scope.size)]
    for name, share, limit in zip(threes[::3], threes[1::3], threes[2::3], strict=True):
        one, least = scope.of(share), scope.of(limit)
        for place in np.flatnonzero((one.why == KNOWN) & (least.why == KNOWN)).tolist():
            if one.fraction(place) > least.fraction(place):
                found[place].append(f"{ast.literal_eval(name)} {percent(one.fraction(place))}")
    return certain(objects([tuple(names) for names in found]))


def _among_last(scope: Scope, share: ast.expr, number: ast.expr, within: ast.expr, counted: ast.expr) -> Column:
    """Whether a row is in the last share of the rows that count within one period; among equals by institution."""
    whole, part = scope.whole(), scope.run.params.ratio(name_of(share))
    numbers(one := whole.of(number))
    counts, period = whole.of(counted), whole.of(within).values.tolist()
    found, groups = np.zeros(whole.size, dtype=np.bool_), dict[str, list[int]]()
    for row in np.flatnonzero(counts.values & (counts.why == KNOWN)).tolist():
        groups.setdefault(period[row], []).append(row)
    for rows in groups.values():
        last = part * len(rows)
        order = sorted(rows, key=lambda row: (one.values[row], scope.frame.text("hospital", row)))
        found[order[: last.numerator // last.denominator]] = True
    return certain(scope.part(found))


def _last_above(scope: Scope, node: ast.expr, number: ast.expr, limit: ast.expr) -> Column:
    """Whether so many numbers at the end of a list are all above a limit."""
    params, name = scope.run.params, ast.unparse(node)
    count, least = params.integer(name_of(number)), params.ratio(name_of(limit))

    def above(texts: tuple[str, ...]) -> bool:
        values = [params.number(name, text) for text in texts]
        return len(values) >= count and all(value > least for value in values[-count:])

    column = mapped(scope.of(node), above)
    return column._replace(values=np.array([value is True for value in column.values.tolist()], dtype=np.bool_))


def _in_fen(scope: Scope, node: ast.expr) -> Column:
    """Yuan, rounded to the fen, half up."""
    numbers(one := scope.of(node))
    found = [_fen(Fraction(value) / one.scale) for value in one.values.tolist()]
    return Column(np.array(found, dtype=object), one.why, 100)


def _fen(yuan: Fraction) -> int:
    return divide((yuan * 100).numerator, (yuan * 100).denominator)


def _shown(show: Callable[..., Any], scope: Scope, node: ast.expr, *places: ast.expr) -> Column:
    """A number as people, or findings, have it."""
    numbers(one := scope.of(node))
    more = [ast.literal_eval(place) for place in places]
    found = [
        None if why else show(Fraction(value) / one.scale, *more)
        for value, why in zip(one.values.tolist(), one.why.tolist(), strict=True)
    ]
    return Column(objects(found), one.why)


def _either(scope: Scope, node: ast.expr, other: ast.expr) -> Column:
    """The first value, or the second where the first is not known."""
    one, rest = scope.of(node), scope.of(other)
    left, right, scale = aligned(one, rest) if one.scale and rest.scale else (one.values, rest.values, 0)
    return Column(np.where(one.why == KNOWN, left, right), np.where(one.why == KNOWN, KNOWN, rest.why), scale)


def _is_multiple(scope: Scope, node: ast.expr, of: ast.expr) -> Column:
    """Whether a number is another one so many times, and not 0."""
    one, other, _ = aligned(scope.of(node), scope.of(of))
    return Column(np.asarray((one != 0) & (one % other == 0), dtype=np.bool_), both(scope.of(node), scope.of(of)))


def _listed_in(scope: Scope, table: ast.expr, node: ast.expr) -> Column:
    """Whether a list has something for a key."""
    return _matching(scope.of(node), scope.run.params.mapping(name_of(table)).__contains__)


def _joined(scope: Scope, *nodes: ast.expr) -> Column:
    """Texts as keys of lists have them, empty where one is not known."""
    return certain(
        objects(["|".join(texts) for texts in zip(*(scope.of(node).values.tolist() for node in nodes), strict=True)])
    )


def _written(scope: Scope, node: ast.expr) -> Column:
    """A parameter as it is written."""
    return certain(objects([scope.run.params.text(name_of(node))] * scope.size))


def _given_or(scope: Scope, name: ast.expr, other: ast.expr) -> Column:
    """A parameter, or where it is not given something else."""
    return scope.of(name if scope.run.params.has(name_of(name)) else other)


def _date(scope: Scope, node: ast.expr) -> Column:
    """The calendar day of a time as text."""
    return mapped(_day(scope, node), lambda day: day_of(day).isoformat())


FUNCTIONS: Mapping[str, Function] = {
    **STAY_FUNCTIONS, **GROUP_FUNCTIONS, **ALIKE_FUNCTIONS,
    "any_of": _any_of, "begins": _begins, "which": _which, "known": _known, "unknown": _unknown, "count": _some, "listed": _codes,  "given": _given,
    "least_of": partial(_extreme, np.minimum), "most_of": partial(_extreme, np.maximum), "day": _day, "left": _left, "look": _look,
    "far_below": _far_below, "step_of": _step_of, "names": _names, "among_last": _among_last, "last_above": _last_above, "names_above": _names_above, "is_multiple": _is_multiple,
    "listed_in": _listed_in, "joined": _joined, "written": _written, "given_or": _given_or, "date": _date, "to_fen": _in_fen, "either": _either,
    "number": partial(_shown, lambda value: f"{float(value):g}"), "yuan": partial(_shown, lambda value: format_yuan(_fen(value))),
    "fen": partial(_shown, _fen), "whole": partial(_shown, int), "percent": partial(_shown, percent), "decimals": partial(_shown, decimals),
}  # fmt: skip
