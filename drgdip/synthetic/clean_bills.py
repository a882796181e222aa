"""Fee lines of stays that no one would doubt: beside planted violations, what chance made look like one is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drgdip.synthetic.fees import DAY_S, Bills, Lines, draw_lines
from drgdip.synthetic.items import EXAMINATION, HERBS, LABORATORY, MATERIAL, OPERATION, PATENT, TREATMENT, WESTERN

if TYPE_CHECKING:
    from drgdip.synthetic.items import Items

_TESTS, _TREATED = (EXAMINATION, LABORATORY), (TREATMENT, OPERATION, WESTERN, HERBS, PATENT)
_CARE = (*_TESTS, *_TREATED, MATERIAL)
#: A doubtful bill is drawn again with half as many lines more, so often at most.
_TRIES = 16


def draw_clean_lines(bills: Bills, items: Items, generator: np.random.Generator) -> Lines:
    """All lines of some bills of stays; none of them has idle days, next to no treatment or next to nothing but tests."""
    lines = draw_lines(bills, items, generator)
    for _ in range(_TRIES):
        doubtful = idle(bills, lines, items) | untreated(bills, lines, items)
        if not doubtful.any():
            break
        bills = bills._replace(lines=np.where(doubtful, bills.lines * 1.5, bills.lines))
        places = np.flatnonzero(doubtful)
        again = draw_lines(Bills(*(values[places] for values in bills)), items, generator)
        again = again._replace(bill=places[again.bill])
        both = [np.concatenate((old[~doubtful[lines.bill]], new)) for old, new in zip(lines, again, strict=True)]
        order = np.argsort(both[0], kind="stable")
        lines = Lines(*(values[order] for values in both))
    return lines


def idle(bills: Bills, lines: Lines, items: Items) -> np.ndarray:
    """Bills with three inner days in a row without care, or half of all of them (E05)."""
    first, last = bills.begin_s // DAY_S, bills.end_s // DAY_S
    care = np.isin(items.category[lines.item], _CARE) & (lines.quantity > 0)
    bill, day = lines.bill[care], lines.time_s[care] // DAY_S
    inside = (day > first[bill]) & (day < last[bill])
    span = int((last - first).max(initial=0)) + 1
    each = np.arange(len(first))
    days = [bill[inside] * span + (day - first[bill])[inside], each * span, each * span + last - first]
    key = np.unique(np.concatenate(days))
    owner, gap = key // span, np.append(np.diff(key % span) - 1, 0)
    gap[np.append(np.diff(owner) != 0, True)] = 0
    longest, total, inner = np.zeros_like(first), np.zeros_like(first), last - first - 1
    np.maximum.at(longest, owner, gap)
    np.add.at(total, owner, gap)
    return np.asarray((inner >= 2) & (total > 0) & ((longest >= 3) | (2 * total >= inner)))


def untreated(bills: Bills, lines: Lines, items: Items) -> np.ndarray:
    """Bills of which tests are seven tenths, or treatment and drugs at most two (E06, E11)."""
    category, size = items.category[lines.item], len(bills.total_fen)

    def cost(kinds: tuple[int, ...]) -> np.ndarray:
        of = np.isin(category, kinds)
        return np.bincount(lines.bill[of], lines.amount_fen[of], minlength=size)

    return np.asarray((10 * cost(_TESTS) >= 7 * bills.total_fen) | (5 * cost(_TREATED) <= bills.total_fen))
