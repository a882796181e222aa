"""K7: groups of rows for which a condition holds: institutions, areas, or what comes together at one of them on one day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.columns import TABLES
from drgdip.screening.conditions.on_groups import Groups
from drgdip.screening.conditions.parsing import parsed
from drgdip.screening.conditions.scope import Scope, fields_of
from drgdip.screening.context import Run
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Answers, Hit, Judged, State, Subject, not_run
from drgdip.screening.params import MissingList, Params
from drgdip.screening.shapes.common import texts_of
from drgdip.screening.shapes.institutions import of_institutions, place_hit, places
from drgdip.screening.shapes.rows import Telling, ask, certainly, not_given, where

#: What a finding is about, by the first field that makes a group.
SUBJECTS: Mapping[str, Subject] = {"fixmedins_code": "institution", "insu_admdvs": "area"}


def groups_where(run: Run) -> Judged:
    """Groups of rows of ``table`` for which ``when`` holds (E15, G05, G10, I15, O06, X05). What it needs is declared (``fixed``):

    by : what a group has in common, the first field being what the finding is about. needs, leave_out : as of rows, which
    then do not count. rows : names for conditions on rows. let, when, facts, amounts, formula, window : of groups, whose
    functions read the rows. few : reason -> the fewest rows of a group that is judged; with the reason ``pass`` smaller ones pass.
    open : reason -> condition under which a group is not judged. each : the parameters whose values
    are looked at one by one, as ``value``, ``each`` being the name. about : condition on the rows that a finding names.
    answer : whether ``rows`` answer or, if it is not there, what groups are about.
    """
    fixed = run.params.values
    table, by = str(fixed["table"]), [str(text) for text in fixed["by"]]
    frame, subject = run.data.table(table), SUBJECTS[by[0]]
    if frame is None:
        return not_run(0, f"missing:{table}", subject)
    if without := run.params.once("without", "", lambda: _not_given(run, table)):
        raise MissingList(without)
    answers = Answers(frame.rows)
    ask(run, _scope(run, table), answers)
    open_ = answers.state == State.PASS
    open_ &= ~run.closed if table == "cases" else run.judged() if table == "fee_lines" else True
    rows = np.flatnonzero(open_)
    found = list(_of_rows(run, _scope(run, table).at(rows), rows)) if len(rows) else []
    hits = [one.hit for one in found if one.hit]
    if fixed.get("answer") == "rows":
        for one in found:
            answers.mark(one.rows, State.FINDING if one.hit else State.NOT_RUN, one.reason)
        return Judged(hits, answers) if table == "cases" else of_institutions(frame, answers, hits)
    column = fields_of(table)[by[0]].name
    open_groups = {frame.text(column, int(one.rows[0])): one.reason for one in reversed(found) if not one.hit}
    return places(open_groups, hits, texts_of(frame, column, rows), subject)


class _Found(NamedTuple):
    """A group that is found, or cannot be judged for a reason. rows : its rows of the table."""

    rows: np.ndarray
    reason: str
    hit: Hit | None = None


def _scope(run: Run, table: str) -> Scope:
    frame = run.data.table(table)
    assert frame is not None
    return Scope(run, table, frame, run.params.values.get("rows") or {})


def _not_given(run: Run, table: str) -> str:
    one = next(_each(run))
    rows = _scope(one, table).at([])
    groups = Groups(rows, np.zeros(0, dtype=np.int64), run.params.values.get("let") or {})
    return not_given(rows, ("needs", "leave_out", "rows", "by")) or not_given(groups, ("open", "when"))


def _of_rows(run: Run, scope: Scope, rows: np.ndarray) -> Iterator[_Found]:
    """Groups that are found, and those that are not judged."""
    values = run.params.values
    few, least = next(((reason, run.params.ratio(name)) for reason, name in (values.get("few") or {}).items()), ("", 0))
    if len(rows) < least:  # so are all groups
        yield from (_Found(row, few) for row in np.split(rows, len(rows)) if few != "pass")
        return
    order = grouped([_key(scope, str(text)) for text in values["by"]], np.arange(len(rows)))
    own, enough = np.split(rows[order.rows], order.starts[1:]), order.sizes >= least
    yield from (_Found(own[place], few) for place in np.flatnonzero(~enough).tolist() if few != "pass")
    if not enough.any():
        return
    for one in _each(run):
        groups = Groups(_scope(one, scope.table).at(rows[order.rows]), order.starts, values.get("let") or {})
        yield from _of_groups(one, groups, own, enough)


def _each(run: Run) -> Iterator[Run]:
    """The rule as it is, or with each of the values that it looks at one by one."""
    values = run.params.values
    for name in values.get("each") or ():
        yield run._replace(params=Params(run.params.rule, {**values, "each": name, "value": values[name]}))
    if not values.get("each"):
        yield run


def _of_groups(run: Run, groups: Groups, own: Sequence[np.ndarray], open_: np.ndarray) -> Iterator[_Found]:
    """Own : rows of each group. open_ : groups that are looked at."""
    values = run.params.values
    for reason, text in (values.get("open") or {}).items():
        held = open_ & certainly(groups, text)
        open_ = open_ & ~held
        yield from (_Found(own[place], reason) for place in np.flatnonzero(held).tolist())
    if not open_.any():
        return
    held_at, unsaid = where(groups, open_)
    yield from (_Found(own[place], reason) for place, reason in unsaid)
    about = np.split(_about(groups, str(values.get("about") or "")), groups.starts[1:])
    told = Telling(run).of(groups, held_at, lambda place: NOTHING)
    for place, one in zip(held_at, told, strict=True):
        yield _Found(own[place], "", _hit(run, groups, place, own[place][about[place]].tolist(), one))


def _key(scope: Scope, text: str) -> np.ndarray:
    """A whole number for each row, the same for rows that have the same."""
    read = fields_of(scope.table).get(text)
    if read and read.kind == "id":
        return scope.part(scope.frame[read.name])
    values = scope.value(text).values.tolist()
    number = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return np.array([number[value] for value in values], dtype=np.int64)


def _about(groups: Groups, text: str) -> np.ndarray:
    """Which rows findings name; bool, (members,)."""
    if text in ("", "every"):
        return np.full(groups.members.size, text == "every")
    return groups.held([parsed(text).root])


def _hit(run: Run, groups: Groups, place: int, about: list[int], told: dict[str, Any]) -> Hit:
    frame, by = groups.frame, str(run.params.values["by"][0])
    assert groups.rows is not None
    name, facts = frame.text(fields_of(groups.table)[by].name, int(groups.rows[place])), told.pop("facts")
    named: dict[str, Any] = {}
    if about:
        named = {"place": about[0], "table": groups.table, "others": tuple(about)}
    if run.params.values.get("involves"):
        column = fields_of(groups.table)[str(run.params.values["involves"])].name
        named["involves"] = tuple(frame.text(column, row) for row in about)
    if SUBJECTS[by] == "institution":
        return place_hit(run, name, facts=facts, **{"window": "", **told}, **named)
    return Hit(run.params.text("outcome"), SUBJECTS[by], (name,), facts=facts, **told, **named)


#: What a rule of this shape fixes: the form of each, and the words that may stand there.
FORMS: Mapping[str, Any] = {
    "table": "text", "by": ["text"], "when": "text", "each?": ["text"], "answer?": "text", "about?": "text", "involves?": "text",
    "formula?": "text", "window?": "text", **{name: {"*": "text"} for name in ("needs?", "leave_out?", "rows?", "few?", "open?", "let?", "facts?", "amounts?")},
}  # fmt: skip
CHOICES: Mapping[str, Collection[str]] = {"table": TABLES, "answer": ("rows",)}


def names_in(fixed: Mapping[str, Any]) -> list[str]:
    """Parameters that are looked at one by one, or are least numbers of rows."""
    return [*(fixed.get("each") or ()), *(fixed.get("few") or {}).values()]
