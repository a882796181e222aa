"""What a rule means for one stay: each condition true or false, and the codes that meet it. For display only.

Grouping itself runs in the kernel; tests hold the two to each other on random editions and stays.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from drgdip.tables.chs_drg.look_up import CodePlaces
from drgdip.tables.chs_drg.syntax import (
    DIAGNOSIS_VARIABLES,
    SEVERITY_SETS,
    All,
    Compare,
    Constant,
    Count,
    Member,
    Rule,
    written,
)
from drgdip.tables.chs_drg.syntax import Any as AnyOf

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
Leaf: TypeAlias = Constant | Member | Compare | Count


class Found(NamedTuple):
    """A code of the stay in a set: whose it is, the code, the set, and the data row that says so (0: not known)."""

    variable: str
    code: str
    set: str
    row: int


class Severity(NamedTuple):
    """What an other diagnosis counts as. ``excluded_by`` : the table that takes it away, empty if it counts."""

    code: str
    level: Literal["MCC", "CC", ""]
    row: int
    table: str
    excluded_by: str
    exclusion_row: int

    @property
    def counts(self) -> bool:
        return bool(self.level) and not self.excluded_by


class Stay(NamedTuple):
    """A stay as rules see it; codes that are not known are empty, numbers that are missing are absent."""

    diagnoses: tuple[str, ...]
    operations: tuple[str, ...]
    numbers: Mapping[str, int]
    department: str
    places: CodePlaces

    def codes(self, variable: str) -> Sequence[str]:
        """Codes of a variable, each once."""
        codes = self.diagnoses if variable in DIAGNOSIS_VARIABLES else self.operations
        chosen = codes[:1] if variable.startswith("ZY") else codes[1:]
        return tuple(dict.fromkeys(code for code in chosen if code))

    def severities(self) -> list[Severity]:
        """What every other diagnosis counts as, in order."""
        return [self._severity(code) for code in self.diagnoses[1:]]

    def _severity(self, code: str) -> Severity:
        one = self.places.complications.get(code)
        if one is None:
            return Severity(code, "", 0, "", "", 0)
        row = self.places.exclusions.get(self.diagnoses[0], {}).get(one.exclusions)
        return Severity(code, one.severity, one.row, one.exclusions, "" if row is None else one.exclusions, row or 0)


class Checked(NamedTuple):
    """A rule, or a part of one, for one stay.

    rule : in the language of the sheets. joint : ``and``, ``or``, or empty for a condition. found : codes in the sets that
    it asks for. elsewhere : codes of the stay in these sets that it does not ask for. actual : the number or text that it
    compares, empty where missing.
    """

    rule: str
    holds: bool
    joint: Literal["and", "or", ""] = ""
    parts: tuple[Checked, ...] = ()
    leaf: Leaf | None = None
    found: tuple[Found, ...] = ()
    elsewhere: tuple[Found, ...] = ()
    actual: str = ""

    def leaves(self) -> Iterator[Checked]:
        """Its conditions from left to right."""
        if not self.joint:
            yield self
        for part in self.parts:
            yield from part.leaves()

    @property
    def evidence(self) -> bool:
        """Whether a code does what a condition asks for, or part of it where it asks for several."""
        return any(leaf.found and (leaf.holds or _asks_for_more(leaf)) and not _negated(leaf) for leaf in self.leaves())

    def shortfall(self) -> tuple[Checked, ...]:
        """Failing conditions that keep the rule from holding; none if it holds.

        If a single one does, it is the one; where one of several would do, they stand together, joined by ``or``.
        Otherwise the conditions of the alternative that needs fewest.
        """
        if self.holds:
            return ()
        failing = [leaf for leaf in self.leaves() if not leaf.holds]
        by_fact = {
            fact: tuple(dict.fromkeys(leaf for leaf in failing if _fact(leaf) == fact)) for fact in facts(failing)
        }
        alone = [leaves for leaves in by_fact.values() if self.would_hold(leaves)]
        if len(alone) > 1:
            return (joined("or", [leaves[0] if len(leaves) == 1 else joined("and", leaves) for leaves in alone]),)
        return alone[0] if alone else self._fewest()

    def would_hold(self, conditions: Collection[Checked]) -> bool:
        """Whether the rule would hold if some conditions did."""
        if not self.joint:
            return self.holds or self in conditions
        parts = (part.would_hold(conditions) for part in self.parts)
        return all(parts) if self.joint == "and" else any(parts)

    def _fewest(self) -> tuple[Checked, ...]:
        """The failing conditions of the nearest alternatives, each alternative taken for itself."""
        if not self.joint:
            return () if self.holds else (self,)
        parts = [part._fewest() for part in self.parts if not part.holds]
        if self.joint == "and":
            return tuple(dict.fromkeys(leaf for part in parts for leaf in part))
        return min(parts, key=lambda part: len(facts(part)), default=())


def joined(joint: Literal["and", "or"], parts: Sequence[Checked]) -> Checked:
    """Several rules as one."""
    holds = [part.holds for part in parts]
    rule = f" {joint} ".join(part.rule for part in parts)
    return Checked(rule, all(holds) if joint == "and" else any(holds), joint, tuple(parts))


def _negated(leaf: Checked) -> bool:
    return isinstance(leaf.leaf, Member) and leaf.leaf.negated


def _asks_for_more(leaf: Checked) -> bool:
    return isinstance(leaf.leaf, Count) and leaf.leaf.operator in (">", ">=")


def facts(conditions: Iterable[Checked]) -> tuple[str, ...]:
    """Conditions that differ, in order: all that ask for a value that is missing are one."""
    return tuple(dict.fromkeys(map(_fact, conditions)))


def _fact(one: Checked) -> str:
    return one.leaf.variable if isinstance(one.leaf, Compare) and not one.actual else one.rule


def check(rule: Rule, stay: Stay) -> Checked:
    """Evaluate a rule, every part of it."""
    if isinstance(rule, All | AnyOf):
        parts = tuple(check(part, stay) for part in rule.parts)
        if isinstance(rule, All):
            return Checked(written(rule), all(part.holds for part in parts), "and", parts)
        return Checked(written(rule), any(part.holds for part in parts), "or", parts)
    if isinstance(rule, Constant):
        return Checked(written(rule), rule.value, leaf=rule)
    if isinstance(rule, Compare):
        return _compare(rule, stay)
    return _codes(rule, stay)


def _compare(rule: Compare, stay: Stay) -> Checked:
    value = (stay.department or None) if rule.variable == "KB" else stay.numbers.get(rule.variable)
    holds = value is not None and _COMPARISONS[rule.operator](value, rule.value)
    return Checked(written(rule), holds, leaf=rule, actual="" if value is None else str(value))


def _codes(rule: Member | Count, stay: Stay) -> Checked:
    found, elsewhere = tuple(_found(rule, stay, rule.variables)), tuple(_found(rule, stay, _not_asked(rule)))
    if isinstance(rule, Member):
        holds = bool(found) != rule.negated
    else:
        holds = _COMPARISONS[rule.operator](len({one.code for one in found}), rule.value)
    return Checked(written(rule), holds, leaf=rule, found=found, elsewhere=elsewhere)


def _not_asked(rule: Member | Count) -> tuple[str, ...]:
    kinds = DIAGNOSIS_VARIABLES if rule.variables[0] in DIAGNOSIS_VARIABLES else ("ZYSS", "QTSS")
    return tuple(variable for variable in kinds if variable not in rule.variables)


def _found(rule: Member | Count, stay: Stay, variables: Sequence[str]) -> Iterator[Found]:
    """Codes of some variables in the sets of a rule; a severity class has the other diagnoses that count as such."""
    names = (rule.set,) if isinstance(rule, Count) else rule.sets
    for variable in variables:
        for code in stay.codes(variable):
            in_sets = stay.places.sets.get(code, {})
            yield from (Found(variable, code, name, in_sets[name]) for name in names if name in in_sets)
    if variables == rule.variables:
        for one in dict.fromkeys(stay.severities()):
            if one.counts and one.level in names:
                yield Found("QTZD", one.code, one.level, one.row)


def severity_asked(leaf: Checked) -> tuple[str, ...]:
    """The severity classes that a condition asks for."""
    return tuple(name for name in leaf.leaf.sets if name in SEVERITY_SETS) if isinstance(leaf.leaf, Member) else ()
