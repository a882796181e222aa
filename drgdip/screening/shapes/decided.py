"""K4 and K9 on what was decided: points of doctors, limits of persons, samples, and what hospitals returned themselves."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

import numpy as np

from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State, Units, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import day_of, groups_of
from drgdip.screening.shapes.institutions import place_hit

#: 90 per cent of normal values lie above the mean less this many standard errors.
_LOWER90 = Decimal("1.2816")


def staff_points(run: Run) -> Judged:
    """Points of doctors in a calendar year by final decisions (I06): of one event the highest; study repairs some."""
    table, params = run.data.table("upheld_findings"), run.params
    if table is None:
        return not_run(0, "missing:upheld_findings", "doctor")
    final = (
        table.known("doctor") & table.known("points_e4") & table.known("time_s") & ~table.is_any("appeal_open", ("1",))
    )
    years = {row: day_of(int(table["time_s"][row]) // DAY).year for row in np.flatnonzero(final).tolist()}
    events: dict[tuple[str, int], dict[str, int]] = {}
    for row, year in years.items():
        own = events.setdefault((table.text("doctor", row), year), {})
        event = table.text("event", row) or table.text("finding", row)
        own[event] = max(own.get(event, 0), int(table["points_e4"][row]))
    repairs = params.numbers("study")
    unsaid = {
        (table.text("doctor", row), day_of(int(table["time_s"][row]) // DAY).year)
        for row in np.flatnonzero(table.known("doctor") & table.known("time_s") & ~table.known("points_e4")).tolist()
        if table.text("appeal_open", row) != "1"
    }
    events = {**{key: {} for key in unsaid}, **events}
    last: dict[tuple[str, int], int] = {}
    for row in np.flatnonzero(table.known("doctor") & table.known("time_s")).tolist():
        key = table.text("doctor", row), day_of(int(table["time_s"][row]) // DAY).year
        last[key] = max(row, last.get(key, row), key=lambda one: (int(table["time_s"][one]), one))
    answers, hits = Answers(len(events)), list[Hit]()
    for place, ((doctor, year), own) in enumerate(sorted(events.items())):
        study = min(repairs.get(f"{doctor}|{year}", Fraction(0)), params.ratio("most_study"))
        points = max(Fraction(0), Fraction(sum(own.values()), 10_000) - study)
        at_once = max(own.values(), default=0) >= params.integer("terminate") * 10_000
        measure = (
            "terminate_3_years"
            if at_once
            else "terminate"
            if points >= params.integer("terminate")
            else "suspend"
            if points >= params.integer("suspend")
            else ""
        )
        if measure:
            rows = [row for row, one in years.items() if one == year and table.text("doctor", row) == doctor]
            hits.append(Hit(params.text("outcome"), "doctor", (doctor,), window=str(year), place=min(rows), table="upheld_findings", others=tuple(rows), unit=place,
                            facts={"doctor": doctor, "year": str(year), "points": f"{float(points):g}", "measure": measure}))  # fmt: skip
            answers.mark(np.array([place]), State.FINDING, "")
        elif (doctor, year) in unsaid:
            answers.mark(np.array([place]), State.NOT_RUN, "missing:points")
    return Judged(
        hits, answers, "doctor", units=Units(table="upheld_findings", rows=[last[key] for key in sorted(events)])
    )


def sample_extrapolated(run: Run) -> Judged:
    """A seeded sample of an institution's period (I05): who is drawn, and, once reviewed, what it comes to for the year.

    ``R = Σ denied / Σ fund`` of the sample; total ``R × fund of the year``; ``SE = N √((1 − f) / n) s_e``. The stratum of
    the largest settlements is reviewed whole and never extrapolated.
    """
    cases, params = run.cases, run.params
    estimate = params.text("estimate")
    if estimate not in ("point", "lower90"):
        raise wrong_choice(params.rule, "estimate", estimate, ("point", "lower90"))
    ready = ~run.closed & cases.known("hospital") & cases.known("fund_fen")
    reviews = run.data.table("sample_reviews")
    denied: dict[str, int] = {}
    for row in np.flatnonzero(reviews.known("denied_fen")).tolist() if reviews is not None else ():
        assert reviews is not None
        denied[reviews.text("settlement", row)] = int(reviews["denied_fen"][row])
    places = sorted(groups_of([cases["hospital"]], np.flatnonzero(ready)).items())
    answers, hits = Answers(len(places)), list[Hit]()
    for place, (_, rows) in enumerate(places):
        hospital = cases.text("hospital", rows[0])
        top = params.scaled("top_fund", 2) if params.has("top_fund") else None
        whole = [case for case in rows if top is not None and cases["fund_fen"][case] >= top]
        rest = [case for case in rows if case not in set(whole)]
        drawn = _draw(run, hospital, rest)
        names = [cases.text("settlement", case) for case in drawn]
        reviewed = [case for case, name in zip(drawn, names, strict=True) if name in denied]
        facts = {"population": len(rest), "sample": len(drawn), "seed": _seed(run, hospital, rest), "drawn": names}
        amounts = NOTHING
        complete = len(reviewed) == len(drawn) and all(cases.text("settlement", case) in denied for case in whole)
        if complete and (len(drawn) > 1 or not rest):
            total, spread, ratio = _estimate(run, hospital, rest, drawn, denied) if rest else (0, 0, Fraction(0))
            exact = sum(denied.get(cases.text("settlement", case), 0) for case in whole)
            chosen = total if estimate == "point" else max(0, total - spread)
            amounts = Amounts(fund_fen=chosen + exact)
            facts |= {"ratio": f"{float(ratio):.6g}", "point_fen": total, "lower90_fen": max(0, total - spread)}
        elif reviewed:
            answers.mark(np.array([place]), State.NOT_RUN, "sample_not_reviewed")
        hits.append(place_hit(run, hospital, params.text("period"), facts, unit=place, outcome=params.text("outcome") if amounts is not NOTHING else "SELECT",
                              amounts=amounts, place=rows[0], table="cases", others=tuple(drawn)))  # fmt: skip
        answers.mark(np.array([place]), State.FINDING, "")
    units = Units([cases.text("hospital", rows[0]) for _, rows in places])
    return Judged(hits, answers, "institution", units=units)


def _seed(run: Run, hospital: str, rows: list[int]) -> str:
    """``SHA256(institution | period | digest of the population)``, to be published before the review."""
    names = sorted(run.cases.text("settlement", case) for case in rows)
    population = sha256("\n".join(names).encode()).hexdigest()
    return sha256(f"{hospital}|{run.params.text('period')}|{population}".encode()).hexdigest()


def _draw(run: Run, hospital: str, rows: list[int]) -> list[int]:
    """The settlements whose hashes under the seed are smallest: the same draw for everyone, in any order of rows."""
    seed, rate = _seed(run, hospital, rows), run.params.ratio("rate") * len(rows)
    number = min(len(rows), max(-(-rate.numerator // rate.denominator), run.params.integer("n_min")))
    return sorted(rows, key=lambda case: sha256(f"{seed}|{run.cases.text('settlement', case)}".encode()).hexdigest())[
        :number
    ]


def _estimate(
    run: Run, hospital: str, rows: list[int], drawn: list[int], denied: dict[str, int]
) -> tuple[int, int, Fraction]:
    """Estimate for the year less what is denied already, 1.2816 standard errors, both in fen, and the ratio."""
    cases, size, number = run.cases, len(rows), len(drawn)
    funds = [int(cases["fund_fen"][case]) for case in drawn]
    found = [denied[cases.text("settlement", case)] for case in drawn]
    ratio = Fraction(sum(found), sum(funds)) if sum(funds) else Fraction(0)
    year = run.params.numbers("year_fund").get(hospital)
    fund = year * 100 if year is not None else Fraction(sum(int(cases["fund_fen"][case]) for case in rows))
    already = run.params.numbers("already_denied").get(hospital, Fraction(0)) * 100
    errors = [one - ratio * paid for one, paid in zip(found, funds, strict=True)]
    mean = sum(errors, Fraction(0)) / number
    variance = (
        sum(((error - mean) ** 2 for error in errors), Fraction(0))
        / (number - 1)
        * (1 - Fraction(number, size))
        / number
    )
    spread = Decimal(size) * (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt() * _LOWER90
    total = ratio * fund - already
    return (
        max(0, divide(total.numerator, total.denominator)),
        int(spread.to_integral_value(rounding="ROUND_HALF_UP")),
        ratio,
    )
