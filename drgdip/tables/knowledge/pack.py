"""A knowledge pack as rules use it: rows and limits of a day and a region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from drgdip.base.errors import TablesError, UsageError
from drgdip.base.text import Text
from drgdip.tables.knowledge.forms import FORMS
from drgdip.tables.knowledge.row_types import AgeClass, AgeLimit
from drgdip.tables.knowledge.rows import Entry
from drgdip.tables.manifest import Manifest

Key = str | tuple[str, ...]


class AgeBounds(NamedTuple):
    """Ages that a limit allows: from ``from_age`` on and below ``below_age``, each None where open, in completed units."""

    from_age: int | None
    from_unit: str
    below_age: int | None
    below_unit: str
    mark: str


class AgeValue(NamedTuple):
    """What :meth:`Pack.limits` gives of ages.

    bounds : of the class that the list names; outside of them the limit is broken. stated : narrower bounds that the
    payment condition names, read from its text, or None; outside of them only, the limit is in doubt.
    """

    age_class: str
    bounds: AgeBounds
    stated: AgeBounds | None
    rule: str


class Layer(NamedTuple):
    """One pack of a chain, base first: region of rows that name none, and the days of rows that name none."""

    name: str
    region: str
    valid_from: date | None
    valid_to: date | None


class Pack:
    """A knowledge pack on one day, for one region.

    Made by :func:`load_pack`; :meth:`on` gives the same pack on another day and shares all that was read.

    Attributes
    ----------
    name, digest, manifest : what the pack is; ``digest`` is one hash over it and all that it extends.
    day, region : what :meth:`rows` and :meth:`limits` are for; without a day, the pack's latest state.
    """

    def __init__(
        self,
        manifest: Manifest,
        digest: str,
        layers: tuple[Layer, ...],
        read: Callable[[str], list[Entry]],
        names: frozenset[str],
        day: date | None = None,
        region: str | None = None,
    ) -> None:
        self.manifest = manifest
        self.name = manifest.edition
        self.digest = digest
        self.day = day
        self.region = region if region is not None else layers[-1].region
        self._layers = layers
        self._read = read
        self._names = names
        self._rows: dict[str, tuple[Any, ...]] = {}
        self._at = day or layers[-1].valid_to
        if day is not None and not self.covers(day):
            raise self._not_covered(day)

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the lists that the pack has, in the order of :data:`FORMS`."""
        return tuple(name for name in FORMS if name in self._names)

    def covers(self, day: date) -> bool:
        """Whether the pack holds on a day."""
        top = self._layers[-1]
        return (top.valid_from or date.min) <= day <= (top.valid_to or date.max)

    def on(self, day: date | None, region: str | None = None) -> Pack:
        """The pack on another day or for another region. Raises TablesError if it does not hold on that day."""
        return Pack(
            self.manifest, self.digest, self._layers, self._read, self._names, day, self.region if region is None else region
        )  # fmt: skip

    def rows(self, name: str) -> tuple[Any, ...]:
        """Rows of a list that hold on the day in the region, typed as :data:`FORMS` says; none if it lacks the list.

        Of rows with the same key, the pack that extends goes before its base, the narrower region before the wider.
        Raises UsageError if there is no such list.
        """
        if name not in FORMS:
            raise UsageError(
                Text(f"没有知识清单 {name}。", f"There is no knowledge list {name}."),
                Text(f"可用:{'、'.join(FORMS)}。", f"Known lists: {', '.join(FORMS)}."),
            )
        if name not in self._rows:
            self._rows[name] = self._resolved(name)
        return self._rows[name]

    def limits(self, name: str) -> dict[Key, Any]:
        """Limit by code: the list's figure where it has one, else its row; pairs by (main, sub).

        Lists of sexes give 1 or 2; of ages :class:`AgeValue`; ``surgery_discount`` a tuple of groups. Rows whose
        text could not be read have no limit and are left out: see :meth:`rows`.
        """
        rows, form = self.rows(name), FORMS[name]
        if form.row is AgeLimit:
            return self._ages(rows)
        if name == "surgery_discount":
            groups: dict[Key, Any] = {}
            for row in rows:
                groups[row.code] = (*groups.get(row.code, ()), row.group)
            return groups
        return {
            key[0] if len(key := form.key_of(row)) == 1 else key: row
            if form.value is None
            else getattr(row, form.value)
            for row in rows
            if not getattr(row, "text", "")
        }

    def history(self, name: str) -> tuple[Entry, ...]:
        """All rows of a list, of every day, region and pack of the chain, as they stand."""
        return tuple(self._read(name)) if name in self._names else ()

    @cached_property
    def change_days(self) -> tuple[date, ...]:
        """Days from which on rows may differ from the day before, in order: a batch that spans none needs one day only."""
        return self.changes(*self._names)

    def changes(self, *names: str) -> tuple[date, ...]:
        """The same days for some lists alone."""
        days = {layer.valid_from for layer in self._layers}
        days |= {_next(layer.valid_to) for layer in self._layers}
        for name in self._names.intersection(names):
            for row, *_ in self._read(name):
                days |= {row.valid_from, _next(row.valid_to)}
        return tuple(sorted(day for day in days if day is not None))

    def regions_of(self, region: str) -> tuple[str, ...]:
        """The regions that rows and packs of the chain name and that a place lies in: places with the same have the same rows."""
        return tuple(wider for wider in self._named_regions if region.startswith(wider))

    @cached_property
    def _named_regions(self) -> tuple[str, ...]:
        named = {layer.region for layer in self._layers}
        named |= {row.region for name in self._names for row, *_ in self._read(name)}
        return tuple(sorted(map(significant, named)))

    def _resolved(self, name: str) -> tuple[Any, ...]:
        key_of = FORMS[name].key_of
        best: dict[tuple[str, ...], tuple[tuple[int, int], Entry]] = {}
        wider = [significant(layer.region) for layer in self._layers]
        for entry in self._read(name) if name in self._names else ():
            region = significant(entry.row.region) if entry.row.region else wider[entry.layer]
            if not self.region.startswith(region) or not self._holds(entry.row, self._layers[entry.layer]):
                continue
            rank, key = (entry.layer, len(region)), key_of(entry.row)
            if key not in best or rank > best[key][0]:
                best[key] = rank, entry
        return tuple(entry.row for _, entry in best.values() if entry.change != "withdraw")

    def _holds(self, row: Any, layer: Layer) -> bool:
        first, last = row.valid_from or layer.valid_from, row.valid_to or layer.valid_to
        if self._at is None:  # The latest state: what has no end.
            return last is None
        return (first or date.min) <= self._at <= (last or date.max)

    def _ages(self, rows: tuple[AgeLimit, ...]) -> dict[Key, Any]:
        classes: Mapping[str, AgeClass] = {row.age_class: row for row in self.rows("age_class")}
        values: dict[Key, Any] = {}
        for row in rows:
            if row.age_class not in classes:
                continue
            own = row.from_age is not None or row.below_age is not None
            whole = _bounds(classes[row.age_class])
            values[row.code] = AgeValue(row.age_class, whole, _within(row, whole) if own else None, row.rule)
        return values

    def _not_covered(self, day: date) -> TablesError:
        top = self._layers[-1]
        span = f"{top.valid_from or ''} – {top.valid_to or ''}"
        return TablesError(
            Text(f"知识包 {self.name} 不适用于 {day}(有效期 {span})。", f"The knowledge pack {self.name} does not hold on {day} (only {span})."),
            Text("请改用有效期包含该日的知识包。", "Use a pack whose dates include that day."),
        )  # fmt: skip


def _bounds(row: AgeClass | AgeLimit) -> AgeBounds:
    return AgeBounds(row.from_age, row.from_unit, row.below_age, row.below_unit, row.mark)


def _within(row: AgeLimit, whole: AgeBounds) -> AgeBounds:
    """Stated bounds; where the condition leaves an end open, the class bounds it."""
    own = _bounds(row)
    if own.from_age is None:
        own = own._replace(from_age=whole.from_age, from_unit=whole.from_unit)
    if own.below_age is None:
        own = own._replace(below_age=whole.below_age, below_unit=whole.below_unit)
    return own


def significant(region: str) -> str:
    """A division code without the pairs of zeros that stand for all that lies within."""
    while region.endswith("00"):
        region = region[:-2]
    return region


def _next(day: date | None) -> date | None:
    return date.fromordinal(day.toordinal() + 1) if day else None
