"""K1, K2 and K6 on stays: very long, for tests only, too little care, too many, together from one village."""

from __future__ import annotations

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.screening.amounts import Amounts, share
from drgdip.screening.context import Run, stay_days
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import case_hit, found_cases, share_text
from drgdip.screening.shapes.regroup import billed_items
from drgdip.screening.shapes.sequence import stays_of


def _length(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Days of each stay, as recorded or by its dates, and which are known."""
    cases = run.cases
    first, last = stay_days(cases)
    dated = cases.known("admission_s") & cases.known("discharge_s")
    days = np.where(cases.known("stay_days"), cases["stay_days"], np.maximum(1, last - first))
    return days, cases.known("stay_days") | dated


def undertreated(run: Run) -> Judged:
    """Stays paid by case that cost little and lack what their group needs, or ended very soon (E10).

    Exposure: ``(standard − cost) × fund share``, so that the actual cost is paid (Order 7 Art. 35(2)).
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    cases, params, answers, hits = run.cases, run.params, Answers(run.cases.rows), list[Hit]()
    services = {
        str(group): [tuple(map(str, kind)) for kind in kinds] for group, kinds in params.mapping("key_services").items()
    }
    days, known = _length(run)
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    answers.require({"group": cases.known("group"), "medfee_sumamt": cases.known("total_fen"), "std_fee": cases.known("standard_fen"),
                     "dscg_way": cases.known("discharge_way")})  # fmt: skip
    answers.mark(~cases.is_any("discharge_way", params.texts("dscg_ways")), State.NOT_APPLICABLE, "guard")
    back = _returns(run, params.integer("return_days"))
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        total, standard = int(cases["total_fen"][case]), int(cases["standard_fen"][case])
        if total >= params.ratio("cost_ratio") * standard:
            continue
        kinds = services.get(cases.text("group", case))
        short = bool(
            known[case] and cases.known("short_stay_days")[case] and days[case] < cases["short_stay_days"][case]
        )
        billed = billed_items(run, case)
        there = sum(1 for kind in kinds or () if billed.intersection(kind))
        lacking = kinds is not None and there < params.ratio("key_share") * len(kinds)
        if lacking or short:
            facts = {"services": f"{there}/{len(kinds or ())}", "days": int(days[case]), "returned": case in back}
            fund = _surplus(run, case, standard - total)
            formula = f"({format_yuan(standard)} − {format_yuan(total)}){share_text(cases, case)}"
            formula += "" if fund is None else f" = {format_yuan(fund)}"
            hits.append(case_hit(run, case, amounts=Amounts(fund_fen=fund), facts=facts, formula=formula))
        elif kinds is None:
            answers.mark(np.array([case]), State.NOT_RUN, "list_absent:key_services")
        elif not (known[case] and cases.known("short_stay_days")[case]):
            answers.mark(np.array([case]), State.NOT_RUN, "missing:low_los")
    return Judged(hits, found_cases(answers, hits))


def _surplus(run: Run, case: int, surplus: int) -> int | None:
    cases = run.cases
    if cases.known("fund_share_e6")[case]:
        return share(surplus, int(cases["fund_share_e6"][case]), 10**6)
    if cases.known("fund_fen")[case] and cases["total_fen"][case] > 0:
        return share(surplus, int(cases["fund_fen"][case]), int(cases["total_fen"][case]))
    return None


def _returns(run: Run, days: int) -> set[int]:
    """Stays after which the person was admitted again, anywhere, within so many days."""
    found = set[int]()
    for stays in stays_of(run):
        for place, stay in enumerate(stays):
            if any(0 <= other.first_s // DAY - stay.last_s // DAY <= days for other in stays[place + 1 :]):
                found.add(stay.case)
    return found
