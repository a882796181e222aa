"""K4 with a state: drugs that a person still has when more are bought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, Subject, not_run
from drgdip.screening.shapes.common import numbered
from drgdip.screening.shapes.sequence import Stay, stays_of
from drgdip.screening.words import Words

#: Quantity e4 times days per unit e4: days at eight places.
_E8 = 10**8
_E4 = 10**4


def days_of_supply(run: Run) -> Judged:
    """Purchases that lift a person's supply of a drug group above its ceiling (D01, O04). Only allowed supply is stock.

    ``by_institution`` (fixed) keeps the stock of each institution apart. Without the table ``drug_lines`` the rule reads
    ``outpatient_lines``, with drug groups and days of supply as the list ``drug_groups`` and ``prd_days`` give them.
    """
    found = purchases_of(run)
    if found is None:
        return not_run(0, "missing:drug_lines", "drug_line")
    table, subject = found
    answers = purchase_answers(run, table)
    rows = np.flatnonzero((answers.state == State.PASS) & (table["quantity_e4"] > 0))
    hits = over_supplied(run, table, rows, subject)
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, subject)


def purchases_of(run: Run) -> tuple[Frame, Subject] | None:
    """The table of purchases and its kind of row; None where neither is there."""
    table, lines = run.data.drug_lines, run.data.table("outpatient_lines")
    if table is not None:
        return table, "drug_line"
    if lines is None or not run.params.has("drug_groups"):
        return None
    groups = run.params.mapping("drug_groups")
    names, number = run.params.once(
        "groups", "drug_groups", lambda: numbered({str(code): str(name) for code, name in groups.items()})
    )
    group = lines.looked_up("item", number, -1)
    net = {name: lines[f"net_{name}"] for name in ("quantity_e4", "fee_fen", "scope_fen")}
    frame = lines.with_values(drug_group=group, **net)
    frame.words["drug_group"] = Words(names)
    return frame.known_where("drug_group", group >= 0), "outpatient_line"


def purchase_answers(run: Run, table: Frame) -> Answers:
    """Purchases of other kinds of care do not count; those that lack a field are not judged."""
    answers, wanted = Answers(table.rows), table.starts_with("care", run.params.texts("med_types"))
    needed = {"psn_no": "person", "fee_ocur_time": "time_s", "cnt": "quantity_e4", "fixmedins_code": "hospital"}
    answers.require({name: table.known(column) for name, column in needed.items()})
    answers.require({"days_per_unit": table.known("days_per_unit_e4") | table.known("supply_days_e4")})
    if run.data.drug_lines is not None:
        answers.require({"drug_group": table.known("drug_group")})
    answers.mark(~table.known("care"), State.NOT_RUN, "missing:med_type")
    answers.settle(~table.known("drug_group") & (run.data.drug_lines is None), State.NOT_APPLICABLE, "not_listed")
    answers.settle(table.known("care") & ~wanted, State.NOT_APPLICABLE, "other_care")
    return answers


def over_supplied(run: Run, table: Frame, rows: np.ndarray, subject: Subject) -> list[Hit]:
    """Hits of all sequences: one person, one drug group, and one institution where they are kept apart."""
    order = np.lexsort((table["line"][rows], table["time_s"][rows], table["drug_group"][rows], table["person"][rows]))
    apart = str(run.params.values.get("by_institution", "")) in ("True", "true")
    sequences: dict[tuple[int, int, int], list[int]] = {}
    for row in rows[order].tolist():
        place = int(table["hospital"][row]) if apart else 0
        sequences.setdefault((int(table["person"][row]), int(table["drug_group"][row]), place), []).append(row)
    stays = {run.cases.text("person", found[0].case): found for found in stays_of(run)}
    return [hit for key in sorted(sequences) for hit in _purchases(run, table, sequences[key], stays, subject)]


def supply_of(table: Frame, row: int) -> tuple[int, int]:
    """Days of a purchase and of its smallest pack, at eight places."""
    quantity = int(table["quantity_e4"][row])
    if table.known("days_per_unit_e4")[row]:
        each = int(table["days_per_unit_e4"][row])
        return quantity * each, each * _E4
    days = int(table["supply_days_e4"][row]) * _E4
    return days, divide(days * _E4, quantity)


def _purchases(run: Run, table: Frame, rows: list[int], stays: Mapping[str, list[Stay]], subject: Subject) -> list[Hit]:
    params, hits = run.params, []
    stock, before = 0, int(table["time_s"][rows[0]]) // DAY
    carry, lookback = params.integer("carry_days"), params.integer("lookback_days")
    inside = stays.get(table.text("person", rows[0]), [])
    for place, row in enumerate(rows):
        day = int(table["time_s"][row]) // DAY
        stock = max(0, stock - (day - before - _in_hospital(inside, before, day)) * _E8)
        ceiling = (_most_days(run, table, row) + carry) * _E8
        supply, pack = supply_of(table, row)
        excess = min(supply, max(0, stock + supply - ceiling))
        # An excess of at most one smallest pack cannot be helped (review rules 0.14): it is stock then.
        if excess <= pack:
            excess = 0
        if excess:
            recent = [other for other in rows[: place + 1] if day - int(table["time_s"][other]) // DAY <= lookback]
            hits.append(_too_much(run, table, row, recent, stock, supply, excess, ceiling, subject))
        stock, before = stock + supply - excess, day
    return hits


def _in_hospital(stays: list[Stay], first: int, last: int) -> int:
    """Days between two purchases on which the person was in hospital: the own stock is not used then."""
    found = {
        day
        for stay in stays
        for day in range(max(first, stay.first_s // DAY), min(last, stay.last_s // DAY))
    }  # fmt: skip
    return len(found)


def _most_days(run: Run, table: Frame, row: int) -> int:
    listed: Mapping[str, Any] = run.params.mapping("max_days")
    care = table.text("care", row)
    for key in (table.text("drug_group", row), *(care[:length] for length in range(len(care), 0, -1)), "*"):
        if key in listed:
            return int(run.params.number(f"max_days.{key}", listed[key]))
    return int(run.params.number("max_days.*", None))


def _too_much(
    run: Run,
    table: Frame,
    row: int,
    recent: list[int],
    stock: int,
    supply: int,
    excess: int,
    ceiling: int,
    subject: Subject,
) -> Hit:
    places = {table.text("hospital", other) for other in recent}
    denied = len(places) >= run.params.integer("min_institutions")
    fee, scope = (divide(int(table[name][row]) * excess, supply) for name in ("fee_fen", "scope_fen"))
    quantity = divide(int(table["quantity_e4"][row]) * excess, supply)
    shown = [format_scaled(value // _E4, 4) for value in (stock, supply, ceiling)]
    visit = table.text("visit", row) or table.text("settlement", row) or table.text("person", row)
    return Hit(
        run.params.text("outcome") if denied else "WARN", subject, (visit, table.text("line", row)), place=row,
        others=tuple(other for other in recent if other != row),
        amounts=Amounts(quantity, fee, scope, None) if denied else NOTHING,
        facts={"excess_days": format_scaled(excess // _E4, 4), "institutions": len(places),
               "drug_group": table.text("drug_group", row)},
        formula=f"{shown[0]} + {shown[1]} − {shown[2]}",
    )  # fmt: skip


def negotiated_drugs(run: Run) -> Judged:
    """Negotiated drugs over both channels (B17): supply, price, places that may sell them, purchases during a stay."""
    found = purchases_of(run)
    if found is None:
        return not_run(0, "missing:drug_lines", "drug_line")
    table, subject = found
    answers, params = purchase_answers(run, table), run.params
    listed = table.is_any("negotiated", ("1",)) | (table.is_any("item", params.codes("drugs")))
    answers.settle(~listed, State.NOT_APPLICABLE, "not_negotiated")
    ready = (answers.state == State.PASS) & (table["quantity_e4"] > 0)
    rows = np.flatnonzero(ready)
    prices = params.prices("prices")
    permitted = {str(code): {str(place) for place in places} for code, places in params.mapping("permitted").items()}
    stays = {run.cases.text("person", own[0].case): own for own in stays_of(run)}
    hits = over_supplied(run, table, rows, subject)
    for row in rows.tolist():
        item, cap = table.text("item", row), prices.get(table.text("item", row), 0)
        over = (
            (int(table["price_e6"][row]) - cap) * int(table["quantity_e4"][row])
            if cap and table.known("price_e6")[row]
            else 0
        )
        if over > 0:
            fee = min(divide(over, 10**8), int(table["fee_fen"][row]))
            hits.append(
                _purchase(
                    table,
                    row,
                    subject,
                    "DENY_PRICE",
                    "price",
                    Amounts(None, fee, min(fee, int(table["scope_fen"][row]))),
                )
            )
        whole = Amounts(int(table["quantity_e4"][row]), int(table["fee_fen"][row]), int(table["scope_fen"][row]))
        if item in permitted and table.text("hospital", row) not in permitted[item]:
            hits.append(_purchase(table, row, subject, "HOLD_LINE", "place", whole))
        day = int(table["time_s"][row]) // DAY
        inner = [
            stay for stay in stays.get(table.text("person", row), ())
            if stay.first_s // DAY < day < stay.last_s // DAY and run.cases.text("hospital", stay.case) != table.text("hospital", row)
        ]  # fmt: skip
        if inner:
            hits.append(_purchase(table, row, subject, "REFER", run.cases.text("settlement", inner[0].case), whole))
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, subject)


def _purchase(table: Frame, row: int, subject: Subject, outcome: str, window: str, amounts: Amounts) -> Hit:
    visit = table.text("visit", row) or table.text("settlement", row) or table.text("person", row)
    facts = {"reason": window, "drug_group": table.text("drug_group", row), "institutions": 1, "excess_days": "0"}
    return Hit(
        outcome, subject, (visit, table.text("line", row)), place=row, window=window, amounts=amounts, facts=facts
    )
