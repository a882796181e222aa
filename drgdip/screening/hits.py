"""What shapes report: hits, and the state of every subject under a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

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


_STATES = len(State)


@dataclass(slots=True)
class Hit:
    """A rule's hit, before money is counted once.

    keys : what it is about, by its own IDs. window : what else tells it from another hit on the same subject.
    case : place of the case, -1 without one. place : row in the subject's table. lines, related : fee lines by place.
    about : rows of the subject's table beyond ``place``. facts : what was found, plain values. values : what else the
    sentence shows. formula : the arithmetic with its numbers. price_e6 : (price, ceiling) of a price difference.
    table : the interface's table of ``place`` where the kind of subject does not say it.
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


class Answers:
    """State and reason of each of n subjects; the weightiest answer stays, among equals the first."""

    def __init__(self, subjects: int) -> None:
        self.state = np.zeros(subjects, dtype=np.int8)
        self.reason = np.zeros(subjects, dtype=np.int32)
        self.reasons: list[str] = [""]

    def mark(self, where: np.ndarray, state: State, reason: str) -> None:
        """Give an answer to the subjects at these places (bool or integers)."""
        places = where.nonzero()[0] if where.dtype == np.bool_ else where
        if reason not in self.reasons:
            self.reasons.append(reason)
        if not len(places):
            return
        chosen = places[self.state[places] < int(state)]
        self.state[chosen] = state
        self.reason[chosen] = self.reasons.index(reason)

    def settle(self, where: np.ndarray, state: State, reason: str) -> None:
        """Give an answer that nothing outweighs: the rule did not look at these subjects."""
        if not where.any():
            return
        if reason not in self.reasons:
            self.reasons.append(reason)
        self.state[where] = state
        self.reason[where] = self.reasons.index(reason)

    def require(self, needed: Mapping[str, np.ndarray]) -> None:
        """NOT_RUN where a field is missing: national field -> which subjects have it."""
        for name, known in needed.items():
            self.mark(~known, State.NOT_RUN, f"missing:{name}")

    def counts(self) -> list[tuple[State, str, int]]:
        """How many subjects have which state for which reason."""
        numbers = np.bincount(self.reason * _STATES + self.state).tolist()
        found = [
            (State(key % _STATES), self.reasons[key // _STATES], number) for key, number in enumerate(numbers) if number
        ]
        return sorted(found)


@dataclass(slots=True)
class Judged:
    """What one rule came to: its hits, and the answers of cases (or of what ``subject`` names).

    beside : answers of further kinds of subject that the rule judges too.
    """

    hits: list[Hit]
    answers: Answers
    subject: Subject = "case"
    beside: tuple[tuple[Subject, Answers], ...] = ()


def not_run(subjects: int, reason: str, subject: Subject = "case") -> Judged:
    """The answer of a rule that lacks what it needs as a whole."""
    answers = Answers(subjects)
    answers.reasons.append(reason)
    answers.settle(np.ones(subjects, dtype=np.bool_), State.NOT_RUN, reason)
    return Judged([], answers, subject)


def in_cases(data_cases: int, rows: np.ndarray, case: np.ndarray) -> np.ndarray:
    """Which cases have one of the lines marked in ``rows`` (bool); lines without a case stand behind the last."""
    marked = np.zeros(data_cases + 1, dtype=np.bool_)
    marked[case[rows]] = True
    return marked[:data_cases]


def joined(texts: Sequence[str]) -> list[str]:
    """Texts once each, in order."""
    return sorted(set(texts))
