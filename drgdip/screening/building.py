"""Puts the frames of a batch in their order, so that no result depends on the order of rows, and nets refunds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from drgdip.screening.columns import KEPT
from drgdip.screening.data import Dataset, Frame, days
from drgdip.screening.netting import netted
from drgdip.screening.words import NONE, Words

_WIDEST = 2**62


def build(tables: Mapping[str, Frame], *, part: bool = False, others: Mapping[str, Frame] | None = None) -> Dataset:
    """Put the frames of a batch in their order and net refunds.

    Parameters
    ----------
    tables : name of the interface's table -> its rows; settlement IDs of cases unique. IDs by one sorted dictionary a
    column, but for ``line`` and ``refunds`` of fee lines, which share one. part : whether they are part of a batch.
    others : further tables that are in order already.
    """
    cases = tables.get("cases") or Frame(0, {}, {}, {})
    if cases.has("settlement"):
        cases = cases.take(np.argsort(cases["settlement"], kind="stable"))
    offsets, lines = np.zeros(cases.rows + 1, dtype=np.int64), None
    repeated, unmatched = frozenset[int](), frozenset[int]()
    if "fee_lines" in tables:
        lines = in_order(tables["fee_lines"], cases)
        lines, repeated, unmatched = netted(lines)
        offsets = np.searchsorted(lines["case"], np.arange(cases.rows + 1))
        lines = _completed(lines, cases)
    ordered = {name: _sorted(tables[name]) for name in ("outpatient_settlements", "drug_lines", "drug_trace", "pairs")
               if name in tables}  # fmt: skip
    return Dataset(
        cases, lines, offsets, ordered.get("outpatient_settlements"), ordered.get("drug_lines"),
        ordered.get("drug_trace"), ordered.get("pairs"), repeated, unmatched, _others(tables) if others is None else others, part,
    )  # fmt: skip


def _others(tables: Mapping[str, Frame]) -> dict[str, Frame]:
    """Tables that only some rules read; outpatient lines after refunds."""
    others = {name: _sorted(tables[name]) for name in KEPT if name in tables}
    if "outpatient_lines" in others:
        others["outpatient_lines"] = netted(others["outpatient_lines"])[0]
    return others


def _sorted(frame: Frame) -> Frame:
    """Rows by all their values: equal rows are equal, so the order is one and the same for every order of input."""
    names = sorted(frame.values)
    first = [name for name in ("person", "time_s") if name in frame.values]
    keys = [frame.values[name] for name in (*first, *(name for name in names if name not in first))]
    if not keys:
        return frame
    order = np.lexsort(keys[:2][::-1])
    same = np.ones(max(0, frame.rows - 1), dtype=np.bool_)
    for key in keys[:2]:
        same &= np.diff(key[order]) == 0
    tied = (
        np.flatnonzero(np.append(same, False) | np.append(False, same)) if same.any() else np.empty(0, dtype=np.int64)
    )
    run = np.cumsum(~np.append(False, same))[tied]
    rows = order[tied]
    order[tied] = rows[np.lexsort([*(key[rows] for key in keys[:1:-1]), run])]
    return frame.take(order)


def in_order(lines: Frame, cases: Frame) -> Frame:
    """Lines by case (those without one last), time, number, and then by everything else."""
    case = _places(cases, "settlement", lines)
    if lines.has("visit") and cases.has("visit"):
        by_visit = np.flatnonzero(lines["settlement"] < 0)
        if len(by_visit):
            case[by_visit] = _places(cases, "visit", lines)[by_visit]
    case[case < 0] = cases.rows
    lines = lines.with_values(case=case)
    if _in_final_order(lines):
        return lines
    order = _by_case_and_time(case, lines["time_s"], cases.rows + 1)
    same = (np.diff(case[order]) == 0) & (np.diff(lines["time_s"][order]) == 0)
    same = _resolved(lines, order, same, ("line",))
    rest = [name for name in sorted(lines.values) if name not in ("line", "settlement", "visit")]
    _resolved(lines, order, same, ("settlement", "visit", *rest))
    return lines if _ascending(order) else lines.take(order)


def _in_final_order(lines: Frame) -> bool:
    """Whether lines stand by case, time and number already, and no two have all three in common."""
    words = lines.words.get("line")
    if words is None or not words.in_order:
        return False
    case, time_s, number = (lines[name] for name in ("case", "time_s", "line"))
    later = number[1:] > number[:-1]
    for key in (time_s, case):
        later = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & later)
    return bool(later.all())


def _by_case_and_time(case: np.ndarray, time_s: np.ndarray, cases: int) -> np.ndarray:
    """Places by case and time; those that have both in common stand in any order."""
    if not len(case):
        return np.empty(0, dtype=np.int64)
    first = int(time_s.min())
    span = int(time_s.max()) - first + 1
    if cases * span >= _WIDEST:
        return np.lexsort((time_s, case))
    key = case.astype(np.int64) * span + (time_s - first)
    return np.arange(len(key)) if _ascending(key) else np.argsort(key, kind="stable")


def _ascending(values: np.ndarray) -> bool:
    return bool((values[1:] >= values[:-1]).all())


def _resolved(lines: Frame, order: np.ndarray, same: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Puts runs of equal rows into the order of further columns; returns which neighbours are still the same.

    Texts are ranked only here: a month has millions of line numbers, and few that have to be compared.
    """
    if not same.any():
        return same
    tied = np.append(same, False) | np.append(False, same)
    places = np.flatnonzero(tied)
    rows = order[places]
    run = np.cumsum(~np.append(False, same)[places])
    keys = [_compared(lines, name, rows) for name in names if name in lines.values]
    keys += [lines.known(name)[rows] for name in names if name in lines.values]
    inside = np.lexsort([*keys[::-1], run])
    order[places] = rows[inside]
    equal = np.diff(run[inside]) == 0
    for key in keys:
        equal &= np.diff(key[inside].astype(np.int64)) == 0
    left = np.zeros_like(same)
    left[places[:-1][equal & (np.diff(places) == 1)]] = True
    return left


def _compared(lines: Frame, name: str, rows: np.ndarray) -> np.ndarray:
    values = lines[name][rows]
    return lines.words[name].ranks(values) if name in lines.words else values


def _places(cases: Frame, name: str, lines: Frame) -> np.ndarray:
    """The only case with the same ID, -1 if there is none or several."""
    if not cases.has(name) or not lines.has(name):
        return np.full(lines.rows, NONE, dtype=np.int32)
    codes = cases[name]
    place = np.full(len(cases.words[name]) + 1, NONE, dtype=np.int32)
    place[codes] = np.arange(cases.rows)
    place[np.bincount(codes[codes >= 0], minlength=len(place)) > 1] = NONE
    place[-1] = NONE
    return place[lines[name]]


def _completed(lines: Frame, cases: Frame) -> Frame:
    """Person and hospital from the case where the line does not say them, and the calendar day."""
    filled = {"day": days(lines["time_s"])}
    inside = lines["case"] < cases.rows
    for name in ("person", "hospital"):
        own = lines[name] if lines.has(name) else np.full(lines.rows, NONE, dtype=np.int32)
        if cases.has(name) and bool((own < 0).any()):
            own = np.where((own < 0) & inside, np.append(cases[name], NONE)[lines["case"]], own)
        lines.words.setdefault(name, cases.words[name] if cases.has(name) else Words(()))
        filled[name] = own
    completed = lines.with_values(**filled)
    for name in ("person", "hospital"):
        completed._known[name] = filled[name] >= 0
    completed._known["day"] = lines.known("time_s")
    return completed
