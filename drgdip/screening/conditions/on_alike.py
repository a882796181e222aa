"""Functions of conditions over all rows, or groups, that have keys in common: of those whose value is known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from drgdip.screening.conditions.lists import name_of
from drgdip.screening.conditions.parsing import parsed
from drgdip.screening.conditions.scope import Scope
from drgdip.screening.conditions.values import KNOWN, Column, first_missing, numbers, objects
from drgdip.screening.data import everywhere
from drgdip.screening.statistics import quantile

#: Why nothing is said where there are too few to compare with.
TOO_FEW = "too_few_peers"
_WIDEST = 2**62


class Seen(Scope):
    """Some rows of a scope, seen among all of it: what the rule names is what it is there."""

    def __init__(self, among: Scope, rows: Sequence[int] | np.ndarray) -> None:
        super().__init__(among.run, among.table, among.frame, {}, np.array(rows, dtype=np.int64), among.missing())
        self._among = among

    def value(self, text: str) -> Column:
        """A condition or formula for these rows."""
        return self._part_of(self._among.value(text)) if compares([text]) else super().value(text)

    def named(self, name: str) -> Column:
        """What a name stands for."""
        return self._part_of(self._among.named(name)) if self._among.is_own(name) else super().named(name)

    def _part_of(self, one: Column) -> Column:
        return one._replace(values=one.values[self.rows], why=one.why[self.rows])


class _Alike:
    """Values by what their rows have in common. own : the keys of each row. why : 0 where they are known. by_key : values that are known."""

    def __init__(self, scope: Scope, values: Sequence[Any], why: np.ndarray, keys: Sequence[ast.expr]) -> None:
        columns = [scope.of(key) for key in keys]
        self.own: list[Hashable] = (
            list(zip(*(one.values.tolist() for one in columns), strict=True)) or [()] * scope.size
        )
        self.why = reduce(first_missing, (one.why for one in columns), everywhere(KNOWN, scope.size))
        self.by_key: dict[Hashable, list[Any]] = {}
        for key, value, unknown in zip(self.own, values, (why + self.why).tolist(), strict=True):
            if not unknown:
                self.by_key.setdefault(key, []).append(value)

    def each(self, what: Callable[[list[Any]], Any], otherwise: Any) -> Column:
        """What becomes of the values of each row's keys, worked out once for each."""
        found = {key: what(values) for key, values in self.by_key.items()}
        return Column(_array([found.get(key, otherwise) for key in self.own]), self.why, 1)


def _array(values: list[Any]) -> np.ndarray:
    """Whole numbers as such where they fit, all else as Python's own."""
    fit = all(type(value) is int and abs(value) < _WIDEST for value in values)
    return np.array(values, dtype=np.int64) if fit else objects(values)


def _twice_the_middle(values: list[Any]) -> Any:
    """Two times the median, so that whole numbers stay whole."""
    order, half = sorted(values), len(values) // 2
    return 2 * order[half] if len(values) % 2 else order[half - 1] + order[half]


def _numbers(scope: Scope, node: ast.expr, keys: Sequence[ast.expr]) -> tuple[_Alike, Column]:
    numbers(one := scope.of(node))
    return _Alike(scope, one.values.tolist(), one.why, keys), one


def _over_alike(what: Callable[[list[Any]], Any], scope: Scope, node: ast.expr, *keys: ast.expr) -> Column:
    """What the numbers come to together, this one among them."""
    alike, one = _numbers(scope, node, keys)
    scale = 1 if what is len else 2 * one.scale if what is _twice_the_middle else one.scale
    return alike.each(what, 0)._replace(scale=scale)


def _middle_of_others(scope: Scope, node: ast.expr, *keys: ast.expr) -> Column:
    """The median of the others; not known where there are none."""
    alike, one = _numbers(scope, node, keys)
    found, too_few = [0] * scope.size, scope.unknown(TOO_FEW).copy()
    for row, (key, value, why) in enumerate(zip(alike.own, one.values.tolist(), one.why.tolist(), strict=True)):
        others = list(alike.by_key.get(key, ()))
        if why == KNOWN and others:
            others.remove(value)
        if others:
            found[row], too_few[row] = _twice_the_middle(others), KNOWN
    return Column(_array(found), np.where(alike.why == KNOWN, too_few, alike.why), 2 * one.scale)


def _quantile(scope: Scope, node: ast.expr, share: ast.expr, least: ast.expr, *keys: ast.expr) -> Column:
    """The smallest value that a share of all does not exceed; not known where these are fewer than a number."""
    (alike, one), params = _numbers(scope, node, keys), scope.run.params
    part, fewest = params.ratio(name_of(share)), params.integer(name_of(least))
    found = alike.each(lambda values: quantile(values, part, fewest), None)
    few = np.array([value is None for value in found.values.tolist()], dtype=np.bool_)
    why = np.where((found.why == KNOWN) & few, scope.unknown(TOO_FEW), found.why)
    return Column(_array([value or 0 for value in found.values.tolist()]), why, one.scale)


def _different(scope: Scope, node: ast.expr, *keys: ast.expr) -> Column:
    """How many different texts there are."""
    one = scope.of(node)
    return _Alike(scope, one.values.tolist(), one.why, keys).each(lambda values: len(set(values)), 0)


ALIKE_FUNCTIONS: Mapping[str, Callable[..., Column]] = {
    "sum_of": partial(_over_alike, sum), "number_of": partial(_over_alike, len), "middle": partial(_over_alike, _twice_the_middle),
    "middle_of_others": _middle_of_others, "quantile": _quantile, "different": _different,
}  # fmt: skip


def compares(texts: Iterable[str]) -> bool:
    """Whether one of some conditions and formulas holds rows against others."""
    return any(parsed(text).calls & ALIKE_FUNCTIONS.keys() for text in texts)
