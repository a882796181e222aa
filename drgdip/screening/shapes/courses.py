"""K4 on drug lines of a person: days of use beyond a course, and drugs of the second line without the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.amounts import Amounts, share
from drgdip.screening.context import Run
from drgdip.screening.hits import Hit, Judged, State, in_cases, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import groups_of, line_hit, numbered
from drgdip.screening.shapes.lines import line_answers, whole_line

SCOPES = ("stay", "course", "year")


class _Course(NamedTuple):
    """Days payable: of what (codes of one name together), within what, and the least distance of two uses."""

    name: str
    days: int
    scope: str
    interval: int


def days_of_use(run: Run) -> Judged:
    """Use on more days than a course has (B06), or sooner than the interval allows. The latest days are denied."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines = run.lines
    kinds, number = run.params.once("courses", "course_limit", lambda: numbered(_courses(run)))
    kind = lines.looked_up("item", number, -1)
    listed = (lines["net_quantity_e4"] > 0) & (kind >= 0) & (lines["case"] < run.cases.rows)
    by_stay = np.array([course.scope == "stay" for course in kinds], dtype=np.bool_)[kind] if kinds else listed & False
    ready = listed & lines.known("time_s") & (by_stay | lines.known("person"))
    owner = np.where(by_stay, lines["case"], lines["person"])
    rows = np.flatnonzero(ready)
    rows = rows[np.lexsort((rows, lines["time_s"][rows]))]
    judged, hits = run.judged(), list[Hit]()
    for key, found in sorted(groups_of([kind, owner], rows).items()):
        hits += [hit for hit in _beyond(run, found, kinds[key[0]]) if judged[hit.place]]
    needed = {"med_list_codg": lines.known("item"), "fee_ocur_time": ~listed | lines.known("time_s"),
              "psn_no": ~listed | by_stay | lines.known("person")}  # fmt: skip
    return Judged(hits, line_answers(run, needed, hits))


def _courses(run: Run) -> dict[str, _Course]:
    rows = run.params.mapping("course_limit")
    return {str(code): course for code, row in rows.items() if (course := _course(run, row, str(code)))}


def _course(run: Run, row: Mapping[str, Any], code: str) -> _Course | None:
    """The row of a code; None where it has no days. Codes of one name, or of one group, have their days in common."""
    if row.get("days") is None:
        return None
    scope = str(row.get("scope") or run.params.text("default_scope"))
    if scope not in SCOPES:
        raise wrong_choice(run.params.rule, "course_limit.scope", scope, SCOPES)
    days, interval = (int(run.params.number("course_limit", row.get(key) or 0)) for key in ("days", "interval_days"))
    return _Course(str(row.get("name") or row.get("group") or code), days, scope, interval)


def _beyond(run: Run, rows: list[int], course: _Course) -> list[Hit]:
    """Lines with days of use that are not payable, days in order; a line may stand for several days (prd_days)."""
    lines, gap = run.lines, run.params.integer("course_gap_days")
    lookback = run.params.integer("lookback_days")
    paid: list[int] = []
    seen: set[int] = set()
    hits, last = [], None
    for row in rows:
        first = int(lines["day"][row])
        length = max(1, int(lines["supply_days_e4"][row]) // 10_000) if lines.known("supply_days_e4")[row] else 1
        denied = 0
        for day in range(first, first + length):
            if course.scope == "course" and last is not None and day - last > gap:
                paid, seen = [], set()
            if course.scope == "year":
                paid = [one for one in paid if day - one < lookback]
            last = day if last is None else max(last, day)
            if day in seen and day in paid:
                continue
            near = course.interval and any(0 < day - one < course.interval for one in paid)
            if day not in seen and len(paid) < course.days and not near:
                paid.append(day)
            else:
                denied += 1
            seen.add(day)
        if denied:
            whole = whole_line(run, row)
            parts = [share(part or 0, denied, length) for part in whole[:3]]
            hits.append(
                line_hit(run, row, window=course.name, amounts=Amounts(parts[0], parts[1], parts[2], None),
                         related=tuple(other for other in rows if other < row and other != row),
                         facts={"group": course.name, "limit": course.days, "scope": course.scope, "days_beyond": denied,
                                "paid_days": len(paid)}, formula=f"{denied} / {length}")
            )  # fmt: skip
    return hits


def without_first_line(run: Run) -> Judged:
    """Drugs of the second line for persons without one of the first line before (B08); what is own expense is left alone."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, lookback = run.lines, run.params.integer("lookback_days")
    listed_first = run.params.mapping("first_line_of")
    first_lines = run.params.once(
        "items", "first_line_of", lambda: {code: frozenset(map(str, items)) for code, items in listed_first.items()}
    )
    listed = run.judged() & lines.is_any("item", first_lines) & (lines["case"] < run.cases.rows)
    wanted = {item for items in first_lines.values() for item in items}
    earlier: dict[int, list[tuple[int, str]]] = {}
    settled = np.append(~run.cases.is_any("refunded", ("1",)), True)[lines["case"]]
    history = settled & (lines["net_quantity_e4"] > 0) & lines.is_any("item", wanted)
    for row in np.flatnonzero(history & lines.known("person") & lines.known("time_s")).tolist():
        earlier.setdefault(int(lines["person"][row]), []).append((int(lines["day"][row]), lines.text("item", row)))
    hits = []
    in_scope = (lines["net_scope_fen"] > 0) & lines.known("scope_fen")
    for row in np.flatnonzero(listed & in_scope & lines.known("person") & lines.known("time_s")).tolist():
        day, items = int(lines["day"][row]), first_lines[lines.text("item", row)]
        before = [
            one
            for one, item in earlier.get(int(lines["person"][row]), ())
            if item in items and 0 <= day - one <= lookback
        ]
        if not before:
            hits.append(line_hit(run, row, amounts=whole_line(run, row), facts={"first_line": sorted(items)}))
    needed = {"med_list_codg": lines.known("item"), "psn_no": ~listed | lines.known("person"),
              "fee_ocur_time": ~listed | lines.known("time_s"), "inscp_scp_amt": ~listed | lines.known("scope_fen")}  # fmt: skip
    answers = line_answers(run, needed, hits)
    answers.mark(
        ~in_cases(run.cases.rows, listed, lines["case"]) & (answers.state == State.PASS),
        State.NOT_APPLICABLE,
        "not_listed",
    )
    return Judged(hits, answers)
