"""K1: items that are paid only for some patients, institutions, departments or visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Hit, Judged, State, in_cases, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import SUSPECT, line_hit
from drgdip.screening.shapes.lines import line_answers, whole_line, within_scope

#: National field -> table and column that say it of a line. ``staff`` is joined by doctor, ``institutions`` by place.
_SAYS = {
    "insutype": ("cases", "insurance"), "med_type": ("cases", "care"), "hosp_lv": ("cases", "level"),
    "bilg_dept_codg": ("fee_lines", "department"), "title": ("staff", "title"),
}  # fmt: skip
_BY_LINE = "bilg_dept_codg"


class _Allowed(NamedTuple):
    """What a limit allows: any of these fields with any of these beginnings."""

    fields: dict[str, tuple[str, ...]]


def limited_use(run: Run) -> Judged:
    """Items outside the setting that their limit allows (B03, B04, B05, B12, B16).

    ``limit`` gives each item its limit, ``allowed`` each limit the fields and values under which the item is paid. One
    field that holds is enough, or with ``every`` (fixed) all of them must; where what is known does not settle it, the
    rule does not run for the case.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    params, lines = run.params, run.lines
    listed_as, exceptions = params.once("limits", "limit", lambda: _limits(run))
    allowed = params.once("allowed", "allowed", lambda: _allowed(run))
    words = sorted(allowed)
    limit = lines.looked_up("item", listed_as, -1)
    listed = run.judged() & (limit >= 0) & (lines["case"] < run.cases.rows)
    if params.flag("in_scope_only"):
        listed &= within_scope(lines)
    outside, unsaid = np.zeros((2, lines.rows), dtype=np.bool_)
    open_fields: dict[str, np.ndarray] = {}
    for number, word in enumerate(words):
        here = listed & (limit == number)
        said = {field: _said(run, field, values) for field, values in allowed[word].fields.items()}
        wrong, unclear = _settled(said, here, params.values.get("every") is True)
        outside, unsaid = outside | wrong, unsaid | unclear
        for field, (_, known) in said.items():
            open_fields[field] = open_fields.get(field, np.zeros(lines.rows, dtype=np.bool_)) | (here & ~known)
    if _too_few_departments(
        run,
        open_fields,
        np.isin(limit, [words.index(word) for word in words if _BY_LINE in allowed[word].fields]) & listed,
    ):
        return not_run(run.cases.rows, "too_few_known")
    answers = line_answers(run, {"med_list_codg": lines.known("item")}, [])
    for field, rows in open_fields.items():
        answers.mark(in_cases(run.cases.rows, rows & unsaid, lines["case"]), State.NOT_RUN, f"missing:{field}")
    if params.flag("in_scope_only"):
        unpriced = outside & ~lines.known("scope_fen")
        answers.mark(in_cases(run.cases.rows, unpriced, lines["case"]), State.NOT_RUN, "missing:inscp_scp_amt")
        outside &= ~unpriced
    hits = [_outside(run, row, words[int(limit[row])], exceptions) for row in np.flatnonzero(outside).tolist()]
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _settled(
    said: Mapping[str, tuple[np.ndarray, np.ndarray]], here: np.ndarray, every: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Which lines are outside their limit, and of which it cannot be told; bool, (n,) each. said : fits and known by field."""
    if every:
        outside = here & np.logical_or.reduce([known & ~fits for fits, known in said.values()])
        return outside, here & ~outside & np.logical_or.reduce([~known for _, known in said.values()])
    open_ = here & ~np.logical_or.reduce([fits for fits, _ in said.values()])
    unclear = open_ & np.logical_or.reduce([~known for _, known in said.values()])
    return open_ & ~unclear, unclear


def _too_few_departments(run: Run, open_fields: Mapping[str, np.ndarray], asked: np.ndarray) -> bool:
    """Whether too few of the lines that need a department have one, where the rule sets a least share."""
    if run.params.values.get("min_known") is None or not asked.any():
        return False
    known = int((asked & ~open_fields[_BY_LINE]).sum())
    return known < run.params.ratio("min_known") * int(asked.sum())


def _limits(run: Run) -> tuple[dict[str, int], set[str]]:
    """Code -> its limit, as its place among those that are allowed something, and the codes with exceptions."""
    params = run.params
    limits = {code: str(word) for code, word in params.mapping("limit").items()}
    places = {word: place for place, word in enumerate(sorted(_allowed(run)))}
    absent = sorted(set(limits.values()) - set(places))
    if absent:
        raise wrong_choice(params.rule, "limit", absent[0], sorted(places))
    exceptions = {code for code, word in (params.values.get("exceptions") or {}).items() if word}
    return {code: places[word] for code, word in limits.items()}, exceptions


def _allowed(run: Run) -> dict[str, _Allowed]:
    found = {}
    for word, fields in run.params.mapping("allowed").items():
        for field in fields:
            if field not in _SAYS:
                raise wrong_choice(run.params.rule, f"allowed.{word}", field, tuple(_SAYS))
        found[str(word)] = _Allowed({field: tuple(str(value) for value in values) for field, values in fields.items()})
    return found


def _said(run: Run, field: str, beginnings: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Which lines have a value of the field that begins so, and which have a value at all; bool, (n,)."""
    table, column = _SAYS[field]
    lines = run.lines
    if table == "fee_lines":
        return lines.starts_with(column, beginnings), lines.known(column)
    if table == "cases":
        fits, known = run.cases.starts_with(column, beginnings), run.cases.known(column)
        if field == "hosp_lv":
            fits, known = _level(run, beginnings, fits, known)
        return np.append(fits, False)[lines["case"]], np.append(known, False)[lines["case"]]
    return _of_doctor(run, column, beginnings)


def _level(run: Run, beginnings: Sequence[str], fits: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The case's own level, else that of its institution on the day of settlement (or of discharge).

    Where periods of the register overlap, the one that began last holds, of several that began on one day the higher level
    (the smaller code): what an institution may do is then not denied for a period that nobody closed.
    """
    table = run.data.table("institutions")
    if table is None:
        return fits, known
    cases = run.cases
    day = np.where(cases.known("settled_s"), cases["settled_s"], cases["discharge_s"]) // DAY
    rows: dict[str, list[int]] = {}
    for row in range(table.rows):
        rows.setdefault(table.text("hospital", row), []).append(row)
    fits, known = fits.copy(), known.copy()
    for case in np.flatnonzero(~known).tolist():
        valid = [row for row in rows.get(cases.text("hospital", case), ()) if _valid(table, row, int(day[case]))]
        said = [row for row in valid if table.text("level", row)]
        if said:
            level = min(said, key=lambda row: (-_began(table, row), table.text("level", row)))
            fits[case], known[case] = table.text("level", level).startswith(tuple(beginnings)), True
    return fits, known


def _began(table: Frame, row: int) -> int:
    """Day from which a row holds, before all others where it has none."""
    return int(table["from_s"][row]) // DAY if table.known("from_s")[row] else -(10**9)


def _valid(table: Frame, row: int, day: int) -> bool:
    first = not table.known("from_s")[row] or int(table["from_s"][row]) // DAY <= day
    return first and (not table.known("to_s")[row] or day <= int(table["to_s"][row]) // DAY)


def _of_doctor(run: Run, column: str, beginnings: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """By the register of the line's institution, else by the only value that any institution has for the doctor."""
    staff, lines = run.data.table("staff"), run.lines
    if staff is None or not staff.rows:
        return np.zeros(lines.rows, dtype=np.bool_), np.zeros(lines.rows, dtype=np.bool_)
    doctors = len(staff.words.get("doctor", ())) + 1
    own: dict[int, set[str]] = {}
    anywhere: dict[int, set[str]] = {}
    for row in range(staff.rows):
        hospital, doctor, said = int(staff["hospital"][row]), int(staff["doctor"][row]), staff.text(column, row)
        own.setdefault(hospital * doctors + doctor, set()).add(said)
        anywhere.setdefault(doctor, set()).add(said)
    answer = np.zeros((2, doctors), dtype=np.bool_)  # fits, known; the last column is that of no doctor
    for doctor, found in anywhere.items():
        answer[:, doctor] = _fits_known(found, beginnings)
    fits, known = answer[:, lines["doctor"]]
    pairs = np.array(sorted(own), dtype=np.int64)
    here = np.array([_fits_known(own[int(pair)], beginnings) for pair in pairs], dtype=np.bool_)
    wanted = lines["hospital"].astype(np.int64) * doctors + lines["doctor"]
    at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    listed = (pairs[at] == wanted) & (lines["doctor"] >= 0)
    return np.where(listed, here[at, 0], fits), np.where(listed, here[at, 1], known)


def _fits_known(values: set[str], beginnings: Sequence[str]) -> tuple[bool, bool]:
    """Whether what is said begins so, and whether anything is said; a register that contradicts itself says nothing."""
    value = next(iter(values)) if len(values) == 1 else ""
    return bool(value) and value.startswith(tuple(beginnings)), bool(value)


def _outside(run: Run, row: int, word: str, exceptions: set[str]) -> Hit:
    """One line outside its limit; where the list knows an exception, a suspicion. Warnings carry no amounts."""
    doubtful = run.lines.text("item", row) in exceptions
    amounts = NOTHING if run.params.text("outcome") == "WARN" else whole_line(run, row)
    return line_hit(run, row, amounts=amounts, severity=SUSPECT if doubtful else "", facts={"limit": word})
