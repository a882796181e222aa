"""Lists that differ within a batch: every line is judged by those of its own day and place of care (review rules 0.10, X02)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from drgdip.screening.blocks import ALWAYS
from drgdip.screening.data import DAY, Dataset
from drgdip.screening.lists import Pack
from drgdip.screening.whereabouts import Places
from drgdip.screening.words import NONE


class NoLists:
    """Days on which a pack does not hold: it has no lists."""

    name, digest = "", ""

    def rows(self, name: str) -> Sequence[Any]:
        """None."""
        return ()


class DatedPack:
    """A pack over the days and places of care of a batch; days, first and last included, as numbers since 1970-01-01.

    on : the pack on a day for a region (``""``: the pack's own), None where it does not hold. changes : list -> days from
    which on it may be another. regions : places of care, where the batch has several. ``rows`` are those of the last day
    on which it holds.
    """

    def __init__(
        self, latest: Pack, on: Callable[[int, str], Pack | None], changes: Callable[[str], Iterable[int]], first: int,
        last: int, regions: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name, self.digest, self._latest = latest.name, latest.digest, latest
        self._on, self._changes, self._first, self._last = on, changes, first, last
        self._regions = regions
        self._packs: dict[tuple[int, str], Pack] = {}

    def rows(self, name: str) -> Sequence[Any]:
        """Rows of a list on the last day; none if the pack lacks it."""
        return self._latest.rows(name)

    def states(self, names: Iterable[str]) -> list[tuple[str, int, Pack]]:
        """For each place of care the pack before the first change of these lists, and from each change on."""
        days = {day for name in names for day in self._changes(name) if self._first < day <= self._last}
        return [
            (region, start, self._at(day, region))
            for region in ("", *self._regions)
            for start, day in ((ALWAYS, self._first), *((day, day) for day in sorted(days)))
        ]

    def _at(self, day: int, region: str) -> Pack:
        if (day, region) not in self._packs:
            self._packs[day, region] = self._on(day, region) or NoLists()
        return self._packs[day, region]


def states_of(pack: Pack | None, names: Iterable[str]) -> list[tuple[str, int, Pack | None]]:
    """A pack's states with the place of care and the day from which on each holds; a pack of one day holds always."""
    return [*pack.states(names)] if isinstance(pack, DatedPack) else [("", ALWAYS, pack)]


class Scope:
    """Which of a rule's states holds where and when.

    days : place of care -> days from which on a state holds, in order, each with the state's number. ``""`` is for every
    place that is not named, or not known; what is in several named places goes by the narrowest. A row without a day goes
    by the last.
    """

    def __init__(self, days: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self._days = {region: tuple(np.array(each) for each in zip(*own, strict=True)) for region, own in days.items()}
        self._named = sorted(set(days) - {""}, key=len, reverse=True)

    @property
    def last(self) -> int:
        """The state of the last day where no place is named."""
        return int(self._days[""][1][-1])

    def of(self, places: Places) -> np.ndarray:
        """The state of each subject; (n,)."""
        found = _by_day(self._days[""], places.day)
        if not self._named:
            return found
        there = np.unique(places.region)
        keys = {code: self._key(places.texts[code]) for code in there[there != NONE].tolist()}
        for key in {*keys.values()} - {""}:
            where = np.isin(places.region, [code for code, own in keys.items() if own == key])
            found[where] = _by_day(self._days[key], places.day[where])
        return found

    def latest(self, places: Places) -> np.ndarray:
        """The last state of where each subject was; (n,)."""
        return self.of(places._replace(day=np.full(len(places.day), -ALWAYS)))

    def _key(self, region: str) -> str:
        return next((name for name in self._named if region.startswith(name)), "")

    def used(self, data: Dataset, inputs: Collection[str]) -> set[int]:
        """The states that subjects of a batch can have; all where rules read more than stays and their lines."""
        every = {int(state) for _, states in self._days.values() for state in states}
        cases, lines = data.cases, data.lines
        of_stays = set(inputs) <= {"cases", "fee_lines"} and data.table("institutions") is None
        if not of_stays or not cases.rows or not cases.known("discharge_s").all():
            return every
        first, last = int(cases["discharge_s"].min()) // DAY, int(cases["discharge_s"].max()) // DAY
        if lines is not None and "fee_lines" in inputs and lines.rows:
            if not lines.known("time_s").all() or int(data.offsets[-1]) < lines.rows:
                return every
            first, last = min(first, int(lines["day"].min())), max(last, int(lines["day"].max()))
        known = cases.known("treated_region")
        keys = {self._key(text) for text in cases.words["treated_region"]} if known.any() else set[str]()
        found = set[int]()
        for key in keys | (set() if known.all() else {""}):
            starts, states = self._days[key]
            low, high = np.searchsorted(starts, [first, last], side="right").tolist()
            found |= {int(state) for state in states[low - 1 : high]} | {int(states[-1])}
        return found


def _by_day(own: tuple[np.ndarray, ...], days: np.ndarray) -> np.ndarray:
    starts, states = own
    return np.asarray(states[np.searchsorted(starts, days, side="right") - 1])
