"""K1 on stays and visits against the register of persons: who had died, or was not insured."""

from __future__ import annotations

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import case_hit, day_of, found_cases, found_places, fund_of_case
from drgdip.screening.words import NONE


def not_entitled(run: Run) -> Judged:
    """Settlements for persons who had died or were not insured (A08).

    A stay is judged by its discharge, so that settling the stay of someone who died in hospital is no violation.
    """
    patients = run.data.table("patients")
    cases, visits, grace = run.cases, run.data.outpatient, run.params.integer("grace_days")
    if patients is None:
        return _stays_and_visits(cases, visits, [], None, None)
    register, answers, hits = _Register(patients, grace), Answers(cases.rows), list[Hit]()
    rows_of, end_known = register.rows_of(cases), cases.known("discharge_s") | cases.known("settled_s")
    end = np.where(cases.known("discharge_s"), cases["discharge_s"], cases["settled_s"]) // DAY
    start, started = cases["admission_s"] // DAY, cases.known("admission_s")
    answers.mark(~run.closed & (rows_of < 0), State.NOT_RUN, "missing:patients")
    answers.mark(~run.closed & (rows_of >= 0) & ~end_known, State.NOT_RUN, "missing:dscg_time")
    doubtful = ~run.closed & end_known & register.may_have_lost(rows_of, end, start, started)
    for case in np.flatnonzero(doubtful).tolist():
        reason = register.reason(int(rows_of[case]), int(end[case]), int(start[case]) if started[case] else None)
        if reason:
            hits.append(case_hit(run, case, amounts=fund_of_case(run, case), facts=reason))
    answers = found_cases(answers, hits)
    of_visits = None
    if visits is not None:
        own, of_visits = _visits_not_entitled(visits, register), Answers(visits.rows)
        of_visits.mark(register.rows_of(visits) < 0, State.NOT_RUN, "missing:patients")
        of_visits.require({"setl_time": visits.known("time_s")})
        found_places(of_visits, own)
        of_visits.settle(visits.is_any("refunded", ("1",)), State.NOT_APPLICABLE, "refunded")
        hits += own
    return _stays_and_visits(cases, visits, hits, answers, of_visits)


def _stays_and_visits(
    cases: Frame, visits: Frame | None, hits: list[Hit], answers: Answers | None, of_visits: Answers | None
) -> Judged:
    """Both kinds answer, each for itself; without a register none is judged. Without stays only visits are asked."""
    no_register = "missing:patients"
    stays = Judged(hits, answers) if answers is not None else not_run(cases.rows, no_register)
    if visits is None:
        return stays
    own = of_visits if of_visits is not None else not_run(visits.rows, no_register).answers
    if not cases.rows:
        return Judged(hits, own, "outpatient")
    return Judged(hits, stays.answers, "case", (("outpatient", own),), ran=stays.ran or of_visits is not None)


def _visits_not_entitled(visits: Frame, register: _Register) -> list[Hit]:
    """Outpatient settlements, judged by their day."""
    rows_of, day, known = register.rows_of(visits), visits["time_s"] // DAY, visits.known("time_s")
    hits = []
    doubtful = register.may_have_lost(rows_of, day, day, known) & known & ~visits.is_any("refunded", ("1",))
    for visit in np.flatnonzero(doubtful).tolist():
        reason = register.reason(int(rows_of[visit]), int(day[visit]), int(day[visit]))
        if reason:
            fund = int(visits["fund_fen"][visit]) if visits.known("fund_fen")[visit] else None
            hits.append(Hit("DENY_SETTLEMENT", "outpatient", (visits.text("settlement", visit),), place=visit,
                            table="outpatient_settlements", amounts=Amounts(fund_fen=fund), facts=reason))  # fmt: skip
    return hits


class _Register:
    """The persons insured: when they died, and from when to when they are insured. grace : days after death."""

    def __init__(self, patients: Frame, grace: int) -> None:
        self._patients, self._grace = patients, grace
        self._rows: np.ndarray | None = None
        if patients.has("person"):
            self._rows = np.full(len(patients.words["person"]) + 1, NONE, dtype=np.int64)
            self._rows[patients["person"]] = np.arange(patients.rows)
            self._rows[-1] = NONE

    def rows_of(self, frame: Frame) -> np.ndarray:
        """The row of each row's person, -1 for one that is not registered."""
        return np.full(frame.rows, NONE) if self._rows is None else np.asarray(self._rows[frame["person"]])

    def may_have_lost(self, rows: np.ndarray, end: np.ndarray, start: np.ndarray, started: np.ndarray) -> np.ndarray:
        """Which of them a closer look may find not to be entitled; days, bool (n,)."""
        if not self._patients.rows:
            return np.zeros(len(rows), dtype=np.bool_)
        died, first, last = (
            (self._patients.known(name)[rows], self._patients[name][rows] // DAY)
            for name in ("death_s", "insured_from_s", "insured_to_s")
        )
        outside = (first[0] & (start < first[1])) | (last[0] & (start > last[1]))
        return np.asarray((rows >= 0) & ((died[0] & (end > died[1] + self._grace)) | (started & outside)))

    def reason(self, row: int, end: int, start: int | None) -> dict[str, str]:
        """Why a person was not entitled, with the date; nothing if the person was."""
        patients = self._patients
        if patients.known("death_s")[row] and end > int(patients["death_s"][row]) // DAY + self._grace:
            return {"reason": "death", "since": day_of(int(patients["death_s"][row]) // DAY).isoformat()}
        if start is None:
            return {}
        if patients.known("insured_from_s")[row] and start < int(patients["insured_from_s"][row]) // DAY:
            return {"reason": "not_insured", "since": day_of(int(patients["insured_from_s"][row]) // DAY).isoformat()}
        if patients.known("insured_to_s")[row] and start > int(patients["insured_to_s"][row]) // DAY:
            return {"reason": "not_insured", "since": day_of(int(patients["insured_to_s"][row]) // DAY).isoformat()}
        return {}
