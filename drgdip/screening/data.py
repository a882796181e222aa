"""The tables of a batch as columns, in an order of their own, so that no result depends on the order of rows.

IDs are int32 by a sorted dictionary that all tables share (codes compare as their texts do; -1 is none), money int64
fen, quantities int64 e4, times int64 seconds. Fee lines stand by case, time and line number, refunds netted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.columns import KEPT, TABLES
from drgdip.screening.netting import netted

DAY = 86_400
NONE = -1
_IDS = frozenset(read.name for reads in TABLES.values() for read in reads if read.kind == "id")


class Words(Sequence[str]):
    """The sorted texts of an ID: a list, or an Arrow array whose texts become Python's only where they are read."""

    def __init__(self, texts: Any) -> None:
        self._texts = texts
        self._arrow = hasattr(texts, "to_pylist")

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, place: Any) -> Any:
        found = self._texts[int(place)]
        return found.as_py() if self._arrow else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts.to_pylist() if self._arrow else self._texts)

    def find(self, text: str) -> int:
        """The code of a text, -1 if it is none."""
        place = bisect_left(self, text)
        return place if place < len(self) and self[place] == text else NONE


class Frame:
    """Columns of one table. Absent columns read as missing everywhere.

    values : name -> integers (n,). known : name -> which of them are there. words : name -> texts of the IDs.
    lists : name -> codes of each row.
    """

    def __init__(
        self,
        rows: int,
        values: Mapping[str, np.ndarray],
        known: Mapping[str, np.ndarray],
        words: Mapping[str, Words],
        lists: Mapping[str, Sequence[tuple[str, ...] | None]] | None = None,
    ) -> None:
        self.rows, self.values, self.words = rows, dict(values), dict(words)
        self._known = dict(known)
        self.lists = dict(lists or {})

    def __getitem__(self, name: str) -> np.ndarray:
        found = self.values.get(name)
        return np.broadcast_to(np.int64(NONE if name in _IDS else 0), self.rows) if found is None else found

    def has(self, name: str) -> bool:
        """Whether the table has the column at all."""
        return name in self.values or name in self.lists

    def known(self, name: str) -> np.ndarray:
        """Which rows have a value; bool, (n,)."""
        if name not in self._known:
            if name in self.lists:
                there = np.array([codes is not None for codes in self.lists[name]], dtype=np.bool_)
            elif name in self.values:
                there = np.asarray(self.values[name] >= 0)
            else:
                there = np.broadcast_to(np.False_, self.rows)
            there.flags.writeable = False
            self._known[name] = there
        return self._known[name]

    def text(self, name: str, row: int) -> str:
        """The text of an ID; empty where there is none."""
        if name not in self.values:
            return ""
        code = int(self.values[name][row])
        return str(self.words[name][code]) if code >= 0 else ""

    def codes(self, name: str, row: int) -> tuple[str, ...]:
        """The codes of a list column; none where there are none."""
        return (self.lists[name][row] if name in self.lists else None) or ()

    def is_any(self, name: str, texts: Sequence[str]) -> np.ndarray:
        """Which rows have one of these texts; bool, (n,)."""
        return self.matching(name, lambda word: word in set(texts))

    def starts_with(self, name: str, prefixes: Sequence[str]) -> np.ndarray:
        """Which rows have a text with one of these beginnings; bool, (n,)."""
        return self.matching(name, lambda word: word.startswith(tuple(prefixes)))

    def matching(self, name: str, holds: Any) -> np.ndarray:
        """Which rows have a text for which a condition holds; bool, (n,). Each text is looked at once."""
        if name not in self.values:
            return np.zeros(self.rows, dtype=np.bool_)
        answers = np.array([*(bool(holds(word)) for word in self.words[name]), False], dtype=np.bool_)
        return answers[self.values[name]]

    def looked_up(self, name: str, table: Mapping[str, int], missing: int) -> np.ndarray:
        """A number for each row by its text: dense over the dictionary, so cost does not grow with the table."""
        if name not in self.values:
            return np.full(self.rows, missing, dtype=np.int64)
        dense = np.array([*(table.get(word, missing) for word in self.words[name]), missing], dtype=np.int64)
        return dense[self.values[name]]

    def take(self, rows: np.ndarray) -> Frame:
        """The rows at these places."""
        return Frame(
            len(rows),
            {name: values[rows] for name, values in self.values.items()},
            {name: known[rows] for name, known in self._known.items()},
            self.words,
            {name: [codes[row] for row in rows.tolist()] for name, codes in self.lists.items()},
        )

    def with_values(self, **columns: np.ndarray) -> Frame:
        """The same rows with further columns that are known everywhere."""
        known = {name: np.ones(self.rows, dtype=np.bool_) for name in columns}
        return Frame(self.rows, {**self.values, **columns}, {**self._known, **known}, self.words, self.lists)

    def known_where(self, name: str, known: np.ndarray) -> Frame:
        """The same rows, of which only these have a value in a column."""
        return Frame(self.rows, self.values, {**self._known, name: known}, self.words, self.lists)


class Dataset(NamedTuple):
    """One batch. ``None`` for a table that is not there.

    lines : in order of case, time and line number, with the columns ``case`` (-1 without one), ``net_*`` (quantity and
    amounts after refunds) and ``day``. offsets : first line of each case (n+1). others : further tables by name.
    """

    cases: Frame
    lines: Frame | None
    offsets: np.ndarray
    outpatient: Frame | None
    drug_lines: Frame | None
    trace: Frame | None
    pairs: Frame | None
    repeated: frozenset[int] = frozenset()
    unmatched_refunds: frozenset[int] = frozenset()
    others: Mapping[str, Frame] = {}

    def table(self, name: str) -> Frame | None:
        """A table by its name in the interface, None where it is not there."""
        own = {"cases": self.cases, "fee_lines": self.lines, "outpatient_settlements": self.outpatient,
               "drug_lines": self.drug_lines, "drug_trace": self.trace, "pairs": self.pairs}  # fmt: skip
        return own[name] if name in own else self.others.get(name)

    def case_of(self, settlement: str) -> int:
        """The place of a case by its settlement ID, -1 without one."""
        words = self.cases.words.get("settlement")
        code = words.find(settlement) if words is not None and self.cases.rows else NONE
        if code < 0:
            return NONE
        place = int(np.searchsorted(self.cases["settlement"], code))
        return place if place < self.cases.rows and self.cases["settlement"][place] == code else NONE


def days(seconds: np.ndarray) -> np.ndarray:
    """Calendar days since 1970-01-01."""
    return seconds // DAY


def has_time(seconds: np.ndarray) -> np.ndarray:
    """Which times carry a time of day: 00:00:00 means none (review rules 0.9)."""
    return np.asarray(seconds % DAY != 0)


def build(tables: Mapping[str, Frame]) -> Dataset:
    """Put the frames of a batch in their order and net refunds.

    Parameters
    ----------
    tables : name of the interface's table -> its rows, IDs by one dictionary a column; settlement IDs of cases unique.
    """
    cases = tables.get("cases") or Frame(0, {}, {}, {})
    if cases.has("settlement"):
        cases = cases.take(np.argsort(cases["settlement"], kind="stable"))
    offsets, lines, repeated, unmatched = (
        np.zeros(cases.rows + 1, dtype=np.int64),
        None,
        frozenset[int](),
        frozenset[int](),
    )
    if "fee_lines" in tables:
        lines = _in_order(tables["fee_lines"], cases)
        lines, repeated, unmatched = netted(lines)
        offsets = np.searchsorted(lines["case"], np.arange(cases.rows + 1))
        lines = _completed(lines, cases)
    ordered = {name: _sorted(tables[name]) for name in ("outpatient_settlements", "drug_lines", "drug_trace", "pairs")
               if name in tables}  # fmt: skip
    return Dataset(
        cases, lines, offsets, ordered.get("outpatient_settlements"), ordered.get("drug_lines"),
        ordered.get("drug_trace"), ordered.get("pairs"), repeated, unmatched, _others(tables),
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
    return frame.take(np.lexsort(keys[::-1])) if keys else frame


def _in_order(lines: Frame, cases: Frame) -> Frame:
    case = _places(cases, "settlement", lines)
    if lines.has("visit") and cases.has("visit"):
        case = np.where(lines["settlement"] < 0, _places(cases, "visit", lines), case)
    lines = lines.with_values(case=case)
    names = [name for name in ("line", "settlement", "visit") if lines.has(name)]
    rest = [name for name in sorted(lines.values) if name not in names]
    last = np.where(case < 0, np.iinfo(np.int64).max, case)
    keys = [last, lines["time_s"], *(lines[name] for name in (*names, *rest))]
    lines = lines.take(np.lexsort(keys[::-1]))
    return lines.with_values(case=np.where(lines["case"] < 0, cases.rows, lines["case"]))


def _places(cases: Frame, name: str, lines: Frame) -> np.ndarray:
    """The only case with the same ID, -1 if there is none or several."""
    if not cases.has(name) or not lines.has(name):
        return np.full(lines.rows, NONE, dtype=np.int64)
    codes = cases[name]
    place = np.full(len(cases.words[name]) + 1, NONE, dtype=np.int64)
    place[codes] = np.arange(cases.rows)
    place[np.bincount(codes[codes >= 0], minlength=len(place)) > 1] = NONE
    place[-1] = NONE
    return place[lines[name]]


def _completed(lines: Frame, cases: Frame) -> Frame:
    """Person and hospital from the case where the line does not say them, and the calendar day."""
    filled = {"day": days(lines["time_s"])}
    inside = lines["case"] < cases.rows
    for name in ("person", "hospital"):
        own = lines[name] if lines.has(name) else np.full(lines.rows, NONE, dtype=np.int64)
        if cases.has(name):
            own = np.where((own < 0) & inside, np.append(cases[name], NONE)[lines["case"]], own)
            lines.words.setdefault(name, cases.words[name])
        filled[name] = own
    completed = lines.with_values(**filled)
    for name in ("person", "hospital"):
        completed._known[name] = filled[name] >= 0
    completed._known["day"] = lines.known("time_s")
    return completed


class Line(NamedTuple):
    """One fee line as people read it."""

    settlement: str
    visit: str
    number: str
    item: str


def line_of(data: Dataset, row: int) -> Line:
    """IDs of one fee line."""
    assert data.lines is not None
    lines = data.lines
    case = int(lines["case"][row])
    settlement = lines.text("settlement", row) or (
        data.cases.text("settlement", case) if case < data.cases.rows else ""
    )
    visit = lines.text("visit", row) or (data.cases.text("visit", case) if case < data.cases.rows else "")
    return Line(settlement, visit or settlement, lines.text("line", row), lines.text("item", row))
