"""Fee lines of bills: quantity × price = amount on every line, and the lines add up to the bill to the fen.

A bill's cost falls into three classes: A is covered, B after a share of one's own, C not at all. In each class lines
take their amounts from the shelf of priced items, rounded down to whole quantities, and one last line that is
charged at cost closes the sum. What exceeds a price limit stands on a line of its own. Refunded lines come in pairs
with their charges and leave all sums as they were.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.synthetic.charging import CLOSING_SHARE, DAILY, OUTPATIENT, draw_categories, profiles
from drgdip.synthetic.items import CLASS_A, CLASS_B, CLASS_C, HERBS, KEY, MATERIAL, PATENT, SHELVES_A_CLASS, Items
from drgdip.synthetic.own_shares import whole_shares
from drgdip.synthetic.ragged import places

DAY_S = 86_400
#: Class B is five times the share of one's own that it has to hold; items ask for 5 to 15 percent, the last line the rest.
CLASS_B_FACTOR = 5
#: A line of less than this is not worth a line.
_LEAST_FEN = 30
_SPREAD = 0.9
#: The item is one of the dearest that fit: one in so many of its shelf, so that little is left over.
_NEIGHBOURS = 60
REFUND_CHANCE = 0.01
#: Lines beyond the planned ones that refunds add: a charge and its refund half of the time, a refund otherwise.
_REFUND_LINES = 1.5


class Bills(NamedTuple):
    """What lines are drawn for; all (bills,). Amounts in fen, times in seconds.

    total_fen and its parts self_paid_fen, over_limit_fen, advance_fen as in the header (the rest is in scope);
    the advance at most a tenth of the total, self-paid and over-limit together at most a third.
    lines : wanted number. days : bed days, 0 for outpatients. first_level : whether the hospital is a primary one.
    """

    total_fen: np.ndarray
    self_paid_fen: np.ndarray
    over_limit_fen: np.ndarray
    advance_fen: np.ndarray
    begin_s: np.ndarray
    end_s: np.ndarray
    days: np.ndarray
    profile: np.ndarray
    first_level: np.ndarray
    lines: np.ndarray


class Lines(NamedTuple):
    """Fee lines by bill, in each by time; all (lines,).

    number : from 1 in each bill. refers : number of the charge that a refund takes back, 0 otherwise.
    quantity : negative on refunds, as are all amounts. limit_fen : highest price that is covered, −1 for none.
    """

    bill: np.ndarray
    number: np.ndarray
    refers: np.ndarray
    time_s: np.ndarray
    item: np.ndarray
    level: np.ndarray
    quantity: np.ndarray
    price_fen: np.ndarray
    amount_fen: np.ndarray
    over_limit_fen: np.ndarray
    advance_fen: np.ndarray
    limit_fen: np.ndarray

    @property
    def self_paid_fen(self) -> np.ndarray:
        """Class C is paid by the patient."""
        return np.where(self.level == CLASS_C, self.amount_fen, 0)

    @property
    def in_scope_fen(self) -> np.ndarray:
        """What is left for the funds to look at."""
        rest: np.ndarray = self.amount_fen - self.self_paid_fen - self.over_limit_fen - self.advance_fen
        return rest


class _Draft(NamedTuple):
    """Lines before they are put in order; ``source`` is the place of a refund's charge, −1 otherwise."""

    bill: np.ndarray
    time_s: np.ndarray
    item: np.ndarray
    level: np.ndarray
    quantity: np.ndarray
    price_fen: np.ndarray
    amount_fen: np.ndarray
    over_limit_fen: np.ndarray
    advance_fen: np.ndarray
    limit_fen: np.ndarray
    source: np.ndarray


def draw_lines(bills: Bills, items: Items, generator: np.random.Generator) -> Lines:
    """All lines of some bills."""
    budget = _budgets(bills)
    priced = _priced_lines(bills, budget, items, generator)
    drafts = [
        priced,
        _closing_lines(bills, budget, priced, items, generator),
        _over_limit_lines(bills, items, generator),
    ]
    draft = _Draft(*(np.concatenate(columns) for columns in zip(*drafts, strict=True)))
    refundable = ~np.isin(items.category[priced.item], [category for category, _ in DAILY])
    return _in_order(_with_refunds(draft, bills, refundable, generator))


def _budgets(bills: Bills) -> np.ndarray:
    """Cost by bill and class without the lines beyond a price limit, shape (bills, 3)."""
    class_b = CLASS_B_FACTOR * bills.advance_fen
    class_a = bills.total_fen - bills.self_paid_fen - class_b - _limited_cost(bills)
    return np.stack([class_a, class_b, bills.self_paid_fen], axis=1)


def _limited_cost(bills: Bills) -> np.ndarray:
    """Cost of the line beyond a price limit: three times what is beyond, so that two thirds are in scope."""
    return 3 * bills.over_limit_fen


def _priced_lines(bills: Bills, budget: np.ndarray, items: Items, generator: np.random.Generator) -> _Draft:
    """Lines with items of the shelves; each takes what whole quantities allow."""
    bill, level, category, weight, time = _plan(bills, budget, generator)
    cell = bill * 3 + level
    share = weight / np.bincount(cell, weight, minlength=budget.size)[cell]
    room = (budget * (1 - np.array(CLOSING_SHARE))).ravel()[cell]
    target = (room * share).astype(np.int64)
    item, quantity = _choose_items(items, category, level, target, generator)
    kept = item >= 0
    bill, level, item, quantity, time = (values[kept] for values in (bill, level, item, quantity, time))
    price = items.price_fen[item]
    amount = quantity * price
    return _Draft(
        bill, time, item, level, quantity, price, amount,
        np.zeros_like(amount), (amount * items.own_percent[item] + 50) // 100,
        np.full_like(amount, -1), np.full_like(amount, -1),
    )  # fmt: skip


def _plan(
    bills: Bills, budget: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bill, class, category, weight and time of every planned line: those of each day, and all others."""
    wanted = np.rint(bills.lines / (1 + REFUND_CHANCE * _REFUND_LINES)).astype(np.int64)
    wanted = np.maximum(wanted - (budget > 0).sum(axis=1) - (bills.over_limit_fen > 0), 0)
    days = np.minimum(bills.days, wanted // (2 * len(DAILY)))
    others = _others(wanted - len(DAILY) * days, budget)
    cell, _ = places(others)
    bill, level = cell // 3, cell % 3
    category = draw_categories(bills.profile[bill], level, generator.random(len(bill)))
    category = np.where((category == PATENT) & bills.first_level[bill], HERBS, category)
    weight = profiles().weight[category] * np.exp(_SPREAD * generator.standard_normal(len(bill)))
    time = _spread(bills, bill, generator)
    a_weight = np.bincount(bill, weight * (level == CLASS_A), minlength=len(days))
    parts = [(bill, level, category, weight, time)]
    parts += [_daily(bills, days, a_weight, category, share) for category, share in DAILY]
    joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    return joined[0], joined[1], joined[2], joined[3], joined[4]


def _spread(bills: Bills, bill: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A time for each line, evenly over its bill's stay: care is given on all days, not on some."""
    order = np.lexsort((generator.random(len(bill)), bill))
    count = np.bincount(bill, minlength=len(bills.days))
    place = np.empty(len(bill), dtype=np.int64)
    place[order] = np.arange(len(bill)) - np.repeat(np.cumsum(count) - count, count)
    part = (place + generator.random(len(bill))) / np.maximum(count, 1)[bill]
    span = bills.end_s - bills.begin_s + 1
    return np.asarray(bills.begin_s[bill] + (part * span[bill]).astype(np.int64))


def _others(count: np.ndarray, budget: np.ndarray) -> np.ndarray:
    """Lines by bill and class in proportion to cost, none where it would be too small; shape (3 · bills,)."""
    share = budget / np.maximum(budget.sum(axis=1, keepdims=True), 1)
    lines = np.rint(count[:, None] * share).astype(np.int64)
    lines[:, CLASS_A] = count - lines[:, CLASS_B] - lines[:, CLASS_C]
    return np.clip(lines, 0, budget // _LEAST_FEN).ravel()


def _daily(
    bills: Bills, days: np.ndarray, others: np.ndarray, category: int, share: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """One line a day in the evening, within the stay; together they weigh ``share`` of class A."""
    bill, day = places(days)
    total = others / (1 - sum(part for _, part in DAILY))
    weight = np.maximum(total * share, 1e-9)[bill] / days[bill]
    evening = (bills.begin_s[bill] // DAY_S + day) * DAY_S + 20 * 3_600
    time = np.clip(evening, bills.begin_s[bill], bills.end_s[bill])
    return bill, np.full_like(bill, CLASS_A), np.full_like(bill, category), weight, time


def _choose_items(
    items: Items, category: np.ndarray, level: np.ndarray, target: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Item (−1: none) and whole quantity of each line: at most the target, near it where the shelf allows.

    What is too small for its shelf becomes material, which starts at one fen; days become nothing.
    """
    tables = profiles()
    daily = np.isin(category, [number for number, _ in DAILY])
    wanted = 1 + generator.exponential(tables.mean_quantity[category]).astype(np.int64)
    place, start = _on_shelf(items, level, category, target // wanted)
    near = (generator.random(len(target)) * (1 + items.shelf_size[start] / _NEIGHBOURS) * ~daily).astype(np.int64)
    poor = (place < start) & ~daily & (target > 0)
    if poor.any():
        category = np.where(poor, MATERIAL, category)
        again, shelf = _on_shelf(items, level[poor], category[poor], target[poor])
        place[poor], start[poor] = again, shelf
    found = place >= start
    item = np.where(found, items.shelf_item[np.maximum(np.maximum(place - near, start) * found, 0)], -1)
    price = np.maximum(items.price_fen[item], 1)
    return item, np.minimum(target // price, tables.most[category])


def _on_shelf(
    items: Items, level: np.ndarray, category: np.ndarray, price: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Place of the dearest item that does not cost more, and the first place of the shelf (above it: nothing fits)."""
    shelf = level.astype(np.int64) * SHELVES_A_CLASS + category
    return np.searchsorted(items.shelf_key, shelf * KEY + price, side="right") - 1, items.shelf_start[shelf]


def _closing_lines(
    bills: Bills, budget: np.ndarray, priced: _Draft, items: Items, generator: np.random.Generator
) -> _Draft:
    """Lines at cost for what is left of each class; in class B with what is left of the share of one's own."""
    cell = priced.bill * 3 + priced.level
    left = budget.ravel() - _sums(cell, priced.amount_fen, budget.size)
    own = np.zeros_like(budget)
    own[:, CLASS_B] = bills.advance_fen
    own_left = own.ravel() - _sums(cell, priced.advance_fen, budget.size)
    here = np.flatnonzero(left > 0)
    amount, own, part = whole_shares(left[here], own_left[here])
    bill, level = here[part] // 3, here[part] % 3
    outpatient = (bills.profile[bill] == OUTPATIENT).astype(np.int64)
    return _at_cost(bills, bill, level, items.at_cost[outpatient, level], amount, own, generator)


def _sums(cell: np.ndarray, amount: np.ndarray, size: int) -> np.ndarray:
    """Sums by cell; amounts stay far below 2⁵³, so that floats add them exactly."""
    return np.bincount(cell, amount, minlength=size).astype(np.int64)


def _over_limit_lines(bills: Bills, items: Items, generator: np.random.Generator) -> _Draft:
    bill = np.flatnonzero(bills.over_limit_fen > 0)
    beyond, amount = bills.over_limit_fen[bill], _limited_cost(bills)[bill]
    outpatient = (bills.profile[bill] == OUTPATIENT).astype(np.int64)
    nothing = np.zeros_like(beyond)
    draft = _at_cost(bills, bill, nothing, items.at_cost[outpatient, 3], amount, nothing, generator)
    return draft._replace(over_limit_fen=beyond, limit_fen=amount - beyond)


def _at_cost(
    bills: Bills, bill: np.ndarray, level: np.ndarray, item: np.ndarray, amount: np.ndarray, own: np.ndarray,
    generator: np.random.Generator,
) -> _Draft:  # fmt: skip
    span = bills.end_s[bill] - bills.begin_s[bill] + 1
    time = bills.begin_s[bill] + (generator.random(len(bill)) * span).astype(np.int64)
    none = np.full_like(amount, -1)
    return _Draft(bill, time, item, level, np.ones_like(amount), amount, amount, np.zeros_like(amount), own, none, none)


def _with_refunds(draft: _Draft, bills: Bills, refundable: np.ndarray, generator: np.random.Generator) -> _Draft:
    """Some priced lines were charged twice, on a second line or in a double quantity, and the surplus is taken back."""
    chance = np.where(refundable, generator.random(len(refundable)), 0.5)
    twice, double = np.flatnonzero(chance < REFUND_CHANCE / 2), np.flatnonzero(chance > 1 - REFUND_CHANCE / 2)
    copies = _Draft(*(values[twice] for values in draft))
    surplus = np.concatenate([twice, double])
    source = np.concatenate([len(draft.bill) + np.arange(len(twice)), double])
    end = bills.end_s[draft.bill[surplus]]
    time = draft.time_s[surplus] + (generator.random(len(surplus)) * (end - draft.time_s[surplus])).astype(np.int64)
    refunds = _Draft(*(values[surplus] for values in draft))._replace(time_s=time, source=source)
    signs = {name: -getattr(refunds, name) for name in ("quantity", "amount_fen", "advance_fen")}
    doubled = {name: getattr(draft, name).copy() for name in signs}
    for values in doubled.values():
        values[double] *= 2
    parts = (draft._replace(**doubled), copies, refunds._replace(**signs))
    return _Draft(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _in_order(draft: _Draft) -> Lines:
    """By bill and time, numbered; a charge comes before its refund."""
    order = np.lexsort((draft.time_s, draft.bill))
    bill = draft.bill[order]
    first = np.flatnonzero(np.append(True, bill[1:] != bill[:-1])[: len(bill)])
    number = np.arange(len(bill)) - np.repeat(first, np.diff(np.append(first, len(bill)))) + 1
    number_of = np.empty(len(bill), dtype=np.int64)
    number_of[order] = number
    refers = np.where(draft.source >= 0, number_of[draft.source], 0)[order]
    columns = (draft.time_s, draft.item, draft.level, draft.quantity, draft.price_fen, draft.amount_fen,
               draft.over_limit_fen, draft.advance_fen, draft.limit_fen)  # fmt: skip
    return Lines(bill, number, refers, *(values[order] for values in columns))
