"""The tables of a batch as columns, in an order of their own, so that no result depends on the order of rows.

IDs are int32 by a dictionary that all tables share (codes compare as their texts do; -1 is none), money int64 fen,
quantities int64 e4, times int64 seconds. Fee lines stand by case, time and line number, refunds netted; their numbers
have a dictionary of their own, which is in no order (a month has as many of them as lines).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.columns import TABLES
from drgdip.screening.later import beside, taken
from drgdip.screening.words import NONE, Words

DAY = 86_400
#: One row's text costs as much as so many rows' when a column is listed.
_ROWS_LISTED_AT = 4
_IDS = frozenset(read.name for reads in TABLES.values() for read in reads if read.kind == "id")


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
        self.rows, self.values, self.words = rows, beside(values, {}), dict(words)
        self._known = beside(known, {})
        self.lists = dict(lists or {})
        self._absent: dict[str, np.ndarray] = {}
        self._listed: dict[str, list[str]] = {}
        self._asked: dict[str, int] = {}
        self._coded: dict[str, tuple[np.ndarray, np.ndarray, list[str]]] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        found = self.values.get(name)
        if found is not None:
            return found
        if name not in self._absent:
            self._absent[name] = everywhere(NONE if name in _IDS else 0, self.rows)
        return self._absent[name]

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
                there = everywhere(False, self.rows)
            there.flags.writeable = False
            self._known[name] = there
        return self._known[name]

    def is_known(self, name: str, row: int) -> bool:
        """Whether one row has a value."""
        if name in self._known or name in self.lists:
            return bool(self.known(name)[row])
        return name in self.values and bool(self.values[name][row] >= 0)

    def has_known(self, name: str) -> bool:
        """Whether it is said, or has been looked at, which rows have a value."""
        return name in self._known

    def text(self, name: str, row: int) -> str:
        """The text of an ID; empty where there is none. A column that is asked for often is listed once."""
        listed = self._listed.get(name)
        if listed is not None:
            return listed[row]
        if name not in self.values:
            return ""
        self._asked[name] = self._asked.get(name, 0) + 1
        if self._asked[name] * _ROWS_LISTED_AT >= self.rows:
            return self.texts(name)[row]
        code = int(self.values[name][row])
        return str(self.words[name][code]) if code >= 0 else ""

    def texts(self, name: str) -> list[str]:
        """The texts of an ID of all rows."""
        if name not in self._listed:
            words = [*self.words[name], ""] if name in self.values else [""]
            self._listed[name] = [words[code] for code in self[name].tolist()]
        return self._listed[name]

    def texts_at(self, name: str, rows: Sequence[int]) -> list[str]:
        """The texts of an ID of some rows; empty where there is none. Each distinct one is read once."""
        if name not in self.values:
            return [""] * len(rows)
        codes, words = self.values[name][list(rows)].tolist(), self.words[name]
        texts = {code: str(words[code]) if code >= 0 else "" for code in {*codes}}
        return [texts[code] for code in codes]

    def any_code(self, name: str, holds: Callable[[str], bool]) -> np.ndarray:
        """Which rows have a code in a list column for which a condition holds; bool, (n,). Each code is looked at once."""
        if name not in self._coded:
            self._coded[name] = _coded(self.lists.get(name, ()))
        rows, places, codes = self._coded[name]
        found = np.zeros(self.rows, dtype=np.bool_)
        found[rows[np.array([holds(code) for code in codes], dtype=np.bool_)[places]]] = True
        return found

    def codes(self, name: str, row: int) -> tuple[str, ...]:
        """The codes of a list column; none where there are none."""
        return (self.lists[name][row] if name in self.lists else None) or ()

    def is_any(self, name: str, texts: Collection[str]) -> np.ndarray:
        """Which rows have one of these texts; bool, (n,). A set or a table is searched as it is, whatever its length."""
        if name in self.values and self.words[name].none_of(texts):
            return np.zeros(self.rows, dtype=np.bool_)
        if isinstance(texts, Set | Mapping):
            return self.matching(name, texts.__contains__)
        wanted = frozenset(texts)
        return self._matching(name, wanted.__contains__, wanted)

    def starts_with(self, name: str, prefixes: Sequence[str]) -> np.ndarray:
        """Which rows have a text with one of these beginnings; bool, (n,)."""
        beginnings = tuple(prefixes)
        if not beginnings:
            return np.zeros(self.rows, dtype=np.bool_)
        return self._matching(name, lambda word: word.startswith(beginnings), beginnings)

    def matching(self, name: str, holds: Any) -> np.ndarray:
        """Which rows have a text for which a condition holds; bool, (n,). Each text is looked at once."""
        return self._matching(name, holds)

    def _matching(self, name: str, holds: Callable[[str], Any], asked: Collection[str] = ()) -> np.ndarray:
        if name not in self.values:
            return np.zeros(self.rows, dtype=np.bool_)
        answers = self.words[name].answers(holds, asked)
        return answers[self.values[name]] if np.count_nonzero(answers) else np.zeros(self.rows, dtype=np.bool_)

    def looked_up(
        self, name: str, table: Mapping[str, int], missing: int, rows: np.ndarray | None = None
    ) -> np.ndarray:
        """A number for each row, or for some, by its text: dense over the dictionary, so cost does not grow with the table."""
        count = self.rows if rows is None else len(rows)
        if name not in self.values or self.words[name].none_of(table):
            return np.full(count, missing, dtype=np.int64)
        numbers = [table.get(word, missing) for word in self.words[name]]
        codes = self.values[name] if rows is None else self.values[name][rows]
        return np.asarray(np.array([*numbers, missing], dtype=np.int64)[codes])

    def make(self) -> None:
        """Make the columns that are still to be made, so that rows taken of them keep nothing else."""
        self.values.items()
        self._known.items()

    def take(self, rows: np.ndarray) -> Frame:
        """The rows at these places."""
        return Frame(
            len(rows),
            taken(self.values, rows),
            taken(self._known, rows),
            self.words,
            {name: [codes[row] for row in rows.tolist()] for name, codes in self.lists.items()},
        )

    def with_values(self, **columns: np.ndarray) -> Frame:
        """The same rows with further columns that are known everywhere."""
        known = {name: np.ones(self.rows, dtype=np.bool_) for name in columns}
        return Frame(self.rows, beside(self.values, columns), beside(self._known, known), self.words, self.lists)

    def known_where(self, name: str, known: np.ndarray) -> Frame:
        """The same rows, of which only these have a value in a column."""
        return Frame(self.rows, self.values, beside(self._known, {name: known}), self.words, self.lists)


@lru_cache(256, typed=True)  # 0 is not False here
def everywhere(value: int, rows: int) -> np.ndarray:
    """One value in all rows, in the room of one; bool or int64, not to be written to."""
    return np.broadcast_to(np.array(value), rows)


def _coded(lists: Sequence[tuple[str, ...] | None]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The codes of a list column: the row of each, its place among the different ones, and those."""
    counts = [len(codes or ()) for codes in lists]
    every = [code for codes in lists for code in codes or ()]
    number = {code: place for place, code in enumerate(dict.fromkeys(every))}
    places = np.fromiter(map(number.__getitem__, every), np.int64, len(every))
    return np.repeat(np.arange(len(counts)), counts), places, list(number)


#: Tables that a batch has a place of its own for.
_OWN = {"cases": "cases", "fee_lines": "lines", "outpatient_settlements": "outpatient", "drug_lines": "drug_lines",
        "drug_trace": "trace", "pairs": "pairs"}  # fmt: skip


class Dataset(NamedTuple):
    """One batch. ``None`` for a table that is not there.

    lines : in order of case, time and line number, with the columns ``case`` (behind the last without one), ``net_*``
    (quantity and amounts after refunds) and ``day``. offsets : first line of each case (n+1). others : further tables
    by name. part : whether it is a part of a batch, so that nothing is said of the batch as a whole.
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
    part: bool = False

    def table(self, name: str) -> Frame | None:
        """A table by its name in the interface, None where it is not there."""
        frame: Frame | None = getattr(self, _OWN[name]) if name in _OWN else self.others.get(name)
        return frame

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


def seconds_between(earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Seconds from one time to another; where either has no time of day, those of whole days (review rules 0.9)."""
    timed = has_time(earlier) & has_time(later)
    return np.asarray(np.where(timed, later - earlier, (days(later) - days(earlier)) * DAY))
