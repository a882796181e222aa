"""K2 on operations: the second one of a day is paid at a share of its price."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import over_price
from drgdip.screening.context import Run
from drgdip.screening.hits import Hit, Judged, not_run
from drgdip.screening.shapes.common import groups_of, line_hit
from drgdip.screening.shapes.lines import line_answers, price_amounts, whole_line


def undiscounted(run: Run) -> Judged:
    """Second and later operations of one group and day above their share of the price (B11).

    The one with the highest price counts in full; among equals the one that stands first.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, params = run.lines, run.params
    groups, discounted = params.once("groups", "surgery_group", lambda: _groups(run))
    standard = params.prices("standard_price")
    listed = lines.is_any("item", discounted)
    part = run.judged() & listed & (lines["case"] < run.cases.rows)
    price = np.where(lines["price_e6"] > 0, lines["price_e6"], 0)
    own = lines.looked_up("item", standard, 0)
    price = np.where(own > 0, own, price)
    ready = np.flatnonzero(part & lines.known("time_s") & lines.known("price_e6"))
    hits = []
    for rows in groups_of([lines["case"], lines["day"]], ready).values():
        hits += _of_day(run, rows, groups, price)
    needed = {"med_list_codg": lines.known("item"), "fee_ocur_time": ~part | lines.known("time_s"),
              "pric": ~part | lines.known("price_e6"), "det_item_fee_sumamt": ~part | lines.known("fee_fen")}  # fmt: skip
    return Judged(hits, line_answers(run, needed, hits))


def _groups(run: Run) -> tuple[dict[str, set[str]], set[str]]:
    """Code -> its groups, and the codes that are no surcharges."""
    groups: dict[str, set[str]] = {}
    for pair in run.params.rows("surgery_group"):
        groups.setdefault(str(pair["code"]), set()).add(str(pair["group"]))
    return groups, set(groups) - run.params.codes("surcharge_codes")


def _of_day(run: Run, rows: list[int], groups: dict[str, set[str]], price: np.ndarray) -> list[Hit]:
    lines, rate = run.lines, run.params.ratio("rate")
    beside: dict[int, int] = {}
    for group in sorted({name for row in rows for name in groups[lines.text("item", row)]}):
        members = [row for row in rows if group in groups[lines.text("item", row)]]
        if len({lines.text("item", row) for row in members}) < 2:
            continue
        top = max(members, key=lambda row: (int(price[row]), -row))
        for row in members:
            if lines.text("item", row) != lines.text("item", top):
                beside.setdefault(row, top)
    hits = []
    for row, top in sorted(beside.items()):
        ceiling = Fraction(int(price[row])) * rate
        cap = ceiling.numerator // ceiling.denominator
        charged, whole = int(lines["price_e6"][row]), whole_line(run, row)
        if charged > cap:
            amounts = price_amounts(
                over_price(charged, cap, whole.quantity_e4 or 0), int(lines["net_over_limit_fen"][row]), whole
            )
            if amounts.fee_fen:
                hits.append(
                    line_hit(run, row, related=(top,), involves=(lines.text("line", top),), amounts=amounts, price_e6=(charged, cap),
                             facts={"price": format_scaled(charged, 6), "ceiling": format_scaled(cap, 6)},
                             formula=f"({format_scaled(charged, 6)} − {format_scaled(cap, 6)}) × "
                                     f"{format_scaled(whole.quantity_e4 or 0, 4)} = {format_yuan(amounts.fee_fen)}")
                )  # fmt: skip
    return hits
