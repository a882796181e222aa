"""What shapes report: hits, and the state of every subject under a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, NamedTuple

import numpy as np

from drgdip.screening.amounts import NOTHING, Amounts

Subject = Literal[
    "line", "case", "outpatient", "outpatient_line", "drug_line", "trace", "institution", "person", "doctor", "area", "stock",
    "claim", "batch",
]  # fmt: skip


class State(IntEnum):
    """Answer of a rule for a subject; a larger one outweighs a smaller one (review rules 0.1)."""

    PASS = 0
    NOT_APPLICABLE = 1
    NOT_RUN = 2
    FINDING = 3


_NAMES = tuple(state.name for state in State)
_STATES = len(_NAMES)


@dataclass(slots=True)
class Hit:
    """A rule's hit, before money is counted once.

    keys : what it is about, by its own IDs. window : what else tells it from another hit on the same subject.
    case : place of the case, -1 without one. place : row in the subject's table. lines, related : fee lines by place.
    about : rows of the subject's table beyond ``place``. facts : what was found, plain values. values : what else the
    sentence shows. formula : the arithmetic with its numbers. price_e6 : (price, ceiling) of a price difference.
    table : the interface's table of ``place`` where the kind of subject does not say it. unit : place among the answers
    of what it is about, where neither ``case`` nor ``place`` is.
    """

    outcome: str
    subject: Subject
    keys: tuple[str, ...]
    case: int = -1
    place: int = -1
    window: str = ""
    severity: str = ""
    amounts: Amounts = NOTHING
    lines: tuple[int, ...] = ()
    related: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    involves: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    formula: str = ""
    price_e6: tuple[int, int] | None = None
    table: str = ""
    unit: int = -1


class Answers:
    """State and reason of each of n subjects; the weightiest answer stays, among equals the first.

    lives : states of the rule, each with the subjects for which it has it; none where it is one for all.
    """

    def __init__(self, subjects: int) -> None:
        self.lives: Sequence[tuple[str, np.ndarray | None]] = ()
        self.state = np.zeros(subjects, dtype=np.int8)
        self.reason = np.zeros(subjects, dtype=np.int32)
        self.reasons: list[str] = [""]

    def mark(self, where: np.ndarray, state: State, reason: str) -> None:
        """Give an answer to the subjects at these places (bool or integers)."""
        places = where.nonzero()[0] if where.dtype == np.bool_ else where
        if len(places) or not len(self.state):
            number = self.number(reason)
            chosen = places[self.state[places] < int(state)]
            self.state[chosen] = state
            self.reason[chosen] = number

    def settle(self, where: np.ndarray, state: State, reason: str) -> None:
        """Give an answer that nothing outweighs: the rule did not look at these subjects."""
        if np.count_nonzero(where):
            self.state[where] = state
            self.reason[where] = self.number(reason)

    def settle_all(self, state: State, reason: str) -> None:
        """Give one answer to all subjects; it is the last reason, even of none."""
        self.state.fill(state)
        self.reason.fill(self.number(reason))

    def are_all(self, state: State) -> bool:
        """Whether there are subjects, and one of these answers would change nothing for any of them."""
        return bool(len(self.state) and self.state.min() >= state)

    def number(self, reason: str) -> int:
        """The place of a reason, which is told from now on."""
        if reason in self.reasons:
            return self.reasons.index(reason)
        self.reasons.append(reason)
        return len(self.reasons) - 1

    def require(self, needed: Mapping[str, np.ndarray]) -> None:
        """NOT_RUN where a field is missing: national field -> which subjects have it."""
        for name, known in needed.items():
            self.mark(~known, State.NOT_RUN, f"missing:{name}")

    def counts(self, rows: np.ndarray | None = None) -> list[tuple[str, str, int]]:
        """How many subjects, or some of them, have which state, by name, for which reason."""
        if rows is None and len(self.state) < 2:
            return [(_NAMES[self.state[0]], self.reasons[self.reason[0]], 1)] if len(self.state) else []
        every = self.reason * _STATES + self.state
        numbers = np.bincount(every if rows is None else every[rows]).tolist()
        found = sorted(
            (key % _STATES, self.reasons[key // _STATES], number) for key, number in enumerate(numbers) if number
        )
        return [(_NAMES[state], reason, number) for state, reason, number in found]


class Units(NamedTuple):
    """What answers stand for where these are of no table's rows.

    names : of institutions or areas, one an answer; else table and rows : a row for each answer that says where and when it is.
    """

    names: Sequence[str] = ()
    table: str = ""
    rows: Sequence[int] = ()


@dataclass(slots=True)
class Judged:
    """What one rule came to: its hits, and the answers of cases (or of what ``subject`` names).

    beside : answers of further kinds of subject that the rule judges too. units : what answers stand for, if not for rows.
    ran : whether it looked at any of them.
    """

    hits: list[Hit]
    answers: Answers
    subject: Subject = "case"
    beside: tuple[tuple[Subject, Answers], ...] = ()
    units: Units | None = None
    ran: bool = True


def not_run(subjects: int, reason: str, subject: Subject = "case") -> Judged:
    """The answer of a rule that lacks what it needs as a whole."""
    answers = Answers(subjects)
    answers.settle_all(State.NOT_RUN, reason)
    return Judged([], answers, subject, ran=False)


def in_cases(data_cases: int, rows: np.ndarray, case: np.ndarray) -> np.ndarray:
    """Which cases have one of the lines marked in ``rows`` (bool); lines without a case stand behind the last."""
    marked = np.zeros(data_cases + 1, dtype=np.bool_)
    marked[case[rows]] = True
    return marked[:data_cases]


def joined(texts: Sequence[str]) -> list[str]:
    """Texts once each, in order."""
    return sorted(set(texts))
