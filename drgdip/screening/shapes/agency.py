"""K7 and K9 on what the agency plans: record quality, procured drugs, budgets, draws, hand-overs. No money."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

import numpy as np

from drgdip.screening.amounts import NOTHING
from drgdip.screening.context import Run
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Answers, Judged, State, not_run
from drgdip.screening.shapes.institutions import of_institutions, place_hit, places
from drgdip.screening.shown import percent

_E6 = 10**6


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
