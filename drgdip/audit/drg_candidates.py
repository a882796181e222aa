"""Rows that do not take a stay: those that come near it, what they lack, and the others by what they fail by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from drgdip.audit.drg_conditions import Checked, facts, joined
from drgdip.audit.drg_walk import Adjacent, Category, Decision, Tried
from drgdip.tables.chs_drg.syntax import Compare, Constant

#: Its own rule fails; its category's does; it holds but none of its groups does; it holds but comes too late.
Why = Literal["rule_fails", "category_fails", "no_group_holds", "comes_later"]


class Rejected(NamedTuple):
    """A row that does not take the stay. ``lacking`` : the fewest conditions that keep it away.

    category : its category; holds : whether that does. near : a code of the stay meets a condition of it. tried : it comes
    before the deciding row, in a category that holds.
    """

    category: str
    holds: bool
    row: Tried
    why: Why
    lacking: tuple[Checked, ...]
    near: bool
    tried: bool

    @property
    def one_away(self) -> bool:
        """Whether exactly one condition keeps it away."""
        unconditional = any(isinstance(leaf.leaf, Constant) for one in self.lacking for leaf in one.leaves())
        return self.why != "comes_later" and not unconditional and len(facts(self.lacking)) == 1

    @property
    def telling(self) -> bool:
        """Whether that condition is worth telling: codes stand where it does not look, it is a number, or codes meet others.

        A category fails for most stays, and an ambiguous row of it is none to miss.
        """
        placed = any(leaf.elsewhere or isinstance(leaf.leaf, Compare) for leaf in self.lacking[0].leaves())
        return placed and not self.row.code.endswith("QY") if not self.holds else placed or self.near


def rejected(tried: Sequence[Category], decided: Decision) -> list[Rejected]:
    """All rows that do not take the stay, adjacent groups in the order of the edition, groups after their own."""
    found: list[Rejected] = []
    before = True
    for category in tried:
        for adjacent in category.adjacent:
            if adjacent is decided.adjacent:
                before = False
            else:
                found.append(_adjacent(category, adjacent, before))
            if category.row.holds and adjacent.row.holds and (before or adjacent is decided.adjacent):
                found += _groups(category, adjacent, decided)
    return found


def _adjacent(category: Category, adjacent: Adjacent, before: bool) -> Rejected:
    row, above = adjacent.row, category.row
    near = row.checked.evidence and (above.holds or not adjacent.ambiguous)
    whole = row.checked if above.holds else joined("and", (above.checked, row.checked))
    why: Why = "comes_later" if row.holds else "rule_fails"
    if not above.holds:
        why = "category_fails" if row.holds else "rule_fails"
    elif row.holds and not adjacent.takes:
        why = "no_group_holds"
    if why == "comes_later" and adjacent.ambiguous:
        near = False
    return Rejected(above.code, above.holds, row, why, whole.shortfall(), near, before and above.holds)


def _groups(category: Category, adjacent: Adjacent, decided: Decision) -> Iterator[Rejected]:
    for group in adjacent.groups:
        if group is decided.group:
            return
        yield Rejected(category.row.code, True, group, "rule_fails", group.checked.shortfall(), True, True)


def near_misses(rows: Sequence[Rejected], decided: Decision) -> list[Rejected]:
    """Rows that exactly one condition keeps away; in the category that decided only those before the deciding row."""
    own = decided.category.row.code if decided.category else None
    return [one for one in rows if one.one_away and one.telling and (one.tried or one.category != own)]
