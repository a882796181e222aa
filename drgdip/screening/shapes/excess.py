"""K2: units of an item or a group by day or by stay, against a limit. The latest units are denied."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

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


class _Limits(NamedTuple):
    """Which lines count: the group of each (-1: none), its name, and what a group may have a day or a stay. group : (n,)."""

    names: Sequence[str]
    group: np.ndarray
    each_e4: np.ndarray


def units_beyond(run: Run) -> Judged:
    """More units of an item, or of a group of items, than its limit (C02, C07); the latest ones are denied. Declared (``fixed``) are

    limits : the list of units. groups : the list of groups that items are of; without one each item is its own, and only
    those with a limit count. otherwise : units of a group that has no limit. per : what the limit is for, a calendar ``day``, the whole
    ``stay``, or each ``day_of_stay``. facts : name -> ``group``, ``limit``, ``total`` or ``days``.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, fixed = run.lines, run.cases, run.params.values
    per, limits = str(fixed["per"]), _limits(run)
    listed = run.judged() & (limits.group >= 0) & (lines["case"] < cases.rows)
    chosen = np.flatnonzero(listed & _dated(run, per))
    of_stay = _days(run)
    length = of_stay[lines["case"][chosen]] if per == "day_of_stay" else 1
    limit = limits.each_e4[limits.group[chosen]] * length
    keys = [lines["case"][chosen], limits.group[chosen], *([lines["day"][chosen]] if per == "day" else ())]
    legal = (
        _stay_total_is_legal(run, chosen, limit)
        if per == "day" and not fixed.get("groups") and _flag(run, "bulk_posting_guard")
        else frozenset()
    )
    hits, outcome = [], run.params.text("outcome")
    for row, units, same in beyond_limit(run, chosen, keys, limit):
        group, bulk = int(limits.group[row]), (int(lines["case"][row]), int(lines["item"][row])) in legal
        days, name = of_stay[lines["case"][row]], limits.names[group]
        each, total = (
            format_scaled(int(number), 4) for number in (limits.each_e4[group], lines["net_quantity_e4"][same].sum())
        )
        said = {"group": name, "days": int(days), "limit": each, "total": total}
        hits.append(
            Hit("WARN" if bulk else outcome, "line", run.line_keys(row), run.case_index(row), row, lines=(row,),
                window=name if fixed.get("groups") else "", related=tuple(int(other) for other in same if other != row),
                amounts=NOTHING if bulk else units_of_line(run, row, units),
                facts={fact: said[word] for fact, word in fixed["facts"].items()},
                formula=f"{total} − {each}" + (f" × {days}" if per == "day_of_stay" else ""))
        )  # fmt: skip
    needed = {"med_list_codg": lines.known("item"), "cnt": lines.known("quantity_e4")}
    if per == "day":
        needed["fee_ocur_time"] = lines.known("time_s") | (limits.group < 0)
    answers = line_answers(run, needed, hits)
    if per == "day_of_stay":
        answers.require({"adm_time": cases.known("admission_s"), "dscg_time": cases.known("discharge_s")})
        answers.mark(cases["discharge_s"] < cases["admission_s"], State.NOT_RUN, "discharge_before_admission")
    return Judged(hits, answers)


def _limits(run: Run) -> _Limits:
    names, number, each = run.params.once("limits", "of groups", lambda: _listed(run))
    return _Limits(names, run.lines.looked_up("item", number, -1), each)


def _listed(run: Run) -> tuple[list[str], dict[str, int], np.ndarray]:
    """Groups, the place of each item's among them, and their units."""
    params, fixed = run.params, run.params.values
    units = params.quantities(str(fixed["limits"]))
    groups: Mapping[str, Any] = (
        params.mapping(str(fixed["groups"])) if fixed.get("groups") else {code: code for code in units}
    )
    names, number = numbered({str(code): str(name) for code, name in groups.items()})
    least = int(params.number("otherwise", fixed.get("otherwise", 0)) * 10_000)
    return names, number, np.array([units.get(name, least) for name in names] or [0], dtype=np.int64)


def _dated(run: Run, per: str) -> np.ndarray:
    """Lines of which it is known what their limit is for; bool, (n,)."""
    lines, cases = run.lines, run.cases
    if per == "day":
        return lines.known("time_s")
    known = cases.known("admission_s") & cases.known("discharge_s")
    return np.append(known if per == "day_of_stay" else np.ones(cases.rows, dtype=np.bool_), False)[lines["case"]]


def _days(run: Run) -> np.ndarray:
    """Days of each stay, at least one; one more, 0, for lines without a case."""
    first, last = stay_days(run.cases)
    return np.append(np.maximum(1, last - first) + int(_flag(run, "count_both_ends")), 0)


def _flag(run: Run, name: str) -> bool:
    return name in run.params.values and run.params.flag(name)


def _stay_total_is_legal(run: Run, chosen: np.ndarray, limit: np.ndarray) -> frozenset[tuple[int, int]]:
    """Items of cases whose total would be in order had it been posted day by day. limit : a day, of each line."""
    first, last = stay_days(run.cases)
    totals: dict[tuple[int, int], int] = {}
    limits: dict[tuple[int, int], int] = {}
    for row, most in zip(chosen.tolist(), limit.tolist(), strict=True):
        key = (int(run.lines["case"][row]), int(run.lines["item"][row]))
        totals[key] = totals.get(key, 0) + int(run.lines["net_quantity_e4"][row])
        limits[key] = most
    known = run.cases.known("admission_s") & run.cases.known("discharge_s")
    return frozenset(
        key for key, total in totals.items()
        if known[key[0]] and total <= limits[key] * (int(last[key[0]] - first[key[0]]) + 1)
    )  # fmt: skip


#: What a rule of this shape fixes: the form of each, and the words that may stand there.
FORMS: Mapping[str, Any] = {
    "limits": "text",
    "groups?": "text",
    "otherwise?": "number",
    "per": "text",
    "facts": {"*": "text"},
}
CHOICES: Mapping[str, Collection[str]] = {
    "per": ("day", "stay", "day_of_stay"),
    "facts": ("group", "limit", "total", "days"),
}


def names_in(fixed: Mapping[str, Any]) -> list[str]:
    """Parameters that a rule names."""
    return [str(fixed[name]) for name in ("limits", "groups") if fixed.get(name)]
