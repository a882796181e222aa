"""K2 on bed-day care: days billed, assessments, grades of nursing, beds and the share of medical services (E14)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts, share
from drgdip.screening.context import Run, stay_days
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import case_hit, found_cases
from drgdip.screening.shapes.persons import crowded_stays, with_beds

#: What says whether a line is medical care, and how much.
_SORTED = {"med_chrgitm_type": "charge_class", "det_item_fee_sumamt": "fee_fen"}


def bed_day_care(run: Run) -> Judged:
    """Stays paid by the day whose bed-days, assessments, nursing or services do not fit (E14)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    cases, lines, params, hits = run.cases, run.lines, run.params, list[Hit]()
    answers = Answers(cases.rows)
    by_day = cases.is_any("payment_method", params.texts("methods")) | cases.is_any("care", params.texts("med_types"))
    answers.mark(~by_day, State.NOT_APPLICABLE, "other_care")
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    answers.require({"adm_time": cases.known("admission_s"), "dscg_time": cases.known("discharge_s")})
    table = run.data.table("care_assessments")
    assessed: dict[str, list[tuple[int, int]]] = {}
    for row in range(table.rows) if table is not None else ():
        assert table is not None
        grade = int(table["grade"][row]) if table.known("grade")[row] else 0
        assessed.setdefault(table.text("settlement", row), []).append((int(table["time_s"][row]) // DAY, grade))
    crowded, counted = crowded_stays(run, params.ratio("occupancy")), with_beds(run)
    beds = lines.is_any("item", params.texts("bed_codes"))
    grades = {code: int(grade) for code, grade in params.numbers("nursing_grades").items()}
    first, last = stay_days(cases)
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        start, after = run.data.offsets[case : case + 2].tolist()
        rows = [row for row in range(start, after) if lines["net_quantity_e4"][row] > 0]
        billed = [row for row in rows if beds[row]]
        reasons, amounts, formula = _days(run, billed, max(1, int(last[case] - first[case])))
        if table is not None:
            reasons += _assessments(
                run, sorted(assessed.get(cases.text("settlement", case), [])), int(first[case]), int(last[case])
            )
            reasons += _grades(run, rows, grades, sorted(assessed.get(cases.text("settlement", case), [])))
        medical = sum(
            int(lines["net_fee_fen"][row])
            for row in rows
            if lines.text("charge_class", row) in params.texts("medical_types")
        )
        low = cases.known("total_fen")[case] and medical < params.ratio("floor") * int(cases["total_fen"][case])
        unsorted = [name for name, column in _SORTED.items() if low and not lines.known(column)[rows].all()]
        if low and not unsorted:
            reasons.append("MEDICAL_SHARE")
        reasons += ["BEDS"] if case in crowded else []
        if reasons:
            hits.append(
                case_hit(
                    run,
                    case,
                    amounts=amounts,
                    facts={"reasons": reasons},
                    formula=formula,
                    lines=tuple(billed) if formula else (),
                )
            )
        else:
            lacks = {
                "care_assessments": table is None,
                "medfee_sumamt": not cases.known("total_fen")[case],
                "beds": not counted[case],
                **dict.fromkeys(unsorted, True),
            }
            for name in (name for name, lacking in lacks.items() if lacking):
                answers.mark(np.array([case]), State.NOT_RUN, f"missing:{name}")
    return Judged([*hits, *_staff(run)], found_cases(answers, hits))


def _days(run: Run, rows: list[int], days: int) -> tuple[list[str], Amounts, str]:
    """Bed-days billed beyond the days in the house, at the mean rate billed."""
    lines, rate = run.lines, run.params.values.get("day_rate")
    billed = int(lines["net_quantity_e4"][rows].sum()) if rows else 0
    excess = billed - days * 10_000
    if excess <= 0:
        return [], NOTHING, ""
    fee, scope = (int(lines[f"net_{name}"][rows].sum()) for name in ("fee_fen", "scope_fen"))
    if rate is not None:
        each = run.params.ratio("day_rate") * 100 * excess / 10_000
        over = min(divide(each.numerator, each.denominator), fee)
        return (
            ["BED_DAYS"],
            Amounts(excess, over, share(scope, over, fee) if fee else 0, None),
            f"{excess / 10_000:g} × {format_yuan(divide((run.params.ratio('day_rate') * 100).numerator, 1))}",
        )
    return (
        ["BED_DAYS"],
        Amounts(excess, divide(fee * excess, billed), divide(scope * excess, billed), None),
        f"{billed / 10_000:g} − {days}",
    )


def _grades(run: Run, rows: list[int], grades: dict[str, int], assessed: list[tuple[int, int]]) -> list[str]:
    """Nursing above the grade of the last assessment until its day, of the first one where none is earlier."""
    graded = [(day, grade) for day, grade in assessed if grade]
    for row in rows if graded else ():
        until = [grade for day, grade in graded if day <= int(run.lines["day"][row])]
        if grades.get(run.lines.text("item", row), 0) > (until[-1] if until else graded[0][1]):
            return ["NURSING_GRADE"]
    return []


def _assessments(run: Run, assessed: list[tuple[int, int]], first: int, last: int) -> list[str]:
    """An assessment at admission, and at least one in so many days from then on."""
    every, allowed = run.params.integer("assess_days"), run.params.integer("admission_days")
    days = [day for day, _ in assessed if first <= day <= last]
    found = [] if days and days[0] - first <= allowed else ["NO_ADMISSION_ASSESSMENT"]
    marks = [*(days or [first]), last]
    return found + (["LATE_ASSESSMENT"] if any(after - before > every for before, after in pairwise(marks)) else [])


def _staff(run: Run) -> list[Hit]:
    """Institutions with fewer staff for their beds than the standard."""
    staff, beds, params = run.data.table("staff"), run.data.table("institutions"), run.params
    if staff is None or beds is None or not params.has("staff_per_bed"):
        return []
    counts: dict[str, int] = {}
    for row in range(staff.rows):
        counts[staff.text("hospital", row)] = counts.get(staff.text("hospital", row), 0) + 1
    judged = {
        run.cases.text("hospital", case)
        for case in np.flatnonzero(run.cases.is_any("payment_method", params.texts("methods"))).tolist()
    }
    return [
        Hit("WARN", "institution", (name,), window="staff", facts={"fixmedins_code": name, "reasons": ["STAFF"], "staff": counts.get(name, 0)})
        for row in range(beds.rows)
        if (name := beds.text("hospital", row)) in judged and beds.known("beds")[row]
        and counts.get(name, 0) < params.ratio("staff_per_bed") * int(beds["beds"][row])
    ]  # fmt: skip
