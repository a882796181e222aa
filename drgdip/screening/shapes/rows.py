"""K1: rows of a table for which a condition of the catalogue holds, with facts and amounts that the catalogue works out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any

import numpy as np

from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.conditions import Scope
from drgdip.screening.conditions.on_alike import TOO_FEW, Seen, compares
from drgdip.screening.conditions.scope import fields_of
from drgdip.screening.conditions.values import KNOWN
from drgdip.screening.context import Run
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run
from drgdip.screening.params import MissingList
from drgdip.screening.shapes.common import case_hit, found_cases, fund_of_case, line_hit
from drgdip.screening.shapes.institutions import of_institutions, place_hit
from drgdip.screening.shapes.lines import line_answers, whole_line
from drgdip.screening.shapes.outpatient_lines import line_of_visit, lines_of_visits
from drgdip.screening.shapes.visits import fund_of_visit, visit_hit

#: That a field is known, and nothing else.
_PLAIN = re.compile(r"known\(([a-z_0-9]+)\)")
_PARTS = ("quantity", "fee", "scope", "fund")
_Found = tuple[Sequence[int], Sequence[tuple[int, str]]]


def rows_where(run: Run) -> Judged:
    """Rows of ``table`` for which ``when`` holds (E08, X02, B15, I12 and others). What it needs is declared (``fixed``):

    among : rows that are looked at, a cheap look at all. needs : field -> condition without which a row is not judged.
    leave_out : reason -> condition under which it does not apply. let : names for formulas. facts, formula, window : what is
    told, formulas in braces. amounts : of the row, a word (``line``, ``fund``, ``nothing``) or formulas in yuan by part.
    """
    fixed = run.params.values
    absent = next((name for name in fixed.get("tables", ()) if run.data.table(name) is None), "")
    table = str(fixed["table"])
    frame = run.data.table(table)
    subject = _SUBJECTS[table]
    if frame is None or absent:
        rows = run.cases.rows if subject in ("case", "line") else 0
        return not_run(rows, f"missing:{table if frame is None else absent}", "case" if subject == "line" else subject)
    scope = Scope(run, table, frame, fixed.get("let") or {})
    if without := run.params.once(
        "without", "", lambda: not_given(scope.at([]), ("among", "needs", "leave_out", "when"))
    ):
        raise MissingList(without)
    return _JUDGED[table](run, scope, Telling(run))


def not_given(scope: Scope, names: Sequence[str]) -> str:
    """The first list of some conditions that is nowhere given, whatever the rows are; empty where all are. scope : of no row."""
    try:
        for name in names:
            own = scope.run.params.values.get(name) or ()
            for text in (own,) if isinstance(own, str) else own.values() if isinstance(own, Mapping) else own:
                scope.value(str(text))
    except MissingList as missing:
        return missing.name
    return ""


def _conditions(run: Run, name: str) -> Mapping[str, str]:
    return run.params.values.get(name) or {}


def ask(run: Run, scope: Scope, answers: Answers) -> None:
    """What is missing, and what is left out, until nothing is left to be asked."""
    for field, text in _conditions(run, "needs").items():
        if answers.are_all(State.NOT_RUN):
            return
        answers.mark(~certainly(scope, text), State.NOT_RUN, f"missing:{field}")
    for reason, text in _conditions(run, "leave_out").items():
        if answers.are_all(State.NOT_APPLICABLE):
            return
        answers.mark(certainly(scope, text), State.NOT_APPLICABLE, reason)


def certainly(scope: Scope, text: str) -> np.ndarray:
    """Where a condition is known to hold; bool, (n,)."""
    plain = _PLAIN.fullmatch(text)  # most of what is needed is one field
    read = fields_of(scope.table).get(plain[1]) if plain and not scope.is_own(plain[1]) else None
    if read:
        return scope.part(scope.frame.known(read.name))
    one = scope.value(text)
    return np.asarray(one.values.astype(np.bool_) & (one.why == KNOWN))


def where(scope: Scope, open_: np.ndarray) -> _Found:
    """The rows for which the condition holds, and those of which it is not known, with the reason."""
    when = str(scope.run.params.values["when"])
    if not open_.any():
        return (), ()
    one, missing = scope.value(when), scope.missing()
    held = np.flatnonzero(open_ & one.values & (one.why == KNOWN)).tolist()
    unsaid = np.flatnonzero(open_ & (one.why != KNOWN))
    return held, [
        (row, _reason(missing[why])) for row, why in zip(unsaid.tolist(), one.why[unsaid].tolist(), strict=True)
    ]


def _reason(name: str) -> str:
    return name if ":" in name or name == TOO_FEW else f"missing:{name}"


class Telling:
    """Facts, amounts and formulas of the rows that were found."""

    def __init__(self, run: Run) -> None:
        values = run.params.values
        self._facts: Mapping[str, str] = values.get("facts") or {}
        self._amounts: Any = values.get("amounts", "nothing")
        self._texts = {name: str(values[name]) for name in ("formula", "window") if values.get(name)}
        self._compared = run.params.once("compared", "", lambda: compares((values.get("let") or {}).values()))

    def of(self, scope: Scope, rows: Sequence[int], whole: Callable[[int], Amounts]) -> list[dict[str, Any]]:
        """What each row's hit is told with; ``whole`` has what the row itself is about."""
        if not rows:
            return []
        here = Seen(scope, rows) if self._compared and type(scope) is Scope else scope.at(rows)
        facts = {name: here.value(text).values.tolist() for name, text in self._facts.items()}
        found: list[dict[str, Any]] = [
            {"facts": dict(zip(facts, one, strict=True))} for one in zip(*facts.values(), strict=True)
        ] or [{"facts": {}} for _ in rows]
        for name, template in self._texts.items():
            for one, text in zip(found, _filled(here, template, len(rows)), strict=True):
                one[name] = text
        for one, amounts in zip(found, self._of_rows(here, rows, whole), strict=True):
            one["amounts"] = amounts
        return found

    def _of_rows(self, here: Scope, rows: Sequence[int], whole: Callable[[int], Amounts]) -> list[Amounts]:
        if isinstance(self._amounts, str):
            return [NOTHING if self._amounts == "nothing" else whole(row) for row in rows]
        parts = [here.value(f"fen({self._amounts[name]})").values.tolist() if name in self._amounts else [None] * len(rows)
                 for name in _PARTS]  # fmt: skip
        return [Amounts(*one) for one in zip(*parts, strict=True)]


def _filled(scope: Scope, template: str, rows: int) -> list[str]:
    """A template with what its formulas come to; nothing where one of them is not known."""
    found, known = [""] * rows, np.ones(rows, dtype=np.bool_)
    for text, formula, _, _ in Formatter().parse(template):
        one = scope.value(formula) if formula else None
        known &= one.why == KNOWN if one else True
        values = one.values.tolist() if one else [""] * rows
        found = [f"{before}{text}{value}" for before, value in zip(found, values, strict=True)]
    return [text if there else "" for text, there in zip(found, known.tolist(), strict=True)]


def _stays(run: Run, scope: Scope, telling: Telling) -> Judged:
    answers = Answers(run.cases.rows)
    ask(run, scope, answers)
    held, unsaid = where(scope, (answers.state == State.PASS) & ~run.closed)
    for case, reason in unsaid:
        answers.mark(np.array([case]), State.NOT_RUN, reason)
    told = telling.of(scope, held, lambda case: fund_of_case(run, case))
    hits = [case_hit(run, case, **one) for case, one in zip(held, told, strict=True)]
    return Judged(hits, found_cases(answers, hits))


def _visits(run: Run, scope: Scope, telling: Telling) -> Judged:
    visits, answers = scope.frame, Answers(scope.frame.rows)
    ask(run, scope, answers)
    answers.settle(visits.is_any("refunded", ("1",)), State.NOT_APPLICABLE, "refunded")
    held, unsaid = where(scope, answers.state == State.PASS)
    _mark_rows(answers, held, unsaid)
    told = telling.of(scope, held, lambda row: Amounts(fund_fen=fund_of_visit(visits, row)))
    return Judged(
        [visit_hit(run, visits, row, None, **one) for row, one in zip(held, told, strict=True)], answers, "outpatient"
    )


def _mark_rows(answers: Answers, held: Sequence[int], unsaid: Sequence[tuple[int, str]]) -> None:
    for row, reason in unsaid:
        answers.mark(np.array([row]), State.NOT_RUN, reason)
    answers.mark(np.array(held, dtype=np.int64), State.FINDING, "")


def _lines_of_visits(run: Run, scope: Scope, telling: Telling) -> Judged:
    lines = scope.frame
    answers = lines_of_visits(run, lines, certainly(scope, str(run.params.values["among"])))
    ask(run, scope, answers)
    held, unsaid = where(scope, answers.state == State.PASS)
    _mark_rows(answers, held, unsaid)
    told = telling.of(scope, held, lambda row: line_of_visit(lines, row))
    hits = [
        Hit(run.params.text("outcome"), "outpatient_line", (lines.text("visit", row) or lines.text("settlement", row), lines.text("line", row)),
            place=row, **one)
        for row, one in zip(held, told, strict=True)
    ]  # fmt: skip
    return Judged(hits, answers, "outpatient_line")


def _lines(run: Run, scope: Scope, telling: Telling) -> Judged:
    """Fee lines: those that ``among`` does not name cost nothing. What is missing of a line leaves its stay open."""
    lines, cases = run.lines, run.cases
    judged = run.judged() & (lines["case"] < cases.rows)
    rows = np.flatnonzero(judged & certainly(scope, str(run.params.values["among"])))
    here, answers = scope.at(rows.tolist()), Answers(len(rows))
    ask(run, here, answers)
    held, unsaid = where(here, answers.state == State.PASS)
    _mark_rows(answers, held, unsaid)
    item = lines.known("item") if "med_list_codg" in str(run.params.values["among"]) else judged
    found = line_answers(run, {"med_list_codg": item | ~judged}, [])
    for number, reason in enumerate(answers.reasons):
        open_ = np.zeros(lines.rows, dtype=np.bool_)
        open_[rows[(answers.state == State.NOT_RUN) & (answers.reason == number)]] = True
        found.mark(in_cases(cases.rows, open_, lines["case"]), State.NOT_RUN, reason)
    billed = rows[held].tolist()
    told = telling.of(scope, billed, lambda row: whole_line(run, row))
    hits = [line_hit(run, row, **one) for row, one in zip(billed, told, strict=True)]
    return Judged(hits, found_cases(found, hits))


def _institutions(run: Run, scope: Scope, telling: Telling) -> Judged:
    table, answers = scope.frame, Answers(scope.frame.rows)
    ask(run, scope, answers)
    held, unsaid = where(scope, answers.state == State.PASS)
    _mark_rows(answers, held, unsaid)
    told = telling.of(scope, held, lambda row: NOTHING)
    hits = [
        place_hit(
            run,
            table.text("hospital", row),
            table.text("period", row),
            one.pop("facts"),
            place=row,
            table="inst_facts",
            **one,
        )
        for row, one in zip(held, told, strict=True)
    ]
    return of_institutions(table, answers, hits)


_Judging = Callable[[Run, Scope, Telling], Judged]
_SUBJECTS: Mapping[str, Any] = {
    "cases": "case", "outpatient_settlements": "outpatient", "outpatient_lines": "outpatient_line", "fee_lines": "line",
    "inst_facts": "institution",
}  # fmt: skip
_JUDGED: Mapping[str, _Judging] = {
    "cases": _stays, "outpatient_settlements": _visits, "outpatient_lines": _lines_of_visits, "fee_lines": _lines,
    "inst_facts": _institutions,
}  # fmt: skip
#: Tables whose rows it can be about.
ROW_TABLES = tuple(_SUBJECTS)
