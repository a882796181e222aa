"""K7: cases that apply for special review, against their limits and the quota of the period."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.screening.context import Run
from drgdip.screening.hits import Answers, Hit, Judged, State

#: Outcomes that are no open violation.
NO_VIOLATION = frozenset({"WARN", "NOTIFY", "ROUTE", "REFER", "SPECIAL_REVIEW", "QUEUE_OVER_QUOTA"})


def special_review(run: Run) -> Judged:
    """Who may be reviewed, in order of the overrun, and who stands behind the quota (G06)."""
    cases, answers = run.cases, Answers(run.cases.rows)
    applied = cases.is_any("applied", ("1", "true"))
    answers.settle(~applied, State.NOT_APPLICABLE, "not_applied")
    answers.require(
        {"medfee_sumamt": cases.known("total_fen") | ~applied, "std_fee": cases.known("standard_fen") | ~applied}
    )
    violated = cases.is_any("open_finding", ("1", "true"))
    for hits in run.found.values():
        for hit in hits:
            if hit.case >= 0 and hit.outcome not in NO_VIOLATION:
                violated[hit.case] = True
    answers.mark(applied & violated, State.NOT_APPLICABLE, "open_finding")
    chosen = [
        (case, reasons) for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist()
        if (reasons := _reasons(run, case))
    ]  # fmt: skip
    hits = _ranked(run, chosen)
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _reasons(run: Run, case: int) -> list[str]:
    cases, params = run.cases, run.params
    found = []
    if cases["total_fen"][case] >= params.ratio("cost_k") * int(cases["standard_fen"][case]):
        found.append("COST")
    if cases.known("stay_days")[case] and cases.known("mean_stay_e4")[case]:
        mean = int(cases["mean_stay_e4"][case])
        if mean > 0 and int(cases["stay_days"][case]) * 10_000 >= params.ratio("los_k") * mean:
            found.append("LOS")
    if cases.known("icu_days_e4")[case] and cases["icu_days_e4"][case] >= params.ratio("icu_days") * 10_000:
        found.append("ICU")
    for name, column in (("NEW_TECHNIQUE", "new_technique"), ("SEVERAL_DEPARTMENTS", "several_departments")):
        if cases.text(column, case) in ("1", "true"):
            found.append(name)
    return found


def _ranked(run: Run, chosen: list[tuple[int, list[str]]]) -> list[Hit]:
    cases = run.cases
    over = {case: int(cases["total_fen"][case]) - int(cases["standard_fen"][case]) for case, _ in chosen}
    order = sorted(chosen, key=lambda item: (-over[item[0]], cases.text("settlement", item[0])))
    places: dict[str, int] = {}
    hits = []
    for case, reasons in order:
        scope = _scope(run, case)
        places[scope] = place = places.get(scope, 0) + 1
        quota = _quota(run, scope)
        hits.append(
            Hit("SPECIAL_REVIEW" if place <= quota else "QUEUE_OVER_QUOTA", "case", (cases.text("settlement", case),), case, case,
                facts={"reasons": sorted(reasons), "overrun_fen": over[case], "place": place, "quota": quota},
                formula=f"{format_yuan(int(cases['total_fen'][case]))} − {format_yuan(int(cases['standard_fen'][case]))}")
        )  # fmt: skip
    return hits


def _scope(run: Run, case: int) -> str:
    """The hospital, where discharges are counted by hospital; else all together."""
    one_number = run.params.has("n_discharges") and not isinstance(run.params.values["n_discharges"], Mapping)
    return "" if one_number else run.cases.text("hospital", case)


def _quota(run: Run, scope: str) -> int:
    """``floor(discharges × share)``; discharges as given, else the batch's own."""
    given = run.params.values.get("n_discharges")
    if isinstance(given, Mapping):
        count = int(run.params.number("n_discharges", given.get(scope, 0)))
    elif given is not None:
        count = run.params.integer("n_discharges")
    else:
        refunded = run.cases.is_any("refunded", ("1",))
        same = np.ones(run.cases.rows, dtype=np.bool_) if not scope else run.cases.is_any("hospital", (scope,))
        count = int((same & ~refunded).sum())
    share = run.params.ratio("quota")
    return count * share.numerator // share.denominator
