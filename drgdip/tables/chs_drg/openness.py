"""Which rows a code leaves open: what lets the kernel try a handful of rows instead of hundreds.

A row is open to a stay if its rules could hold for the stay's principal code without any other code, or could hold with
others and one of the others is in a set that the rules ask of others. The answer may be too generous, never too strict:
rules decide, openness only spares asking. It is derived from the rules' trees, whatever they look like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.tables.chs_drg.syntax import SEVERITY_SETS, All, Any, Constant, Count, Member, Rule, atoms

Column = Callable[[tuple[str, ...]], int]


class OpenRows(NamedTuple):
    """Three bool matrices (classes, rows).

    with_others : the row could hold for a principal code of the class, other codes being as they like.
    alone : it could hold for it if there are no other codes of the kind. helped : an other code of the class is in a set
    that the row asks of others.
    """

    with_others: np.ndarray
    alone: np.ndarray
    helped: np.ndarray


def open_rows(rules: Sequence[Rule], first: str, others: str, members: np.ndarray, column: Column) -> OpenRows:
    """Open rows by class of code. ``first``, ``others`` : the variables of principal and of other codes of one kind.

    members : bool (classes, columns of the set matrix).
    """
    seen = [
        (
            could_hold(rule, first, others, False, members, column),
            could_hold(rule, first, others, True, members, column),
            _asked(rule, others, members, column),
        )
        for rule in rules
    ]
    return OpenRows(*(np.array([one[part] for one in seen]).reshape(-1, len(members)).T for part in range(3)))


def could_hold(rule: Rule, first: str, others: str, alone: bool, members: np.ndarray, column: Column) -> np.ndarray:
    """Whether a rule can hold, by class of the principal code; ``alone`` if there are no others of its kind."""
    if isinstance(rule, Constant):
        return np.full(len(members), rule.value)
    if isinstance(rule, All | Any):
        parts = [could_hold(part, first, others, alone, members, column) for part in rule.parts]
        return np.logical_and.reduce(parts) if isinstance(rule, All) else np.logical_or.reduce(parts)
    if isinstance(rule, Member):
        return _member_could_hold(rule, first, others, alone, members, column)
    return np.full(len(members), True)


def _member_could_hold(
    rule: Member, first: str, others: str, alone: bool, members: np.ndarray, column: Column
) -> np.ndarray:
    anything = np.full(len(members), True)
    if first not in rule.variables and others not in rule.variables:
        return anything
    if any(name in SEVERITY_SETS for name in rule.sets):
        return anything
    if first not in rule.variables:
        return np.full(len(members), rule.negated) if alone else anything
    inside: np.ndarray = members[:, column(rule.sets)]
    if rule.negated:
        return ~inside
    return inside if alone or others not in rule.variables else anything


def _asked(rule: Rule, others: str, members: np.ndarray, column: Column) -> np.ndarray:
    """Classes that are in a set which the rule asks of other codes."""
    asked = np.full(len(members), False)
    for atom in atoms(rule):
        if isinstance(atom, Member) and others in atom.variables and not atom.negated:
            named = tuple(name for name in atom.sets if name not in SEVERITY_SETS)
            asked |= members[:, column(named)] if named else False
        elif isinstance(atom, Count) and others in atom.variables:
            asked |= members[:, column((atom.set,))]
    return asked
