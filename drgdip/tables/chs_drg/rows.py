"""The rows of the six national sheets, as an edition holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from drgdip.tables.chs_drg.syntax import Rule

Severity = Literal["MCC", "CC"]


class MdcRow(NamedTuple):
    """A major diagnostic category. ``row`` is its data row in the sheet, ``text`` the rule as published."""

    row: int
    code: str
    name: str
    text: str
    order: int
    rule: Rule


class AdrgRow(NamedTuple):
    """An adjacent group within a category. The same code may stand twice in one category, under another order."""

    row: int
    code: str
    name: str
    text: str
    mdc: str
    order: int
    rule: Rule

    @property
    def ambiguous(self) -> bool:
        """Whether the row takes cases whose operation does not fit the principal diagnosis (歧义病案)."""
        return self.code.endswith("QY")


class DrgRow(NamedTuple):
    """A group within an adjacent group."""

    row: int
    code: str
    name: str
    text: str
    adrg: str
    mdc: str
    order: int
    rule: Rule


class Complication(NamedTuple):
    """An other diagnosis that counts as MCC or CC, unless the principal stands in its exclusion table."""

    severity: Severity
    exclusions: str


@dataclass(frozen=True)
class DrgContent:
    """An edition as read: rows in the order in which they are tried.

    mdcs by order; adrgs by category, then order; drgs by adjacent group, then order.
    sets : name -> codes. complications : diagnosis code -> severity and exclusion table.
    exclusions : table -> principal diagnoses that it names. names : code -> name, of codes that no code list names.
    weights : group code -> weight as published, where the edition has any.
    """

    mdcs: tuple[MdcRow, ...]
    adrgs: tuple[AdrgRow, ...]
    drgs: tuple[DrgRow, ...]
    sets: Mapping[str, tuple[str, ...]]
    complications: Mapping[str, Complication]
    exclusions: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)

    def all_rows(self) -> Iterator[MdcRow | AdrgRow | DrgRow]:
        """Every row that has a rule: categories, adjacent groups, groups."""
        yield from self.mdcs
        yield from self.adrgs
        yield from self.drgs

    def groups_of(self, adrg: AdrgRow) -> tuple[DrgRow, ...]:
        """The groups of an adjacent group, in the order in which they are tried."""
        return tuple(drg for drg in self.drgs if (drg.adrg, drg.mdc) == (adrg.code, adrg.mdc))


def in_order(
    mdcs: list[MdcRow], adrgs: list[AdrgRow], drgs: list[DrgRow]
) -> tuple[tuple[MdcRow, ...], tuple[AdrgRow, ...], tuple[DrgRow, ...]]:
    """Rows in the order in which cases try them; equal orders as they stand in the sheet."""
    sorted_mdcs = sorted(mdcs, key=lambda row: (row.order, row.row))
    place = {row.code: position for position, row in enumerate(sorted_mdcs)}
    last = len(place)
    sorted_adrgs = sorted(adrgs, key=lambda row: (place.get(row.mdc, last), row.order, row.row))
    first: dict[tuple[str, str], int] = {}
    for position, row in enumerate(sorted_adrgs):
        first.setdefault((row.code, row.mdc), position)
    end = len(sorted_adrgs)
    sorted_drgs = sorted(drgs, key=lambda row: (first.get((row.adrg, row.mdc), end), row.order, row.row))
    return tuple(sorted_mdcs), tuple(sorted_adrgs), tuple(sorted_drgs)
