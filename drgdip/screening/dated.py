"""Lists that change within a batch: every line is judged by those of its own day (review rules 0.10, X02)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from drgdip.screening.data import DAY, Dataset, Frame
from drgdip.screening.findings import TABLE_OF
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases
from drgdip.screening.lists import Pack

#: Before all days.
ALWAYS = -(10**9)


class NoLists:
    """Days on which a pack does not hold: it has no lists."""

    name, digest = "", ""

    def rows(self, name: str) -> Sequence[Any]:
        """None."""
        return ()


class DatedPack:
    """A pack over the days of a batch, first and last included, all as numbers since 1970-01-01.

    on : the pack on a day, None where it does not hold. changes : list -> days from which on it may be another.
    ``rows`` are those of the last day on which it holds.
    """

    def __init__(
        self, latest: Pack, on: Callable[[int], Pack | None], changes: Callable[[str], Iterable[int]], first: int, last: int
    ) -> None:  # fmt: skip
        self.name, self.digest, self._latest = latest.name, latest.digest, latest
        self._on, self._changes, self._first, self._last = on, changes, first, last
        self._packs: dict[int, Pack] = {}

    def rows(self, name: str) -> Sequence[Any]:
        """Rows of a list on the last day; none if the pack lacks it."""
        return self._latest.rows(name)

    def states(self, names: Iterable[str]) -> list[tuple[int, Pack]]:
        """The pack before the first change of these lists, and from each change on."""
        days = {day for name in names for day in self._changes(name) if self._first < day <= self._last}
        return [(ALWAYS, self._at(self._first)), *((day, self._at(day)) for day in sorted(days))]

    def _at(self, day: int) -> Pack:
        if day not in self._packs:
            self._packs[day] = self._on(day) or NoLists()
        return self._packs[day]


def states_of(pack: Pack | None, names: Iterable[str]) -> list[tuple[int, Pack | None]]:
    """A pack's states with the day from which on each holds; one that holds always for a pack of one day."""
    return [*pack.states(names)] if isinstance(pack, DatedPack) else [(ALWAYS, pack)]


def state_of(data: Dataset, starts: np.ndarray, hit: Hit) -> int:
    """By which of several states a hit is judged: that of the day of its line, or of discharge."""
    name, column = TABLE_OF[hit.subject], "discharge_s" if hit.subject == "case" else "time_s"
    frame = data.table(name)
    assert frame is not None
    if not frame.is_known(column, hit.place):
        return len(starts) - 1
    return int(np.searchsorted(starts, frame[column][hit.place] // DAY, side="right")) - 1


def states_of_rows(frame: Frame, starts: np.ndarray) -> np.ndarray:
    """The state of the day of each row, the last where a row has none; (n,)."""
    found = np.searchsorted(starts, frame["time_s"] // DAY, side="right") - 1
    return np.asarray(np.where(frame.known("time_s"), found, len(starts) - 1))


def together(data: Dataset, starts: np.ndarray, judged: Sequence[Judged], counted: np.ndarray | None) -> Judged:
    """What a rule came to by several states of its lists, each over the whole batch: of each state what is of its days.

    Lines of other days are there as what stands around (components, earlier tests, totals of the stay), seen by the same
    lists. A stay answers by the states of its own lines, by the last without any. counted : lines that are judged.
    """
    sizes = [len(one.answers.state) for one in judged]
    if min(sizes) < max(sizes):  # A table is not there: no state has anything to say.
        return judged[sizes.index(min(sizes))]
    subject = judged[-1].subject
    answers, hits = Answers(sizes[0]), list[Hit]()
    where = _whose(data, subject, starts, counted, sizes[0])
    found = [[hit for hit in one.hits if state_of(data, starts, hit) == place] for place, one in enumerate(judged)]
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
    data: Dataset, subject: str, starts: np.ndarray, counted: np.ndarray | None, size: int
) -> list[np.ndarray]:  # fmt: skip
    """Which subjects answer by which state; bool, (size,) each."""
    if subject != "case":
        frame = data.table(TABLE_OF[subject])
        assert frame is not None
        rows = states_of_rows(frame, starts)
        return [rows == place for place in range(len(starts))]
    found = [np.zeros(size, dtype=np.bool_) for _ in starts]
    if data.lines is not None and counted is not None:
        rows = states_of_rows(data.lines, starts)
        found = [in_cases(size, counted & (rows == place), data.lines["case"]) for place in range(len(starts))]
    found[-1] |= ~np.any(found, axis=0)
    return found
