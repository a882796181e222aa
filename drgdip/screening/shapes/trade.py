"""K7 and K10 on what is sold: stock, boxes that come back, round sums, prescriptions, terminals, ceilings. Leads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, Units, not_run
from drgdip.screening.shapes.common import day_of, groups_of, number_of
from drgdip.screening.shapes.duplicates import live_sales
from drgdip.screening.shapes.institutions import place_hit, places
from drgdip.screening.shapes.visits import open_visits
from drgdip.screening.shown import decimals, percent

_HOUR, _E6 = 3600, 10**6


def stock_mismatch(run: Run) -> Judged:
    """More units billed to the insurance in a period than the stock could give (O12): ``opening + received − closing``."""
    stock = run.data.table("inventory")
    if stock is None:
        return not_run(0, "missing:inventory", "stock")
    billed: dict[tuple[str, str, str], list[int]] = {}
    for frame in (run.data.lines, run.data.table("outpatient_lines")):
        if frame is None:
            continue
        kept = frame.is_any("item", {stock.text("item", row) for row in range(stock.rows)})
        for row in np.flatnonzero(kept & (frame["net_quantity_e4"] > 0) & frame.known("time_s")).tolist():
            month = day_of(int(frame["time_s"][row]) // DAY).isoformat()[:7]
            one = billed.setdefault((frame.text("hospital", row), frame.text("item", row), month), [0, 0])
            one[0] += int(frame["net_quantity_e4"][row])
            one[1] += int(frame["net_fee_fen"][row])
    answers, hits, tolerance = Answers(stock.rows), list[Hit](), run.params.ratio("tol")
    answers.require(
        {
            field: stock.known(name)
            for field, name in (("open_qty", "opening_e4"), ("in_qty", "received_e4"), ("close_qty", "closing_e4"))
        }
    )
    for row in np.flatnonzero(answers.state == State.PASS).tolist():
        period = stock.text("period", row)
        month = f"{period[:4]}-{period[-2:]}" if period.replace("-", "").isdigit() and len(period) >= 6 else period
        quantity, fee = billed.get((stock.text("hospital", row), stock.text("item", row), month), (0, 0))
        available = int(stock["opening_e4"][row]) + int(stock["received_e4"][row]) - int(stock["closing_e4"][row])
        if stock.known("unit_factor_e6")[row]:
            available = divide(available * int(stock["unit_factor_e6"][row]), _E6)
        if quantity > (1 + tolerance) * available and quantity:
            excess = quantity - available
            facts = {"fixmedins_code": stock.text("hospital", row), "item": stock.text("item", row), "period": month,
                     "billed": format_scaled(quantity, 4), "available": format_scaled(available, 4)}  # fmt: skip
            hits.append(Hit(run.params.text("outcome"), "stock", (facts["fixmedins_code"], facts["item"], month), place=row, facts=facts,
                            amounts=Amounts(excess, divide(fee * excess, quantity), None, None),
                            formula=f"({facts['billed']} − {facts['available']}) × {format_yuan(fee)} / {facts['billed']}"))  # fmt: skip
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "stock")


def recirculated(run: Run) -> Judged:
    """Persons whose boxes are sold again elsewhere, several of them (O08)."""
    table = run.data.trace
    if table is None:
        return not_run(0, "missing:drug_trace", "person")
    params = run.params
    ready = table.known("hospital") & table.known("time_s") & table.known("quantity_e4")
    ready &= ~table.is_any("split_pack", ("1",))
    rows = np.flatnonzero(ready)
    rows = rows[np.lexsort((table["line"][rows], table["document"][rows], table["time_s"][rows]))]
    again: dict[int, list[int]] = {}
    for every in groups_of([table["code"]], rows).values():
        sales = live_sales(table, every)
        later = [row for row in sales[1:] if table["hospital"][row] != table["hospital"][sales[0]]
                 and int(table["time_s"][row]) - int(table["time_s"][sales[0]]) > params.integer("hours") * _HOUR]  # fmt: skip
        if later and table["person"][sales[0]] >= 0:  # whoever bought it again; often no one who is insured
            again.setdefault(int(table["person"][sales[0]]), []).append(later[0])
    rows = rows[table.known("person")[rows] & (table["quantity_e4"][rows] > 0)]
    last = {int(table["person"][row]): row for row in rows.tolist()}  # in time
    persons = sorted(last)
    answers, hits = Answers(len(persons)), list[Hit]()
    for person, boxes in sorted(again.items()):
        if len(boxes) >= params.integer("min_codes"):
            amounts = [int(table["amount_fen"][row]) for row in boxes if table.known("amount_fen")[row]]
            codes = sorted(table.text("code", row) for row in boxes)
            name = str(table.words["person"][person])
            hits.append(Hit(params.text("outcome"), "person", (name,), place=boxes[0], table="drug_trace", others=tuple(boxes), unit=persons.index(person),
                            amounts=Amounts(len(boxes) * 10_000, sum(amounts) if len(amounts) == len(boxes) else None, None, None),
                            facts={"codes": codes, "places": sorted({table.text("hospital", row) for row in boxes})}))  # fmt: skip
            answers.mark(np.array([persons.index(person)]), State.FINDING, "")
    return Judged(hits, answers, "person", units=Units(table="drug_trace", rows=[last[person] for person in persons]))


def _visits(run: Run) -> tuple[Frame, np.ndarray] | None:
    table = run.data.outpatient
    if table is None:
        return None
    answers = open_visits(run, table, {"fixmedins_code": "hospital", "setl_time": "time_s"})
    return table, np.flatnonzero(answers.state == State.PASS)


def prescribing(run: Run) -> Judged:
    """Doctors who prescribe faster than one can, for one pharmacy, or after the sale (O11)."""
    found = _visits(run)
    if found is None:
        return not_run(0, "missing:outpatient_settlements", "doctor")
    table, rows = found
    params, hits = run.params, list[Hit]()
    rows = rows[table.known("doctor")[rows]]
    rows = rows[np.lexsort((table["settlement"][rows], table["time_s"][rows]))]
    doctors = sorted(groups_of([table["doctor"]], rows).items())
    answers = Answers(len(doctors))
    written = np.where(table.known("prescribed_s"), table["prescribed_s"], table["time_s"])
    for place, (_, own) in enumerate(doctors):
        reasons, marked = [], set[int]()
        times = sorted((int(written[row]), row) for row in own)
        start = 0
        for end, (time, _) in enumerate(times):
            while time - times[start][0] >= _HOUR:
                start += 1
            if end - start + 1 > params.integer("n"):
                marked.update(row for _, row in times[start : end + 1])
        if marked:
            reasons.append("per_hour")
        shops: dict[int, list[int]] = {}
        for row in own:
            shops.setdefault(int(table["hospital"][row]), []).append(row)
        most = max(shops.values(), key=len)
        if len(own) >= params.integer("min_n") and len(most) > params.ratio("share") * len(own):
            reasons.append("one_pharmacy")
            marked.update(most)
        late = [
            row for row in own if table.known("prescribed_s")[row] and table["prescribed_s"][row] > table["time_s"][row]
        ]
        if late:
            reasons.append("after_sale")
            marked.update(late)
        if reasons:
            name = table.text("doctor", own[0])
            hits.append(Hit(params.text("outcome"), "doctor", (name,), place=min(marked), table="outpatient_settlements", others=tuple(sorted(marked)), unit=place,
                            amounts=Amounts(fund_fen=_fund_of(table, sorted(marked))),
                            facts={"doctor": name, "reasons": reasons, "prescriptions": len(marked)}))  # fmt: skip
            answers.mark(np.array([place]), State.FINDING, "")
    return Judged(
        hits, answers, "doctor", units=Units(table="outpatient_settlements", rows=[own[-1] for _, own in doctors])
    )


def for_others(run: Run) -> Judged:
    """Places that settle for others (O13): strange terminals or operators, and much more volume once a neighbour has stopped."""
    found = _visits(run)
    if found is None:
        return not_run(0, "missing:outpatient_settlements", "institution")
    table, rows = found
    params, hits = run.params, list[Hit]()
    terminals = {str(key): str(value) for key, value in params.mapping("terminals").items()}
    stops = params.values.get("stops") or ()
    by_place = groups_of([table["hospital"]], rows)
    names = {table.text("hospital", own[0]): own for own in by_place.values()}
    operators: dict[str, set[str]] = {}
    for row in rows.tolist():
        if table.text("operator", row):
            operators.setdefault(table.text("operator", row), set()).add(table.text("hospital", row))
    for name, own in sorted(names.items()):
        foreign = [row for row in own if terminals.get(table.text("terminal", row), name) != name]
        if foreign:
            hits.append(
                _volume(
                    run,
                    table,
                    name,
                    "terminal",
                    foreign,
                    {"terminals": sorted({table.text("terminal", row) for row in foreign})},
                )
            )
        shared = sorted(word for word, found in operators.items() if name in found and len(found) > 1)
        if shared:
            rows_of = [row for row in own if table.text("operator", row) in shared]
            hits.append(_volume(run, table, name, "operator", rows_of, {"operators": shared}))
        for stop in stops:
            if name in {str(place) for place in stop["neighbours"]}:
                hits += _after_stop(run, table, name, own, date.fromisoformat(str(stop["date"])))
    return places({}, hits, sorted(names))


def _fund_of(table: Frame, rows: Sequence[int]) -> int | None:
    """What the funds paid for settlements; None where one of them does not say."""
    return int(table["fund_fen"][list(rows)].sum()) if bool(table.known("fund_fen")[list(rows)].all()) else None


def _volume(run: Run, table: Frame, name: str, reason: str, rows: list[int], facts: dict[str, Any]) -> Hit:
    return place_hit(run, name, reason, {"reason": reason, "settlements": len(rows), **facts}, amounts=Amounts(fund_fen=_fund_of(table, rows)),
                     place=rows[0], table="outpatient_settlements", others=tuple(rows))  # fmt: skip


def _after_stop(run: Run, table: Frame, name: str, rows: list[int], stop: date) -> list[Hit]:
    """Fund of as many days after a neighbour's stop, beyond what the days before it came to."""
    days, first = run.params.integer("days"), number_of(stop)
    day = {row: int(table["time_s"][row]) // DAY for row in rows}
    before = [row for row in rows if first - days <= day[row] < first]
    after = [row for row in rows if first <= day[row] < first + days]
    if not before or len(after) < run.params.ratio("mult") * len(before):
        return []
    funds = [_fund_of(table, part) for part in (before, after)]
    more = None if funds[0] is None or funds[1] is None else max(0, funds[1] - funds[0])
    facts = {"reason": "volume", "ratio": decimals(Fraction(len(after), len(before))), "stop": stop.isoformat()}
    return [place_hit(run, name, f"volume|{stop}", facts, amounts=Amounts(fund_fen=more), place=after[0],
                      table="outpatient_settlements", others=tuple(after))]  # fmt: skip


def up_to_ceiling(run: Run) -> Judged:
    """Persons who spend most of their year's quota at its end, and places with far more of them than others (O05)."""
    found = _visits(run)
    if found is None:
        return not_run(0, "missing:outpatient_settlements", "institution")
    table, rows = found
    params, hits = run.params, list[Hit]()
    quota, end = params.scaled("quota", 2), date.fromisoformat(params.text("year_end"))
    last, first = number_of(end), number_of(end.replace(month=1, day=1))
    rows = rows[table.known("person")[rows] & table.known("fund_fen")[rows]]
    rows = rows[(table["time_s"][rows] // DAY >= first) & (table["time_s"][rows] // DAY <= last)]
    at_end: dict[str, list[bool]] = {}
    for _, own in sorted(groups_of([table["person"]], rows).items()):
        total = sum(int(table["fund_fen"][row]) for row in own)
        late = sum(
            int(table["fund_fen"][row])
            for row in own
            if int(table["time_s"][row]) // DAY > last - params.integer("days")
        )
        reached = total >= params.ratio("end") * quota
        if reached and late > params.ratio("share") * quota:
            name = table.text("person", own[0])
            hits.append(Hit(params.text("outcome"), "person", (name,), place=own[-1], table="outpatient_settlements", others=tuple(own), window=end.isoformat(),
                            amounts=NOTHING, facts={"total_fen": total, "late_fen": late}))  # fmt: skip
        for place in {table.text("hospital", row) for row in own}:
            at_end.setdefault(place, []).append(reached)
    few = dict[str, str]()
    for name, reached_here in sorted(at_end.items()):
        others = [value for place, values in at_end.items() if place != name for value in values]
        if min(len(reached_here), len(others)) < max(1, params.integer("min_n")):
            few[name] = "too_few_persons"
        elif sum(reached_here) * len(others) > params.ratio("oe") * sum(others) * len(reached_here):
            facts = {
                "share": percent(Fraction(sum(reached_here), len(reached_here))),
                "peers": percent(Fraction(sum(others), len(others))),
            }
            hits.append(place_hit(run, name, end.isoformat(), facts, amounts=NOTHING))
    result = places(few, [hit for hit in hits if hit.subject == "institution"], sorted(at_end))
    return Judged(hits, result.answers, "institution", units=result.units)
