"""K1: items that are paid only for some patients, institutions, departments or visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Hit, Judged, State, in_cases, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import SUSPECT, day_of, later, line_hit, number_of
from drgdip.screening.shapes.lines import line_answers, whole_line

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
        listed &= lines["net_scope_fen"] > 0
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
    """The case's own level, else that of its institution on the day of settlement (or of discharge)."""
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
        levels = [
            table.text("level", row)
            for row in rows.get(cases.text("hospital", case), ())
            if _valid(table, row, int(day[case]))
        ]
        if levels and levels[0]:
            fits[case], known[case] = levels[0].startswith(tuple(beginnings)), True
    return fits, known


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


class _Ages(NamedTuple):
    """Ages that a limit allows: from a day on, before another; None where open. upper : whether it is for the young."""

    from_age: tuple[int, str] | None
    below_age: tuple[int, str] | None


def limited_to_age(run: Run) -> Judged:
    """Items for another age (B02). The age is that on admission, so that no birthday in the stay makes a finding."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    limits, codes, number = params.once("ages", "age_limit", lambda: _age_limits(run))
    limit = lines.looked_up("item", number, -1)
    listed = np.flatnonzero(run.judged() & (limit >= 0) & (lines["case"] < cases.rows))
    doubtful = params.texts("doubtful_item_prefix")
    outside: dict[tuple[int, int], int | None] = {}
    hits, unknown, unbounded = [], set[int](), set[int]()
    for row, case, place in zip(listed.tolist(), lines["case"][listed].tolist(), limit[listed].tolist(), strict=True):
        if limits[codes[place]] == _Ages(None, None):
            unbounded.add(case)
            continue
        if (case, place) not in outside:
            outside[case, place] = _outside_ages(run, case, limits[codes[place]])
        answer = outside[case, place]
        if answer is None:
            unknown.add(case)
        elif answer:
            severity = SUSPECT if answer > 0 and codes[place].startswith(doubtful) else ""
            hits.append(line_hit(run, row, amounts=whole_line(run, row), severity=severity,
                                 facts={"limit": _bounds_text(limits[codes[place]]), "age": _age_text(cases, case)}))  # fmt: skip
    answers = line_answers(run, {"med_list_codg": lines.known("item")}, [])
    answers.mark(np.array(sorted(unknown), dtype=np.int64), State.NOT_RUN, "missing:age")
    answers.mark(np.array(sorted(unbounded), dtype=np.int64), State.NOT_RUN, "limit_without_ages")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _age_limits(run: Run) -> tuple[dict[str, _Ages], list[str], dict[str, int]]:
    """Code -> its ages, the codes in order, and the place of each among them."""
    limits = {code: _ages(run, row) for code, row in run.params.mapping("age_limit").items()}
    codes = sorted(limits)
    return limits, codes, {code: place for place, code in enumerate(codes)}


def _ages(run: Run, row: Any) -> _Ages:
    """A limit by its own bounds, or those of the class that it names."""
    params = run.params
    child = _Ages(None, (params.integer("child_years"), "year"))
    newborn = _Ages(None, (params.integer("newborn_days") + 1, "day"))
    infant = _Ages(None, (params.integer("infant_years"), "year"))
    # As published lists call them, and as lists of the package do.
    classes = {"儿童": child, "新生儿": newborn, "婴幼儿": infant, "child": child, "newborn": newborn, "infant": infant}
    if isinstance(row, Mapping):
        name, own = str(row.get("age_class") or ""), {key: row.get(key) for key in ("from_age", "below_age")}
        if name in classes:
            return classes[name]
        if any(value is not None for value in own.values()):
            pair = [None if own[key] is None else (params_whole(run, own[key]), str(row.get(key.replace("age", "unit")) or "year"))
                    for key in ("from_age", "below_age")]  # fmt: skip
            return _Ages(pair[0], pair[1])
        if not name:  # The list says in words what no age stands for.
            return _Ages(None, None)
        row = name
    if str(row) not in classes:
        raise wrong_choice(params.rule, "age_limit", str(row), tuple(classes))
    return classes[str(row)]


def params_whole(run: Run, value: Any) -> int:
    """A whole number inside a list."""
    return int(run.params.number("age_limit", value))


def _outside_ages(run: Run, case: int, ages: _Ages) -> int | None:
    """1 too old, -1 too young, 0 inside, None where the age is not known well enough."""
    cases, slack = run.cases, run.params.integer("birthday_slack_days")
    if cases.known("birth_s")[case] and cases.known("admission_s")[case]:
        born, day = day_of(int(cases["birth_s"][case]) // DAY), int(cases["admission_s"][case]) // DAY
        if ages.below_age and day >= number_of(later(born, *ages.below_age)) + slack:
            return 1
        return -1 if ages.from_age and day < number_of(later(born, *ages.from_age)) - slack else 0
    older = _at_least(cases, case, ages.below_age) if ages.below_age else False
    reached = _at_least(cases, case, ages.from_age) if ages.from_age else True
    if older is None or reached is None:
        return None
    return 1 if older else 0 if reached else -1


def _at_least(cases: Frame, case: int, age: tuple[int, str]) -> bool | None:
    """Whether the recorded age in years, or in days of a newborn, reaches an age; None where it cannot say."""
    count, unit = age
    years = int(cases["age_e4"][case]) if cases.known("age_e4")[case] else None
    days = int(cases["newborn_days"][case]) if cases.known("newborn_days")[case] and not years else None
    if days is not None:
        return days >= count if unit == "day" else None if unit == "month" else days >= 366 * count
    if years is None:
        return None
    if unit == "year":
        return years >= count * 10_000
    limit = count * 10_000 if unit == "day" else count * 304_000
    return True if years >= 10_000 and years * 365 >= limit else None


def _bounds_text(ages: _Ages) -> str:
    parts = [
        f"≥ {ages.from_age[0]} {ages.from_age[1]}" if ages.from_age else "",
        f"< {ages.below_age[0]} {ages.below_age[1]}" if ages.below_age else "",
    ]
    return ", ".join(part for part in parts if part)


def _age_text(cases: Frame, case: int) -> str:
    if cases.known("birth_s")[case]:
        return f"{day_of(int(cases['birth_s'][case]) // DAY)}"
    return (
        str(int(cases["age_e4"][case]) // 10_000)
        if cases.known("age_e4")[case]
        else f"{int(cases['newborn_days'][case])} d"
    )
