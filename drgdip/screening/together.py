"""What a rule came to by several states of its lists and values, each over the whole batch: of each what is of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from drgdip.screening.dated import Scope
from drgdip.screening.hits import TABLE_OF, Answers, Hit, Judged, State, in_cases
from drgdip.screening.whereabouts import Whereabouts


class Turn(NamedTuple):
    """What a rule came to by one state. judged : None where it does not run by it, for the reason. life : the rule's state."""

    judged: Judged | None
    reason: str
    life: str
    where: Whereabouts


def together(
    scope: Scope, turns: dict[int, Turn], missing: Judged, lines: tuple[np.ndarray, np.ndarray] | None
) -> tuple[Judged, dict[int, list[Hit]]]:  # fmt: skip
    """The rule's answer, and its hits by state: of each state what is of its own places and days.

    Lines and stays of others are there as what stands around (components, earlier tests, peers), seen by the same values.

    Parameters
    ----------
    turns : state -> what the rule came to by it. missing : the answer of a rule that does not run, of the same subjects.
    lines : where findings are on lines of stays, those that are judged (bool) and the stay of each: a stay then answers by
    the states of its own lines, by the last of its place without any. All others answer by the state of where and when
    they were.
    """
    ran = [turn.judged for turn in turns.values() if turn.judged is not None]
    like = min(ran, key=lambda one: len(one.answers.state)) if ran else missing
    hits = {number: _own_hits(scope, number, turn) for number, turn in turns.items()}
    if like.units is None and not len(like.answers.state):  # A table is not there: no state has anything to say.
        answers = like.answers
    elif like.units is not None:
        answers = _of_units(scope, turns, like)
    elif lines is not None and like.subject == "case":
        answers = _by_lines(scope, turns, hits, lines, like)
    else:
        answers = _by_rows(scope, turns, hits, like)
    found = Judged([hit for own in hits.values() for hit in own], answers, like.subject, units=like.units)
    found.beside = tuple((subject, _by_rows(scope, turns, hits, like, subject)) for subject, _ in like.beside)
    return found, hits


def _own_hits(scope: Scope, number: int, turn: Turn) -> list[Hit]:
    if turn.judged is None:
        return []
    own = turn.where.of_hits(turn.judged, turn.judged.hits, scope.of)
    return [hit for hit, state in zip(turn.judged.hits, own, strict=True) if state == number]


def _of_units(scope: Scope, turns: dict[int, Turn], like: Judged) -> Answers:
    """Answers of institutions, persons and areas: each as its own state has it."""
    found = list[tuple[int, str, str]]()
    for number, turn in turns.items():
        judged = turn.judged or like
        assert judged.units is not None
        states = scope.of(turn.where.units(judged.units, judged.subject == "area"))
        for place in np.flatnonzero(states == number).tolist():
            answers = judged.answers
            one = int(answers.state[place]), answers.reasons[int(answers.reason[place])]
            found.append((*(one if turn.judged is not None else (int(State.NOT_RUN), turn.reason)), turn.life))
    together = Answers(len(found))
    together.state[:] = [state for state, _, _ in found]
    together.reason[:] = [together.number(reason) for _, reason, _ in found]
    _with_lives(
        together,
        [(life, np.array([own == life for *_, own in found], dtype=np.bool_)) for life in {one[2]: 0 for one in found}],
    )
    return together


def _with_lives(answers: Answers, lives: Sequence[tuple[str, np.ndarray]]) -> None:
    """Say for which subjects the rule has which state."""
    every: dict[str, np.ndarray] = {}
    for life, where in lives:
        every[life] = every[life] | where if life in every else where
    answers.lives = [*every.items()] if len(every) > 1 else [(life, None) for life in every]


def _by_rows(
    scope: Scope, turns: dict[int, Turn], hits: dict[int, list[Hit]], like: Judged, subject: str = ""
) -> Answers:  # fmt: skip
    """Answers of the rows of a table: each as its own state has it; it is found where a hit that stands is about it."""
    beside, subject = bool(subject), subject or like.subject
    table = TABLE_OF[subject]
    place = [name for name, _ in like.beside].index(subject) if beside else 0  # type: ignore[arg-type]
    first = next(iter(turns.values()))
    states = scope.of(first.where.rows(table))
    together = Answers(len(states))
    lives = []
    for number, turn in turns.items():
        here = states == number
        lives.append((turn.life, here))
        if turn.judged is None:
            together.mark(here, State.NOT_RUN, turn.reason)
            continue
        answers = turn.judged.beside[place][1] if beside else turn.judged.answers
        told = _mentioned(subject, table, hits[number], len(states)) & (answers.state == State.FINDING)
        together.mark(told, State.FINDING, "")
        _copied(together, answers, here)
    _with_lives(together, lives)
    return together


def _mentioned(subject: str, table: str, hits: Sequence[Hit], size: int) -> np.ndarray:
    """Rows that hits are about: stays by their own hits, the others of a hit where it is about more than one row."""
    places = list[int]()
    for hit in hits:
        if hit.unit >= 0:
            places.append(hit.unit)
        elif hit.subject == subject:
            places.append(hit.case if subject == "case" else hit.place)
        elif (hit.table or TABLE_OF.get(hit.subject, "")) == table:
            places += [hit.place, *hit.others]
        elif subject == "case":
            places.append(hit.case)
    found = np.zeros(size, dtype=np.bool_)
    found[[one for one in places if one >= 0]] = True
    return found


def _copied(together: Answers, answers: Answers, where: np.ndarray) -> None:
    for number, reason in enumerate(answers.reasons):
        for state in (State.NOT_APPLICABLE, State.NOT_RUN):
            together.mark(where & (answers.state == state) & (answers.reason == number), state, reason)


def _by_lines(
    scope: Scope, turns: dict[int, Turn], hits: dict[int, list[Hit]], lines: tuple[np.ndarray, np.ndarray], like: Judged
) -> Answers:  # fmt: skip
    """Answers of stays by the states of their lines: the weightiest."""
    counted, case = lines
    together = Answers(len(like.answers.state))
    first = next(iter(turns.values()))
    of_lines, latest = scope.of(first.where.rows("fee_lines")), scope.latest(first.where.rows("cases"))
    where = {number: in_cases(len(latest), counted & (of_lines == number), case) for number in turns}
    without = ~np.any(list(where.values()), axis=0)
    missing = _missing(turns)
    for number, turn in turns.items():
        here = where[number] | (without & (latest == number))
        places = [hit.case for hit in hits[number] if hit.case >= 0]
        together.mark(np.array(places, dtype=np.int64), State.FINDING, "")
        if turn.judged is None:
            together.mark(here, State.NOT_RUN, turn.reason)
            continue
        answers = turn.judged.answers
        lost = here & (answers.state == State.FINDING)
        _copied(together, answers, here)
        for reason, rows in missing.items():
            together.mark(lost & rows, State.NOT_RUN, reason)
    # A stay with lines of several states is counted under the one that its discharge is of.
    own = scope.of(first.where.rows("cases"))
    _with_lives(together, [(turn.life, own == number) for number, turn in turns.items()])
    return together


def _missing(turns: dict[int, Turn]) -> dict[str, np.ndarray]:
    """Where some state says that a field is missing, which a hit of another hides: reason -> bool."""
    found: dict[str, np.ndarray] = {}
    for turn in turns.values():
        if turn.judged is None:
            continue
        answers = turn.judged.answers
        for number, reason in enumerate(answers.reasons):
            if reason.startswith("missing:"):
                rows = (answers.state == State.NOT_RUN) & (answers.reason == number)
                found[reason] = found[reason] | rows if reason in found else rows
    return found
