"""Functions of conditions on stays: what their fee lines say, and which signs of other rules they have."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from drgdip.screening.conditions.lists import id_column, listed, name_of
from drgdip.screening.conditions.scope import Scope, fields_of
from drgdip.screening.conditions.values import (
    KNOWN,
    Column,
    WrongKindError,
    certain,
    first_missing_of,
    mapped,
    objects,
    why_unless,
)
from drgdip.screening.data import everywhere
from drgdip.screening.hits import in_cases
from drgdip.screening.shapes.stay import sums_by_case


def _contains(scope: Scope, node: ast.expr, words_of: ast.expr) -> Column:
    """Whether a text has one of some words in it, in small letters; not known where the text is not."""
    words, name = listed(scope, words_of), id_column(scope, node)
    known = scope.part(scope.frame.known(name))
    found = scope.part(scope.frame.matching(name, lambda text: any(word in text.lower() for word in words)))
    return Column(found, why_unless(known, scope.number(fields_of(scope.table)[ast.unparse(node)].field)))


def _of_lines(scope: Scope, node: ast.expr) -> Column:
    """A condition on the fee lines of stays that still charge something after refunds."""
    assert isinstance(node, ast.Constant)
    found = scope.beside("fee_lines", scope.run.lines).value(str(node.value))
    if found.values.dtype != np.bool_:
        raise WrongKindError
    left = scope.run.lines["net_quantity_e4"] > 0
    why = found.why if found.why is everywhere(KNOWN, len(left)) else np.where(left, found.why, KNOWN)
    return Column(found.values & left, why)


def _any_line(scope: Scope, node: ast.expr) -> Column:
    """Whether a stay has a line for which a condition holds; open where one line leaves it open and none holds."""
    found, cases, case = _of_lines(scope, node), scope.run.cases.rows, scope.run.lines["case"]
    held = in_cases(cases, found.values & (found.why == KNOWN), case)
    why = first_missing_of(case, found.why, cases + 1)[:cases]
    return Column(scope.part(held), scope.part(np.where(held, KNOWN, why)))


def _sum_of_lines(scope: Scope, node: ast.expr) -> Column:
    """What a stay's lines charge for which a condition holds, after refunds, in yuan."""
    found = _of_lines(scope, node)
    return certain(scope.part(sums_by_case(scope.run, found.values & (found.why == KNOWN))), 100)


def _with_lines(scope: Scope) -> Column:
    """Whether a stay has fee lines at all."""
    return certain(scope.part(np.diff(scope.run.data.offsets) > 0))


def _signs(scope: Scope, table: ast.expr) -> Column:
    """Signs of a stay that a list of weights names: findings of other rules on it, and what it says of itself."""
    run, weights = scope.run, scope.run.params.numbers(name_of(table))
    cases = range(run.cases.rows) if scope.rows is None else scope.rows.tolist()
    found_in = {name: {hit.case for hit in run.found.get(name, ())} for name in sorted(weights)}
    return certain(objects([
        tuple(name for name, found in found_in.items()
              if case in found or run.cases.text(f"sign_{name}", case) not in ("", "0", "false"))
        for case in cases
    ]))  # fmt: skip


def _weight_of(scope: Scope, table: ast.expr) -> Column:
    """What a stay's signs weigh together."""
    weights = scope.run.params.numbers(name_of(table))
    sums = [Fraction(sum(int(weights[name]) for name in signs)) for signs in _signs(scope, table).values.tolist()]
    return certain(objects(sums), 1)


def _signs_with_weights(scope: Scope, table: ast.expr) -> Column:
    """The same as a sum that people read."""
    weights = scope.run.params.numbers(name_of(table))
    return mapped(_signs(scope, table), lambda signs: " + ".join(f"{name} {int(weights[name])}" for name in signs))


STAY_FUNCTIONS: Mapping[str, Callable[..., Column]] = {
    "contains": _contains, "any_line": _any_line, "sum_of_lines": _sum_of_lines, "with_lines": _with_lines, "signs": _signs,
    "weight_of": _weight_of, "signs_with_weights": _signs_with_weights,
}  # fmt: skip
