"""K7 on institutions under case payment: borders of the multiplier, dumping, basic diseases, scores of DIP supervision."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run, stay_days
from drgdip.screening.data import DAY
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.common import case_hit, found_cases, texts_of
from drgdip.screening.shapes.institutions import place_hit, places
from drgdip.screening.shapes.peers import expected_by_group, shrunken
from drgdip.screening.shapes.sequence import several_stays_of
from drgdip.screening.shown import decimals, percent
from drgdip.screening.statistics import quantile


def hospitals_of(run: Run) -> list[str]:
    """Institutions with cases that may be judged."""
    cases = run.cases
    return texts_of(cases, "hospital", ~run.closed)


def dumping(run: Run) -> Judged:
    """Institutions that send patients away early, to be admitted elsewhere, or whose severe cases have gone (E12)."""
    cases, params, hits = run.cases, run.params, list[Hit]()
    marked = np.zeros(cases.rows, dtype=np.bool_)
    for stays in several_stays_of(run):
        for place, stay in enumerate(stays):
            short = stay.last_s - stay.first_s <= params.integer("hours") * 3600
            ways = cases.text("discharge_way", stay.case) in params.texts("dscg_ways")
            marked[stay.case] = bool(short and ways) and any(
                other.hospital != stay.hospital and 0 <= other.first_s // DAY - stay.last_s // DAY <= params.integer("days")
                and cases.text("principal", other.case)[:3] == cases.text("principal", stay.case)[:3] != ""
                for other in stays[place + 1 :]
            )  # fmt: skip
    told = (
        cases.known("person") & cases.known("admission_s") & cases.known("discharge_s") & cases.known("discharge_way")
    )
    family = [text[:3] if known else "" for text, known in zip(cases.texts("principal"), told.tolist(), strict=True)]
    found = expected_by_group(run, family, marked, params.integer("min_n"))
    for name, one in sorted(found.items()):
        if one.observed >= params.integer("min_observed") and one.observed > params.ratio("oe") * one.expected:
            oe = decimals(one.observed / one.expected) if one.expected else "—"
            facts = {
                "reason": "sent_away",
                "observed": one.observed,
                "expected": decimals(one.expected),
                "oe": oe,
            }
            hits.append(place_hit(run, name, "sent_away", facts, amounts=NOTHING))
    severe, unsaid = _severity(run)
    hits += severe
    few = {
        **dict.fromkeys(unsaid, "missing:age"),
        **{name: "too_few_peers" for name in hospitals_of(run) if name not in found},
    }
    return places(
        {name: why for name, why in few.items() if name not in {hit.keys[0] for hit in hits}}, hits, hospitals_of(run)
    )


def _severity(run: Run) -> tuple[list[Hit], list[str]]:
    """A share of severe cases that fell by more than the limit since the year before, the number of cases being stable.

    Cases of which it is not known count as severe; institutions where that decides are the second answer.
    """
    cases, params, hits, unsaid = run.cases, run.params, list[Hit](), list[str]()
    listed = params.texts("severe_dx")
    for name, before in sorted(params.mapping("year_before").items()):
        rows = [case for case in np.flatnonzero(~run.closed).tolist() if cases.text("hospital", case) == name]
        severe = [case for case in rows if cases["age_e4"][case] >= 800_000
                  or any(code.startswith(listed) for code in cases.codes("diagnoses", case) if listed)]  # fmt: skip
        unknown = len(set(np.flatnonzero(~cases.known("age_e4")).tolist()).intersection(rows) - set(severe))
        was, number = params.number("year_before", before["share"]), params.number("year_before", before["cases"])
        if not rows or number <= 0 or abs(len(rows) - number) > params.ratio("stable") * number:
            continue
        limit = (1 - params.ratio("drop")) * was * len(rows)
        if len(severe) + unknown < limit:
            facts = {
                "reason": "severe_cases",
                "share": percent(Fraction(len(severe) + unknown, len(rows))),
                "before": percent(was),
            }
            hits.append(place_hit(run, str(name), "severe_cases", facts, amounts=NOTHING))
        elif len(severe) < limit:
            unsaid.append(str(name))
    return hits, unsaid


def basic_diseases(run: Run) -> Judged:
    """A level coefficient applied to groups that are paid alike at all levels, and cases recoded away from them (G11)."""
    cases, params, answers, hits = run.cases, run.params, Answers(run.cases.rows), list[Hit]()
    listed = params.texts("groups")
    answers.require({"group": cases.known("group")})
    answers.mark(cases.known("group") & ~cases.is_any("group", listed), State.NOT_APPLICABLE, "not_listed")
    basic = (answers.state == State.PASS) & ~run.closed
    answers.require({"coef": cases.known("coefficient_e6") | ~cases.is_any("group", listed)})
    for case in np.flatnonzero(basic & cases.known("coefficient_e6")).tolist():
        over = int(cases["coefficient_e6"][case]) - 10**6
        if over:
            paid = "points × value"
            fund = 0 if over < 0 else None  # paid too little: told, and no money is asked for
            if over > 0 and cases.known("points_e4")[case] and params.has("point_value"):
                amount = (
                    Fraction(over, 10**6)
                    * Fraction(int(cases["points_e4"][case]), 10_000)
                    * params.ratio("point_value")
                    * 100
                )
                fund = divide(amount.numerator, amount.denominator)
                paid = f"{format_scaled(int(cases['points_e4'][case]), 4)} × {params.text('point_value')} = {format_yuan(fund)}"
            facts = {"group": cases.text("group", case), "coefficient": f"{(over + 10**6) / 10**6:g}"}
            hits.append(
                case_hit(run, case, amounts=Amounts(fund_fen=fund), facts=facts, formula=f"{over / 10**6:g} × {paid}")
            )
    return Judged([*hits, *_recoded(run)], found_cases(answers, hits))


def _recoded(run: Run) -> list[Hit]:
    """Institutions whose share of a neighbouring group among both jumped since the year before."""
    cases, params, hits = run.cases, run.params, list[Hit]()
    for pair in params.values.get("neighbours") or ():
        for name, share in sorted(pair["year_before"].items()):
            rows = [case for case in np.flatnonzero(~run.closed).tolist() if cases.text("hospital", case) == name]
            counts = [
                sum(1 for case in rows if cases.text("group", case) == str(pair[key])) for key in ("group", "neighbour")
            ]
            number, before = sum(counts), params.number("neighbours", share)
            over = Fraction(counts[1]) - number * before
            if (
                number >= params.integer("min_n")
                and over > 0
                and over * over > params.ratio("z") ** 2 * number * before * (1 - before)
            ):
                facts = {
                    "group": str(pair["group"]),
                    "neighbour": str(pair["neighbour"]),
                    "share": percent(Fraction(counts[1], number)),
                    "before": percent(before),
                }
                hits.append(place_hit(run, str(name), f"{pair['group']}|{pair['neighbour']}", facts, amounts=NOTHING))
    return hits


#: Logarithms that differ by less are equal.
_EQUAL = Decimal("1e-20")
#: Gaps of days after discharge, and what an excess of returns in each weighs (proposal of the analytics page).
_GAPS = ((0, 1, Fraction(1)), (2, 7, Fraction(3, 4)), (8, 15, Fraction(1, 2)), (16, 31, Fraction(1, 4)))


def supervision_scores(run: Run) -> Judged:
    """Four scores of the DIP supervision directory as proposals (G07): returns, low standard, long stays, deaths. No money."""
    cases, params, hits = run.cases, run.params, list[Hit]()
    group = [cases.text("group", case) for case in range(cases.rows)]
    if not any(group):
        return not_run(0, "missing:group", "institution")
    least = params.integer("min_n")
    returns = [expected_by_group(run, group, mark, least) for mark in _returns(run)]
    low = (
        expected_by_group(run, group, _found(run, "E06"), least) if "E06" in run.found or cases.has("sign_E06") else {}
    )
    long = expected_by_group(run, group, _long(run, group), least)
    deaths = expected_by_group(run, group, _unlikely_deaths(run, group), least)
    scores: dict[str, dict[str, Fraction]] = {}
    for name in sorted({name for found in (*returns, low, long, deaths) for name in found}):
        own: dict[str, Fraction] = {}
        parts = [(found.get(name), weight) for found, (_, _, weight) in zip(returns, _GAPS, strict=True)]
        own["readmission"] = sum(
            (weight * max(Fraction(0), shrunken(one, 5) - 1) for one, weight in parts if one), Fraction(0)
        )
        for key, found in (("low_standard", low), ("long_stay", long), ("death", deaths)):
            if name in found:
                own[key] = max(Fraction(0), shrunken(found[name]) - 1)
        scores[name] = own
    for name, own in scores.items():
        shown = {key: decimals(value, 3) for key, value in own.items() if value > params.ratio("shown")}
        if shown:
            hits.append(place_hit(run, name, "", {"scores": shown, "proposal": "monitor"}, amounts=NOTHING))
    few = {name: "too_few_peers" for name in hospitals_of(run) if name not in scores}
    return places(few, hits, hospitals_of(run))


def _returns(run: Run) -> list[np.ndarray]:
    """Stays after which the person came back, by the gap of days to the next stay."""
    marks = [np.zeros(run.cases.rows, dtype=np.bool_) for _ in _GAPS]
    for stays in several_stays_of(run):
        for earlier, later in pairwise(stays):
            gap = later.first_s // DAY - earlier.last_s // DAY
            for mark, (low, high, _) in zip(marks, _GAPS, strict=True):
                mark[earlier.case] |= low <= gap <= high
    return marks


def _found(run: Run, rule: str) -> np.ndarray:
    marked = run.cases.matching(f"sign_{rule}", lambda word: word not in ("", "0", "false"))
    for hit in run.found.get(rule, ()):
        if hit.case >= 0:
            marked[hit.case] = True
    return marked


def _unlikely_deaths(run: Run, group: list[str]) -> np.ndarray:
    """Deaths in groups of levels 1 and 2: those whose ``ln(mortality)`` in the batch is at most the mean of all."""
    died = run.cases.is_any("discharge_way", run.params.texts("death_ways"))
    counts: dict[str, list[int]] = {}
    for case in np.flatnonzero(~run.closed).tolist():
        one = counts.setdefault(group[case], [0, 0])
        one[0] += int(died[case])
        one[1] += 1
    logs = {name: (Decimal(deaths) / number).ln() for name, (deaths, number) in counts.items() if name and deaths}
    mean = sum(logs.values(), Decimal(0)) / max(1, len(logs)) + _EQUAL
    low = np.array([name in logs and logs[name] <= mean for name in group], dtype=np.bool_)
    return np.asarray(died & low)


def _long(run: Run, group: list[str]) -> np.ndarray:
    """Stays longer than 95 per cent of the group's stays of the batch."""
    cases = run.cases
    first, last = stay_days(cases)
    days = np.where(cases.known("stay_days"), cases["stay_days"], np.maximum(1, last - first))
    by_group: dict[str, list[int]] = {}
    for case, name in enumerate(group):
        by_group.setdefault(name, []).append(int(days[case]))
    limits = {name: quantile(values, Fraction(95, 100), 1) or 0 for name, values in by_group.items()}
    return np.array([int(days[case]) > limits[name] for case, name in enumerate(group)], dtype=np.bool_)
