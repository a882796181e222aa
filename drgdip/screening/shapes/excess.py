"""K2: quantities by case, day and item, or by case and group, against a limit. The latest units are denied."""

from __future__ import annotations

import numpy as np

from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING, excess_latest_first, sums_before
from drgdip.screening.context import Run, stay_days
from drgdip.screening.hits import Hit, Judged, State, not_run
from drgdip.screening.shapes.common import numbered
from drgdip.screening.shapes.lines import line_answers, units_of_line


def beyond_limit(
    run: Run, chosen: np.ndarray, keys: list[np.ndarray], limit: np.ndarray
) -> list[tuple[int, int, np.ndarray]]:
    """Lines with units beyond the limit of their group, in their order: place, units and all lines of the group.

    Parameters
    ----------
    chosen : places of the lines that count, in their order. keys : what makes a group, one value for each of them.
    limit : of the group, for each of them.
    """
    order = np.lexsort([np.arange(len(chosen)), *keys[::-1]])
    rows, quantity = chosen[order], run.lines["net_quantity_e4"][chosen[order]]
    starts = np.ones(len(rows), dtype=np.bool_)
    if len(rows):
        starts[1:] = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    excess = excess_latest_first(quantity, sums_before(starts, quantity), limit[order])
    bounds = np.append(np.flatnonzero(starts), len(rows))
    found = np.flatnonzero(excess > 0)
    groups = np.searchsorted(bounds, found, side="right") - 1
    return sorted(
        ((int(rows[at]), int(excess[at]), rows[bounds[group] : bounds[group + 1]])
         for at, group in zip(found.tolist(), groups.tolist(), strict=True)), key=lambda item: item[0],
    )  # fmt: skip


def by_day(run: Run) -> Judged:
    """More of an item on one calendar day than its limit (C02)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, guard, outcome = run.lines, run.params.flag("bulk_posting_guard"), run.params.text("outcome")
    limit = lines.looked_up("item", run.params.quantities("daily_limit"), -1)
    inside = run.judged() & (limit >= 0) & (lines["case"] < run.cases.rows) & lines.known("time_s")
    chosen = np.flatnonzero(inside)
    keys = [lines[name][chosen] for name in ("case", "item", "day")]
    legal = _stay_total_is_legal(run, chosen, limit) if guard else frozenset()
    hits = []
    for row, units, same in beyond_limit(run, chosen, keys, limit[chosen]):
        bulk = (int(lines["case"][row]), int(lines["item"][row])) in legal
        amounts = units_of_line(run, row, units)
        hits.append(
            Hit("WARN" if bulk else outcome, "line", run.line_keys(row), run.case_index(row), row, lines=(row,),
                related=tuple(int(other) for other in same if other != row), amounts=NOTHING if bulk else amounts,
                facts={"limit": format_scaled(int(limit[row]), 4), "total": _total(run, same)},
                formula=f"{_total(run, same)} − {format_scaled(int(limit[row]), 4)}")
        )  # fmt: skip
    needed = {"med_list_codg": lines.known("item"), "cnt": lines.known("quantity_e4")}
    needed["fee_ocur_time"] = lines.known("time_s") | (limit < 0)
    return Judged(hits, line_answers(run, needed, hits))


def _total(run: Run, rows: np.ndarray) -> str:
    return format_scaled(int(run.lines["net_quantity_e4"][rows].sum()), 4)


def _stay_total_is_legal(run: Run, chosen: np.ndarray, limit: np.ndarray) -> frozenset[tuple[int, int]]:
    """Items of cases whose total would be in order had it been posted day by day."""
    first, last = stay_days(run.cases)
    totals: dict[tuple[int, int], int] = {}
    for row in chosen.tolist():
        key = (int(run.lines["case"][row]), int(run.lines["item"][row]))
        totals[key] = totals.get(key, 0) + int(run.lines["net_quantity_e4"][row])
    limits = {(int(run.lines["case"][row]), int(run.lines["item"][row])): int(limit[row]) for row in chosen.tolist()}
    known = run.cases.known("admission_s") & run.cases.known("discharge_s")
    return frozenset(
        key for key, total in totals.items()
        if known[key[0]] and total <= limits[key] * (int(last[key[0]] - first[key[0]]) + 1)
    )  # fmt: skip


def by_stay(run: Run) -> Judged:
    """More per-day units than the stay has days (C07). Items of one group count together."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, outcome = run.lines, run.cases, run.params.text("outcome")
    groups = run.params.mapping("stay_groups")
    names, number = run.params.once(
        "groups", "stay_groups", lambda: numbered({code: str(group) for code, group in groups.items()})
    )
    per_day = run.params.quantities("unit_per_day")
    group = lines.looked_up("item", number, -1)
    first, last = stay_days(cases)
    length = np.maximum(1, last - first) + int(run.params.flag("count_both_ends"))
    stay_known = np.append(cases.known("admission_s") & cases.known("discharge_s"), False)
    chosen = np.flatnonzero(run.judged() & (group >= 0) & stay_known[lines["case"]])
    unit = np.array([per_day.get(name, 10_000) for name in names] or [0], dtype=np.int64)
    limit = unit[group[chosen]] * np.append(length, 0)[lines["case"][chosen]]
    keys = [lines["case"][chosen], group[chosen]]
    hits = []
    for row, units, same in beyond_limit(run, chosen, keys, limit):
        days, each = int(length[lines["case"][row]]), int(unit[group[row]])
        hits.append(
            Hit(outcome, "line", run.line_keys(row), run.case_index(row), row, lines=(row,),
                window=names[int(group[row])],
                related=tuple(int(other) for other in same if other != row), amounts=units_of_line(run, row, units),
                facts={"group": names[int(group[row])], "days": days, "total": _total(run, same)},
                formula=f"{_total(run, same)} − {format_scaled(each, 4)} × {days}")
        )  # fmt: skip
    answers = line_answers(run, {"med_list_codg": lines.known("item"), "cnt": lines.known("quantity_e4")}, hits)
    answers.require({"adm_time": cases.known("admission_s"), "dscg_time": cases.known("discharge_s")})
    answers.mark(cases["discharge_s"] < cases["admission_s"], State.NOT_RUN, "discharge_before_admission")
    return Judged(hits, answers)
