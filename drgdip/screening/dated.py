"""Lists that differ within a batch: every line is judged by those of its own day and place of care (review rules 0.10, X02)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from drgdip.screening.data import DAY, Dataset
from drgdip.screening.findings import TABLE_OF, visits_by_settlement
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases
from drgdip.screening.lists import Pack
from drgdip.screening.words import NONE

#: Before all days.
ALWAYS = -(10**9)


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
    place that is not named, or not known. A row without a day goes by the last.
    """

    def __init__(self, days: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self._days = {region: tuple(np.array(each) for each in zip(*own, strict=True)) for region, own in days.items()}

    @property
    def last(self) -> int:
        """The state of the last day where no place is named."""
        return int(self._days[""][1][-1])

    def of_rows(self, data: Dataset, table: str) -> np.ndarray:
        """The state of each row of a table, by its day and where the care was; (n,)."""
        frame = data.table(table)
        assert frame is not None
        column = "discharge_s" if table == "cases" else "time_s"
        return self._of(data, table, np.where(frame.known(column), frame[column] // DAY, -ALWAYS))

    def latest(self, data: Dataset) -> np.ndarray:
        """The last state of where each stay was; (cases,)."""
        return self._of(data, "cases", np.full(data.cases.rows, -ALWAYS))

    def _of(self, data: Dataset, table: str, days: np.ndarray) -> np.ndarray:
        found = _by_day(self._days[""], days)
        if len(self._days) > 1:
            regions, find = _regions(data, table)
            for region, own in self._days.items():
                where = (regions == find(region)) & (regions != NONE)
                found[where] = _by_day(own, days[where])
        return found

    def of_hits(self, data: Dataset, hits: Sequence[Hit]) -> list[int]:
        """The state of each hit: that of its line, or of the discharge of its stay."""
        tables = {hit.subject: self.of_rows(data, TABLE_OF[hit.subject]) for hit in hits}
        return [int(tables[hit.subject][hit.place]) for hit in hits]


def _by_day(own: tuple[np.ndarray, ...], days: np.ndarray) -> np.ndarray:
    starts, states = own
    return np.asarray(states[np.searchsorted(starts, days, side="right") - 1])


def _regions(data: Dataset, table: str) -> tuple[np.ndarray, Callable[[str], int]]:
    """Where the care of each row was, by the number of its text, and how the number of a text is found."""
    of_stay, visits, frame = table in ("cases", "fee_lines"), data.outpatient, data.table(table)
    whose = data.cases if of_stay else visits
    assert frame is not None
    if whose is None or not whose.has("treated_region"):
        return np.full(frame.rows, NONE), lambda _: NONE
    own = whose["treated_region"]
    if table == "fee_lines":
        own = np.append(own, NONE)[frame["case"]]
    elif frame is not whose:
        place = visits_by_settlement(whose)
        own = np.append(own, NONE)[[place.get(code, NONE) for code in frame["settlement"].tolist()]]
    return own, whose.words["treated_region"].find


def together(data: Dataset, scope: Scope, judged: Sequence[Judged], counted: np.ndarray | None) -> Judged:
    """What a rule came to by several states of its lists, each over the whole batch: of each state what is of its own.

    Lines of other days are there as what stands around (components, earlier tests, totals of the stay), seen by the same
    lists. A stay answers by the states of its own lines, by the last of its place without any. counted : lines that are
    judged.
    """
    sizes = [len(one.answers.state) for one in judged]
    if min(sizes) < max(sizes):  # A table is not there: no state has anything to say.
        return judged[sizes.index(min(sizes))]
    subject = judged[-1].subject
    answers, hits = Answers(sizes[0]), list[Hit]()
    found = [
        [hit for hit, state in zip(one.hits, scope.of_hits(data, one.hits), strict=True) if state == number]
        for number, one in enumerate(judged)
    ]
    where = _whose(data, subject, scope, len(judged), counted, sizes[0])
    places = [_subjects(subject, own) for own in found]
    missing = _missing(judged)
    for one, own, kept, here in zip(judged, found, places, where, strict=True):
        lost = here & (one.answers.state == State.FINDING)
        answers.mark(kept, State.FINDING, "")
        for number, reason in enumerate(one.answers.reasons):
            for state in (State.NOT_APPLICABLE, State.NOT_RUN):
                answers.mark(here & (one.answers.state == state) & (one.answers.reason == number), state, reason)
        for reason, rows in missing.items():
            answers.mark(lost & rows, State.NOT_RUN, reason)
        hits += own
    return Judged(hits, answers, subject)


def _missing(judged: Sequence[Judged]) -> dict[str, np.ndarray]:
    """Where some state says that a field is missing, which a hit of another hides: reason -> bool."""
    found: dict[str, np.ndarray] = {}
    for one in judged:
        for number, reason in enumerate(one.answers.reasons):
            if reason.startswith("missing:"):
                rows = (one.answers.state == State.NOT_RUN) & (one.answers.reason == number)
                found[reason] = found[reason] | rows if reason in found else rows
    return found


def _subjects(subject: str, hits: Sequence[Hit]) -> np.ndarray:
    of = [hit.case if subject == "case" else hit.place for hit in hits]
    return np.array([place for place in of if place >= 0], dtype=np.int64)


def _whose(
    data: Dataset, subject: str, scope: Scope, states: int, counted: np.ndarray | None, size: int
) -> list[np.ndarray]:  # fmt: skip
    """Which subjects answer by which state; bool, (size,) each."""
    if subject != "case":
        rows = scope.of_rows(data, TABLE_OF[subject])
        return [rows == number for number in range(states)]
    found = [np.zeros(size, dtype=np.bool_) for _ in range(states)]
    if data.lines is not None and counted is not None:
        rows = scope.of_rows(data, "fee_lines")
        found = [in_cases(size, counted & (rows == number), data.lines["case"]) for number in range(states)]
    without, latest = ~np.any(found, axis=0), scope.latest(data)
    return [own | (without & (latest == number)) for number, own in enumerate(found)]
