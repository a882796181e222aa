"""K5: stays of one person against each other, and outpatient settlements against stays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.sequence import Stay, settled_stays, several_stays_of, stays_of_persons

_HOUR = 3600
_NEVER = 1 << 40


def fund_of(known: np.ndarray, values: np.ndarray, row: int) -> Amounts:
    """Exposure: what the funds paid, None where it is not said."""
    return Amounts(fund_fen=int(values[row]) if known[row] else None)


def overlapping_stays(run: Run) -> Judged:
    """Stays of one person at the same time (E03). The later admission is held; hours are those in common."""
    cases, answers, hits = run.cases, Answers(run.cases.rows), []
    exempt = cases.is_any("care", run.params.texts("exempt_med_type"))
    least, inclusive = run.params.ratio("min_overlap_hours") * _HOUR, run.params.flag("inclusive")
    for stays in several_stays_of(run):
        open_stays: list[Stay] = []
        for stay in stays:
            if exempt[stay.case]:
                continue
            open_stays = [other for other in open_stays if other.last_s > stay.first_s]
            common = {other: min(other.last_s, stay.last_s) - stay.first_s for other in open_stays}
            over = [other for other, seconds in common.items() if _reaches(seconds, least, inclusive)]
            if over and not run.closed[stay.case]:
                most = max(common[other] for other in over)
                hits.append(_overlap(run, stay, over, most))
            open_stays.append(stay)
    answers.require({"psn_no": cases.known("person"), "adm_time": cases.known("admission_s"),
                     "dscg_time": cases.known("discharge_s")})  # fmt: skip
    answers.mark(exempt, State.NOT_APPLICABLE, "guard")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _reaches(value: int, least: Fraction, inclusive: bool) -> bool:
    return value > 0 and (value >= least if inclusive else value > least)


def _overlap(run: Run, stay: Stay, over: list[Stay], seconds: int) -> Hit:
    names = sorted(run.cases.text("settlement", other.case) for other in over)
    return Hit(
        run.params.text("outcome"), "case", (run.cases.text("settlement", stay.case),), stay.case, stay.case,
        others=tuple(sorted(other.case for other in over)), involves=tuple(names),
        amounts=fund_of(run.cases.known("fund_fen"), run.cases["fund_fen"], stay.case),
        facts={"overlap_hours": format_scaled(divide(seconds * 100, _HOUR), 2)},
    )  # fmt: skip


def settled_during_stay(run: Run) -> Judged:
    """Outpatient settlements while the person was in hospital (E04). The first and last days do not count."""
    table = run.data.outpatient
    if table is None:
        return not_run(0, "missing:outpatient_settlements", "outpatient")
    answers, hits, edge = Answers(table.rows), [], run.params.integer("edge_days")
    exempt = table.is_any("care", run.params.texts("exempt_med_type")) | table.is_any(
        "disease", run.params.texts("exempt_dise")
    )
    exempt |= table.is_any("refunded", ("1",))
    rows = np.flatnonzero(table.known("person") & table.known("time_s") & ~exempt)
    rows = rows[_may_be_inside(run.cases, table["person"][rows], table["time_s"][rows] // DAY, edge)]
    stays = stays_of_persons(run.cases, np.unique(table["person"][rows]))
    for row, person, day in zip(
        rows.tolist(), table["person"][rows].tolist(), (table["time_s"][rows] // DAY).tolist(), strict=True
    ):
        inside = [
            stay for stay in stays.get(person, ())
            if stay.first_s // DAY + edge <= day <= stay.last_s // DAY - edge and not run.closed[stay.case]
        ]  # fmt: skip
        if inside:
            hits.append(_during(run, row, inside))
    answers.require({"psn_no": table.known("person"), "setl_time": table.known("time_s")})
    answers.mark(exempt, State.NOT_APPLICABLE, "guard")
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    if not run.cases.rows:
        return not_run(table.rows, "missing:cases", "outpatient")
    return Judged(hits, answers, "outpatient")


def _may_be_inside(cases: Frame, person: np.ndarray, day: np.ndarray, edge: int) -> np.ndarray:
    """Which days of persons lie between the first and the last day of all their stays together, less the edges; bool, (n,)."""
    rows = settled_stays(cases)
    own, count = cases["person"][rows], int(max(cases["person"].max(initial=0), person.max(initial=0))) + 1
    first, last = np.full(count, _NEVER), np.full(count, -_NEVER)
    np.minimum.at(first, own, cases["admission_s"][rows] // DAY)
    np.maximum.at(last, own, cases["discharge_s"][rows] // DAY)
    return np.asarray((first[person] + edge <= day) & (day <= last[person] - edge))


def _during(run: Run, row: int, inside: list[Stay]) -> Hit:
    table = run.data.outpatient
    assert table is not None
    here = table.text("hospital", row)
    same = bool(here) and any(run.cases.text("hospital", stay.case) == here for stay in inside)
    account = int(table["account_fen"][row]) if table.known("account_fen")[row] else None
    return Hit(
        "DENY_SETTLEMENT" if same else "HOLD_SETTLEMENT", "outpatient", (table.text("settlement", row),), place=row,
        severity="" if same else "高度可疑", others=tuple(stay.case for stay in inside),
        involves=tuple(sorted(run.cases.text("settlement", stay.case) for stay in inside)),
        amounts=fund_of(table.known("fund_fen"), table["fund_fen"], row),
        facts={"same_institution": same, **({} if account is None else {"account_fen": account})},
    )  # fmt: skip
