"""A witness for every group: a case that the edition puts there, found by construction and shown by grouping it.

For each group the conditions that lead to it are written out as terms; codes and numbers that meet a term are put
together, those that stand in few sets first, and grouped with the compiled edition until one lands. Where earlier rows
take them all, they are varied in what the group's own rules leave open and the earlier rows ask. A group without a witness
is impossible if it is proven that no case meets its rules or that an earlier row takes every one; else it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.tables.chs_drg.implied import MAX_TERMS, Implications, meets
from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.syntax import (
    NUMBER_VARIABLES,
    SEVERITY_SETS,
    All,
    Compare,
    Count,
    Member,
    Rule,
    atoms,
)
from drgdip.tables.chs_drg.terms import Term, terms
from drgdip.tables.chs_drg.variations import OTHER_TEXT, Case, changes_of, variations

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables

#: Cases tried for each group, in rounds; a group that lands in an early round is not tried again.
ROUNDS = (40, 1_500, 40_000)
#: Cases of a term that are varied.
_VARIED = 20
#: Numbers that a case has where no rule asks: an adult of no stated sex; missing is -1.
_DEFAULTS = {"NL": 40, "XSRTL": -1, "XSRTZ": -1, "XB": 0, "ZYTS": 5, "LYFS": 1, "ICUXS": -1}


class Target(NamedTuple):
    """What is to be reached: a row of ADRG, and one of its groups unless it has none."""

    adrg: int
    drg: int


class Witnesses(NamedTuple):
    """``found`` : a case for each target that has one. ``impossible`` : proven to have none; ``open`` : none was found."""

    found: dict[Target, Case]
    impossible: list[Target]
    open: list[Target]


#: Groups cases: rows of ADRG and of DRG of each.
Grouper = Callable[[Sequence[Case]], tuple[np.ndarray, np.ndarray]]


def targets(tables: DrgTables) -> list[Target]:
    """Everything that a case can be grouped to."""
    arrays = tables.arrays
    found = []
    for adrg in range(len(tables.adrg_codes)):
        first, last = int(arrays.drg_offset[adrg]), int(arrays.drg_offset[adrg + 1])
        found += [Target(adrg, int(row)) for row in arrays.drg_row[first:last]] or [Target(adrg, -1)]
    return found


def find_witnesses(tables: DrgTables, group: Grouper) -> Witnesses:
    """Search a witness for every target of an edition."""
    search = _Search(tables)
    missing = targets(tables)
    found: dict[Target, Case] = {}
    for tries in ROUNDS:
        cases, owners = [], []
        for target in missing:
            some = list(islice(search.candidates(target), tries))
            cases += some
            owners += [target] * len(some)
        if cases:
            adrg_rows, drg_rows = group(cases)
            for case, target, adrg, drg in zip(cases, owners, adrg_rows.tolist(), drg_rows.tolist(), strict=True):
                if Target(adrg, drg) == target:
                    found.setdefault(target, case)
        missing = [target for target in missing if target not in found]
    impossible = [target for target in missing if search.proven_impossible(target)]
    return Witnesses(found, impossible, [target for target in missing if target not in impossible])


class _Search:
    """Cases that meet the rules of a target, by themselves."""

    def __init__(self, tables: DrgTables) -> None:
        self._content: DrgContent = tables.content
        self._mdc = {row.code: row for row in self._content.mdcs}
        self._targets = targets(tables)
        self._implications = Implications(self._content)
        self._members = {
            True: _by_code(self._content, tables.diagnoses.codes),
            False: _by_code(self._content, tables.procedures.codes),
        }
        # One code for each combination of sets, those in few sets first.
        self._kinds = {kind: _kinds(members) for kind, members in self._members.items()}
        self._known: dict[object, list[str]] = {}
        self._excluding = {name: frozenset(codes) for name, codes in self._content.exclusions.items()}
        self._severe = {
            level: [code for code, one in self._content.complications.items() if one.severity == level]
            for level in SEVERITY_SETS
        }

    def candidates(self, target: Target) -> Iterator[Case]:
        """Cases that meet the rules of the target's category, adjacent group and group; then variations of them."""
        asked = list(islice(terms(self._rule(target)), MAX_TERMS))
        yield from _in_turn([self._of_term(term) for term in asked])
        earlier = [atom for one in self._earlier(target) for atom in atoms(self._rule(one))]
        varied = []
        for term in asked:
            changes = changes_of(term, earlier, self._content.sets, self._members)
            varied.append(variations(list(islice(self._of_term(term), _VARIED)), changes))
        yield from _in_turn(varied)

    def proven_impossible(self, target: Target) -> bool:
        """Whether no case meets the target's rules, or rows before it take every case that does."""
        return self._implications.always_taken(self._rule(target), [self._rule(one) for one in self._earlier(target)])

    def _rule(self, target: Target) -> Rule:
        adrg = self._content.adrgs[target.adrg]
        rules = [self._mdc[adrg.mdc].rule, adrg.rule]
        return All((*rules, self._content.drgs[target.drg].rule) if target.drg >= 0 else tuple(rules))

    def _earlier(self, target: Target) -> list[Target]:
        return self._targets[: self._targets.index(target)]

    def _of_term(self, term: Term) -> Iterator[Case]:
        asked = [c for c in term if isinstance(c, Compare) and c.variable == "KB"]
        texts = [str(c.value) for c in asked if c.operator == "="]
        numbers = _number_choices(term)
        if numbers is None or self._implications.contradictory(term):
            return
        department = texts[0] if texts else OTHER_TEXT if asked else ""
        principal = self._with_others(term, True, "ZYZD", "QTZD")
        main = self._with_others(term, False, "ZYSS", "QTSS")
        for row, column in _diagonal(len(principal), len(main)):
            diagnoses, operations = principal[row], main[column]
            for values in numbers:
                yield Case(diagnoses, operations, values, department)

    def _with_others(self, term: Term, of_diagnoses: bool, first: str, others: str) -> list[tuple[str, ...]]:
        """Lists of codes of one kind that meet a term, the principal code first; no operations is a list, too."""
        choices = self._choices(term, of_diagnoses, first, optional=not of_diagnoses)
        if not any(isinstance(c, Member | Count) and others in c.variables for c in term):
            return [(code,) if code else () for code in choices]
        found: list[tuple[str, ...]] = []
        for code in choices:
            further = self._others(term, of_diagnoses, others, code)
            if further is not None and (code or not further):
                found.append((code, *further) if code else ())
        return found

    def _choices(self, term: Term, of_diagnoses: bool, variable: str, optional: bool) -> list[str]:
        """Codes that a principal variable can have, those in few sets first; one code for each kind of membership."""
        wanted = [set(c.sets) for c in term if isinstance(c, Member) and c.variables == (variable,) and not c.negated]
        barred = {s for c in term if isinstance(c, Member) and c.variables == (variable,) and c.negated for s in c.sets}
        counted = [{c.set} for c in term if isinstance(c, Count) and variable in c.variables and _least(c) > 0]
        fitting = self._fitting(of_diagnoses, [*wanted, *counted], barred)
        return ["", *fitting] if optional and not wanted and not counted else fitting

    def _fitting(self, of_diagnoses: bool, wanted: Sequence[set[str]], barred: set[str]) -> list[str]:
        key = (of_diagnoses, tuple(frozenset(names) for names in wanted), frozenset(barred))
        if key not in self._known:
            self._known[key] = [
                code
                for inside, code in self._kinds[of_diagnoses].items()
                if all(inside & names for names in wanted) and not inside & barred
            ]
        return self._known[key]

    def _others(self, term: Term, of_diagnoses: bool, variable: str, first: str) -> tuple[str, ...] | None:
        """Other codes that meet the rest of a term, or None if there are none."""
        barred = {s for c in term if isinstance(c, Member) and c.variables == (variable,) and c.negated for s in c.sets}
        found: list[str] = []
        for condition in term:
            if isinstance(condition, Member) and condition.variables == (variable,) and not condition.negated:
                code = self._other(condition, of_diagnoses, barred, first)
                if code is None:
                    return None
                found.append(code)
            elif isinstance(condition, Count) and variable in condition.variables:
                codes = [c for c in self._content.sets.get(condition.set, ()) if c != first]
                have = 1 if first and condition.set in self._members[of_diagnoses].get(first, ()) else 0
                found += codes[: max(_least(condition) - have, 0)]
        return tuple(dict.fromkeys(found))

    def _other(self, condition: Member, of_diagnoses: bool, barred: set[str], first: str) -> str | None:
        for level in (name for name in condition.sets if name in SEVERITY_SETS):
            for code in self._severe[level]:
                table = self._content.complications[code].exclusions
                if code != first and first not in self._excluding.get(table, ()):
                    return code
        names = set(condition.sets) - set(SEVERITY_SETS)
        fitting = self._fitting(of_diagnoses, [names], barred) if names else []
        return next((code for code in fitting if code != first), None)


def _least(condition: Count) -> int:
    """The fewest codes that meet a count."""
    return {">=": condition.value, ">": condition.value + 1, "=": condition.value}.get(condition.operator, 0)


def _by_code(content: DrgContent, codes: Sequence[str]) -> dict[str, frozenset[str]]:
    """Names of the sets that each code is in; its severity, and the exclusion tables that name it, beside them."""
    found: dict[str, set[str]] = {code: set() for code in codes}
    # Signs that no name of a set has keep severities and exclusion tables apart from sets.
    severities = {
        f"={level}": [c for c, one in content.complications.items() if one.severity == level] for level in SEVERITY_SETS
    }
    tables = {f"!{name}": members for name, members in content.exclusions.items()}
    for name, members in (*content.sets.items(), *severities.items(), *tables.items()):
        for code in members:
            if code in found:
                found[code].add(name)
    return {code: frozenset(names) for code, names in found.items()}


def _kinds(members: dict[str, frozenset[str]]) -> dict[frozenset[str], str]:
    found: dict[frozenset[str], str] = {}
    for code, inside in members.items():
        found.setdefault(inside, code)
    return dict(sorted(found.items(), key=lambda kind: (len(kind[0]), kind[1])))


def _number_choices(term: Term) -> list[tuple[int, ...]] | None:
    """Numbers that meet the comparisons of a term, a few for each variable; None if none can."""
    choices = []
    # An age in days is that of an infant.
    infant = any(isinstance(c, Compare) and c.variable == "XSRTL" for c in term)
    defaults = {**_DEFAULTS, "NL": 0} if infant else _DEFAULTS
    for variable in NUMBER_VARIABLES:
        asked = [c for c in term if isinstance(c, Compare) and c.variable == variable]
        if not asked:
            choices.append([defaults[variable]])
            continue
        near = sorted({int(c.value) + step for c in asked for step in (-1, 0, 1)} | {defaults[variable]})
        fitting = [value for value in near if value >= 0 and all(meets(value, c) for c in asked)]
        if not fitting:
            return None
        choices.append(fitting[:3])
    return list(product(*choices))


def _diagonal(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """All places of a table, those near its first corner first."""
    for total in range(rows + columns - 1):
        for row in range(max(0, total - columns + 1), min(total, rows - 1) + 1):
            yield row, total - row


def _in_turn(streams: list[Iterator[Case]]) -> Iterator[Case]:
    """One of each stream in turn, until all have ended."""
    while streams:
        going = []
        for stream in streams:
            case = next(stream, None)
            if case is not None:
                going.append(stream)
                yield case
        streams = going
