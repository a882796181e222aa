"""K7 and K9 on what the agency plans: record quality, procured drugs, outlier items, budgets, draws, hand-overs. No money."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

import numpy as np

from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.institutions import of_institutions, place_hit, places
from drgdip.screening.shapes.stays import tail
from drgdip.screening.shown import decimals, percent

_E6 = 10**6


def record_quality(run: Run) -> Judged:
    """Index of record quality of reviewed cases (G10): ``100 × (1 − Σ w n / N)``; down-coded cases are told to the hospital."""
    table, params = run.data.table("record_reviews"), run.params
    if table is None:
        return not_run(0, "missing:record_reviews", "institution")
    weights, found = params.numbers("weights"), dict[str, dict[str, list[str]]]()
    answers: dict[str, str] = {}
    for row in range(table.rows):
        hospital, error = table.text("hospital", row), table.text("error", row)
        if error and error not in weights and error != "none":
            answers[hospital] = "unknown_error_type"
        own = found.setdefault(hospital, {})
        own.setdefault("all", []).append(table.text("settlement", row))
        own.setdefault(error or "none", []).append(table.text("settlement", row))
        if table.text("direction", row) == "down":
            own.setdefault("down", []).append(table.text("settlement", row))
    hits = []
    for hospital, own in sorted(found.items()):
        number = len(set(own["all"]))
        loss = sum((weight * len(own.get(error, ())) for error, weight in weights.items()), Fraction(0)) / number
        index, down = 100 * (1 - loss), sorted(own.get("down", ()))
        if hospital not in answers and (index < params.ratio("line") or down):
            facts = {"index": decimals(index), "reviewed": number, "down_coded": down}
            hits.append(place_hit(run, hospital, "", facts, amounts=NOTHING))
    return places(answers, hits, sorted(found))


def procured_products(run: Run) -> Judged:
    """Centrally procured products (I10): too little of the contract used, too much of dearer alternatives, a higher price."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    lines, params = run.lines, run.params
    products = {str(code): row for code, row in params.mapping("products").items()}
    contracts = {str(hospital): row for hospital, row in params.mapping("contracts").items()}
    judged = np.flatnonzero(run.judged() & lines.known("hospital") & lines.known("item"))
    groups = grouped([lines["hospital"], lines["item"]], judged)
    names = [(lines.text("hospital", row), lines.text("item", row)) for row in groups.first.tolist()]
    units = dict(zip(names, groups.sums(lines["net_quantity_e4"]).tolist(), strict=True))
    prices = dict(zip(names, groups.largest(lines["price_e6"]).tolist(), strict=True))
    hospitals, hits = sorted({hospital for hospital, _ in units} | set(contracts)), []
    for hospital in hospitals:
        for code, product in sorted(products.items()):
            used = units.get((hospital, code), 0)
            contract = contracts.get(hospital, {}).get(code)
            others = sum(units.get((hospital, str(other)), 0) for other in product.get("alternatives") or ())
            reasons = []
            if contract is not None and used < params.ratio("vol") * params.number("contracts", contract) * 10_000:
                reasons.append("volume")
            if others > params.ratio("alt") * (used + others):
                reasons.append("alternatives")
            if (
                product.get("price") is not None
                and prices.get((hospital, code), 0) > params.number("products", product["price"]) * _E6
            ):
                reasons.append("price")
            if reasons:
                share = percent(Fraction(others, used + others)) if used + others else "—"
                hits.append(
                    place_hit(
                        run, hospital, code, {"item": code, "reasons": reasons, "alternatives": share}, amounts=NOTHING
                    )
                )
    return places({}, hits, hospitals)


def outlier_items(run: Run) -> Judged:
    """Items used far more often than in the same groups elsewhere, without knowing which to look for (I11): leads by amount."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    cases, lines, params = run.cases, run.lines, run.params
    ready = run.judged() & lines.known("item") & (lines["case"] < cases.rows)
    cases_of: dict[str, dict[str, int]] = {}
    for case in np.flatnonzero(~run.closed & cases.known("hospital") & cases.known("group")).tolist():
        own = cases_of.setdefault(cases.text("group", case), {})
        own[cases.text("hospital", case)] = own.get(cases.text("hospital", case), 0) + 1
    in_all = {group: sum(own.values()) for group, own in cases_of.items()}
    tested: list[tuple[Decimal, str, str, Fraction, Fraction, int]] = []
    for item, by_hospital in sorted(_units(run, ready).items()):
        used_in: dict[str, int] = {}
        for by_group in by_hospital.values():
            for group, (quantity, _) in by_group.items():
                used_in[group] = used_in.get(group, 0) + quantity
        for hospital, by_group in sorted(by_hospital.items()):
            observed, expected = Fraction(0), Fraction(0)
            for group, used in used_in.items():  # groups where others use it count, though it is not used here
                here, quantity = cases_of[group].get(hospital, 0), by_group.get(group, [0])[0]
                if not here or in_all[group] - here < max(1, params.integer("min_n")):
                    continue
                observed += Fraction(quantity, 10_000)
                expected += Fraction(used - quantity, 10_000) / (in_all[group] - here) * here
            if 0 < observed <= expected:
                tested.append((Decimal(1), item, hospital, Fraction(1), expected, 0))  # it was tested, too
            elif observed > expected:
                shrunk = (observed + params.integer("shrink")) / (expected + params.integer("shrink"))
                fee, units = (sum(one[part] for one in by_group.values()) for part in (1, 0))
                excess = (observed - expected) * 10_000 * Fraction(fee, units)
                far = shrunk >= params.ratio("least_ratio")
                chance = _chance(observed.numerator // observed.denominator, expected) if far else Decimal(1)
                tested.append((chance, item, hospital, shrunk, expected, divide(excess.numerator, excess.denominator)))
    known = sorted({hospital for own in cases_of.values() for hospital in own})
    return places({}, _leads(run, tested), known)


def _units(run: Run, ready: np.ndarray) -> dict[str, dict[str, dict[str, list[int]]]]:
    """Units and amounts by item, hospital and group, added up on arrays."""
    cases, lines = run.cases, run.lines
    group, hospital = (np.append(cases[name], -1)[lines["case"]] for name in ("group", "hospital"))
    groups = grouped([lines["item"], hospital, group], np.flatnonzero(ready & (group >= 0) & (hospital >= 0)))
    sums = [groups.sums(lines[name]).tolist() for name in ("net_quantity_e4", "net_fee_fen")]
    found: dict[str, dict[str, dict[str, list[int]]]] = {}
    for row, *one in zip(groups.first.tolist(), *sums, strict=True):
        own = found.setdefault(lines.text("item", row), {}).setdefault(str(cases.words["hospital"][hospital[row]]), {})
        own[str(cases.words["group"][group[row]])] = one
    return found


def _chance(count: int, mean: Fraction) -> Decimal:
    """Chance of at least so many: by Poisson, by the normal curve where many are expected."""
    if mean <= 0:
        return Decimal(0)
    if mean < 400 and count < 2000:
        return tail(count, mean)
    return Decimal(repr(math.erfc((count - 0.5 - float(mean)) / math.sqrt(2 * float(mean))) / 2))


def _leads(run: Run, tested: list[tuple[Decimal, str, str, Fraction, Fraction, int]]) -> list[Hit]:
    """Of all that were tested those below the false discovery rate (Benjamini and Hochberg), the largest amounts first."""
    params, limit = run.params, 0
    order = sorted(tested)
    for place, one in enumerate(order, 1):
        if one[0] * len(order) <= Decimal(params.text("q")) * place:
            limit = place
    chosen = sorted((one for one in order[:limit] if one[5] > 0), key=lambda one: (-one[5], one[1], one[2]))[
        : params.integer("most")
    ]
    return [
        place_hit(run, hospital, item, {"item": item, "ratio": decimals(shrunk), "expected": decimals(expected)},
                  amounts=Amounts(None, excess, None, None))
        for _, item, hospital, shrunk, expected, excess in chosen
    ]  # fmt: skip


def budget_growth(run: Run) -> Judged:
    """Next budget of an institution (I12): a base, what its score adds or takes, its volume and its public duties."""
    table, params = run.data.table("inst_facts"), run.params
    if table is None:
        return not_run(0, "missing:inst_facts", "institution")
    answers, hits = Answers(table.rows), []
    answers.require({"score": table.known("score_e4"), "budget": table.known("budget_fen")})
    for name, field in (("volume", "volume_growth"), ("public_health", "public_health")):
        if params.ratio(f"{name}_weight"):
            answers.require({field: table.known(f"{name}_e6")})
    for row in np.flatnonzero(answers.state == State.PASS).tolist():
        score = Fraction(int(table["score_e4"][row]), 10_000)
        by_score = next(
            (
                params.number("bands", value)
                for least, value in params.values["bands"]
                if score >= params.number("bands", least)
            ),
            Fraction(0),
        )
        extra = sum(
            (
                params.ratio(f"{name}_weight") * Fraction(int(table[f"{name}_e6"][row]), _E6)
                for name in ("volume", "public_health")
                if table.known(f"{name}_e6")[row]
            ),
            Fraction(0),
        )
        growth = params.ratio("base") + by_score + extra
        growth = max(params.ratio("least"), min(params.ratio("most"), growth))
        amount = growth * int(table["budget_fen"][row])
        facts: dict[str, Any] = {
            "score": f"{float(score):g}",
            "growth": percent(growth),
            "change_fen": divide(amount.numerator, amount.denominator),
        }
        hits.append(
            place_hit(
                run,
                table.text("hospital", row),
                table.text("period", row),
                facts,
                amounts=NOTHING,
                place=row,
                table="inst_facts",
            )
        )
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return of_institutions(table, answers, hits)


def random_checks(run: Run) -> Judged:
    """A seeded draw of institutions by risk, and of inspectors without a conflict (I13). The same seed gives the same draw."""
    table, params = run.data.table("inst_facts"), run.params
    if table is None:
        return not_run(0, "missing:inst_facts", "institution")
    seed, weights = params.text("seed"), params.numbers("weights")
    names = {table.text("hospital", row): table.text("grade_letter", row) for row in range(table.rows)}
    answers = {name: "missing:credit_grade" for name, grade in names.items() if grade not in weights}

    def rank(name: str) -> tuple[Decimal, str]:
        """An exponential time whose rate is the weight: the first to come are drawn."""
        number = int(sha256(f"{seed}|{name}".encode()).hexdigest(), 16) + 1
        weight = weights[names[name]]
        return -(Decimal(number) / Decimal(16**64)).ln() * weight.denominator / max(1, weight.numerator), name

    drawn = sorted((name for name in names if name not in answers and weights[names[name]] > 0), key=rank)[
        : params.integer("institutions")
    ]
    hits = []
    for name in sorted(drawn):
        free = [
            str(one["name"])
            for one in params.values["inspectors"]
            if name not in {str(place) for place in one.get("conflicts") or ()}
        ]
        order = sorted(free, key=lambda inspector: sha256(f"{seed}|{name}|{inspector}".encode()).hexdigest())
        facts = {"seed": seed, "grade": names[name], "inspectors": sorted(order[: params.integer("inspectors_each")])}
        hits.append(place_hit(run, name, seed, facts, amounts=NOTHING))
    return places(answers, hits, sorted(names))


def hand_over(run: Run) -> Judged:
    """Upheld findings that go to another authority (I17), each packet with its digest."""
    table, params = run.data.table("upheld_findings"), run.params
    if table is None:
        return not_run(0, "missing:upheld_findings", "institution")
    lanes = {str(lane): {str(rule) for rule in rules} for lane, rules in params.mapping("lanes").items()}
    answers, packets = Answers(table.rows), dict[tuple[str, str], list[int]]()
    answers.require({"rule_id": table.known("rule"), "fixmedins_code": table.known("hospital")})
    answers.mark(table.is_any("appeal_open", ("1",)), State.NOT_APPLICABLE, "appeal_open")
    for row in np.flatnonzero(answers.state == State.PASS).tolist():
        for lane, rules in lanes.items():
            if table.text("rule", row) in rules:
                packets.setdefault((table.text("hospital", row), lane), []).append(row)
    hits = []
    for (hospital, lane), rows in sorted(packets.items()):
        total = sum(int(table["amount_fen"][row]) for row in rows)
        if lane == "police" and total < params.scaled("filing_line", 2):
            unsaid = np.array([row for row in rows if not table.known("amount_fen")[row]], dtype=np.int64)
            answers.mark(unsaid, State.NOT_RUN, "missing:amt")
            continue
        keys = sorted(table.text("finding", row) for row in rows)
        facts = {
            "to": lane,
            "findings": keys,
            "packet_digest": sha256("\n".join(keys).encode()).hexdigest(),
            "total_fen": total,
        }
        hits.append(
            place_hit(
                run, hospital, lane, facts, amounts=NOTHING, place=rows[0], table="upheld_findings", others=tuple(rows)
            )
        )
        answers.mark(np.array(rows), State.FINDING, "")
    return of_institutions(table, answers, hits)
