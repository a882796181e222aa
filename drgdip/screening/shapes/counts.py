"""K6 on persons: more events within some days than a number, or than nearly all others have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, Units, not_run
from drgdip.screening.shapes.common import diagnosed, found_places, groups_of
from drgdip.screening.shapes.sequence import stays_of
from drgdip.screening.shapes.visits import fund_of_visit, in_time, open_visits, visit_hit, visits_of
from drgdip.screening.statistics import quantile


class _Event(NamedTuple):
    """One event: its day, where it was, and the rows that it is made of, the last of them last."""

    day: int
    place: int
    rows: tuple[int, ...]


class _Window(NamedTuple):
    """So many events within so many days are too many. least : None where that goes by what nearly all others have."""

    days: int
    least: int | None
    same_place: bool
    others: Mapping[str, Any]


class _Persons(NamedTuple):
    """Events and rows of persons in time. frame, table : what the rows are of. answers : of rows, or None where persons answer."""

    frame: Frame
    table: str
    events: list[list[_Event]]
    rows: list[list[int]]
    answers: Answers | None


def count_within(run: Run) -> Judged:
    """Persons with too many events within some days (E09, I09, O02, O10). Declared (``fixed``) are

    events : ``stays`` and ``visits`` (settlements of one are one), or ``decisions`` of the person's own fault. windows :
    ``days`` and ``at_least``, each a parameter or a number, ``same_place``; or ``above`` the share ``pct`` of persons, with
    ``min_n`` of them. tell : ``each`` event at which a window is full, the ``most`` crowded window of a person, the
    ``first`` full one. facts : name -> ``count``, ``reasons``, ``places``, ``days`` or ``limit``. others : ``all`` of a person's events.
    """
    fixed = run.params.values
    persons = _SOURCES[str(fixed["events"])](run)
    if isinstance(persons, str):
        return not_run(0, persons, "outpatient" if fixed["tell"] == "each" else "person")
    windows = [_window(run, one) for one in fixed["windows"]]
    return _TELLING[str(fixed["tell"])](run, persons, windows)


def _window(run: Run, one: Mapping[str, Any]) -> _Window:
    above = one.get("above") or {}
    least = None if above else _number(run, one["at_least"])
    return _Window(_number(run, one["days"]), least, one.get("same_place") is True, above)


def _fewest(run: Run) -> int:
    """Persons with fewer rows than any window asks for need no closer look."""
    return min(_window(run, one).least or 0 for one in run.params.values["windows"])


def _number(run: Run, value: Any) -> int:
    """A number, or what a parameter says."""
    return value if isinstance(value, int) else run.params.integer(str(value))


def _stays(run: Run) -> _Persons:
    cases, answers = run.cases, Answers(run.cases.rows)
    exempt = diagnosed(cases, run.params.texts("exempt_dx_prefix") if run.params.has("exempt_dx_prefix") else ())
    answers.require(
        {
            "psn_no": cases.known("person"),
            "adm_time": cases.known("admission_s"),
            "dscg_time": cases.known("discharge_s"),
        }
    )
    answers.mark(exempt, State.NOT_APPLICABLE, "guard")
    fewest = _fewest(run)
    events = [
        [_Event(stay.first_s // DAY, stay.hospital, (stay.case,)) for stay in own if not exempt[stay.case]]
        for own in stays_of(run) if len(own) >= fewest
    ]  # fmt: skip
    return _Persons(cases, "cases", events, [[row for one in own for row in one.rows] for own in events], answers)


def _visits(run: Run) -> _Persons | str:
    table = run.data.outpatient
    if table is None:
        return "missing:outpatient_settlements"
    fields = {"psn_no": "person", "setl_time": "time_s"}
    if any(one.get("same_place") for one in run.params.values["windows"]):
        fields["fixmedins_code"] = "hospital"
    answers = open_visits(run, table, fields)
    rows = in_time(table, np.flatnonzero(answers.state == State.PASS))
    of_persons = [own for _, own in sorted(groups_of([table["person"]], rows).items())]
    fewest, days, places = _fewest(run), (table["time_s"] // DAY).tolist(), table["hospital"].tolist()
    events = [
        [_Event(days[visit[0]], places[visit[0]], tuple(visit)) for visit in visits_of(table, own)]
        if len(own) >= fewest
        else []
        for own in of_persons
    ]
    return _Persons(
        table, "outpatient_settlements", events, of_persons, answers if run.params.values["tell"] == "each" else None
    )


def _decisions(run: Run) -> _Persons | str:
    table = run.data.table("upheld_findings")
    if table is None:
        return "missing:upheld_findings"
    counted = table.known("person") & table.known("time_s") & table.is_any("personal_fault", ("1",))
    rows = np.flatnonzero(counted & ~table.is_any("appeal_open", ("1",)))
    rows = rows[np.lexsort((table["finding"][rows], table["time_s"][rows]))]
    of_persons = [own for _, own in sorted(groups_of([table["person"]], rows).items())]
    events = [[_Event(int(table["time_s"][row]) // DAY, -1, (row,)) for row in own] for own in of_persons]
    return _Persons(table, "upheld_findings", events, of_persons, None)


def _until(events: Sequence[_Event], window: _Window) -> Iterator[list[_Event]]:
    """For each event those within the days that end with it, itself among them."""
    start = 0
    for end, last in enumerate(events, 1):
        while last.day - events[start].day >= window.days:
            start += 1
        near = list(events[start:end])
        yield [one for one in near if one.place == last.place] if window.same_place else near


def _most_within(events: Sequence[_Event], window: _Window) -> list[_Event]:
    """The most events within the days of a window; of several the first."""
    best: list[_Event] = []
    for found in _until(events, window):
        best = found if len(found) > len(best) else best
    return best


def _each(run: Run, persons: _Persons, windows: Sequence[_Window]) -> Judged:
    table, hits = persons.frame, list[Hit]()
    for events in persons.events:
        for event, *near in zip(events, *(_until(events, window) for window in windows), strict=True):
            reasons = [
                f"{len(found)} / {one.days} d"
                for one, found in zip(windows, near, strict=True)
                if len(found) >= (one.least or 0)
            ]
            hits += [
                visit_hit(run, table, row, fund_of_visit(table, row), facts={"reasons": reasons})
                for row in event.rows
                if reasons
            ]
    assert persons.answers is not None
    return Judged(hits, found_places(persons.answers, hits), "outpatient")


def _most(run: Run, persons: _Persons, windows: Sequence[_Window]) -> Judged:
    return _of_persons(run, persons, windows, _most_within)


def _first(run: Run, persons: _Persons, windows: Sequence[_Window]) -> Judged:
    def first_full(events: Sequence[_Event], window: _Window) -> list[_Event]:
        return next((found for found in _until(events, window) if len(found) >= (window.least or 0)), [])

    return _of_persons(run, persons, windows, first_full)


def _of_persons(
    run: Run, persons: _Persons, windows: Sequence[_Window], choose: Callable[[Sequence[_Event], _Window], list[_Event]]
) -> Judged:  # fmt: skip
    """One hit a person, on the windows that are full."""
    fewest = min(window.least or 0 for window in windows)
    found = [
        [choose(events, window) if len(events) >= fewest else [] for window in windows] for events in persons.events
    ]
    limits = [_limit(run, window, [len(own[place]) for own in found]) for place, window in enumerate(windows)]
    answers = persons.answers if persons.answers is not None else Answers(len(found))
    units = None if persons.answers is not None else Units(table=persons.table, rows=[own[-1] for own in persons.rows])
    if None in limits:
        answers.settle_all(State.NOT_RUN, "too_few_peers")
        return Judged([], answers, "person", units=units)
    hits = []
    for unit, (every, own) in enumerate(zip(persons.rows, found, strict=True)):
        full = [
            (window, limit, one)
            for window, limit, one in zip(windows, limits, own, strict=True)
            if len(one) >= (limit or 0)
        ]
        if full:
            hits.append(_person_hit(run, persons, every, full))
            hits[-1].unit = unit if units else -1
            marked = [unit] if units else list(hits[-1].others)
            answers.mark(np.array(marked, dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "person", units=units) if units else Judged(hits, answers)


def _limit(run: Run, window: _Window, counts: Sequence[int]) -> int | None:
    """From which number on a window is full; None where there are too few persons to say."""
    if window.least is not None:
        return window.least
    usual = quantile(
        counts, run.params.ratio(str(window.others["pct"])), run.params.integer(str(window.others["min_n"]))
    )
    return None if usual is None else usual + 1


def _person_hit(
    run: Run, persons: _Persons, of_person: Sequence[int], full: Sequence[tuple[_Window, int | None, list[_Event]]]
) -> Hit:  # fmt: skip
    frame, (window, limit, found) = persons.frame, full[0]
    rows = (
        sorted({one.rows[0] for _, _, own in full for one in own})
        if persons.answers is not None
        else [one.rows[0] for one in found]
    )
    every = of_person if run.params.values.get("others") == "all" else rows
    said = {
        "count": len(found), "days": window.days, "limit": (limit or 0) - 1, "places": len({frame.text("hospital", row) for row in rows}),
        "reasons": sorted(f"{len(own)} / {one.days} d" for one, _, own in full),
    }  # fmt: skip
    return Hit(
        run.params.text("outcome"), "person", (frame.text("person", rows[0]),), place=rows[-1], table=persons.table, others=tuple(every),
        involves=tuple(frame.text("settlement", row) for row in rows) if persons.answers is not None else (),
        facts={name: said[word] for name, word in run.params.values["facts"].items()},
    )  # fmt: skip


_SOURCES: Mapping[str, Callable[[Run], _Persons | str]] = {"stays": _stays, "visits": _visits, "decisions": _decisions}
_TELLING: Mapping[str, Callable[[Run, _Persons, Sequence[_Window]], Judged]] = {
    "each": _each,
    "most": _most,
    "first": _first,
}
#: What a rule of this shape fixes: the form of each, and the words that may stand there.
FORMS: Mapping[str, Any] = {
    "events": "text", "tell": "text", "others?": "text", "facts": {"*": "text"},
    "windows": [{"days": "text", "at_least?": "text", "same_place?": "flag", "above?": {"pct": "text", "min_n": "text"}}],
}  # fmt: skip
CHOICES: Mapping[str, Collection[str]] = {
    "events": _SOURCES, "tell": _TELLING, "others": ("all", "window"), "facts": ("count", "days", "limit", "places", "reasons"),
}  # fmt: skip


def names_in(fixed: Mapping[str, Any]) -> list[str]:
    """Parameters that the windows of a rule name."""
    every = [
        value
        for one in fixed["windows"]
        for value in (one["days"], one.get("at_least"), *(one.get("above") or {}).values())
    ]
    return [value for value in every if isinstance(value, str)]
