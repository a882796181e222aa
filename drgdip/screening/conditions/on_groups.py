"""Conditions on groups of rows: what the rows of a group say together.

Arguments are read for each row: fields of the table, and what the rule names of its rows.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from drgdip.screening.conditions.scope import Scope
from drgdip.screening.conditions.values import (
    KNOWN,
    Column,
    WrongKindError,
    both,
    certain,
    first_missing_of,
    numbers,
    objects,
)
from drgdip.screening.statistics import by_halves, poisson


class Groups(Scope):
    """Groups of rows in front of the conditions of a rule; a field is that of the first row of each.

    members : the rows, those of one group beside each other. starts : place of the first of each group. lets : what the
    rule names of groups.
    """

    def __init__(self, members: Scope, starts: np.ndarray, lets: Mapping[str, str]) -> None:
        assert members.rows is not None
        super().__init__(members.run, members.table, members.frame, lets, members.rows[starts], members.missing())
        self.members, self.starts = members, starts
        self.group = np.repeat(np.arange(self.size), np.diff(starts, append=members.size))

    def held(self, conditions: Sequence[ast.expr]) -> np.ndarray:
        """For which members a condition is known to hold, for all of them without one; bool, (members,)."""
        if not conditions:
            return np.ones(self.members.size, dtype=np.bool_)
        one = self.members.of(conditions[0])
        if one.values.dtype != np.bool_:
            raise WrongKindError
        return np.asarray(one.values & (one.why == KNOWN))

    def at(self, rows: Sequence[int] | np.ndarray) -> Scope:
        """Some of the groups, seen among all of them."""
        return _Some(self, rows)


class _Some(Scope):
    def __init__(self, groups: Groups, rows: Sequence[int] | np.ndarray) -> None:
        super().__init__(groups.run, groups.table, groups.frame, {}, np.array(rows, dtype=np.int64), groups.missing())
        self._groups = groups

    def value(self, text: str) -> Column:
        one = self._groups.value(text)
        return one._replace(values=one.values[self.rows], why=one.why[self.rows])


def _groups(scope: Scope) -> Groups:
    assert isinstance(scope, Groups)
    return scope


def _rows(scope: Scope, *condition: ast.expr) -> Column:
    """How many rows there are for which a condition holds."""
    groups = _groups(scope)
    return certain(np.bincount(groups.group[groups.held(condition)], minlength=groups.size), 1)


def _total(scope: Scope, node: ast.expr, *condition: ast.expr) -> Column:
    """Sum over the rows for which a condition holds; not known where one of them is not."""
    groups = _groups(scope)
    numbers(one := groups.members.of(node))
    held = groups.held(condition)
    found = np.zeros(groups.size, dtype=object)
    np.add.at(found, groups.group[held], one.values[held])
    why = first_missing_of(groups.group, np.where(held, one.why, KNOWN), groups.size)
    return Column(found, why, one.scale)


def _kinds(scope: Scope, node: ast.expr, *condition: ast.expr) -> Column:
    """The different texts of the rows for which a condition holds, in order."""
    groups = _groups(scope)
    return certain(objects([tuple(sorted(texts)) for texts in _counted(groups, node, condition)]))


def _commonest(scope: Scope, node: ast.expr, most: ast.expr, *condition: ast.expr) -> Column:
    """So many of the commonest texts of the rows for which a condition holds, the commonest first."""
    assert isinstance(most, ast.Constant)
    groups, number = _groups(scope), int(str(most.value))
    found = [sorted(own, key=lambda text: (-own[text], text))[:number] for own in _counted(groups, node, condition)]
    return certain(objects([tuple(texts) for texts in found]))


def _most_with_one(scope: Scope, node: ast.expr, value: ast.expr, *condition: ast.expr) -> Column:
    """The largest number of different texts of rows that have one value in common."""
    groups = _groups(scope)
    held = groups.held(condition)
    one, other = groups.members.of(node), groups.members.of(value)
    own: list[dict[Any, set[Any]]] = [{} for _ in range(groups.size)]
    columns = (groups.group, one.values, other.values, (one.why == KNOWN) & (other.why == KNOWN))
    for group, text, key, known in zip(*(column[held].tolist() for column in columns), strict=True):
        if known:
            own[group].setdefault(key, set()).add(text)
    return certain(np.array([max(map(len, each.values()), default=0) for each in own], dtype=np.int64), 1)


def _counted(groups: Groups, node: ast.expr, condition: Sequence[ast.expr]) -> list[dict[str, int]]:
    """How often the rows of each group have which text; none and empty ones are not counted."""
    one = groups.members.of(node)
    held = groups.held(condition) & (one.why == KNOWN)
    found: list[dict[str, int]] = [{} for _ in range(groups.size)]
    for group, text in zip(groups.group[held].tolist(), one.values[held].tolist(), strict=True):
        if text:
            found[group][text] = found[group].get(text, 0) + 1
    return found


def _alike(scope: Scope, node: ast.expr, limit: ast.expr) -> Column:
    """Whether the coefficient of variation of the rows is below a limit: ``n Σx² − (Σx)² < limit² (Σx)²``, exactly."""
    squares = ast.BinOp(node, ast.Mult(), node)
    one, two, count, most = _total(scope, node), _total(scope, squares), _rows(scope), scope.of(limit)
    held = [
        total > 0 and number * square - total * total < (Fraction(bound) / most.scale * total) ** 2
        for total, square, number, bound in zip(*(part.values.tolist() for part in (one, two, count, most)), strict=True)
    ]  # fmt: skip
    return Column(np.array(held, dtype=np.bool_), one.why)


def _chance(
    chance: Callable[[int, Fraction], Decimal | Fraction], scope: Scope, count: ast.expr, other: ast.expr
) -> Column:
    """A chance, of a number of cases and what it is held against."""
    one, rest = scope.of(count), scope.of(other)
    numbers(one, rest)
    why = both(one, rest)
    found = [
        Fraction(0) if why[place] else Fraction(chance(int(one.fraction(place)), rest.fraction(place)))
        for place in range(scope.size)
    ]
    return Column(objects(found), why, 1)


GROUP_FUNCTIONS: Mapping[str, Callable[..., Column]] = {
    "rows": _rows, "total": _total, "kinds": _kinds, "commonest": _commonest, "most_with_one": _most_with_one, "alike": _alike, "poisson": partial(_chance, poisson), "binomial": partial(_chance, by_halves),
}  # fmt: skip
