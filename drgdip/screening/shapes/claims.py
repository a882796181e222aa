"""K10 on payments: stays that were settled at once and claimed by hand as well."""

from __future__ import annotations

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import case_hit, found_cases, fund_of_case


def paid_twice(run: Run) -> Judged:
    """Stays that were settled at once and claimed by hand as well (X03). The later payment is denied."""
    claims, cases = run.data.table("manual_claims"), run.cases
    if claims is None:
        return not_run(cases.rows, "missing:manual_claims")
    answers, hits = Answers(cases.rows), list[Hit]()
    by_person: dict[str, list[int]] = {}
    by_bill: dict[tuple[str, str], list[int]] = {}
    for row in range(claims.rows):
        by_person.setdefault(claims.text("person", row), []).append(row)
        if claims.text("bill", row):
            by_bill.setdefault((claims.text("bill_series", row), claims.text("bill", row)), []).append(row)
    answers.require({"psn_no": cases.known("person")})
    for case in np.flatnonzero(~run.closed & cases.known("person")).tolist():
        bill = (cases.text("bill_series", case), cases.text("bill", case))
        same = set(by_bill.get(bill, ())) if bill[1] else set()
        same |= {row for row in by_person.get(cases.text("person", case), ()) if _same_stay(run, claims, case, row)}
        for row in sorted(same):
            paid = int(cases["settled_s" if cases.known("settled_s")[case] else "discharge_s"][case])
            facts = {"claim_id": claims.text("claim", row), "settlement": cases.text("settlement", case)}
            if claims.known("paid_s")[row] and int(claims["paid_s"][row]) < paid:
                hits.append(
                    case_hit(run, case, amounts=fund_of_case(run, case), involves=(facts["claim_id"],), facts=facts)
                )
            else:
                fund = int(claims["fund_fen"][row]) if claims.known("fund_fen")[row] else None
                hits.append(Hit("DENY_SETTLEMENT", "claim", (facts["claim_id"],), place=row, unit=case, involves=(facts["settlement"],),
                                amounts=Amounts(fund_fen=fund), facts=facts))  # fmt: skip
                answers.mark(np.array([case]), State.FINDING, "")
    return Judged(hits, found_cases(answers, hits))


def _same_stay(run: Run, claims: Frame, case: int, row: int) -> bool:
    cases, params = run.cases, run.params
    if cases.text("hospital", case) != claims.text("hospital", row) or not claims.text("hospital", row):
        return False
    slack = params.integer("day_slack")
    for name in ("admission_s", "discharge_s"):
        if not (cases.known(name)[case] and claims.known(name)[row]):
            return False
        if abs(int(cases[name][case]) // DAY - int(claims[name][row]) // DAY) > slack:
            return False
    known = cases.known("total_fen")[case] and claims.known("total_fen")[row]
    return bool(
        known and abs(int(cases["total_fen"][case]) - int(claims["total_fen"][row])) <= params.scaled("fee_slack", 2)
    )
