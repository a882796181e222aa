"""Variations of a case that its own rules leave open: other numbers, another department, further codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import NamedTuple

from drgdip.tables.chs_drg.implied import meets, near
from drgdip.tables.chs_drg.syntax import NUMBER_VARIABLES, Compare, Constant, Count, Member
from drgdip.tables.chs_drg.terms import Condition, Term

#: A department that no rule names.
OTHER_TEXT = "—"
#: Kinds of further codes that are tried, those in few sets first.
_KINDS = 8


class Case(NamedTuple):
    """A case for grouping: codes, principal first; numbers in the order of ``NUMBER_VARIABLES``, -1 missing."""

    diagnoses: tuple[str, ...]
    operations: tuple[str, ...]
    numbers: tuple[int, ...]
    department: str


class Change(NamedTuple):
    """One thing that a case has another way: a number by its variable, a department (KB), a further code (QTZD, QTSS)."""

    variable: str
    value: int
    text: str


def changes_of(
    term: Term,
    earlier: Sequence[Constant | Condition],
    sets: Mapping[str, Sequence[str]],
    members: Mapping[bool, Mapping[str, frozenset[str]]],
) -> list[Change]:
    """What a case of a term can have another way so that rows which ask ``earlier`` may not take it.

    members : names of the sets that each code is in, of diagnoses (True) and of operations.
    """
    found: dict[Change, None] = {}
    for variable in NUMBER_VARIABLES:
        found.update(dict.fromkeys(Change(variable, value, "") for value in _numbers(variable, term, earlier)))
    found.update(dict.fromkeys(Change("KB", 0, text) for text in _texts(term, earlier)))
    for condition in earlier:
        for variable in ("QTZD", "QTSS"):
            codes = _further(condition, variable, term, sets, members[variable == "QTZD"])
            found.update(dict.fromkeys(Change(variable, 0, code) for code in codes))
    return list(found)


def _numbers(variable: str, term: Term, earlier: Sequence[Constant | Condition]) -> list[int]:
    """Numbers that earlier rows tell apart and a term allows; missing (-1) where it does not ask."""
    compared, own = ([c for c in some if isinstance(c, Compare) and c.variable == variable] for some in (earlier, term))
    if not compared:
        return []
    return [*([] if own else [-1]), *(v for v in sorted(near([*compared, *own])) if all(meets(v, c) for c in own))]


def _texts(term: Term, earlier: Sequence[Constant | Condition]) -> list[str]:
    """Departments that earlier rows tell apart and a term allows."""
    texts = [c.value for c in earlier if isinstance(c, Compare) and isinstance(c.value, str)]
    own = [c for c in term if isinstance(c, Compare) and isinstance(c.value, str)]
    some = [*texts, OTHER_TEXT] if texts else []
    return [text for text in some if all((text == c.value) == (c.operator == "=") for c in own)]


def _further(
    condition: Constant | Condition,
    variable: str,
    term: Term,
    sets: Mapping[str, Sequence[str]],
    members: Mapping[str, frozenset[str]],
) -> Iterator[str]:
    """Codes of the kind that a row must not find, or finds too many of."""
    names: tuple[str, ...] = ()
    most = 0
    if isinstance(condition, Member) and condition.negated and variable in condition.variables:
        names = condition.sets
    elif isinstance(condition, Count) and variable in condition.variables:
        names, most = (condition.set,), condition.value + 1
    barred = {s for c in term if isinstance(c, Member) and variable in c.variables and c.negated for s in c.sets}
    codes = [code for name in names for code in sets.get(name, ()) if not members[code] & barred]
    kinds: dict[frozenset[str], str] = {}
    for code in codes:
        kinds.setdefault(members[code], code)
    # A count needs several codes, whatever else they are in; otherwise one of each kind will do.
    yield from codes[:most]
    yield from islice(sorted(kinds.values(), key=lambda code: (len(members[code]), code)), _KINDS)


def variations(cases: Sequence[Case], changes: Sequence[Change]) -> Iterator[Case]:
    """Cases with one change each, then with two, then with three."""
    for count in (1, 2, 3):
        for some in combinations(changes, count):
            for case in cases:
                changed = _changed(case, some)
                if changed is not None:
                    yield changed


def _changed(case: Case, changes: Sequence[Change]) -> Case | None:
    """A case after changes; None where they are none, or leave the age in days beside an age in years."""
    numbers, department = dict(zip(NUMBER_VARIABLES, case.numbers, strict=True)), case.department
    codes = {"QTZD": case.diagnoses, "QTSS": case.operations}
    for variable, value, text in changes:
        if variable in numbers:
            numbers[variable] = value
        elif variable == "KB":
            department = text
        elif codes[variable]:
            codes[variable] = (*codes[variable], text)
    if numbers["XSRTL"] >= 0 and numbers["NL"] != 0:
        return None
    changed = Case(codes["QTZD"], codes["QTSS"], tuple(numbers.values()), department)
    return None if changed == case else changed
