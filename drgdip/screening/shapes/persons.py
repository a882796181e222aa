"""K4 and K7 over what was found: facts of a person that cannot both be true, and findings that add up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from drgdip.screening.context import Run
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State
from drgdip.screening.shapes.common import case_hit, diagnoses_of, found_cases, fund_of_case, groups_of, texts_by_key
from drgdip.screening.shapes.sequence import Stay, stays_of
from drgdip.screening.shapes.visits import fund_of_visit

_HOUR = 3600


def contradictory_history(run: Run) -> Judged:
    """Facts of one person that cannot both be true (E13): an organ removed twice, a blood type that changed and others."""
    cases, params, hits = run.cases, run.params, list[Hit]()
    once, after = texts_by_key(run, "once_only"), params.mapping("impossible_after")
    answers = Answers(cases.rows)
    answers.require(
        {
            "psn_no": cases.known("person"),
            "adm_time": cases.known("admission_s"),
            "dscg_time": cases.known("discharge_s"),
        }
    )
    for stays in stays_of(run):
        for place, stay in enumerate(stays):
            reasons: dict[str, Stay] = {}
            for earlier in stays[:place]:
                for reason in _against(run, earlier, stay, once, after):
                    reasons.setdefault(reason, earlier)
            if cases.known("face_e6")[stay.case] and cases["face_e6"][stay.case] < params.ratio("face") * 10**6:
                reasons["face"] = stay
            if reasons and not run.closed[stay.case]:
                involved = sorted(
                    {cases.text("settlement", other.case) for other in reasons.values()}
                    - {cases.text("settlement", stay.case)}
                )
                hits.append(case_hit(run, stay.case, amounts=fund_of_case(run, stay.case), involves=tuple(involved),
                                     others=tuple(sorted({other.case for other in reasons.values()})), facts={"reasons": sorted(reasons)}))  # fmt: skip
    answers = found_cases(answers, hits)
    return Judged([*hits, *_two_cities(run)], answers)


def _against(
    run: Run, earlier: Stay, later: Stay, once: Mapping[str, tuple[str, ...]], after: Mapping[str, Any]
) -> list[str]:
    cases = run.cases
    before, now = cases.codes("operations", earlier.case), cases.codes("operations", later.case)
    found = []
    for organ, prefixes in sorted(once.items()):
        if not any(code.startswith(prefixes) for code in before):
            continue
        if any(code.startswith(prefixes) for code in now):
            found.append(f"removed_twice:{organ}")
        rule = after.get(organ) or {}
        barred = {key: tuple(map(str, rule.get(key) or ())) for key in ("operations", "diagnoses")}
        if any(barred["operations"] and code.startswith(barred["operations"]) for code in now) or any(
            barred["diagnoses"] and code.startswith(barred["diagnoses"]) for code in diagnoses_of(cases, later.case)
        ):
            found.append(f"after_removal:{organ}")
    types = cases.text("blood_type", earlier.case), cases.text("blood_type", later.case)
    if all(types) and types[0] != types[1]:
        found.append("blood_type")
    return found


def _two_cities(run: Run) -> list[Hit]:
    """Outpatient settlements of one person in two cities within too short a time: the later one is held."""
    table = run.data.outpatient
    if table is None:
        return []
    hours, hits = run.params.integer("cities_hours"), []
    ready = table.known("person") & table.known("time_s") & table.known("treated_region") & (table["time_s"] % DAY != 0)
    rows = np.flatnonzero(ready & ~table.is_any("refunded", ("1",)))
    rows = rows[np.lexsort((table["settlement"][rows], table["time_s"][rows]))]
    for _, found in sorted(groups_of([table["person"]], rows).items()):
        for earlier, later in pairwise(found):
            cities = [table.text("treated_region", row)[:4] for row in (earlier, later)]
            if cities[0] != cities[1] and int(table["time_s"][later]) - int(table["time_s"][earlier]) <= hours * _HOUR:
                from drgdip.screening.shapes.visits import visit_hit

                hits.append(visit_hit(run, table, later, fund_of_visit(table, later), outcome="HOLD_SETTLEMENT",
                                      involves=(table.text("settlement", earlier),), facts={"reasons": ["two_cities"], "cities": cities}))  # fmt: skip
    return hits


def weighed_findings(run: Run) -> Judged:
    """Stays for which findings and signs add up to a false admission (E07): for investigation, never denied."""
    cases, params, answers, hits = run.cases, run.params, Answers(run.cases.rows), list[Hit]()
    weights = {name: int(weight) for name, weight in params.numbers("weights").items()}
    found = {name: _cases_of(run, name) for name in weights}
    crowded, counted = crowded_stays(run, run.params.ratio("occupancy")), with_beds(run)
    unknown = {
        "no_cash": ("psn_cash_pay", ~cases.known("cash_fen")),
        "occupancy": ("beds", ~counted),
        "E04": _purchases_unknown(run),
    }
    for case in np.flatnonzero(~run.closed).tolist():
        signs = [
            name for name in sorted(weights)
            if case in found[name] or cases.text(f"sign_{name}", case) not in ("", "0", "false")
            or (name == "no_cash" and cases.known("cash_fen")[case] and cases["cash_fen"][case] == 0)
            or (name == "occupancy" and case in crowded)
        ]  # fmt: skip
        score = sum(weights[name] for name in signs)
        if score >= params.integer("threshold"):
            hits.append(case_hit(run, case, amounts=fund_of_case(run, case), facts={"score": score, "signs": signs},
                                 formula=" + ".join(f"{name} {weights[name]}" for name in signs)))  # fmt: skip
            continue
        open_signs = [name for name in unknown if name in weights and name not in signs and unknown[name][1][case]]
        if score + sum(weights[name] for name in open_signs) >= params.integer("threshold"):
            answers.mark(np.array([case]), State.NOT_RUN, f"missing:{unknown[open_signs[0]][0]}")
    absent = sorted(
        name for name in weights if name[1:].isdigit() and name not in run.found and not cases.has(f"sign_{name}")
    )
    if absent:
        answers.mark(np.ones(cases.rows, dtype=np.bool_), State.NOT_RUN, f"rules_not_run:{'+'.join(absent)}")
    return Judged(hits, found_cases(answers, hits))


def _cases_of(run: Run, rule: str) -> set[int]:
    """Cases that a rule's findings are about: their own, and the stays during which an outpatient settlement lies."""
    found = set[int]()
    for hit in run.found.get(rule, ()):
        if rule == "C15" and hit.facts.get("reason") != "no_report":
            continue
        if hit.case >= 0:
            found.add(hit.case)
        elif hit.subject == "institution" and hit.table == "cases":
            found.update(hit.others)
        elif rule == "E04":
            found.update(case for case in hit.others if _bought_in_another_city(run, hit.place, case))
    return found


def _purchases_unknown(run: Run) -> tuple[str, np.ndarray]:
    """Of which stays it is not known whether something was bought in another city meanwhile: the field, and bool (cases,)."""
    visits, found = run.data.outpatient, np.zeros(run.cases.rows, dtype=np.bool_)
    if (
        run.cases.has("sign_E04") or "E04" not in run.found
    ):  # said by the batch, or the rule has not run, which is told below
        return "outpatient_settlements", found
    if visits is None:
        return "outpatient_settlements", ~found
    for hit in run.found.get("E04", ()):
        if hit.case < 0 and visits.text("care", hit.place) in run.params.texts("pharmacy_types"):
            here = bool(visits.text("treated_region", hit.place))
            open_ = [case for case in hit.others if not here or not run.cases.text("treated_region", case)]
            found[open_] = True
    return "mdtrt_admdvs", found


def _bought_in_another_city(run: Run, visit: int, case: int) -> bool:
    """Whether a settlement during a stay is a pharmacy's in another city; one whose city is not known is not."""
    table = run.data.outpatient
    if table is None or table.text("care", visit) not in run.params.texts("pharmacy_types"):
        return False
    cities = [table.text("treated_region", visit)[:4], run.cases.text("treated_region", case)[:4]]
    return all(cities) and cities[0] != cities[1]


def with_beds(run: Run) -> np.ndarray:
    """Stays of hospitals whose beds are known; bool, (cases,)."""
    beds, cases = run.data.table("institutions"), run.cases
    if beds is None:
        return np.zeros(cases.rows, dtype=np.bool_)
    names = [beds.text("hospital", row) for row in np.flatnonzero(beds.known("beds")).tolist()]
    return cases.is_any("hospital", names)


def crowded_stays(run: Run, share: Fraction) -> set[int]:
    """Stays that began on a day on which their hospital had too many patients for its beds."""
    return run.shared.once(("crowded", share), lambda: _crowded_stays(run, share))


def _crowded_stays(run: Run, share: Fraction) -> set[int]:
    beds, cases = run.data.table("institutions"), run.cases
    if beds is None:
        return set()
    limit = {beds.text("hospital", row): int(beds["beds"][row]) for row in range(beds.rows) if beds.known("beds")[row]}
    changes: dict[str, dict[int, int]] = {}
    stays = [stay for found in stays_of(run, nameless=True) for stay in found]
    for stay in stays:
        own = changes.setdefault(cases.text("hospital", stay.case), {})
        first, last = stay.first_s // DAY, stay.last_s // DAY
        own[first] = own.get(first, 0) + 1
        own[max(last, first + 1)] = own.get(max(last, first + 1), 0) - 1
    counts: dict[tuple[str, int], int] = {}
    for hospital, own in changes.items():
        inside = 0
        for day in sorted(own):
            inside += own[day]
            counts[hospital, day] = inside
    return {
        stay.case for stay in stays
        if (name := cases.text("hospital", stay.case)) in limit and counts[name, stay.first_s // DAY] > share * limit[name]
    }  # fmt: skip
