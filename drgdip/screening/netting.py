"""Refunds taken from the lines they refer to (review rules 0.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from drgdip.screening.data import Frame

NONE = -1


def netted(lines: Frame) -> tuple[Frame, frozenset[int], frozenset[int]]:
    """Lines with their ``net_*`` columns; repeated lines, and refunds of nothing, by place."""
    owner = np.where(lines["visit"] >= 0, lines["visit"], NONE) if lines.has("visit") else np.full(lines.rows, NONE)
    owner = np.where(
        owner >= 0, owner * 2 + 1, lines["settlement"].astype(np.int64) * 2 if lines.has("settlement") else NONE
    )
    net = {name: lines[name].copy() for name in ("quantity_e4", "fee_fen", "scope_fen", "over_limit_fen")}
    order = np.lexsort((lines["line"], owner))
    same = (np.diff(owner[order]) == 0) & (np.diff(lines["line"][order]) == 0)
    again = np.flatnonzero(same)
    repeated = frozenset(order[np.union1d(again, again + 1)].tolist())
    unmatched: set[int] = set()
    refunds = np.flatnonzero(lines["quantity_e4"] < 0)
    if len(refunds):
        places = _refunded(lines, owner, refunds)
        for refund, place in zip(refunds.tolist(), places, strict=True):
            if place < 0:
                unmatched.add(refund)
                continue
            for values in net.values():
                values[place] += values[refund]
        for values in net.values():
            values[refunds] = 0
    return lines.with_values(**{f"net_{name}": values for name, values in net.items()}), repeated, frozenset(unmatched)


def _refunded(lines: Frame, owner: np.ndarray, refunds: np.ndarray) -> list[int]:
    """The line that each refund refers to: in the same visit, and one that charges; -1 without one."""
    words = lines.words["line"]
    named = [words.find(lines.text("refunds", row)) for row in refunds.tolist()]
    may_be = np.isin(lines["line"], named) & (lines["quantity_e4"] > 0)
    charged = {(int(owner[row]), int(lines["line"][row])): row for row in np.flatnonzero(may_be).tolist()[::-1]}
    return [charged.get((int(owner[row]), code), NONE) for row, code in zip(refunds.tolist(), named, strict=True)]
