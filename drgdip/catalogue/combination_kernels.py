"""Compiled loops over a history: the combination of a stay (category, main operation, related operations) and its sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule

_FNV = np.uint64(1099511628211)
_SEED = np.uint64(14695981039346656037)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@rule
def stir(state: Any, value: Any, salt: Any) -> Any:
    """One step of a hash over 64 bits."""
    mixed = (state ^ (np.uint64(value) + salt)) * _FNV
    return (mixed ^ (mixed >> _SHIFT)) * _SPREAD


@rule
def put_related(procedures: Any, start: Any, end: Any, unused: Any, related: Any) -> Any:
    """The main operation (−1 none) and, in ``related``, the different others in ascending order; returns also how many."""
    main, count = np.int64(-1), 0
    for k in range(start, end):
        code = procedures[k]
        if unused[code]:
            continue
        if main < 0:
            main = np.int64(code)
            continue
        if code == main:
            continue
        place = count
        while place > 0 and related[place - 1] > code:
            place -= 1
        if place > 0 and related[place - 1] == code:
            continue
        for k2 in range(count, place, -1):
            related[k2] = related[k2 - 1]
        related[place] = code
        count += 1
    return main, count


@kernel
def hash_combinations(
    category: Any, procedures: Any, offset: Any, unused: Any, longest: Any, salt: Any, hashes: Any
) -> None:
    """A hash of each stay's combination, 0 for stays without a category."""
    related = np.empty(longest, dtype=np.int64)
    for i in range(len(category)):
        hashes[i] = 0
        if category[i] < 0:
            continue
        main, count = put_related(procedures, offset[i], offset[i + 1], unused, related)
        state = stir(_SEED, category[i], salt)
        state = stir(state, main + 1, salt)
        for k in range(count):
            state = stir(state, related[k] + 1, salt)
        hashes[i] = state | np.uint64(1)


@kernel
def list_related(
    procedures: Any, offset: Any, rows: Any, unused: Any, main: Any, related_id: Any, related_offset: Any
) -> None:
    """Main and related operations of some stays; ``related_id`` has room for all their operations."""
    end = 0
    for j in range(len(rows)):
        i = rows[j]
        main[j], count = put_related(procedures, offset[i], offset[i + 1], unused, related_id[end:])
        end += count
        related_offset[j + 1] = end


@kernel
def add_combinations(group: Any, cost_fen: Any, stays: Any, costs_fen: Any) -> None:
    """Add stays and costs to their combination; −1 is left out."""
    for i in range(len(group)):
        if group[i] >= 0:
            stays[group[i]] += 1
            costs_fen[group[i]] += cost_fen[i]


@kernel
def add_split(have: Any, beside: Any, depth: Any, size: Any, parent: Any, stays: Any, costs_fen: Any) -> Any:
    """Stays and cost of cells that have a set and are in no other of its size, and of those in its parents' groups."""
    having, having_fen, lacking, lacking_fen = 0, 0, 0, 0
    for c in range(len(have)):
        if have[c]:
            if depth[c] < size:
                having += stays[c]
                having_fen += costs_fen[c]
        elif beside[c] and depth[c] == parent:
            lacking += stays[c]
            lacking_fen += costs_fen[c]
    return having, having_fen, lacking, lacking_fen
