"""K6: many persons settled at one place within a short time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, has_time
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run

_HOUR = 3600


def crowded_window(run: Run) -> Judged:
    """Settlements of windows that hold too many distinct persons (O01).

    A window reaches back from each settlement. Windows that overlap make one finding. A window whose settlements all
    bear the same second is an upload of many at once and does not count.
    """
    table = run.data.outpatient
    if table is None:
        return not_run(0, "missing:outpatient_settlements", "outpatient")
    answers, baseline = Answers(table.rows), run.params.mapping("baseline")
    wanted = table.is_any("care", run.params.texts("med_types")) & ~table.is_any("refunded", ("1",))
    there = table.known("person") & table.known("hospital") & table.known("time_s")
    timed = has_time(table["time_s"])
    based = table.matching("hospital", lambda word: word in baseline or "*" in baseline)
    answers.require({"psn_no": table.known("person"), "fixmedins_code": table.known("hospital"),
                     "setl_time": table.known("time_s") & timed, "baseline": based})  # fmt: skip
    answers.settle(~wanted, State.NOT_APPLICABLE, "other_care")
    rows = np.flatnonzero(wanted & there & timed & based)
    order = rows[np.lexsort((table["settlement"][rows], table["time_s"][rows], table["hospital"][rows]))]
    hits = []
    places: dict[int, list[int]] = {}
    for row, place in zip(order.tolist(), table["hospital"][order].tolist(), strict=True):
        places.setdefault(place, []).append(row)
    for place in sorted(places):
        hits += _at_one_place(run, places[place], baseline)
    marked = [row for hit in hits for row in hit.others]
    answers.mark(np.array(marked, dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "outpatient")


def _at_one_place(run: Run, rows: list[int], baseline: Mapping[str, Any]) -> list[Hit]:
    table, width = run.data.outpatient, run.params.integer("window_min") * 60
    assert table is not None
    inclusive = run.params.flag("inclusive")
    times, persons = table["time_s"][rows].tolist(), table["person"][rows].tolist()
    usual = baseline.get(table.text("hospital", rows[0]), baseline.get("*"))
    inside: Counter[int] = Counter()
    hours = range(24) if isinstance(usual, Mapping) else (0,)
    least = [_threshold(run, usual, hour) for hour in hours] * (24 // len(hours))
    start, found = 0, list[tuple[int, int]]()
    for end, time in enumerate(times):
        inside[persons[end]] += 1
        while time - times[start] > width or (not inclusive and time - times[start] == width):
            inside[persons[start]] -= 1
            if not inside[persons[start]]:
                del inside[persons[start]]
            start += 1
        if len(inside) >= least[time % DAY // _HOUR] and times[start] != time:
            found = _joined(found, start, end)
    return [_crowd(run, rows[first : last + 1], times[first]) for first, last in found]


def _joined(found: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Windows come in order of their ends; one that overlaps the last is joined to it."""
    if found and start <= found[-1][1]:
        return [*found[:-1], (min(found[-1][0], start), end)]
    return [*found, (start, end)]


def _threshold(run: Run, usual: Any, hour: int) -> int:
    """The larger of the least number of persons and a multiple of what is usual at this hour, as a whole number."""
    count = usual.get(str(hour), 0) if isinstance(usual, Mapping) else usual
    return math.ceil(
        max(run.params.ratio("min_persons"), run.params.ratio("baseline_mult") * run.params.number("baseline", count))
    )


def _crowd(run: Run, rows: list[int], first_s: int) -> Hit:
    table = run.data.outpatient
    assert table is not None
    known = bool(table.known("fund_fen")[rows].all())
    fund = int(table["fund_fen"][rows].sum()) if known else None
    names = [table.text("settlement", row) for row in rows]
    hospital = table.text("hospital", rows[0])
    persons = len(set(table["person"][rows].tolist()))
    return Hit(
        run.params.text("outcome"), "institution", (hospital,), place=rows[0], window=str(first_s), others=tuple(rows),
        amounts=Amounts(fund_fen=fund),
        facts={"fixmedins_code": hospital, "setl_ids": sorted(names), "persons": persons, "exposure_fen": fund},
    )  # fmt: skip
