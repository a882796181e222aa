"""What a rule means for one stay: whether it holds, and by which of the stay's codes.

Follows the description of the language, one function a form. A proof is the set of places whose codes show that a rule
holds: every part of an ``and``, the first part of an ``or`` that holds; a membership shows all codes of its variables
that are in its sets, a count those it counted. Negations, comparisons and severities show none. None is no proof.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from drgdip.tables.chs_drg import syntax
from drgdip.tables.chs_drg.rows import DrgContent
from tests.reference.drg.severity import severities
from tests.reference.drg.stay import Place, Stay, code_at, places_of

Proof: TypeAlias = frozenset[Place]
NOTHING: Proof = frozenset()

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def proof(rule: syntax.Rule, stay: Stay, content: DrgContent) -> Proof | None:
    """The codes that show that a rule holds, or None if it does not."""
    if isinstance(rule, syntax.Constant):
        return NOTHING if rule.value else None
    if isinstance(rule, syntax.All):
        found = NOTHING
        for part in rule.parts:
            shown = proof(part, stay, content)
            if shown is None:
                return None
            found |= shown
        return found
    if isinstance(rule, syntax.Any):
        return next((p for p in (proof(part, stay, content) for part in rule.parts) if p is not None), None)
    if isinstance(rule, syntax.Member):
        return _member(rule, stay, content)
    if isinstance(rule, syntax.Count):
        return _count(rule, stay, content)
    return _compare(rule, stay)


def _inside(stay: Stay, variables: tuple[str, ...], names: tuple[str, ...], content: DrgContent) -> list[Place]:
    sets = [content.sets.get(name, ()) for name in names]
    places = [place for variable in variables for place in places_of(stay, variable)]
    return [place for place in places if any(code_at(stay, place) in codes for codes in sets)]


def _member(rule: syntax.Member, stay: Stay, content: DrgContent) -> Proof | None:
    classes = [name for name in rule.sets if name in ("MCC", "CC")]
    inside = _inside(stay, rule.variables, tuple(name for name in rule.sets if name not in classes), content)
    severe = any(one.level in classes and one.excluded_by is None for one in severities(stay, content).values())
    if rule.negated:
        return None if inside or severe else NOTHING
    return frozenset(inside) if inside or severe else None


def _count(rule: syntax.Count, stay: Stay, content: DrgContent) -> Proof | None:
    inside = _inside(stay, rule.variables, (rule.set,), content)
    distinct = len({code_at(stay, place) for place in inside})
    return frozenset(inside) if _COMPARISONS[rule.operator](distinct, rule.value) else None


def _compare(rule: syntax.Compare, stay: Stay) -> Proof | None:
    value = stay.department if rule.variable == "KB" else stay.numbers.get(rule.variable)
    if value is None:
        return None
    return NOTHING if _COMPARISONS[rule.operator](value, rule.value) else None
