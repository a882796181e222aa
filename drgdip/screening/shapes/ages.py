"""K1: items that are paid only for some ages (B02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Judged, State, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import SUSPECT, day_of, later, line_hit, number_of
from drgdip.screening.shapes.lines import line_answers, whole_line


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
