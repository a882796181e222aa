"""The grouping order in plain Python, to choose codes that land a stay in its group.

This is a second, slow reading of the same rule that the grouping stage follows; it never looks at that stage.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.tables import DipArrays

SURGERY, THERAPEUTIC, DIAGNOSTIC, CONSERVATIVE, INTERVENTION = range(5)


class Term(NamedTuple):
    """One term of a combination. exact : procedure ids named by their own code; all : with those of sub-category codes."""

    exact: tuple[int, ...]
    all: frozenset[int]


class Matcher:
    """The groups of an edition, ready to match single stays.

    Source: DIP technical specification, chapter 3 (grouping order), after settlement arithmetic 1.4.
    """

    def __init__(self, arrays: DipArrays) -> None:
        self.core_category = arrays.diagnosis_core_category.tolist()
        self.comprehensive_category = arrays.diagnosis_comprehensive_category.tolist()
        self.comprehensive_group = arrays.comprehensive_group.tolist()
        self.procedure_type = arrays.procedure_treatment_type.tolist()
        self.terms = _terms(arrays)
        self._wildcards = (True, False) if arrays.alternative_wildcard.any() else (False,)
        self._found: dict[tuple[int, tuple[int, ...], bool, bool], int] = {}
        bounds, groups = arrays.core_offset.tolist(), arrays.core_group.tolist()
        self.core_groups = [groups[first:last] for first, last in pairwise(bounds)]

    def group_of(
        self, diagnosis: int, operations: Sequence[int], main_first: bool = True, wildcard: bool = False
    ) -> int:
        """The group of a stay, −1 for none, −2 where the national order leaves more than one."""
        category = self.core_category[diagnosis]
        if category >= 0:
            found = self._core_group(category, tuple(operations), main_first, wildcard)
            if found != -1:
                return found
        category = self.comprehensive_category[diagnosis]
        if category < 0:
            return -1
        return int(self.comprehensive_group[category][self._kind(operations)])

    def lands_in(self, group: int, diagnosis: int, operations: Sequence[int]) -> bool:
        """Whether the stay goes to ``group`` whatever a policy says on main operations and sub-category codes."""
        choices = product((True, False), self._wildcards) if operations else ((True, False),)
        return all(self.group_of(diagnosis, operations, *choice) == group for choice in choices)

    def named_operations(self, diagnosis: int) -> set[int]:
        """All operations that core groups of the diagnosis' category name."""
        category = self.core_category[diagnosis]
        groups = self.core_groups[category] if category >= 0 else []
        return {operation for group in groups for term in self.terms[group] for operation in term.all}

    def _kind(self, operations: Sequence[int]) -> int:
        if not operations:
            return CONSERVATIVE
        kind = self.procedure_type[operations[0]]
        if kind == INTERVENTION:
            return SURGERY
        return int(kind) if kind >= 0 else CONSERVATIVE

    def _core_group(self, category: int, operations: tuple[int, ...], main_first: bool, wildcard: bool) -> int:
        """The core group of a stay, remembered: many diagnoses share a category."""
        key = category, operations, main_first, wildcard
        if key not in self._found:
            self._found[key] = self._best(self.core_groups[category], operations, main_first, wildcard)
        return self._found[key]

    def _best(self, groups: list[int], operations: Sequence[int], main_first: bool, wildcard: bool) -> int:
        ranked = sorted(
            (
                (self._rank(group, operations, wildcard), group)
                for group in groups
                if self._matches(group, operations, main_first, wildcard)
            ),
            reverse=True,
        )
        if not ranked:
            return -1
        tied = len(ranked) > 1 and ranked[0][0] == ranked[1][0]
        return -2 if tied else ranked[0][1]

    def _matches(self, group: int, operations: Sequence[int], main_first: bool, wildcard: bool) -> bool:
        terms = self.terms[group]
        if not terms:
            return not operations
        if main_first and operations[:1] and not _meets(terms[0], operations[:1], wildcard):
            return False
        return bool(operations) and all(_meets(term, operations, wildcard) for term in terms)

    def _rank(self, group: int, operations: Sequence[int], wildcard: bool) -> tuple[bool, bool, int, bool]:
        """Full match, main operation, number of terms, codes named as such: settlement arithmetic 1.4."""
        terms = self.terms[group]
        full = all(any(_meets(term, (operation,), wildcard) for term in terms) for operation in operations)
        main = not terms or _meets(terms[0], operations[:1], wildcard)
        exact = all(_meets(term, operations, False) for term in terms)
        return full, main, len(terms), exact


def _meets(term: Term, operations: Sequence[int], wildcard: bool) -> bool:
    named = term.all if wildcard else term.exact
    return any(operation in named for operation in operations)


def _terms(arrays: DipArrays) -> list[tuple[Term, ...]]:
    bounds = arrays.alternative_offset.tolist()
    procedures, wildcards = arrays.alternative_procedure.tolist(), arrays.alternative_wildcard.tolist()
    terms = []
    for first, last in pairwise(bounds):
        named = range(first, last)
        exact = tuple(procedures[k] for k in named if not wildcards[k])
        terms.append(Term(exact, frozenset(procedures[first:last])))
    groups = arrays.term_offset.tolist()
    return [tuple(terms[first:last]) for first, last in pairwise(groups)]
