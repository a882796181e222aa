"""K7 on areas and patients from elsewhere: cost by origin, flow out of the region, admission rates, joint areas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.hits import Answers, Hit, Judged, State, Units
from drgdip.screening.shapes.duplicates import sold_again
from drgdip.screening.shapes.institutions import place_hit, places
from drgdip.screening.shapes.intervals import overlapping_stays
from drgdip.screening.shapes.sequence import readmission
from drgdip.screening.shapes.stock import days_of_supply
from drgdip.screening.shown import decimals, percent

_CITY = 4


def cost_by_origin(run: Run) -> Judged:
    """Groups that cost an institution's patients from elsewhere much more than its own (X04).

    Costs are measured by the mean of local patients of the same group and age band; Welch's t says whether it is chance.
    """
    cases, params, hits, few = run.cases, run.params, list[Hit](), dict[str, str]()
    ready = (
        ~run.closed
        & cases.known("group")
        & cases.known("total_fen")
        & cases.known("insured_region")
        & cases.known("treated_region")
    )
    local: dict[tuple[str, str], dict[int, list[int]]] = {}
    other: dict[tuple[str, str], dict[int, list[int]]] = {}
    for case in np.flatnonzero(ready & cases.known("hospital")).tolist():
        same = cases.text("insured_region", case)[:_CITY] == cases.text("treated_region", case)[:_CITY]
        key = cases.text("hospital", case), cases.text("group", case)
        band = _band(run, case)
        (local if same else other).setdefault(key, {}).setdefault(band, []).append(int(cases["total_fen"][case]))
    for key in sorted(other):
        means = {band: Fraction(sum(values), len(values)) for band, values in local.get(key, {}).items()}
        own = [value / means[band] for band, values in local.get(key, {}).items() for value in values if means[band]]
        rest = [value / means[band] for band, values in other[key].items() if means.get(band) for value in values]
        if min(len(own), len(rest)) < params.integer("n"):
            few.setdefault(key[0], "too_few_cases")
            continue
        ratio = sum(rest, Fraction(0)) / len(rest)
        chance = welch([float(value) for value in rest], [float(value) for value in own])
        if ratio > params.ratio("r") and chance < float(params.ratio("alpha")):
            facts = {"group": key[1], "ratio": decimals(ratio), "p": f"{chance:.4f}", "cases": len(rest)}
            hits.append(place_hit(run, key[0], key[1], facts, amounts=NOTHING))
    known = sorted({cases.text("hospital", case) for case in range(cases.rows)} - {""})
    seen = {name for name, _ in (*local, *other)}
    few |= {name: "missing:insu_admdvs" for name in known if name not in seen}
    return places({name: why for name, why in few.items() if name not in {hit.keys[0] for hit in hits}}, hits, known)


def _band(run: Run, case: int) -> int:
    """Age band of a case: below 18, to 64, older; all together where the age is not known."""
    if not run.cases.known("age_e4")[case]:
        return -1
    years = int(run.cases["age_e4"][case]) // 10_000
    return sum(years >= limit for limit in (18, 65))


def welch(one: list[float], other: list[float]) -> float:
    """Chance that two means differ as much by chance, two-sided, by Welch's test."""
    means = [sum(values) / len(values) for values in (one, other)]
    spread = [
        sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values)
        for values, mean in zip((one, other), means, strict=True)
    ]
    if sum(spread) <= 0:
        return 0.0 if means[0] != means[1] else 1.0
    t = (means[0] - means[1]) / math.sqrt(sum(spread))
    freedom = sum(spread) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(spread, (one, other), strict=True)
    )
    return _beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def _beta(a: float, b: float, x: float) -> float:
    """Regularized incomplete beta function, by Lentz's continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    value, c, d = 1.0, math.inf, 1.0
    for step in range(1, 400):
        half = step // 2
        if step % 2 == 0:
            part = half * (b - half) * x / ((a + step - 1) * (a + step))
        else:
            part = -(a + half) * (a + b + half) * x / ((a + step - 1) * (a + step))
        d = 1 / (1 + part * d)
        c = 1 + part / c
        value *= c * d
        if abs(1 - c * d) < 1e-14:
            break
    return front * value


def admission_rates(run: Run) -> Judged:
    """Counties with high admission rates, by age and sex as the city is (I03): direct standardization, exact."""
    cases, params, hits = run.cases, run.params, list[Hit]()
    population: dict[str, Mapping[str, Any]] = {str(county): row for county, row in params.mapping("insured").items()}
    bands = sorted({str(band) for row in population.values() for band in row})
    stays: dict[tuple[str, str], int] = {}
    unclear = set[str]()
    for case in np.flatnonzero(~run.closed & cases.known("insured_region")).tolist():
        county, band = cases.text("insured_region", case), _age_sex(run, case)
        if band is None:
            unclear.add(county)
        else:
            stays[county, band] = stays.get((county, band), 0) + 1
    every, population = sorted(population), {county: row for county, row in population.items() if county not in unclear}
    numbers = {
        (county, band): params.number("insured", row[band]) for county, row in population.items() for band in row
    }
    whole = {
        band: sum((numbers.get((county, band), Fraction(0)) for county in population), Fraction(0)) for band in bands
    }
    everyone = sum(whole.values(), Fraction(0))
    rates: dict[str, Fraction] = {}
    for county in sorted(population):
        parts = [
            Fraction(stays.get((county, band), 0)) / numbers[county, band] * whole[band]
            for band in bands
            if numbers.get((county, band))
        ]
        rates[county] = sum(parts, Fraction(0)) / everyone if everyone else Fraction(0)
    city = Fraction(sum(stays.get(key, 0) for key, insured in numbers.items() if insured)) / (everyone or Fraction(1))
    answers, mean = Answers(len(every)), sum(rates.values(), Fraction(0)) / max(1, len(rates))
    variance = sum(((rate - mean) ** 2 for rate in rates.values()), Fraction(0)) / max(1, len(rates) - 1)
    for place, county in enumerate(every):
        if county in unclear:  # neither judged, nor part of what the others are judged by
            answers.mark(np.array([place]), State.NOT_RUN, "missing:age")
            continue
        rate, over = rates[county], rates[county] - mean
        far = over > 0 and variance > 0 and over * over > params.ratio("z") ** 2 * variance
        if far or rate > params.ratio("mult") * city:
            facts = {"rate": percent(rate), "city": percent(city), "ratio": decimals(rate / city)}
            hits.append(Hit(params.text("outcome"), "area", (county,), unit=place, facts=facts))
            answers.mark(np.array([place]), State.FINDING, "")
    return Judged(hits, answers, "area", units=Units(every))


def _age_sex(run: Run, case: int) -> str | None:
    """Band of a person, such as ``65-79|1``, by the bounds that the parameter names."""
    cases = run.cases
    newborn = cases.known("newborn_days")[case]
    if not (cases.known("age_e4")[case] or newborn) or cases.text("sex", case) not in ("1", "2"):
        return None
    years = int(cases["age_e4"][case]) // 10_000 if cases.known("age_e4")[case] else 0
    bounds = [int(run.params.number("age_bounds", bound)) for bound in run.params.values["age_bounds"]]
    low = max((bound for bound in bounds if bound <= years), default=0)
    return f"{low}|{cases.text('sex', case)}"


def joint_area(run: Run) -> Judged:
    """Readmissions, overlapping stays, over-supply and boxes sold twice that only show over the regions together (X06)."""
    data = run.data
    regions: dict[str, str] = {}
    table = data.table("institutions")
    if table is not None:
        regions = {table.text("hospital", row): table.text("region", row)[:_CITY] for row in range(table.rows)}
    cases = data.cases
    for case in range(cases.rows):
        regions.setdefault(cases.text("hospital", case), cases.text("treated_region", case)[:_CITY])
    hits = []
    together = {region for region in regions.values() if region}
    for rule, shape in (("E01", readmission), ("E03", overlapping_stays), ("O04", days_of_supply), ("O07", sold_again)):
        for hit in shape(run).hits if len(together) > 1 else ():
            frame = {
                "case": cases,
                "drug_line": data.drug_lines,
                "outpatient_line": data.table("outpatient_lines"),
                "trace": data.trace,
            }.get(hit.subject)
            if frame is None or hit.outcome == "WARN":  # sent again, or bought at one place only
                continue
            owners = sorted({regions.get(frame.text("hospital", row), "") for row in (hit.place, *hit.others)})
            if len(owners) > 1 and "" not in owners:
                hit.outcome, hit.window = run.params.text("outcome"), f"{rule}|{hit.window}"
                hit.facts = {**hit.facts, "rule": rule, "owners": owners}
                hits.append(hit)
    answers = Answers(cases.rows)
    answers.require({"psn_no": cases.known("person"), "mdtrt_admdvs": cases.known("treated_region"), "adm_time": cases.known("admission_s"),
                     "dscg_time": cases.known("discharge_s"), "main_dx": cases.known("principal")})  # fmt: skip
    answers.mark(np.array([hit.case for hit in hits if hit.case >= 0], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)
