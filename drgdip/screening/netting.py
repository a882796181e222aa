"""Refunds taken from the lines they refer to (review rules 0.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from drgdip.screening.data import Frame

NONE = -1
_MIX, _ROOM = np.uint64(0x9E3779B97F4A7C15), 8
_NET = ("quantity_e4", "fee_fen", "scope_fen", "over_limit_fen")


def netted(lines: Frame) -> tuple[Frame, frozenset[int], frozenset[int]]:
    """Lines with their ``net_*`` columns; repeated lines, and refunds of nothing, by place."""
    numbers = len(lines.words.get("line", ())) + 1
    owner = _owners(lines) * numbers
    key = owner + lines["line"]
    net = {name: lines[name].copy() for name in _NET}
    refunds = np.flatnonzero(lines["quantity_e4"] < 0)
    unmatched = np.empty(0, dtype=np.int64)
    if len(refunds):
        places = _refunded(lines, owner, key, refunds)
        unmatched, of = refunds[places < 0], refunds[places >= 0]
        for values in net.values():
            taken = values[of]
            np.add.at(values, places[places >= 0], taken)
            values[refunds] = 0
    found = lines.with_values(**{f"net_{name}": values for name, values in net.items()})
    return found, frozenset(_repeated(key).tolist()), frozenset(unmatched.tolist())


def _owners(lines: Frame) -> np.ndarray:
    """A number for the visit of each line, or for its settlement where it names no visit; int64, (n,), from 0."""
    owner = np.full(lines.rows, NONE, dtype=np.int64)
    if lines.has("visit"):
        owner = lines["visit"].astype(np.int64)
        owner *= 2
        owner += 3
        if bool((lines["visit"] >= 0).all()):
            return owner
    settled = lines["settlement"].astype(np.int64) * 2 + 2 if lines.has("settlement") else np.ones_like(owner)
    return np.where(lines["visit"] >= 0, owner, settled)


def _repeated(key: np.ndarray) -> np.ndarray:
    """Lines whose key stands more than once."""
    if bool((key[1:] > key[:-1]).all()):
        return np.empty(0, dtype=np.int64)
    in_order = np.sort(key)
    twice = np.unique(in_order[1:][np.diff(in_order) == 0])
    return np.flatnonzero(np.isin(key, twice)) if len(twice) else twice


def _refunded(lines: Frame, owner: np.ndarray, key: np.ndarray, refunds: np.ndarray) -> np.ndarray:
    """The first line that each refund refers to: in the same visit, and one that charges; -1 without one."""
    named = _numbers(lines, refunds)
    wanted = np.where(named >= 0, owner[refunds] + named, NONE)
    kinds = np.unique(wanted)
    charges = np.flatnonzero((lines["quantity_e4"] > 0) & _maybe(key, kinds))
    at = np.minimum(np.searchsorted(kinds, key[charges]), len(kinds) - 1)
    charges = charges[kinds[at] == key[charges]]
    found, first = np.unique(key[charges], return_index=True)
    if not len(found):
        return np.full(len(refunds), NONE, dtype=np.int64)
    at = np.minimum(np.searchsorted(found, wanted), len(found) - 1)
    return np.where(found[at] == wanted, charges[first[at]], NONE)


def _maybe(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which keys may be among some wanted ones: all that are, and few others. A look into a table is cheaper than a search."""
    bits = max(10, int(len(wanted) * _ROOM).bit_length())
    marked = np.zeros(1 << bits, dtype=np.bool_)
    marked[_slots(wanted, bits)] = True
    return np.asarray(marked[_slots(keys, bits)])


def _slots(keys: np.ndarray, bits: int) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.asarray((keys.view(np.uint64) * _MIX) >> np.uint64(64 - bits))


def _numbers(lines: Frame, refunds: np.ndarray) -> np.ndarray:
    """Codes of the line numbers that refunds refer to; -1 for one that no line has."""
    words, own = lines.words.get("refunds"), lines.words.get("line")
    codes = lines["refunds"][refunds].astype(np.int64)
    if words is own or words is None or own is None:
        return codes
    return np.array([own.find(words[code]) if code >= 0 else NONE for code in codes.tolist()], dtype=np.int64)
