"""Which conditions follow from others: what proves that an earlier row takes every case of a later one.

A rule is a list of terms (:mod:`drgdip.tables.chs_drg.terms`). A term implies another one if each condition of the other
follows from its own, and it is contradictory if no case can meet it. Both answers are sure where they are yes; a no only
says that it is not proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeGuard

from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.syntax import SEVERITY_SETS, Compare, Count, Member, Rule
from drgdip.tables.chs_drg.terms import Condition, Term, terms

#: Rules with more alternatives than this are not proven anything of.
MAX_TERMS = 2_000


class Implications:
    """Implications under the sets of an edition."""

    def __init__(self, content: DrgContent) -> None:
        self._content = content
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        self._levels = {one.severity for one in content.complications.values()}

    def always_taken(self, rule: Rule, takers: Sequence[Rule]) -> bool:
        """Whether every case that meets a rule, if there is any, meets one of the takers."""
        asked = list(islice(terms(rule), MAX_TERMS + 1))
        if len(asked) > MAX_TERMS:
            return False
        taken = [term for taker in takers for term in islice(terms(taker), MAX_TERMS)]
        return all(self.contradictory(term) or any(self.implies(term, other) for other in taken) for term in asked)

    def implies(self, term: Term, other: Term) -> bool:
        """Whether every case that meets a term meets the other one."""
        return all(self._follows(condition, term) for condition in other)

    def contradictory(self, term: Term) -> bool:
        """Whether no case can meet a term."""
        for condition in term:
            if isinstance(condition, Compare) and isinstance(condition.value, str):
                texts = {c.value for c in term if _is_text(c) and c.operator == "="}
                if len(texts) > 1 or any(c.value in texts for c in term if _is_text(c) and c.operator == "!="):
                    return True
            elif isinstance(condition, Compare | Count):
                if not _values(_alike(term, condition)):
                    return True
            elif not condition.negated and not self._can_be_in(condition, term):
                return True
        return False

    def _can_be_in(self, condition: Member, term: Term) -> bool:
        if self._levels.intersection(condition.sets):
            return True
        codes = self._codes(condition.sets)
        for other in term:
            if isinstance(other, Member) and other.variables == condition.variables:
                if other.negated:
                    codes -= self._codes(other.sets)
                elif condition.variables[0].startswith("ZY"):
                    codes &= self._codes(other.sets)
        return bool(codes)

    def _follows(self, wanted: Condition, term: Term) -> bool:
        if wanted in term:
            return True
        if isinstance(wanted, Member):
            return any(isinstance(c, Member) and self._member_follows(wanted, c) for c in term)
        if _is_text(wanted):
            return any(_is_text(c) and c.operator == "=" and _meets_text(str(c.value), wanted) for c in term)
        alike = _alike(term, wanted)
        return bool(alike) and all(meets(value, wanted) for value in _values(alike, wanted))

    def _member_follows(self, wanted: Member, known: Member) -> bool:
        severe, negated = self._severe(known), wanted.negated or known.negated
        if wanted.variables != known.variables or (negated and (severe or self._severe(wanted))):
            return False
        asked, given = self._codes(wanted.sets), self._codes(known.sets)
        if wanted.negated:
            # What is in one set is in no set that shares no code with it; that goes for a variable of one code alone.
            single = known.variables[0].startswith("ZY")
            return asked <= given if known.negated else single and not asked & given
        # Severities depend on the principal diagnosis: only the same one is sure to follow.
        return not known.negated and given <= asked and severe <= self._severe(wanted)

    def _severe(self, condition: Member) -> set[str]:
        return {name for name in condition.sets if name in SEVERITY_SETS}

    def _codes(self, names: tuple[str, ...]) -> frozenset[str]:
        if names not in self._known:
            self._known[names] = frozenset(
                code for name in names if name not in SEVERITY_SETS for code in self._content.sets.get(name, ())
            )
        return self._known[names]


def meets(value: int, condition: Compare | Count) -> bool:
    """Whether a number meets a comparison or a count; a text is no number."""
    limit = condition.value
    if isinstance(limit, str):
        return False
    return {
        "=": value == limit, "!=": value != limit, "<": value < limit, "<=": value <= limit, ">": value > limit,
        ">=": value >= limit,
    }[condition.operator]  # fmt: skip


def near(conditions: Iterable[Compare | Count]) -> set[int]:
    """Whole numbers between which no answer of the conditions changes, 0 and one beyond all limits among them."""
    limits = [int(c.value) for c in conditions if not isinstance(c.value, str)]
    return {value for limit in limits for value in (0, *range(limit - 1, limit + 3)) if value >= 0}


def _values(conditions: Sequence[Compare | Count], *others: Compare | Count) -> list[int]:
    """Numbers that meet all conditions, one of each kind that these and the others tell apart."""
    return sorted(v for v in near([*conditions, *others]) if all(meets(v, c) for c in conditions))


def _alike(term: Term, condition: Compare | Count) -> list[Compare | Count]:
    """The conditions of a term on the number that one is about."""
    if isinstance(condition, Compare):
        return [c for c in term if isinstance(c, Compare) and c.variable == condition.variable]
    return [
        c
        for c in term
        if isinstance(c, Count) and (c.set, set(c.variables)) == (condition.set, set(condition.variables))
    ]


def _is_text(condition: Condition) -> TypeGuard[Compare]:
    return isinstance(condition, Compare) and isinstance(condition.value, str)


def _meets_text(value: str, condition: Compare) -> bool:
    return (value == condition.value) == (condition.operator == "=")
