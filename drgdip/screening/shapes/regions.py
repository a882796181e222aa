"""K1 on cases of other regions: large stays in other provinces, and whose rules apply."""

from __future__ import annotations

import numpy as np

from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Answers, Hit, Judged, State

_PROVINCE, _CITY = 2, 4


def large_stay_elsewhere(run: Run) -> Judged:
    """Stays in another province from a cost on: whom to ask, and how urgently (X01)."""
    cases, answers = run.cases, Answers(run.cases.rows)
    least_fen, inclusive = run.params.scaled("fee", 2), run.params.flag("inclusive")
    answers.require({"insu_admdvs": cases.known("insured_region"), "mdtrt_admdvs": cases.known("treated_region"),
                     "medfee_sumamt": cases.known("total_fen")})  # fmt: skip
    weights = {name: int(weight) for name, weight in run.params.numbers("risk").items()}
    open_findings = {rule: {hit.case for hit in hits} for rule, hits in run.found.items() if rule in weights}
    joint, total = run.params.integer("joint"), cases["total_fen"]
    judged = (answers.state == State.PASS) & ~run.closed
    elsewhere = _differs(cases, _PROVINCE)
    answers.mark(judged & ~elsewhere, State.NOT_APPLICABLE, "same_province")
    large = total >= least_fen if inclusive else total > least_fen
    hits = []
    for case in np.flatnonzero(judged & elsewhere & large).tolist():
        signs = [
            name for name in sorted(weights)
            if cases.text(f"sign_{name}", case) not in ("", "0", "false") or case in open_findings.get(name, ())
        ]  # fmt: skip
        risk = sum(weights[name] for name in signs)
        insured, treated = (cases.text(name, case)[:_PROVINCE] for name in ("insured_region", "treated_region"))
        lane = "联合核查" if risk >= joint else "常规协查"
        hits.append(
            Hit(run.params.text("outcome"), "case", (cases.text("settlement", case),), case, case,
                facts={"insured_province": insured, "care_province": treated, "risk": risk, "lane": lane, "signs": signs},
                formula=" + ".join(f"{name} {weights[name]}" for name in signs))
        )  # fmt: skip
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _differs(cases: Frame, characters: int) -> np.ndarray:
    """Where the places of insurance and of care differ in their first characters; bool, (n,)."""
    names = ("insured_region", "treated_region")
    beginnings = sorted({word[:characters] for name in names for word in cases.words.get(name, ())})
    place = {beginning: number for number, beginning in enumerate(beginnings)}
    one, other = (
        cases.looked_up(name, {word: place[word[:characters]] for word in cases.words.get(name, ())}, -1)
        for name in names
    )
    return np.asarray(one != other)
