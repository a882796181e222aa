"""K7 on lines by institution: late uploads, packages of tests, the dearest of a family, shares of cost. Leads, no money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame, seconds_between
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Answers, Hit, Judged, State, Subject, Units, not_run
from drgdip.screening.shapes.common import diagnosed, groups_of, month_text, months_of, sum_of, texts_of
from drgdip.screening.shapes.peers import by_institution
from drgdip.screening.shapes.stay import sums_by_case
from drgdip.screening.shown import percent
from drgdip.screening.statistics import exact_median, robust

_HOUR = 3600


def place_hit(run: Run, hospital: str, window: str, facts: dict[str, Any], **other: Any) -> Hit:
    """A hit on an institution with the rule's own outcome."""
    given = {"outcome": run.params.text("outcome"), "subject": "institution", "keys": (hospital,), "window": window,
             "facts": {"fixmedins_code": hospital, **facts}}  # fmt: skip
    return Hit(**{**given, **other})


def places(
    answers: dict[str, str], hits: Sequence[Hit], known: Sequence[str], subject: Subject = "institution"
) -> Judged:
    """Answers of institutions, or areas: those with a hit, those that cannot be judged and why, the others pass."""
    order = sorted({*known, *answers})
    found, result = {hit.keys[0] for hit in hits}, Answers(len(order))
    number = {name: place for place, name in enumerate(order)}
    for hit in hits:
        hit.unit = number.get(hit.keys[0], -1)
    for name, place in number.items():
        if name in answers:
            result.mark(np.array([place]), State.NOT_RUN, answers[name])
        if name in found:
            result.mark(np.array([place]), State.FINDING, "")
    return Judged(list(hits), result, subject, units=Units(order))


def of_institutions(table: Frame, answers: Answers, hits: list[Hit]) -> Judged:
    """Answers of the rows of a table, each of which is about an institution; hits name their row."""
    for hit in hits:
        hit.unit = hit.place
    return Judged(hits, answers, "institution", units=Units(table.texts("hospital")))


def late_uploads(run: Run) -> Judged:
    """Institutions and months with too many lines posted late, and stays whose lines were mostly posted on one day (A07).

    Where one side has no time of day, days are compared (review rules 0.9).
    """
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    lines, params = run.lines, run.params
    judged = run.judged() & lines.known("hospital")
    ready = judged & lines.known("time_s") & lines.known("posted_s")
    known, latest = set(texts_of(lines, "hospital", judged)), params.integer("late_h") * _HOUR
    if not ready.any():
        return places(dict.fromkeys(known, "missing:opt_time"), [], sorted(known))
    late = seconds_between(lines["time_s"], lines["posted_s"]) > latest
    month, hits = months_of(lines["day"]), []
    count = lines["weight"] if lines.has("weight") else np.ones(lines.rows, dtype=np.int64)
    groups = grouped([lines["hospital"], month], np.flatnonzero(ready))
    numbers = zip(groups.first.tolist(), groups.sums(count * late).tolist(), groups.sums(count).tolist(), strict=True)
    for row, found, number in numbers:
        if found > params.ratio("share_max") * number:
            facts = {"reason": "late", "month": month_text(int(month[row])), "share": percent(Fraction(found, number))}
            hits.append(place_hit(run, lines.text("hospital", row), facts["month"], facts))
    bulk, posted = dict[str, int](), lines["posted_s"] // DAY
    for case in np.unique(lines["case"][ready]).tolist():
        first, after = run.data.offsets[case : case + 2].tolist() if case < run.cases.rows else (0, 0)
        own = np.flatnonzero(ready[first:after]) + first
        if len(own) and len(np.unique(lines["day"][own])) > 1:
            most = int(grouped([posted], own).sums(count).max())
            if most > params.ratio("bulk") * int(count[own].sum()):
                name = run.cases.text("hospital", case)
                bulk[name] = bulk.get(name, 0) + 1
    hits += [
        place_hit(run, name, "bulk", {"reason": "bulk", "stays": count})
        for name, count in sorted(bulk.items())
        if count >= params.integer("min_stays")
    ]
    told = set(texts_of(lines, "hospital", ready))
    return places(dict.fromkeys(known - told, "missing:opt_time"), hits, sorted(known))


class _Use(NamedTuple):
    """How often a set of tests was used in one department: admissions, those with it, those of them without ground."""

    admissions: int
    used: int
    groundless: int
    rows: list[int]


def routine_tests(run: Run) -> Judged:
    """Sets of tests that nearly every admission of a department gets within the first hours (C06), or single ones (C13).

    Month by month of discharge, as the page says (institution-month): a batch of two months is two comparisons.

    A lead needs high use here, low use elsewhere, and few indications; ``z`` asks in place of the last two for a robust
    distance from other institutions.
    """
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    cases, params, lines = run.cases, run.params, run.lines
    hits, few = [], dict[str, str]()
    for case in np.flatnonzero(~run.closed & cases.known("hospital") & ~cases.known("discharge_s")).tolist():
        few[cases.text("hospital", case)] = "missing:dscg_time"
    for name, row in sorted(params.mapping("sets").items()):
        uses = _uses(run, tuple(map(str, row["codes"])), tuple(map(str, row.get("indication") or ())))
        for (hospital, department, month), use in sorted(uses.items()):
            others = [
                Fraction(other.used, other.admissions)
                for (place, ward, when), other in uses.items()
                if ward == department and when == month and place != hospital
            ]
            if len(others) < params.integer("min_peers") or use.admissions < params.integer("min_n"):
                few.setdefault(hospital, "too_few_peers")
                continue
            share, peers = Fraction(use.used, use.admissions), exact_median(others)
            if share < params.ratio("pen"):
                continue
            if params.has("z"):
                wanted = robust(others).beyond(share, params.ratio("z"))
            else:
                wanted = peers <= params.ratio("peer") and use.groundless >= params.ratio("noind") * use.used
            if wanted:
                sums = [sum_of(lines, use.rows, f"net_{part}") for part in ("quantity_e4", "fee_fen", "scope_fen")]
                facts = {"set": name, "department": department, "share": percent(share), "peers": percent(peers),
                         "groundless": percent(Fraction(use.groundless, use.used)), "month": month_text(month)}  # fmt: skip
                hits.append(place_hit(run, hospital, f"{name}|{department}|{facts['month']}", facts, lines=tuple(use.rows), place=use.rows[0] if use.rows else -1,
                                      table="fee_lines", amounts=Amounts(sums[0], sums[1], sums[2], None)))  # fmt: skip
    known = sorted({cases.text("hospital", case) for case in np.flatnonzero(~run.closed).tolist()} - {""})
    return places({name: why for name, why in few.items() if name not in {hit.keys[0] for hit in hits}}, hits, known)


def _uses(run: Run, codes: tuple[str, ...], indication: tuple[str, ...]) -> dict[tuple[str, str, int], _Use]:
    """By institution, department and month of discharge."""
    cases, lines = run.cases, run.lines
    hours = run.params.values.get("first_h")
    wanted = run.judged() & lines.is_any("item", codes) & (lines["case"] < cases.rows)
    if hours is not None:
        start = np.append(cases["admission_s"], 0)[lines["case"]]
        wanted &= lines.known("time_s") & (
            seconds_between(start, lines["time_s"]) <= run.params.integer("first_h") * _HOUR
        )
    ground = diagnosed(cases, indication) if indication else np.zeros(cases.rows, dtype=np.bool_)
    by_case = groups_of([lines["case"]], np.flatnonzero(wanted))
    found: dict[tuple[str, str, int], _Use] = {}
    there = np.flatnonzero(~run.closed & cases.known("hospital") & cases.known("discharge_s"))
    months = run.shared.once("months of discharge", lambda: months_of(cases["discharge_s"] // DAY))
    for case in there.tolist():
        key = cases.text("hospital", case), cases.text("department", case), int(months[case])
        one, rows = found.get(key, _Use(0, 0, 0, [])), by_case.get((case,), [])
        whole = {lines.text("item", row) for row in rows} >= set(codes)
        groundless = whole and not ground[case]
        found[key] = _Use(
            one.admissions + 1, one.used + whole, one.groundless + groundless, one.rows + (rows if groundless else [])
        )
    return found


def dearest_of_family(run: Run) -> Judged:
    """Institutions that bill the dearest item of a family far more often than others of their level (C16)."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    lines, params, hits, few = run.lines, run.params, list[Hit](), dict[str, str]()
    for family, row in sorted(params.mapping("families").items()):
        codes = [str(code) for code in row["codes"]]
        top, below = codes[-1], codes[-2]
        prices = [params.number("families", price) for price in row["prices"][-2:]]
        units: dict[str, list[int]] = {}
        listed = run.judged() & lines.is_any("item", codes) & lines.known("hospital")
        for at in np.flatnonzero(listed).tolist():
            one = units.setdefault(lines.text("hospital", at), [0, 0])
            one[0] += int(lines["net_quantity_e4"][at])
            one[1] += int(lines["net_quantity_e4"][at]) if lines.text("item", at) == top else 0
        for names in by_institution(run, dict.fromkeys(units, Fraction(0))).values():
            for name in names:
                rest = [sum(units[other][part] for other in names if other != name) for part in (0, 1)]
                if units[name][0] < params.integer("min_n") * 10_000 or not rest[0]:
                    few.setdefault(name, "too_few_peers")
                    continue
                rate = Fraction(rest[1], rest[0])
                count, expected = Fraction(units[name][0], 10_000), rate * Fraction(units[name][0], 10_000)
                over = Fraction(units[name][1], 10_000) - expected
                spread = count * rate * (1 - rate)
                if over > (params.ratio("oe") - 1) * expected and over * over > params.ratio("z") ** 2 * spread:
                    money = (prices[1] - prices[0]) * over * 100
                    facts = {
                        "family": family,
                        "share": percent(Fraction(units[name][1], units[name][0])),
                        "peers": percent(rate),
                        "next": below,
                    }
                    hits.append(
                        place_hit(
                            run,
                            name,
                            family,
                            facts,
                            amounts=Amounts(None, divide(money.numerator, money.denominator), None, None),
                        )
                    )
    known = texts_of(lines, "hospital", run.judged())
    return places({name: why for name, why in few.items() if name not in {hit.keys[0] for hit in hits}}, hits, known)


def cost_shares(run: Run) -> Judged:
    """Shares of drugs, tests, consumables and others far above institutions of the level, and unplanned returns (I04)."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    cases, lines, params, hits = run.cases, run.lines, run.params, list[Hit]()
    departments = params.flag("by_department")
    judged = run.judged() & lines.known("hospital") & (lines["case"] < cases.rows)
    few: dict[str, str] = {}
    ward = cases["department"] if departments else np.zeros(cases.rows, dtype=np.int64)
    wards = grouped([ward, cases["hospital"]], np.arange(cases.rows))
    wholes = wards.sums(sums_by_case(run, judged)).tolist()
    names = [(cases.text("department", case) if departments else "", cases.text("hospital", case))
             for case in wards.first.tolist()]  # fmt: skip
    # So few institutions that none has peers enough: what their shares are does not matter.
    alone = len({hospital for _, hospital in names}) <= params.integer("min_peers")
    for indicator, row in sorted(params.mapping("indicators").items()):
        shares_of: dict[str, dict[str, Fraction]] = {}
        of_part = wholes if alone else wards.sums(sums_by_case(run, judged & _of_indicator(run, row))).tolist()
        for (department, hospital), whole, own in zip(names, wholes, of_part, strict=True):
            if whole:
                shares_of.setdefault(department, {})[hospital] = Fraction(own, whole)
        for department, shares in sorted(shares_of.items()):
            hits += _outstanding(run, shares, f"{indicator}|{department}" if department else indicator, few)
    returned = _returned(run)
    hits += _outstanding(
        run, {name: Fraction(back, stays) for name, (stays, back) in returned.items()}, "readmission_31", few
    )
    known = texts_of(cases, "hospital", np.arange(cases.rows))
    return places({name: why for name, why in few.items() if name not in {hit.keys[0] for hit in hits}}, hits, known)


def _of_indicator(run: Run, row: Mapping[str, Any]) -> np.ndarray:
    """Lines of the classes and items that an indicator is about; bool, (n,)."""
    types, codes = (tuple(map(str, row.get(key) or ())) for key in ("types", "codes"))
    return run.lines.is_any("charge_class", types) | run.lines.is_any("item", codes)


def _outstanding(run: Run, shares: dict[str, Fraction], name: str, few: dict[str, str]) -> list[Hit]:
    hits = []
    for level, names in by_institution(run, shares).items():
        for place in names:
            others = [shares[other] for other in names if other != place]
            if len(others) < run.params.integer("min_peers"):
                few.setdefault(place, "too_few_peers")
                continue
            peers = robust(others)
            if peers.deviation and peers.beyond(shares[place], run.params.ratio("z")):
                facts = {
                    "indicator": name,
                    "share": percent(shares[place]),
                    "median": percent(peers.median),
                    "z": peers.score(shares[place]),
                    "level": level,
                }
                hits.append(place_hit(run, place, name, facts, amounts=NOTHING))
    return hits


def _returned(run: Run) -> dict[str, tuple[int, int]]:
    """Stays of each institution, and those after which the person was back within 31 days without a plan."""
    from drgdip.screening.shapes.sequence import stays_of

    cases, found = run.cases, dict[str, tuple[int, int]]()
    planned = cases.known("planned_purpose") & ~cases.is_any("planned_flag", ("0",))
    for stays in stays_of(run):
        for place, stay in enumerate(stays):
            after = stays[place + 1].first_s // DAY - stay.last_s // DAY if place + 1 < len(stays) else None
            back = after is not None and 0 <= after <= 31 and not planned[stay.case]
            name = cases.text("hospital", stay.case)
            one = found.get(name, (0, 0))
            found[name] = one[0] + 1, one[1] + back
    return found
