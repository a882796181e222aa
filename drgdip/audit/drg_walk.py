"""All rows of an edition tried on one stay, in their order; and what the order makes of them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from drgdip.audit.drg_conditions import Checked, Stay, check
from drgdip.tables.chs_drg.rows import AdrgRow, DrgContent, DrgRow, MdcRow

Sheet = Literal["MDC", "ADRG", "DRG"]


class Tried(NamedTuple):
    """A row tried on a stay: its sheet, place in the order of the edition, data row, code, name, rule as published."""

    sheet: Sheet
    place: int
    row: int
    code: str
    name: str
    text: str
    checked: Checked

    @property
    def holds(self) -> bool:
        return self.checked.holds


class Adjacent(NamedTuple):
    """An adjacent group with its groups. Without groups it takes a stay itself."""

    row: Tried
    groups: tuple[Tried, ...]
    ambiguous: bool

    @property
    def group(self) -> Tried | None:
        """The first of its groups that holds."""
        return next((group for group in self.groups if group.holds), None)

    @property
    def takes(self) -> bool:
        """Whether it takes a stay that comes to it."""
        return self.row.holds and (not self.groups or self.group is not None)


class Category(NamedTuple):
    """A category with its adjacent groups."""

    row: Tried
    adjacent: tuple[Adjacent, ...]

    @property
    def decides(self) -> Adjacent | None:
        """The adjacent group that takes the stay if it comes to this category."""
        return next((one for one in self.adjacent if one.takes), None) if self.row.holds else None


def walk(rows: DrgContent, stay: Stay) -> list[Category]:
    """Every category with its adjacent groups and groups, tried on a stay."""
    groups: dict[tuple[str, str], list[Tried]] = {}
    for place, drg in enumerate(rows.drgs):
        groups.setdefault((drg.adrg, drg.mdc), []).append(_tried("DRG", place, drg, stay))
    adjacent: dict[str, list[Adjacent]] = {}
    for place, adrg in enumerate(rows.adrgs):
        own = tuple(groups.get((adrg.code, adrg.mdc), ()))
        adjacent.setdefault(adrg.mdc, []).append(Adjacent(_tried("ADRG", place, adrg, stay), own, adrg.ambiguous))
    return [
        Category(_tried("MDC", place, mdc, stay), tuple(adjacent.get(mdc.code, ())))
        for place, mdc in enumerate(rows.mdcs)
    ]


def _tried(sheet: Sheet, place: int, row: MdcRow | AdrgRow | DrgRow, stay: Stay) -> Tried:
    return Tried(sheet, place, row.row, row.code, row.name, row.text, check(row.rule, stay))


class Decision(NamedTuple):
    """The rows that take a stay; none where no row does."""

    category: Category | None
    adjacent: Adjacent | None
    group: Tried | None

    @property
    def places(self) -> tuple[int, int]:
        """Rows of adjacent group and group as grouping numbers them, -1 where there is none."""
        return (self.adjacent.row.place if self.adjacent else -1), (self.group.place if self.group else -1)


def decision(tried: list[Category], stay: Stay) -> Decision:
    """What the order of the rows makes of them; a stay without diagnoses is not grouped."""
    for category in tried if stay.diagnoses else ():
        adjacent = category.decides
        if adjacent is not None:
            return Decision(category, adjacent, adjacent.group)
    return Decision(None, None, None)
