"""K1 on cases: records that contradict themselves, or their patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.columns import FIELDS
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import case_hit, day_of, diagnoses_of, found_cases, later, number_of


def illegal_list(run: Run) -> Judged:
    """Settlement lists that are incomplete or contradict themselves (A01): returned for correction, no money."""
    cases, answers, hits = run.cases, Answers(run.cases.rows), list[Hit]()
    columns = {field: name for name, field in FIELDS["cases"].items()}
    required = run.params.texts("required")
    for field in (*required, *run.params.mapping("codes")):
        if field not in columns:
            raise wrong_choice(run.params.rule, "required", field, tuple(columns))
    codes = {columns[field]: {str(code) for code in allowed} for field, allowed in run.params.mapping("codes").items()}
    fields = {columns[field]: field for field in run.params.mapping("codes")}
    looked_at = _doubtful(run) | _unlisted(run, [columns[field] for field in required], codes)
    for case in np.flatnonzero(~run.closed & looked_at).tolist():
        reasons = [f"MISSING:{field}" for field in required if not cases.known(columns[field])[case]]
        reasons += [
            f"CODE:{fields[name]}"
            for name, allowed in codes.items()
            if cases.text(name, case) and cases.text(name, case) not in allowed
        ]
        reasons += _contradictions(run, case)
        if reasons:
            hits.append(case_hit(run, case, amounts=NOTHING, facts={"reasons": reasons}))
    return Judged(hits, found_cases(answers, hits))


def _unlisted(run: Run, required: list[str], codes: Mapping[str, set[str]]) -> np.ndarray:
    """Cases that lack a field or have a code outside its table; bool, (n,)."""
    cases = run.cases
    found = np.zeros(cases.rows, dtype=np.bool_)
    for name in required:
        found |= ~cases.known(name)
    for name, allowed in codes.items():
        found |= cases.known(name) & ~cases.is_any(name, tuple(allowed))
    return found


def _doubtful(run: Run) -> np.ndarray:
    """Cases that may contradict themselves, by a first look at all of them; bool, (n,)."""
    cases, params = run.cases, run.params
    first, last = cases["admission_s"] // DAY, cases["discharge_s"] // DAY
    found = cases["discharge_s"] < cases["admission_s"]
    found |= cases.known("stay_days") & (
        np.abs(cases["stay_days"] - np.maximum(1, last - first)) > params.integer("los_tol_days")
    )
    years = (first - cases["birth_s"] // DAY) / 365.2425
    found |= cases.known("birth_s") & (np.abs(years - cases["age_e4"] / 10_000) > params.integer("age_tol_years") - 0.1)
    found |= cases.known("newborn_days") | (cases.known("principals") & (cases["principals"] != 1))
    found |= cases.is_any("principal", tuple(map(str, params.values.get("not_principal") or ())))
    return np.asarray(
        found | np.array([bool(days) for days in cases.lists.get("operation_days", [()] * cases.rows)], dtype=np.bool_)
    )


def _contradictions(run: Run, case: int) -> list[str]:
    """What one list says against itself. What is missing is said elsewhere."""
    cases, params, found = run.cases, run.params, []
    timed = cases.known("admission_s")[case] and cases.known("discharge_s")[case]
    first, last = int(cases["admission_s"][case]) // DAY, int(cases["discharge_s"][case]) // DAY
    if timed and cases["discharge_s"][case] < cases["admission_s"][case]:
        found.append("DISCHARGE_BEFORE_ADMISSION")
    elif timed and cases.known("stay_days")[case] and cases.text("care", case) not in params.texts("exempt_med_type"):
        off = abs(int(cases["stay_days"][case]) - max(1, last - first))
        found += ["ACT_IPT_DAYS"] if off > params.integer("los_tol_days") else []
    aged = all(cases.known(name)[case] for name in ("birth_s", "age_e4", "admission_s"))
    if aged and not cases.known("newborn_days")[case]:  # beside a newborn the age may be the mother's
        years = completed_years(day_of(int(cases["birth_s"][case]) // DAY), day_of(first))
        if abs(years - int(cases["age_e4"][case]) // 10_000) > params.integer("age_tol_years"):
            found.append("AGE")
    newborn = cases.known("newborn_days")[case] and not cases["age_e4"][case] > 0 and cases["newborn_days"][case] <= 28
    if newborn and cases.known("admission_weight_e4")[case]:
        low, high = (int(params.number("newborn_grams", value)) * 10_000 for value in params.values["newborn_grams"])
        if not low <= int(cases["admission_weight_e4"][case]) <= high:
            found.append("NEWBORN_WEIGHT")
    if cases.known("principals")[case] and cases["principals"][case] != 1:
        found.append(f"MAIN_DX_COUNT={int(cases['principals'][case])}")
    barred = params.values.get("not_principal") or ()
    if cases.text("principal", case) in set(map(str, barred)):
        found.append("NOT_PRINCIPAL")
    days = [day for text in cases.codes("operation_days", case) if (day := _day(text)) is not None]
    if timed and any(not first <= day <= last for day in days):
        found.append("OPERATION_OUTSIDE_STAY")
    return found


def _day(text: str) -> int | None:
    try:
        return number_of(date.fromisoformat(text[:10]))
    except ValueError:
        return None


def completed_years(born: date, day: date) -> int:
    """Age in completed years."""
    years = day.year - born.year
    return years - (later(born, years, "year") > day)


class _Fits(NamedTuple):
    """Whom codes with these beginnings fit: sex, ages in years, newborns only."""

    prefixes: tuple[str, ...]
    sex: str
    from_year: int | None
    to_year: int | None
    newborn: bool


def contradicted_codes(run: Run) -> Judged:
    """Operations or diagnoses that do not fit the patient's sex or age (A04, A05); ``of`` (fixed) says which."""
    cases, params, answers, hits = run.cases, run.params, Answers(run.cases.rows), list[Hit]()
    operations = params.text("of") == "operations"
    limits = [_fits(run, row) for row in params.rows("codes")]
    known = cases.known("operations") if operations else cases.known("principal") | cases.known("diagnoses")
    answers.require({"oprn_oprt_code" if operations else "diag_code": known})
    for case in np.flatnonzero(~run.closed & known).tolist():
        codes = cases.codes("operations", case) if operations else diagnoses_of(cases, case)
        wrong, unclear = set[str](), set[str]()
        for code in codes:
            for limit in limits:
                if code.startswith(limit.prefixes):
                    answers_of = _contradicts(run, case, limit)
                    wrong |= {code} if True in answers_of else set()
                    unclear |= {answer for answer in answers_of if isinstance(answer, str)}
        if wrong:
            facts = {"codes": sorted(wrong), "age": _age(cases, case), "sex": cases.text("sex", case)}
            hits.append(case_hit(run, case, amounts=NOTHING, facts=facts))
        elif unclear:
            answers.mark(np.array([case]), State.NOT_RUN, f"missing:{max(unclear)}")
    return Judged(hits, found_cases(answers, hits))


def _fits(run: Run, row: Mapping[str, Any]) -> _Fits:
    ages = [
        None if row.get(key) is None else int(run.params.number("codes", row[key])) for key in ("from_year", "to_year")
    ]
    prefixes = tuple(str(code) for code in row["prefix"])
    return _Fits(prefixes, str(row.get("sex") or ""), ages[0], ages[1], str(row.get("newborn", "")) in ("True", "true"))


def _contradicts(run: Run, case: int, limit: _Fits) -> set[bool | str]:
    """Whether a code contradicts the patient's sex or age, with the field that would be needed to tell.

    Sex 0 and 9 say nothing. With a newborn on the settlement a code may be the mother's or the child's.
    """
    cases, found = run.cases, set[bool | str]()
    if cases.known("newborn_days")[case]:
        return found
    sex = cases.text("sex", case)
    if limit.sex:
        found.add("gend" if not sex else sex in ("1", "2") and sex != limit.sex)
    if not limit.newborn and limit.from_year is None and limit.to_year is None:
        return found
    years = int(cases["age_e4"][case]) // 10_000 if cases.known("age_e4")[case] else None
    if limit.newborn:
        found.add("age" if (older := _older_than_newborns(run, case, years)) is None else older)
    elif years is None:
        found.add("age")
    else:
        found.add(years < (limit.from_year or 0) or (limit.to_year is not None and years > limit.to_year))
    return found


def _older_than_newborns(run: Run, case: int, years: int | None) -> bool | None:
    """Whether a patient is older than newborns are: below a year by the date of birth; None where nothing says it."""
    cases = run.cases
    if years:
        return True
    if not (cases.known("birth_s")[case] and cases.known("admission_s")[case]):
        return None
    days = int(cases["admission_s"][case]) // DAY - int(cases["birth_s"][case]) // DAY
    return days > run.params.integer("newborn_days")


def _age(cases: Frame, case: int) -> str:
    return str(int(cases["age_e4"][case]) // 10_000) if cases.known("age_e4")[case] else ""
