"""What a rule of the national sheets means, as a tree.

The language is that of the CHS-DRG 3.0 workbook: membership of codes in sets, comparisons of numbers and texts,
counts of operations, joined by ``and`` and ``or``. Nothing in a tree is ever executed as program text.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

Operator = Literal["=", "!=", "<", "<=", ">", ">="]

#: Variables that hold codes: principal and other diagnoses, main and other operations.
DIAGNOSIS_VARIABLES = ("ZYZD", "QTZD")
OPERATION_VARIABLES = ("ZYSS", "QTSS")
CODE_VARIABLES = (*DIAGNOSIS_VARIABLES, *OPERATION_VARIABLES)
#: Variables that hold one whole number: age in years, newborn age in days, birth weight in grams, sex; and those of
#: local editions: length of stay in days, way of discharge, hours in intensive care.
NUMBER_VARIABLES = ("NL", "XSRTL", "XSRTZ", "XB", "ZYTS", "LYFS", "ICUXS")
#: Variables that hold text: department of discharge (local editions).
TEXT_VARIABLES = ("KB",)
#: Names of the two severity classes; ``QTZD in MCC`` asks for one that its exclusion table does not take away.
SEVERITY_SETS = ("MCC", "CC")


class Constant(NamedTuple):
    """A rule that always holds (``1``, or an empty cell)."""

    value: bool


class Member(NamedTuple):
    """Any code of the variables is in any of the sets; negated: none of them is in any (``not in``)."""

    variables: tuple[str, ...]
    sets: tuple[str, ...]
    negated: bool


class Compare(NamedTuple):
    """A variable against a number or a text. A missing value makes every comparison false."""

    variable: str
    operator: Operator
    value: Decimal | str


class Count(NamedTuple):
    """How many distinct codes of the variables are in the set, against a number (``length(SET ∩ {ZYSS, QTSS}) >= 2``)."""

    variables: tuple[str, ...]
    set: str
    operator: Operator
    value: int


class All(NamedTuple):
    """Every part holds."""

    parts: tuple[Rule, ...]


class Any(NamedTuple):
    """At least one part holds."""

    parts: tuple[Rule, ...]


Rule: TypeAlias = Constant | Member | Compare | Count | All | Any

ALWAYS = Constant(True)


def atoms(rule: Rule) -> Iterator[Constant | Member | Compare | Count]:
    """The leaves of a rule, from left to right."""
    if isinstance(rule, All | Any):
        for part in rule.parts:
            yield from atoms(part)
    else:
        yield rule


def sets_of(rule: Rule) -> tuple[str, ...]:
    """Names of the sets that a rule asks for, in order, each once; the severity classes are none."""
    names: dict[str, None] = {}
    for atom in atoms(rule):
        if isinstance(atom, Member):
            names.update(dict.fromkeys(name for name in atom.sets if name not in SEVERITY_SETS))
        elif isinstance(atom, Count):
            names[atom.set] = None
    return tuple(names)


def written(rule: Rule) -> str:
    """A rule in the language it came from, in one form for all spellings."""
    return _written(rule, top=True)


def _written(rule: Rule, top: bool = False) -> str:
    if isinstance(rule, Constant):
        return "1" if rule.value else "0"
    if isinstance(rule, Member):
        return f"{_list(rule.variables)} {'not in' if rule.negated else 'in'} {_list(rule.sets)}"
    if isinstance(rule, Compare):
        value = f"'{rule.value}'" if isinstance(rule.value, str) else str(rule.value)
        return f"{rule.variable} {rule.operator} {value}"
    if isinstance(rule, Count):
        return f"length({rule.set} ∩ {{{', '.join(rule.variables)}}}) {rule.operator} {rule.value}"
    words = (" and " if isinstance(rule, All) else " or ").join(_written(part) for part in rule.parts)
    return words if top else f"({words})"


def _list(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{{{', '.join(names)}}}"
