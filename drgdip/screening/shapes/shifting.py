"""K5 around stays: work-up before admission and drugs bought during a stay that the stay should have carried (G04)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, not_run
from drgdip.screening.shapes.common import case_hit, found_cases
from drgdip.screening.shapes.sequence import Stay, stays_of
from drgdip.screening.shapes.visits import fund_of_visit
from drgdip.screening.shown import decimals

_HOUR = 3600


def shifted_costs(run: Run) -> Judged:
    """Outpatient tests just before a stay, drugs of other places during it; and institutions that shift far more than others."""
    visits, lines, params = run.data.outpatient, run.data.table("outpatient_lines"), run.params
    if visits is None or lines is None:
        return not_run(
            run.cases.rows, "missing:outpatient_lines" if visits is not None else "missing:outpatient_settlements"
        )
    cases, hits = run.cases, list[Hit]()
    answers = Answers(cases.rows)
    answers.require(
        {
            "psn_no": cases.known("person"),
            "adm_time": cases.known("admission_s"),
            "dscg_time": cases.known("discharge_s"),
        }
    )
    tests = _with_class(visits, lines, params.texts("test_types"))
    drugs = _with_class(visits, lines, params.texts("drug_types"))
    chronic = visits.starts_with("care", params.texts("exempt_med_types")) | visits.is_any("refunded", ("1",))
    by_person: dict[str, list[int]] = {}
    for row in np.flatnonzero(visits.known("person") & visits.known("time_s") & ~chronic).tolist():
        by_person.setdefault(visits.text("person", row), []).append(row)
    stays = [stay for found in stays_of(run) for stay in found]
    for stay in stays:
        own = by_person.get(cases.text("person", stay.case), ())
        shifted = [row for row in own if (row in tests and _before(visits, row, stay, params.integer("pre_h")))
                   or (row in drugs and _inside(run, visits, row, stay))]  # fmt: skip
        if shifted and not run.closed[stay.case]:
            funds = [fund_of_visit(visits, row) for row in shifted]
            known = [fund for fund in funds if fund is not None]
            names = tuple(sorted(visits.text("settlement", row) for row in shifted))
            hits.append(case_hit(run, stay.case, amounts=Amounts(fund_fen=sum(known) if len(known) == len(funds) else None), involves=names,
                                 facts={"settlements": len(names)}))  # fmt: skip
    answers = found_cases(answers, hits)
    return Judged([*hits, *_own_pay(run), *_spending(run, visits, by_person, stays)], answers)


def _with_class(visits: Frame, lines: Frame, classes: tuple[str, ...]) -> set[int]:
    """Settlements with a line of one of these classes."""
    wanted = lines.is_any("charge_class", classes) & (lines["net_quantity_e4"] > 0)
    names = {lines.text("settlement", row) for row in np.flatnonzero(wanted).tolist()}
    return {row for row in range(visits.rows) if visits.text("settlement", row) in names}


def _before(visits: Frame, row: int, stay: Stay, hours: int) -> bool:
    time = int(visits["time_s"][row])
    if time % DAY == 0 or stay.first_s % DAY == 0:  # one of them is a date without a time: dates are compared
        return 0 <= (stay.first_s // DAY - time // DAY) * DAY <= hours * _HOUR
    return 0 <= stay.first_s - time <= hours * _HOUR


def _inside(run: Run, visits: Frame, row: int, stay: Stay) -> bool:
    day = int(visits["time_s"][row]) // DAY
    elsewhere = visits.text("hospital", row) != run.cases.text("hospital", stay.case)
    return elsewhere and stay.first_s // DAY < day < stay.last_s // DAY


def _own_pay(run: Run) -> list[Hit]:
    """Institutions whose patients pay far more outside coverage than group by group elsewhere: ``Σ own / Σ total × mean``."""
    cases, params = run.cases, run.params
    rows = np.flatnonzero(
        ~run.closed
        & cases.known("own_pay_fen")
        & cases.known("total_fen")
        & cases.known("group")
        & cases.known("hospital")
    )
    totals: dict[str, list[int]] = {}
    own: dict[tuple[str, str], list[int]] = {}
    for case in rows.tolist():
        key = cases.text("hospital", case), cases.text("group", case)
        for sums in (totals.setdefault(key[1], [0, 0, 0]), own.setdefault(key, [0, 0, 0])):
            for place, value in enumerate((1, int(cases["own_pay_fen"][case]), int(cases["total_fen"][case]))):
                sums[place] += value
    found: dict[str, list[Fraction]] = {}
    for (hospital, group), (number, paid, total) in own.items():
        rest = [totals[group][0] - number, totals[group][1] - paid, totals[group][2] - total]
        if rest[0] >= params.integer("min_n") and rest[2] > 0:
            one = found.setdefault(hospital, [Fraction(0), Fraction(0)])
            one[0] += paid
            one[1] += total * Fraction(rest[1], rest[2])
    return [
        Hit("WARN", "institution", (hospital,), window="own_pay", amounts=NOTHING,
            facts={"fixmedins_code": hospital, "reason": "own_pay", "ratio": decimals(paid / due)})
        for hospital, (paid, due) in sorted(found.items()) if due > 0 and paid > params.ratio("oe") * due
    ]  # fmt: skip


def _spending(run: Run, visits: Frame, by_person: dict[str, list[int]], stays: list[Stay]) -> list[Hit]:
    """Institutions whose patients cost more outside around a stay than before payment by case began, as given.

    Days before admission, inner days and days after discharge count, those of admission and discharge do not.
    """
    cases, params, spent = run.cases, run.params, dict[str, list[int]]()
    before = params.numbers("before")
    for stay in stays:
        hospital = cases.text("hospital", stay.case)
        if hospital in before:
            first, last = stay.first_s // DAY, stay.last_s // DAY
            days = {*range(first - params.integer("pre_h") // 24, last + params.integer("post_d") + 1)} - {first, last}
            funds = [fund_of_visit(visits, row) or 0 for row in by_person.get(cases.text("person", stay.case), ())
                     if int(visits["time_s"][row]) // DAY in days]  # fmt: skip
            spent.setdefault(hospital, []).append(sum(funds))
    return [
        Hit("WARN", "institution", (hospital,), window="window", amounts=NOTHING,
            facts={"fixmedins_code": hospital, "reason": "spending_around_stays", "ratio": decimals(Fraction(sum(sums), len(sums) * 100) / before[hospital])})
        for hospital, sums in sorted(spent.items())
        if before[hospital] > 0 and Fraction(sum(sums), len(sums) * 100) > (1 + params.ratio("rise")) * before[hospital]
    ]  # fmt: skip
