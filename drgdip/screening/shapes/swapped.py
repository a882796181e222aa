"""K7: items billed under the code of another (C05). Leads: the amount is known once the true item is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.grouping import grouped
from drgdip.screening.hits import Hit, Judged, not_run
from drgdip.screening.shapes.common import (
    distinct_rows,
    groups_of,
    month_text,
    months_of,
    shared_rows,
    sum_of,
    texts_of,
)
from drgdip.screening.shapes.institutions import place_hit, places
from drgdip.screening.shown import percent
from drgdip.screening.statistics import exact_median


def swapped_items(run: Run) -> Judged:
    """Signs that an item is billed as another: its name, one own code under two, more than was bought, the dearer method."""
    if run.data.lines is None:
        return not_run(0, "missing:fee_lines", "institution")
    lines = run.lines
    rows = np.flatnonzero(run.judged() & lines.known("hospital") & lines.known("item"))
    own = texts_of(lines, "hospital", rows)
    hits = [*_names(run, rows), *_two_codes(run, rows), *_bought(run, rows), *_methods(run, rows)]
    return places({}, hits, own)


def alike(one: str, other: str) -> Fraction:
    """Similarity of two names: twice the shared pairs of characters by all pairs (Dice)."""
    pairs = [
        [name[at : at + 2] for at in range(len(name) - 1)] or [name]
        for name in ("".join(one.split()).lower(), "".join(other.split()).lower())
    ]
    rest, shared = list(pairs[1]), 0
    for pair in pairs[0]:
        if pair in rest:
            rest.remove(pair)
            shared += 1
    return Fraction(2 * shared, len(pairs[0]) + len(pairs[1]))


def _names(run: Run, rows: np.ndarray) -> list[Hit]:
    """Own names that are unlike the national name of the code and like that of another."""
    lines, params = run.lines, run.params
    national = {str(code): str(row["name"]) for code, row in params.mapping("national").items()}
    prices = {
        str(code): params.number("national", row["price"])
        for code, row in params.mapping("national").items()
        if row.get("price") is not None
    }
    named = lines.is_any("item", national) & lines.known("own_name")
    groups = {
        tuple(lines.text(name, found[0]) for name in ("hospital", "item", "own_name")): found
        for found in groups_of([lines["hospital"], lines["item"], lines["own_name"]], rows[named[rows]]).values()
    }
    hits = []
    for (hospital, item, name), found in sorted(groups.items()):
        if alike(name, national[item]) >= params.ratio("sim_low"):
            continue
        best = max(sorted(national), key=lambda code: alike(name, national[code]))
        if best != item and alike(name, national[best]) > params.ratio("sim_high"):
            facts = {"reason": "name", "item": item, "own_name": name, "true_item": best}
            hits.append(place_hit(run, hospital, f"name|{item}|{name}", facts, lines=tuple(found), place=found[0], table="fee_lines",
                                  amounts=_difference(run, found, prices.get(best))))  # fmt: skip
    return hits


def _difference(run: Run, rows: list[int], price: Fraction | None) -> Amounts:
    """``(price billed − price of the true item) × quantity``, where that price is known."""
    if price is None:
        return Amounts()
    quantity, fee = sum_of(run.lines, rows, "net_quantity_e4"), sum_of(run.lines, rows, "net_fee_fen")
    true = price * 100 * quantity / 10_000
    over = max(0, fee - divide(true.numerator, true.denominator))
    return Amounts(quantity, over, None, None)


def _two_codes(run: Run, rows: np.ndarray) -> list[Hit]:
    """One code of the hospital's own under several national ones in a month."""
    lines, found = run.lines, dict[tuple[str, str, str], dict[str, int]]()
    month = months_of(lines["day"])
    told = rows[(lines.known("own_item") & lines.known("time_s"))[rows]]
    keys = [lines["hospital"], lines["own_item"], month]
    for row in shared_rows(keys, distinct_rows([*keys, lines["item"]], told)).tolist():
        key = lines.text("hospital", row), lines.text("own_item", row), month_text(int(month[row]))
        found.setdefault(key, {}).setdefault(lines.text("item", row), row)
    return [
        place_hit(run, hospital, f"codes|{own}|{month}", {"reason": "two_codes", "own_item": own, "month": month, "items": sorted(items)},
                  place=min(items.values()), table="fee_lines")
        for (hospital, own, month), items in sorted(found.items()) if len(items) > 1
    ]  # fmt: skip


def _bought(run: Run, rows: np.ndarray) -> list[Hit]:
    """More billed than bought of an item, while a cheaper one of its family was bought and not billed."""
    stock, lines, params = run.data.table("inventory"), run.lines, run.params
    families: Mapping[str, Any] = params.mapping("cheaper")
    if stock is None or not families:
        return []
    available: dict[tuple[str, str], int] = {}
    for row in range(stock.rows):
        key = stock.text("hospital", row), stock.text("item", row)
        available[key] = (
            available.get(key, 0)
            + int(stock["opening_e4"][row])
            + int(stock["received_e4"][row])
            - int(stock["closing_e4"][row])
        )
    groups = grouped([lines["hospital"], lines["item"]], rows)
    billed = {
        (lines.text("hospital", row), lines.text("item", row)): quantity
        for row, quantity in zip(groups.first.tolist(), groups.sums(lines["net_quantity_e4"]).tolist(), strict=True)
    }
    hits = []
    for (hospital, item), quantity in sorted(billed.items()):
        other = str(families.get(item, ""))
        over = quantity - available.get((hospital, item), 0)
        left = available.get((hospital, other), 0) - billed.get((hospital, other), 0)
        if other and (hospital, item) in available and over > 0 and left > 0:
            facts = {
                "reason": "bought",
                "item": item,
                "true_item": other,
                "over": format_scaled(over, 4),
                "surplus": format_scaled(left, 4),
            }
            hits.append(
                place_hit(run, hospital, f"bought|{item}", facts, amounts=Amounts(min(over, left), None, None, None))
            )
    return hits


def _methods(run: Run, rows: np.ndarray) -> list[Hit]:
    """A share of the dearer method far above that of other institutions."""
    lines, params, hits = run.lines, run.params, []
    for family, row in sorted(params.mapping("methods").items()):
        low, high = str(row["low"]), str(row["high"])
        counts: dict[str, list[int]] = {}
        listed = lines.is_any("item", (low, high))
        for at in rows[listed[rows]].tolist():
            item = lines.text("item", at)
            if item in (low, high):
                one = counts.setdefault(lines.text("hospital", at), [0, 0])
                one[0] += int(lines["net_quantity_e4"][at])
                one[1] += int(lines["net_quantity_e4"][at]) if item == high else 0
        shares = {
            name: Fraction(one[1], one[0]) for name, one in counts.items() if one[0] >= params.integer("min_n") * 10_000
        }
        for name, share in sorted(shares.items()):
            others = [value for place, value in shares.items() if place != name]
            if (
                others
                and share > params.ratio("method_ratio") * exact_median(others)
                and share > params.ratio("method_share")
            ):
                extra = (
                    (share - exact_median(others))
                    * Fraction(counts[name][0], 10_000)
                    * params.number("methods", row["difference"])
                    * 100
                )
                facts = {
                    "reason": "method",
                    "family": family,
                    "share": percent(share),
                    "peers": percent(exact_median(others)),
                }
                hits.append(
                    place_hit(
                        run,
                        name,
                        f"method|{family}",
                        facts,
                        amounts=Amounts(None, divide(extra.numerator, extra.denominator), None, None),
                    )
                )
    return hits
