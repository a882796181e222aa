"""Missing data never passes (review rules 0.1): what a rule says where a field that its declaration names is not there.

A rule names each field with what becomes of its answers. ``no_answer``: without it nothing is found and nothing passes
(a service counts as not billed only where all lines say what they are). ``no_pass``: what is found stands, nothing passes. ``no_column``: the
same where no row has it, and only of what would pass; what is worked out of many rows is worked out of those that do.
``unchecked``: a guard rests on it; the finding stands and says that the guard could not be checked. ``suspect``: so does
it, and no money is denied on it: it is held, and a person decides.

A field may be named with a parameter: it matters only where that one says something, behind ``!`` where it says nothing.
A table that lacks the column speaks for all of its rows; one row without a value for what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.screening.columns import NAMES, OPTIONAL
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.findings import CLEAR, TABLE_OF
from drgdip.screening.hits import Answers, Hit, Judged, State
from drgdip.screening.params import Params
from drgdip.screening.rule import Lack, Rule
from drgdip.screening.shared import Shared

#: What is held in place of a denial that a guard could not be checked for.
_HELD = {"DENY_LINE": "HOLD_LINE", "DENY_EXCESS": "HOLD_LINE", "DENY_PRICE": "HOLD_LINE",
         "DENY_SETTLEMENT": "HOLD_SETTLEMENT", "DENY_CASE": "HOLD_CASE"}  # fmt: skip
_SUSPECT = "高度可疑"
#: Columns that fee lines have in any case: what the stay says stands where the line says nothing.
_COMPLETED = ("hospital", "person")

#: Rows of a table without a field; bool, (n,). None where the table as a whole lacks it.
Rows = np.ndarray | None
#: Fields of fee lines that are gone from what was gathered of them -> stays with a line without it.
Told = Mapping[Lack, Rows]


class _Missing(NamedTuple):
    """A field that is not there. rows : of its table. stays : with such a row, where that is known; both None for everywhere."""

    lack: Lack
    rows: Rows
    stays: Rows

    @property
    def everywhere(self) -> bool:
        return self.rows is None and self.stays is None


def told_of_lines(lacks: Sequence[Lack], shared: Shared) -> dict[Lack, Rows]:
    """What fee lines lack of the fields of a rule, by stay: for a rule that will see only what is gathered of them."""
    found: dict[Lack, Rows] = {}
    for lack in lacks:
        if lack.table == "fee_lines" and (missing := _missing(lack, shared)):
            found[lack] = missing.stays
    return found


def told_together(told: dict[Lack, Rows], part: Told, places: np.ndarray, stays: int) -> None:
    """Add what a part tells of its lines. places : of its stays in the whole."""
    for lack, rows in part.items():
        own = told.setdefault(lack, np.zeros(stays, dtype=np.bool_))
        if rows is None:
            told[lack] = None
        elif own is not None:
            own[places[rows]] = True


def with_lacking(judged: Judged, rule: Rule, params: Params, shared: Shared, told: Told | None) -> Judged:
    """What a rule came to, less what it cannot say.

    shared : of the batch. told : what is known of fee lines beyond those that are at hand; None where all are.
    """
    if not judged.ran:
        return judged
    for lack in params.once("lacking", "", lambda: [one for one in rule.lacking if _matters(one, params)]):
        if told is not None and lack.table == "fee_lines":
            missing = _Missing(lack, None, told[lack]) if lack in told else None
        else:
            missing = _missing(lack, shared)
        if missing:
            _apply(judged, rule, missing)
    return judged


def _matters(lack: Lack, params: Params) -> bool:
    """Whether the parameter that the field is read with says something."""
    if not lack.parameter:
        return True
    name = lack.parameter.lstrip("!")
    return bool(params.values.get(name)) is not lack.parameter.startswith("!")


def _missing(lack: Lack, shared: Shared) -> _Missing | None:
    """Where a field is missing; looked at once for all rules that name it."""
    as_a_whole = lack.role == "no_column"
    where = shared.once(
        ("missing", lack.table, lack.field, as_a_whole),
        lambda: _where_missing(lack.table, lack.field, as_a_whole, shared.data),
    )
    return None if where is None else _Missing(lack, *where)


def _where_missing(table: str, field: str, as_a_whole: bool, data: Dataset) -> tuple[Rows, Rows] | None:
    """Rows without a field, and stays with such a line; both None for everywhere. as_a_whole : only if no row has it."""
    frame = data.table(table)
    if frame is None or not frame.rows:
        return None
    column = NAMES[table][field]
    if not frame.has(column):
        return None, None
    if (table, field) in OPTIONAL:
        return None
    unknown = ~frame.known(column)
    if not np.count_nonzero(unknown) or (as_a_whole and not unknown.all()):
        return None
    if table != "fee_lines":
        return unknown, None
    if column in _COMPLETED and unknown.all() and not data.cases.has(column):
        return None, None
    unknown = unknown & ((frame["net_quantity_e4"] > 0) | ~frame.known("quantity_e4"))
    return (unknown, _stays(data, frame, unknown)) if unknown.any() else None


def _stays(data: Dataset, lines: Frame, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(data.cases.rows + 1, dtype=np.bool_)
    found[lines["case"][rows]] = True
    return found[:-1]


def _apply(judged: Judged, rule: Rule, missing: _Missing) -> None:
    lack = missing.lack
    if lack.role in ("unchecked", "suspect"):
        for hit in judged.hits:
            if _concerns(missing, hit):
                _weakened(hit, rule, lack)
        return
    if lack.role == "no_answer":
        judged.hits = [hit for hit in judged.hits if not _concerns(missing, hit)]
    for subject, answers in ((judged.subject, judged.answers), *judged.beside):
        where = _answers_without(missing, subject)
        if missing.everywhere or (missing.rows is not None and missing.rows.all() and not len(answers.state)):
            passed = State.PASS if lack.role == "no_column" else State.NOT_APPLICABLE
            _unanswered(answers, None, lack, passed)
            answers.number(f"missing:{lack.field}")
        elif where is not None and len(where) == len(answers.state):
            _unanswered(answers, where, lack, State.PASS)


def _unanswered(answers: Answers, where: Rows, lack: Lack, weightiest: State) -> None:
    """NOT_RUN in place of PASS, of not being concerned where nobody says so, and of findings that do not stand.

    where : subjects without the field; None for all.
    """
    places = answers.state <= int(weightiest)
    if lack.role == "no_answer":
        places |= answers.state == int(State.FINDING)
    if where is not None:
        places &= where
    answers.settle(places, State.NOT_RUN, f"missing:{lack.field}")


def _answers_without(missing: _Missing, subject: str) -> Rows:
    """Which of a rule's subjects lack the field."""
    if subject == "case" and missing.lack.table == "fee_lines":
        return missing.stays
    return missing.rows if TABLE_OF.get(subject) == missing.lack.table else None


def _concerns(missing: _Missing, hit: Hit) -> bool:
    """Whether a hit rests on a row without the field.

    A stay rests on its own row, those of the stays that it is held against, and all of its lines; a line on its own.
    """
    rows, table = missing.rows, missing.lack.table
    if missing.everywhere:
        return True
    if table == "fee_lines":
        if hit.subject == "line" and rows is not None:
            return any(bool(rows[row]) for row in (hit.place, *hit.lines))
        return hit.subject == "case" and missing.stays is not None and bool(missing.stays[hit.case])
    assert rows is not None
    if table == "cases":
        about = (hit.case, *(hit.others if hit.subject == "case" else ()))
    else:
        about = (hit.place, *hit.others) if (hit.table or TABLE_OF.get(hit.subject)) == table else ()
    return any(place >= 0 and bool(rows[place]) for place in about)


def _weakened(hit: Hit, rule: Rule, lack: Lack) -> None:
    """The finding says what could not be checked; where that would deny money, the money is held."""
    hit.facts = {**hit.facts, "unchecked": [*hit.facts.get("unchecked", ()), lack.field]}
    if lack.role == "suspect":
        hit.outcome = _HELD.get(hit.outcome, hit.outcome)
        if (hit.severity or rule.severity) == CLEAR:
            hit.severity = _SUSPECT
