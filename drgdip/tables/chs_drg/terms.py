"""A rule as a list of terms: each a list of conditions that together make the rule hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

from drgdip.tables.chs_drg.syntax import All, Any, Compare, Constant, Count, Member, Rule

#: One condition of a term: membership of one variable, a comparison, or a count.
Condition: TypeAlias = Member | Compare | Count
Term: TypeAlias = tuple[Condition, ...]


def terms(rule: Rule) -> Iterator[Term]:
    """All terms of a rule, in the order of its alternatives; a rule that never holds has none."""
    if isinstance(rule, Constant):
        if rule.value:
            yield ()
    elif isinstance(rule, Any):
        for part in rule.parts:
            yield from terms(part)
    elif isinstance(rule, All):
        for parts in product(*(tuple(terms(part)) for part in rule.parts)):
            yield tuple(condition for part in parts for condition in part)
    elif isinstance(rule, Member) and len(rule.variables) > 1:
        single = [Member((variable,), rule.sets, rule.negated) for variable in rule.variables]
        # Any of them is in a set; or, negated, none is.
        yield from [tuple(single)] if rule.negated else [(member,) for member in single]
    else:
        yield (rule,)
