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
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.shapes.sequence import Stay, stays_of

#: Quantity e4 times days per unit e4: days at eight places.
_E8 = 10**8
_E4 = 10**4


def days_of_supply(run: Run) -> Judged:
    """Purchases that lift a person's supply of a drug group above its ceiling (O04). Only allowed supply is stock."""
    table = run.data.drug_lines
    if table is None:
        return not_run(0, "missing:drug_lines", "drug_line")
    prefixes = run.params.texts("med_types")
    wanted = table.starts_with("care", prefixes)
    answers = Answers(table.rows)
    needed = {"psn_no": "person", "drug_group": "drug_group", "fee_ocur_time": "time_s", "cnt": "quantity_e4",
              "days_per_unit": "days_per_unit_e4", "fixmedins_code": "hospital"}  # fmt: skip
    answers.require({name: table.known(column) for name, column in needed.items()})
    answers.mark(~table.known("care"), State.NOT_RUN, "missing:med_type")
    answers.settle(table.known("care") & ~wanted, State.NOT_APPLICABLE, "other_care")
    rows = np.flatnonzero((answers.state == State.PASS) & (table["quantity_e4"] > 0))
    order = np.lexsort((table["line"][rows], table["time_s"][rows], table["drug_group"][rows], table["person"][rows]))
    sequences: dict[tuple[int, int], list[int]] = {}
    for row in rows[order].tolist():
        sequences.setdefault((int(table["person"][row]), int(table["drug_group"][row])), []).append(row)
    stays = {run.cases.text("person", found[0].case): found for found in stays_of(run)}
    hits = [hit for key in sorted(sequences) for hit in _purchases(run, table, sequences[key], stays)]
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "drug_line")


def _purchases(run: Run, table: Frame, rows: list[int], stays: Mapping[str, list[Stay]]) -> list[Hit]:
    params, hits = run.params, []
    stock, before = 0, int(table["time_s"][rows[0]]) // DAY
    carry, lookback = params.integer("carry_days"), params.integer("lookback_days")
    inside = stays.get(table.text("person", rows[0]), [])
    for place, row in enumerate(rows):
        day = int(table["time_s"][row]) // DAY
        stock = max(0, stock - (day - before - _in_hospital(inside, before, day)) * _E8)
        ceiling = (_most_days(run, table, row) + carry) * _E8
        supply = int(table["quantity_e4"][row]) * int(table["days_per_unit_e4"][row])
        excess = min(supply, max(0, stock + supply - ceiling))
        # An excess of at most one smallest pack cannot be helped (review rules 0.14): it is stock then.
        if excess <= int(table["days_per_unit_e4"][row]) * _E4:
            excess = 0
        if excess:
            recent = [other for other in rows[: place + 1] if day - int(table["time_s"][other]) // DAY <= lookback]
            hits.append(_too_much(run, table, row, recent, stock, supply, excess, ceiling))
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
    for key in (table.text("drug_group", row), table.text("care", row), "*"):
        if key in listed:
            return int(run.params.number(f"max_days.{key}", listed[key]))
    return int(run.params.number("max_days.*", None))


def _too_much(
    run: Run, table: Frame, row: int, recent: list[int], stock: int, supply: int, excess: int, ceiling: int
) -> Hit:
    places = {table.text("hospital", other) for other in recent}
    denied = len(places) >= run.params.integer("min_institutions")
    fee, scope = (divide(int(table[name][row]) * excess, supply) for name in ("fee_fen", "scope_fen"))
    quantity = divide(int(table["quantity_e4"][row]) * excess, supply)
    shown = [format_scaled(value // _E4, 4) for value in (stock, supply, ceiling)]
    visit = table.text("visit", row) or table.text("settlement", row) or table.text("person", row)
    return Hit(
        "DENY_EXCESS" if denied else "WARN", "drug_line", (visit, table.text("line", row)), place=row,
        others=tuple(other for other in recent if other != row),
        amounts=Amounts(quantity, fee, scope, None) if denied else NOTHING,
        facts={"excess_days": format_scaled(excess // _E4, 4), "institutions": len(places),
               "drug_group": table.text("drug_group", row)},
        formula=f"{shown[0]} + {shown[1]} − {shown[2]}",
    )  # fmt: skip
