"""K1 and K5 on drugs: take-home medicine, two drugs of one class, doses above the label, prophylaxis after operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING, Amounts, share
from drgdip.screening.context import Run
from drgdip.screening.data import DAY
from drgdip.screening.hits import Hit, Judged, State, in_cases, not_run
from drgdip.screening.shapes.common import day_of, diagnosed, groups_of, line_hit, number_of, numbered
from drgdip.screening.shapes.lines import line_answers, whole_line

_E4 = 10_000


def take_home_days(run: Run) -> Judged:
    """Medicine to take home for more days than the kind of disease allows, and injections to take home (C12)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    inside = lines["case"] < cases.rows
    drugs = lines.is_any("charge_class", params.texts("drug_types"))
    last = np.append(cases["discharge_s"] // DAY, 0)[lines["case"]]
    at_discharge = drugs & lines.known("time_s") & (lines["day"] == last) & (lines["supply_days_e4"] > 2 * _E4)
    part = run.judged() & inside & (lines.is_any("take_home", ("1",)) | at_discharge)
    most = np.full(cases.rows, params.integer("acute"))
    most[diagnosed(cases, params.texts("chronic_dx"))] = params.integer("chronic")
    most[diagnosed(cases, params.texts("special_dx"))] = params.integer("special")
    words = params.texts("parenteral_ways")
    injected = lines.matching("way", lambda way: any(word in way.lower() for word in words))
    injected &= ~lines.is_any("item", params.codes("injections_allowed"))
    hits = [line_hit(run, row, window="injection", amounts=whole_line(run, row), facts={"reason": "injection"})
            for row in np.flatnonzero(part & injected).tolist()]  # fmt: skip
    counted = part & ~injected & lines.known("supply_days_e4")
    for (case, _), rows in groups_of([lines["case"], lines["item"]], np.flatnonzero(counted)).items():
        hits += _beyond_days(run, rows, int(most[case]) * _E4)
    needed = {
        "prd_days": ~part | injected | lines.known("supply_days_e4"),
        "med_chrgitm_type": lines.known("charge_class"),
    }
    answers = line_answers(run, needed, hits)
    answers.mark(~cases.known("discharge_s"), State.NOT_RUN, "missing:dscg_time")
    return Judged(hits, answers)


def _beyond_days(run: Run, rows: list[int], limit: int) -> list[Hit]:
    """Days of supply beyond the limit, latest lines first; an excess of at most one smallest pack cannot be helped."""
    lines, before, hits = run.lines, 0, []
    total = int(lines["supply_days_e4"][rows].sum())
    for row in rows:
        days, quantity = int(lines["supply_days_e4"][row]), int(lines["net_quantity_e4"][row])
        excess = days - min(days, max(0, limit - before))
        before += days
        if excess and excess * quantity > days * _E4:
            whole = whole_line(run, row)
            parts = [share(part or 0, excess, days) for part in whole[:3]]
            hits.append(
                line_hit(run, row, amounts=Amounts(parts[0], parts[1], parts[2], None), related=tuple(one for one in rows if one != row),
                         facts={"reason": "days", "days": format_scaled(total, 4), "limit": format_scaled(limit, 4)},
                         formula=f"({format_scaled(total, 4)} − {format_scaled(limit, 4)}) / {format_scaled(days, 4)}")
            )  # fmt: skip
    return hits


class _Use(NamedTuple):
    """Days of use of one drug: the name that tells drugs apart, and the days with their lines."""

    name: str
    first: int
    days: dict[int, list[int]]


def overlapping_classes(run: Run) -> Judged:
    """Two drugs of one class over more days than a switch takes (D02). The later one's overlapping days are held."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    classes, (names, number) = params.once("classes", "drug_class", lambda: _drug_classes(run))
    allowed = {frozenset(str(name) for name in pair) for pair in params.values.get("allowed_pairs") or ()}
    group = lines.looked_up("item", number, -1)
    listed = (lines["net_quantity_e4"] > 0) & (group >= 0) & (lines["case"] < run.cases.rows)
    ready = listed & lines.known("time_s") & lines.known("person")
    judged, hits = run.judged(), list[Hit]()
    for (place, _), rows in sorted(groups_of([group, lines["person"]], np.flatnonzero(ready)).items()):
        hits += [hit for hit in _together(run, rows, names[place], classes, allowed) if judged[hit.place]]
    needed = {"med_list_codg": lines.known("item"), "fee_ocur_time": ~listed | lines.known("time_s"),
              "psn_no": ~listed | lines.known("person")}  # fmt: skip
    return Judged(hits, line_answers(run, needed, hits))


def _drug_classes(run: Run) -> tuple[dict[str, tuple[str, str]], tuple[list[str], dict[str, int]]]:
    """Code -> its class and its name, and the classes by number."""
    rows = run.params.mapping("drug_class")
    classes = {str(code): (str(row["class"]), str(row.get("name") or code)) for code, row in rows.items()}
    return classes, numbered({code: name for code, (name, _) in classes.items()})


def _together(
    run: Run, rows: list[int], group: str, classes: Mapping[str, tuple[str, str]], allowed: set[frozenset[str]]
) -> list[Hit]:
    lines = run.lines
    uses: dict[str, dict[int, list[int]]] = {}
    for row in rows:
        item = lines.text("item", row)
        length = max(1, int(lines["supply_days_e4"][row]) // _E4) if lines.known("supply_days_e4")[row] else 1
        own = uses.setdefault(item, {})
        for day in range(int(lines["day"][row]), int(lines["day"][row]) + length):
            own.setdefault(day, []).append(row)
    order = sorted((min(days), item, days) for item, days in uses.items())
    held: dict[int, set[int]] = {}
    beside: dict[int, str] = {}
    for place, (_, item, days) in enumerate(order):
        for _, other, earlier in order[:place]:
            names = frozenset({classes[item][1], classes[other][1]})
            common = days.keys() & earlier.keys()
            if len(common) > run.params.integer("overlap_days") and names not in allowed:
                for day in common:
                    for row in days[day]:
                        held.setdefault(row, set()).add(day)
                        beside.setdefault(row, other)
    return [_overlap(run, row, held[row], group, beside[row], uses[lines.text("item", row)]) for row in sorted(held)]


def _overlap(run: Run, row: int, days: set[int], group: str, other: str, use: Mapping[int, list[int]]) -> Hit:
    length = sum(1 for rows in use.values() if row in rows)
    parts = [share(part or 0, len(days), length) for part in whole_line(run, row)[:3]]
    return line_hit(
        run, row, window=group, amounts=Amounts(parts[0], parts[1], parts[2], None), formula=f"{len(days)} / {length}",
        facts={"class": group, "other": other, "overlap_days": len(days)},
    )  # fmt: skip


_DOSE = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(ug|μg|mcg|mg|g|ml|iu|u|万iu|万u|片|粒|支|袋)\s*$", re.IGNORECASE)
_SCALE = {"ug": ("mg", Fraction(1, 1000)), "μg": ("mg", Fraction(1, 1000)), "mcg": ("mg", Fraction(1, 1000)), "mg": ("mg", Fraction(1)),
          "g": ("mg", Fraction(1000)), "u": ("iu", Fraction(1)), "iu": ("iu", Fraction(1)),
          "万u": ("iu", Fraction(10_000)), "万iu": ("iu", Fraction(10_000))}  # fmt: skip


def amount_of(text: str) -> tuple[Fraction, str] | None:
    """A dose as a number and its unit, weights in mg and units in IU; None if it cannot be read."""
    found = _DOSE.match(text)
    if not found:
        return None
    unit = found[2].lower()
    name, factor = _SCALE.get(unit, (unit, Fraction(1)))
    return Fraction(found[1]) * factor, name


def above_label(run: Run) -> Judged:
    """Daily doses above the label (D04): single dose times the times a day against the most that the label allows."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    listed_doses = params.mapping("max_daily")
    labels = params.once(
        "labels", "max_daily", lambda: {str(code): amount_of(str(text)) for code, text in listed_doses.items()}
    )
    times = {str(word).lower(): params.number("times", value) for word, value in params.mapping("times").items()}
    listed = run.judged() & lines.is_any("item", labels) & (lines["case"] < run.cases.rows)
    hits, unread = [], np.zeros(lines.rows, dtype=np.bool_)
    for row in np.flatnonzero(listed).tolist():
        dose, often = amount_of(lines.text("dose", row)), times.get(lines.text("times_a_day", row).strip().lower())
        most = labels[lines.text("item", row)]
        if dose is None or often is None or most is None or dose[1] != most[1]:
            unread[row] = True
        elif dose[0] * often > params.ratio("mult") * most[0]:
            facts = {"daily": f"{float(dose[0] * often):g} {dose[1]}", "limit": f"{float(most[0]):g} {most[1]}"}
            hits.append(line_hit(run, row, amounts=NOTHING, facts=facts))
    answers = line_answers(run, {"med_list_codg": lines.known("item")}, [])
    answers.mark(in_cases(run.cases.rows, unread, lines["case"]), State.NOT_RUN, "missing:sin_dos_dscr")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def prophylaxis(run: Run) -> Judged:
    """Antimicrobials after clean operations for longer than prophylaxis takes (D09), by days."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    drugs = run.judged() & lines.is_any("item", params.codes("antimicrobials")) & (lines["case"] < cases.rows)
    clean = cases.is_any("incision", params.texts("clean_incisions"))
    infected = diagnosed(cases, params.texts("infection_dx"))
    cardiac = params.texts("cardiac_operations")
    hits: list[Hit] = []
    for (case,), rows in groups_of([lines["case"]], np.flatnonzero(drugs & lines.known("time_s"))).items():
        operated = _operation_day(run, case)
        if not clean[case] or infected[case] or operated is None:
            continue
        longer = cardiac and any(code.startswith(cardiac) for code in cases.codes("operations", case))
        hours = params.integer("h_cardiac") if longer else params.integer("h")
        late = [row for row in rows if (int(lines["day"][row]) - operated) * 24 > hours]
        if late:
            facts: dict[str, Any] = {"operation": day_of(operated).isoformat(), "hours": hours, "lines": len(late)}
            hits.append(line_hit(run, late[0], lines=tuple(late), amounts=NOTHING, facts=facts))
    answers = line_answers(
        run, {"med_list_codg": lines.known("item"), "fee_ocur_time": ~drugs | lines.known("time_s")}, []
    )
    used = in_cases(cases.rows, drugs, lines["case"])
    answers.mark(used & ~cases.known("incision"), State.NOT_RUN, "missing:incision")
    unknown = np.array(
        [clean[case] and _operation_day(run, case) is None for case in range(cases.rows)], dtype=np.bool_
    )
    answers.mark(used & unknown, State.NOT_RUN, "missing:oprn_oprt_date")
    answers.mark(~used | ~clean & cases.known("incision") | infected, State.NOT_APPLICABLE, "guard")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _operation_day(run: Run, case: int) -> int | None:
    """The day of the last operation, None where none is dated."""
    from datetime import date

    days = []
    for text in run.cases.codes("operation_days", case):
        try:
            days.append(number_of(date.fromisoformat(text[:10])))
        except ValueError:
            continue
    return max(days) if days else None


def repeated_exam(run: Run) -> Judged:
    """The same examination again within some days, with nothing between that would call for it (C14)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    classes, follow = params.mapping("exam_class"), {(str(a), str(b)) for a, b in params.values.get("follow_ups") or ()}
    names, number = params.once(
        "classes", "exam_class", lambda: numbered({str(code): str(name) for code, name in classes.items()})
    )
    group = lines.looked_up("item", number, -1)
    listed = (lines["net_quantity_e4"] > 0) & (group >= 0)
    ready = listed & lines.known("time_s") & lines.known("person") & lines.known("hospital")
    rows = np.flatnonzero(ready)
    rows = rows[np.lexsort((rows, lines["time_s"][rows]))]
    between, maybe = _events(run, _operations(run)), _events(run, ~lines.known("charge_class") & (group < 0))
    judged, hits, unsorted = run.judged(), list[Hit](), np.zeros(lines.rows, dtype=np.bool_)
    days, inclusive = params.integer("days"), params.flag("inclusive")
    for (place, person, _), found in sorted(groups_of([group, lines["person"], lines["hospital"]], rows).items()):
        paid: list[int] = []
        for row in found:
            near = [one for one in paid if _soon(int(lines["day"][row]) - int(lines["day"][one]), days, inclusive)
                    and (lines.text("item", one), lines.text("item", row)) not in follow
                    and not any(int(lines["time_s"][one]) <= time <= int(lines["time_s"][row]) for time in between.get(person, ()))]  # fmt: skip
            if not near:
                paid.append(row)
            elif judged[row] and any(
                int(lines["time_s"][near[-1]]) <= time <= int(lines["time_s"][row]) for time in maybe.get(person, ())
            ):
                unsorted[row] = True
            elif judged[row]:
                first = near[-1]
                gap = int(lines["day"][row]) - int(lines["day"][first])
                hits.append(line_hit(run, row, window=names[place], related=(first,), involves=(lines.text("line", first),),
                                     amounts=whole_line(run, row), facts={"exam": names[place], "gap_days": gap}))  # fmt: skip
    needed = {
        "med_list_codg": lines.known("item"),
        "fee_ocur_time": ~listed | lines.known("time_s"),
        "psn_no": ~listed | lines.known("person"),
        "med_chrgitm_type": ~unsorted,
    }
    return Judged(hits, line_answers(run, needed, hits))


def _soon(gap: int, days: int, inclusive: bool) -> bool:
    return gap <= days if inclusive else gap < days


def _operations(run: Run) -> np.ndarray:
    """Lines of operations, rescue and intensive care; bool, (n,)."""
    rows = run.lines.is_any("charge_class", run.params.texts("operation_types"))
    return rows | run.lines.is_any("item", run.params.texts("rescue_codes"))


def _events(run: Run, rows: np.ndarray) -> dict[int, list[int]]:
    """Times of some lines of each person."""
    lines = run.lines
    found: dict[int, list[int]] = {}
    for row in np.flatnonzero(
        rows & (lines["net_quantity_e4"] > 0) & lines.known("time_s") & lines.known("person")
    ).tolist():
        found.setdefault(int(lines["person"][row]), []).append(int(lines["time_s"][row]))
    return found
