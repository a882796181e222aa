"""Rules as programs of tests and jumps, for the kernel.

Each test has two places to go to, one if it holds and one if it does not; ``HOLDS`` and ``FAILS`` end a rule. A rule of
any nesting becomes a straight list of tests in which every test is made at most once, from left to right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from drgdip.tables.chs_drg.syntax import (
    DIAGNOSIS_VARIABLES,
    NUMBER_VARIABLES,
    SEVERITY_SETS,
    All,
    Any,
    Compare,
    Constant,
    Count,
    Member,
    Operator,
    Rule,
)

HOLDS, FAILS = -1, -2

#: Kinds of tests. Their subject is a column of the set matrix, a severity (1 CC, 2 MCC) or a variable by number; their
#: limit the number compared with; the scope says whose codes are asked for, and how a count compares (see ``scope_of``).
PRINCIPAL_IN, OTHER_DIAGNOSIS_IN, MAIN_OPERATION_IN, OTHER_OPERATION_IN = 0, 1, 2, 3
SEVERITY, AT_MOST, AT_LEAST, EQUAL, UNEQUAL, COUNT, TEXT_EQUAL, TEXT_UNEQUAL = 4, 5, 6, 7, 8, 9, 10, 11

_MEMBER_TEST = {
    "ZYZD": PRINCIPAL_IN,
    "QTZD": OTHER_DIAGNOSIS_IN,
    "ZYSS": MAIN_OPERATION_IN,
    "QTSS": OTHER_OPERATION_IN,
}
_BOUND = 2**62


class Programmer:
    """Turns rules into tests, all in one list, so that ``write`` returns where a rule begins."""

    def __init__(self, column: Callable[[bool, tuple[str, ...]], int], texts: dict[str, int]) -> None:
        """``column`` gives the column of a union of sets (of diagnoses or not); ``texts`` numbers text constants."""
        self._column, self._texts = column, texts
        self._rows: list[list[int]] = []
        #: Tests with which the alternative being written fails, those that fail by holding as -1 - place.
        self._failing: list[int] = []

    def write(self, rule: Rule) -> int:
        """Append the tests of a rule; the place of its first test, or ``HOLDS`` or ``FAILS`` if it needs none."""
        self._failing = []
        return self._write(simplified(rule), HOLDS, FAILS)

    def _write(self, rule: Rule, holds: int, fails: int) -> int:
        if isinstance(rule, Constant):
            return holds if rule.value else fails
        if isinstance(rule, All):
            for part in reversed(rule.parts):
                holds = self._write(part, holds, fails)
            return holds
        if isinstance(rule, Any):
            return self._any(rule, holds, fails)
        if isinstance(rule, Member):
            return self._member(rule, *((fails, holds) if rule.negated else (holds, fails)))
        if isinstance(rule, Count):
            return self._count(rule, holds, fails)
        return self._compare(rule, holds, fails)

    def _any(self, rule: Any, holds: int, fails: int) -> int:
        """Alternatives from the last one on; only where the last one fails, does the alternative around them."""
        around = self._failing
        leaving: list[int] = []
        for position, part in enumerate(reversed(rule.parts)):
            self._failing = []
            fails = self._write(part, holds, fails)
            for test in self._failing:
                self._rows[max(test, -1 - test)][6] = len(self._rows) if test >= 0 else -len(self._rows)
            leaving = leaving if position else self._failing
        self._failing = around + leaving
        return fails

    def program(self) -> np.ndarray:
        """All tests written so far, int64 (n, 7): kind, subject, limit, scope, next if it holds, next if not, abandons.

        ``abandons`` : tests below this number and behind belong to the alternative that fails with this test; negative
        where the alternative fails if the test holds.
        """
        return np.array(self._rows, dtype=np.int64).reshape(-1, 7)

    def _test(self, test: int, subject: int, limit: int, scope: int, holds: int, fails: int) -> int:
        self._rows.append([test, subject, limit, scope, holds, fails, 0])
        return len(self._rows) - 1

    def _member(self, rule: Member, holds: int, fails: int) -> int:
        tests: list[tuple[int, int, int]] = []
        named = tuple(name for name in rule.sets if name not in SEVERITY_SETS)
        for variable in rule.variables:
            if named:
                column = self._column(variable in DIAGNOSIS_VARIABLES, named)
                tests.append((_MEMBER_TEST[variable], column, scope_of(rule.variables)))
            tests += [(SEVERITY, 2 if name == "MCC" else 1, 0) for name in rule.sets if name in SEVERITY_SETS]
        for test, subject, scope in reversed(tests):
            fails = self._test(test, subject, 0, scope, holds, fails)
        places = range(len(self._rows) - len(tests), len(self._rows))
        # What is asked for in vain fails with its last question, what must not be found with any.
        self._failing += [-1 - place for place in places] if rule.negated else [places[0]]
        return fails

    def _count(self, rule: Count, holds: int, fails: int) -> int:
        column = self._column(rule.variables[0] in DIAGNOSIS_VARIABLES, (rule.set,))
        ((test, limit),) = whole_number_tests(rule.operator, Decimal(rule.value))
        return self._failing_test(COUNT, column, limit, scope_of(rule.variables) + test, holds, fails)

    def _compare(self, rule: Compare, holds: int, fails: int) -> int:
        if isinstance(rule.value, str):
            number = self._texts.setdefault(rule.value, len(self._texts))
            kind = TEXT_EQUAL if rule.operator == "=" else TEXT_UNEQUAL
            return self._failing_test(kind, 0, number, 0, holds, fails)
        ((test, limit),) = whole_number_tests(rule.operator, rule.value)
        return self._failing_test(test, NUMBER_VARIABLES.index(rule.variable), limit, 0, holds, fails)

    def _failing_test(self, test: int, subject: int, limit: int, scope: int, holds: int, fails: int) -> int:
        place = self._test(test, subject, limit, scope, holds, fails)
        self._failing.append(place)
        return place


def simplified(rule: Rule) -> Rule:
    """The same rule without constants, comparisons that no number can meet, and alternatives after one that always holds."""
    if isinstance(rule, Compare) and not isinstance(rule.value, str):
        return rule if whole_number_tests(rule.operator, rule.value) else Constant(False)
    if not isinstance(rule, All | Any):
        return rule
    ends = isinstance(rule, Any)  # The constant that settles an alternative is true, that of a conjunction false.
    parts: list[Rule] = []
    for part in map(simplified, rule.parts):
        if part == Constant(ends):
            return Any((*parts, part)) if ends and parts else part
        if not isinstance(part, Constant):
            parts.append(part)
    if len(parts) == 1:
        return parts[0]
    return type(rule)(tuple(parts)) if parts else Constant(not ends)


def whole_number_tests(operator: Operator, value: Decimal) -> Sequence[tuple[int, int]]:
    """The one test of a whole number that says the same; none where no whole number can meet it."""
    below, above = int(value.to_integral_value(ROUND_FLOOR)), int(value.to_integral_value(ROUND_CEILING))
    whole = below == above
    if operator == "=":
        return [(EQUAL, below)] if whole else []
    if operator == "!=":
        return [(UNEQUAL, below)] if whole else [(AT_LEAST, -_BOUND)]
    if operator in ("<=", "<"):
        return [(AT_MOST, below - 1 if whole and operator == "<" else below)]
    return [(AT_LEAST, above + 1 if whole and operator == ">" else above)]


def scope_of(variables: Sequence[str]) -> int:
    """Whose codes are asked for: 16 principal or main, 32 others, 64 diagnoses. A count adds the kind of its comparison."""
    first = any(name in ("ZYZD", "ZYSS") for name in variables)
    others = any(name in ("QTZD", "QTSS") for name in variables)
    return 16 * first + 32 * others + 64 * (variables[0] in DIAGNOSIS_VARIABLES)
