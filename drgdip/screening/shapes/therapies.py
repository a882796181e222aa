"""K2 on days: kinds and minutes of therapy, work of one doctor, and units that were billed but not done."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State, Units, in_cases, not_run
from drgdip.screening.shapes.common import case_hit, diagnosed, groups_of, line_hit, sum_of
from drgdip.screening.shapes.lines import line_answers, units_of_line, whole_line
from drgdip.screening.shapes.stay import sums_by_case


def therapy_load(run: Run) -> Judged:
    """Chinese therapies of one day beyond the kinds or minutes that make sense, or as most of a stay (C09).

    The kinds that began last are held, among those that began together the dearest; the latest minutes are held.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    minutes = {
        str(code): params.number("therapies", row.get("minutes") or 0)
        for code, row in params.mapping("therapies").items()
    }
    listed = run.judged() & lines.is_any("item", minutes) & (lines["case"] < cases.rows)
    kinds = np.where(
        cases.is_any("department", params.texts("rehab_departments")), params.integer("k_rehab"), params.integer("k")
    )
    hits: list[Hit] = []
    for (case, _), rows in groups_of(
        [lines["case"], lines["day"]], np.flatnonzero(listed & lines.known("time_s"))
    ).items():
        held = _kinds_beyond(run, rows, int(kinds[case]))
        hits += held
        gone = {hit.place for hit in held}
        hits += _minutes_beyond(run, [row for row in rows if row not in gone], minutes)
    hits += _mostly_therapy(run, listed)
    needed = {"med_list_codg": lines.known("item"), "fee_ocur_time": ~listed | lines.known("time_s")}
    return Judged(hits, line_answers(run, needed, hits))


def _kinds_beyond(run: Run, rows: list[int], most: int) -> list[Hit]:
    lines = run.lines
    by_item: dict[str, list[int]] = {}
    for row in rows:
        by_item.setdefault(lines.text("item", row), []).append(row)
    order = sorted(
        by_item,
        key=lambda item: (int(lines["time_s"][by_item[item][0]]), sum_of(lines, by_item[item], "net_fee_fen"), item),
    )
    return [
        line_hit(run, row, window="kinds", related=tuple(other for other in rows if other != row), amounts=whole_line(run, row),
                 facts={"reason": "kinds", "kinds": len(order), "limit": most}, formula=f"{len(order)} > {most}")
        for item in order[most:] for row in by_item[item]
    ]  # fmt: skip


def _minutes_beyond(run: Run, rows: list[int], minutes: Mapping[str, Fraction]) -> list[Hit]:
    lines, limit = run.lines, run.params.ratio("max_min")
    used, hits = Fraction(0), []
    for row in rows:
        each, quantity = minutes[lines.text("item", row)], int(lines["net_quantity_e4"][row])
        if not each:
            continue
        room = max(Fraction(0), limit - used) * 10_000 / each
        used += each * Fraction(quantity, 10_000)
        excess = quantity - min(quantity, room.numerator // room.denominator)
        if excess:
            hits.append(
                line_hit(run, row, window="minutes", related=tuple(other for other in rows if other != row),
                         amounts=units_of_line(run, row, excess), formula=f"{float(used):g} > {float(limit):g}",
                         facts={"reason": "minutes", "minutes": f"{float(used):g}", "limit": f"{float(limit):g}"})
            )  # fmt: skip
    return hits


def _mostly_therapy(run: Run, listed: np.ndarray) -> list[Hit]:
    """Stays mostly of therapy without a diagnosis of Chinese medicine: for review, no money."""
    cases, params = run.cases, run.params
    sums, tcm = sums_by_case(run, listed).tolist(), diagnosed(cases, params.texts("tcm_dx_prefix"))
    return [
        case_hit(run, case, outcome="REFER", amounts=Amounts(0, 0, 0, 0), facts={"reason": "share", "therapy_fen": sums[case]},
                 formula=f"{format_scaled(sums[case], 2)} / {format_scaled(int(cases['total_fen'][case]), 2)}")
        for case in np.flatnonzero(cases.known("total_fen") & ~tcm & ~run.closed).tolist()
        if sums[case] > params.ratio("s") * int(cases["total_fen"][case]) > 0
    ]  # fmt: skip


def beyond_capacity(run: Run) -> Judged:
    """Days on which one person is billed for more minutes than a day has (C10). Exposure: the share above, of the day."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "doctor")
    lines, params = run.lines, run.params
    given = params.mapping("minutes")
    minutes = {str(code): params.number("minutes", row["minutes"]) / params.number("minutes", row.get("parallel") or 1)
               for code, row in given.items()}  # fmt: skip
    listed = run.judged() & lines.is_any("item", minutes)
    ready = listed & lines.known("performer") & lines.known("time_s")
    days = groups_of([lines["hospital"], lines["performer"], lines["day"]], np.flatnonzero(ready))
    answers, hits = Answers(len(days) + int((listed & ~ready).any())), list[Hit]()
    rows_of = [rows[0] for _, rows in sorted(days.items())]
    if (listed & ~ready).any():
        rows_of.append(int(np.flatnonzero(listed & ~ready)[-1]))
        answers.mark(np.array([len(days)]), State.NOT_RUN, "missing:acord_dr_codg")
    capacity = params.ratio("capacity_min")
    for place, (_, rows) in enumerate(sorted(days.items())):
        used = sum(
            (minutes[lines.text("item", row)] * Fraction(int(lines["net_quantity_e4"][row]), 10_000) for row in rows),
            Fraction(0),
        )
        if used > capacity:
            hits.append(_overworked(run, rows, used, capacity))
            hits[-1].unit = place
            answers.mark(np.array([place]), State.FINDING, "")
    return Judged(hits, answers, "doctor", units=Units(table="fee_lines", rows=rows_of))


def _overworked(run: Run, rows: list[int], used: Fraction, capacity: Fraction) -> Hit:
    lines, part = run.lines, (used - capacity) / used
    doctor, hospital, day = (
        lines.text("performer", rows[0]),
        lines.text("hospital", rows[0]),
        int(lines["day"][rows[0]]),
    )
    fee, scope = (
        divide(sum_of(lines, rows, f"net_{name}") * part.numerator, part.denominator)
        for name in ("fee_fen", "scope_fen")
    )
    return Hit(
        run.params.text("outcome"), "doctor", (hospital, doctor), place=rows[0], table="fee_lines", window=str(day), lines=tuple(rows),
        amounts=Amounts(None, fee, scope, None), formula=f"({float(used):g} − {float(capacity):g}) / {float(used):g}",
        facts={"fixmedins_code": hospital, "doctor": doctor, "minutes": f"{float(used):g}", "capacity": f"{float(capacity):g}"},
    )  # fmt: skip


def beyond_executed(run: Run) -> Judged:
    """Units billed on a day and not carried out, and tests without a report of that order and day (C15). The latest units are held.

    A visit without any order in the table is not judged: the order system may have failed.
    """
    orders = run.data.table("orders")
    if run.data.lines is None or orders is None:
        return not_run(run.cases.rows, "missing:fee_lines" if run.data.lines is None else "missing:orders")
    lines, cases, params = run.lines, run.cases, run.params
    done: dict[tuple[str, str, int, str], int] = {}
    reported: set[tuple[str, str, int, str]] = set()
    visits = set[str]()
    for row in range(orders.rows):
        visit = orders.text("visit", row) or orders.text("settlement", row)
        visits.add(visit)
        item, day = orders.text("item", row), int(orders["time_s"][row]) // DAY
        for order in {orders.text("order", row), ""}:
            key = (visit, item, day, order)
            done[key] = done.get(key, 0) + int(orders["quantity_e4"][row])
            reported |= {key} if orders.known("report")[row] else set()
    needs_order = lines.is_any("charge_class", params.texts("ordered_types"))
    part = run.judged() & needs_order & lines.known("time_s") & (lines["case"] < cases.rows)
    hits, without, unsaid = [], set[int](), set[int]()
    tests = lines.is_any("charge_class", params.texts("report_types"))
    keys = [lines["case"], lines["item"], lines["day"], lines["order"]]
    for rows in groups_of(keys, np.flatnonzero(part & lines.known("item"))).values():
        case = int(lines["case"][rows[0]])
        visit = lines.text("visit", rows[0]) or cases.text("visit", case) or cases.text("settlement", case)
        if visit not in visits:
            without.add(case)
            continue
        key = (visit, lines.text("item", rows[0]), int(lines["day"][rows[0]]), lines.text("order", rows[0]))
        tested = [row for row in rows if tests[row] and key not in reported]
        if tested and not orders.has("report"):
            unsaid.add(case)
        elif tested:
            hits += [line_hit(run, row, amounts=whole_line(run, row), facts={"reason": "no_report"}) for row in tested]
            rows = [row for row in rows if not tests[row]]
        hits += _not_done(run, rows, done.get(key, 0) + params.scaled("tol_units", 4))
    answers = line_answers(
        run,
        {"fee_ocur_time": lines.known("time_s") | ~needs_order, "med_chrgitm_type": lines.known("charge_class")},
        [],
    )
    answers.mark(np.array(sorted(without), dtype=np.int64), State.NOT_RUN, "missing:orders")
    answers.mark(np.array(sorted(unsaid), dtype=np.int64), State.NOT_RUN, "missing:report_no")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _not_done(run: Run, rows: list[int], limit: int) -> list[Hit]:
    lines, before, hits = run.lines, 0, []
    total = sum_of(lines, rows, "net_quantity_e4")
    for row in rows:
        quantity = int(lines["net_quantity_e4"][row])
        excess = quantity - min(quantity, max(0, limit - before))
        before += quantity
        if excess:
            hits.append(
                line_hit(run, row, amounts=units_of_line(run, row, excess), related=tuple(other for other in rows if other != row),
                         facts={"reason": "not_executed"}, formula=f"{format_scaled(total, 4)} − {format_scaled(limit, 4)}")
            )  # fmt: skip
    return hits


def units_above_peers(run: Run) -> Judged:
    """Treatments without their indication, or with more units a day than nearly all days elsewhere have (D08)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    items = {str(code): row or {} for code, row in params.mapping("treatments").items()}
    listed = run.judged() & lines.is_any("item", items) & (lines["case"] < cases.rows) & lines.known("time_s")
    days = groups_of([lines["item"], lines["hospital"], lines["case"], lines["day"]], np.flatnonzero(listed))
    sums: dict[int, list[tuple[int, int]]] = {}
    for (item, hospital, _, _), rows in days.items():
        sums.setdefault(item, []).append((hospital, sum_of(lines, rows, "net_quantity_e4")))
    limits: dict[tuple[int, int], int | None] = {}
    hits, few = [], np.zeros(lines.rows, dtype=np.bool_)
    for (item, hospital, case, _), rows in sorted(days.items()):
        entry = items[lines.text("item", rows[0])]
        prefixes = tuple(str(code) for code in entry.get("indication", ()))
        if prefixes and not diagnosed(cases.take(np.array([case])), prefixes)[0]:
            hits += [
                line_hit(run, row, window="indication", amounts=whole_line(run, row), facts={"reason": "indication"})
                for row in rows
            ]
            continue
        if (item, hospital) not in limits:
            limits[item, hospital] = _usual(run, entry, [units for place, units in sums[item] if place != hospital])
        limit = limits[item, hospital]
        if limit is None:
            few[rows] = True
        else:
            hits += _not_done(run, rows, limit)
    answers = line_answers(run, {"med_list_codg": lines.known("item")}, [])
    answers.mark(in_cases(cases.rows, few, lines["case"]), State.NOT_RUN, "too_few_peers")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _usual(run: Run, entry: Mapping[str, Any], elsewhere: list[int]) -> int | None:
    """Units a day that the given share of days elsewhere does not exceed; as given, else of this batch."""
    if entry.get("limit") is not None:
        return int(run.params.number("treatments", entry["limit"]) * 10_000)
    if len(elsewhere) < run.params.integer("min_n"):
        return None
    place = run.params.ratio("pct") * len(elsewhere)
    return sorted(elsewhere)[max(0, -(-place.numerator // place.denominator) - 1)]
