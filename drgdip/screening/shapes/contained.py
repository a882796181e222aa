"""K3: an item billed beside another that contains it, inside a window."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.screening.context import Run
from drgdip.screening.data import DAY, has_time
from drgdip.screening.hits import Hit, Judged, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.lines import line_answers, whole_line

STAY, SAME_DAY, SAME_HOUR, HOURS = "单次就诊", "单日", "同一小时", "小时"
_HOUR = 3600


class _Pair(NamedTuple):
    main: str
    window: str


def contained_items(run: Run) -> Judged:
    """Component lines that share a window with a line that contains them (C01). A line is denied once, whole."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines = run.lines
    containers = run.params.once("containers", "pairs", lambda: _containers(run))
    taking_part = run.params.once(
        "items", "pairs", lambda: {*containers, *(pair.main for pairs in containers.values() for pair in pairs)}
    )
    part = lines.is_any("item", taking_part)
    chosen = np.flatnonzero(run.judged() & part & (lines["case"] < run.cases.rows))
    by_case: dict[int, list[int]] = {}
    for row, case in zip(chosen.tolist(), lines["case"][chosen].tolist(), strict=True):
        by_case.setdefault(case, []).append(row)
    hits = [hit for rows in by_case.values() if len(rows) > 1 for hit in _in_case(run, rows, containers)]
    needed = {"med_list_codg": lines.known("item"), "fee_ocur_time": lines.known("time_s") | ~part}
    return Judged(hits, line_answers(run, needed, hits))


def _containers(run: Run) -> dict[str, list[_Pair]]:
    """Component -> the items that contain it, and the window of each."""
    found: dict[str, list[_Pair]] = {}
    for row in run.params.rows("pairs"):
        window = str(row["window"])
        if window not in (STAY, SAME_DAY, SAME_HOUR) and not window.removesuffix(HOURS).isdigit():
            raise wrong_choice("C01", "pairs.window", window, (STAY, SAME_DAY, SAME_HOUR, f"6{HOURS}"))
        found.setdefault(row["sub"], []).append(_Pair(row["main"], row["window"]))
    return found


def _in_case(run: Run, rows: list[int], containers: dict[str, list[_Pair]]) -> list[Hit]:
    lines = run.lines
    by_item: dict[str, list[int]] = {}
    for row in rows:
        by_item.setdefault(lines.text("item", row), []).append(row)
    hits = []
    for item in sorted(by_item.keys() & containers.keys()):
        for row in by_item[item]:
            exact: set[int] = set()
            doubtful: set[int] = set()
            windows: set[str] = set()
            for pair in containers[item]:
                for main in by_item.get(pair.main, ()):
                    answer = _share_window(run, row, main, pair.window)
                    if answer:
                        (exact if answer == 1 else doubtful).add(main)
                        windows.add(pair.window)
            if exact or doubtful:
                mains = tuple(sorted(exact | doubtful))
                hits.append(
                    Hit(run.params.text("outcome"), "line", run.line_keys(row), run.case_index(row), row, lines=(row,), related=mains,
                        severity="" if exact else "高度可疑", amounts=whole_line(run, row),
                        involves=tuple(lines.text("line", main) for main in mains),
                        facts={"windows": sorted(windows), "times": "exact" if exact else "dates"})
                )  # fmt: skip
    return hits


def _share_window(run: Run, sub: int, main: int, window: str) -> int:
    """1 if two lines share a window, 2 if only their dates say so because a time of day is missing, 0 if not."""
    lines = run.lines
    if sub == main:
        return 0
    if window == STAY:
        return 1
    if not (lines.known("time_s")[sub] and lines.known("time_s")[main]):
        return 0
    one, other = int(lines["time_s"][sub]), int(lines["time_s"][main])
    if window == SAME_DAY:
        return int(one // DAY == other // DAY)
    if not bool(np.all(has_time(np.array([one, other])))):
        return 2 * int(one // DAY == other // DAY)
    if window == SAME_HOUR:
        return int(one // _HOUR == other // _HOUR)
    return int(abs(one - other) <= int(window.removesuffix(HOURS)) * _HOUR)
