"""Open findings over months by the reference: what they hold of a stay, and what is paid or taken of it (workflow 3; 8.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Doubt(NamedTuple):
    """A finding on a stay. decided : number of the month whose screening has decided it, above all months if none has.

    denied_fen : what the decision takes, 0 where it was passed.
    """

    key: str
    stay: str
    fund_fen: int
    decided: int
    denied_fen: int


class MonthOfStay(NamedTuple):
    """What a month does with one stay."""

    held_fen: int
    released_fen: int
    denied_fen: int


def months_of(payable_fen: int, doubts: Sequence[Doubt], months: int) -> list[MonthOfStay]:
    """The first month settles the stay; every month takes what it decides, then holds what is open of what is left."""
    left, open_fen, found = max(payable_fen, 0), dict[str, int](), []
    for month in range(1, months + 1):
        before, denied = sum(open_fen.values()), 0
        for one in sorted(doubts, key=lambda doubt: f"N-{doubt.key}"):
            if one.decided == month:
                taken = min(one.denied_fen, left - denied)
                denied += taken
        left -= denied
        wanted: Mapping[str, int] = {one.key: one.fund_fen for one in doubts} if month == 1 else open_fen
        room, kept = left, dict[str, int]()
        for one in sorted(doubts):
            if one.decided > month and one.key in wanted:
                kept[one.key] = min(wanted[one.key], room)
                room -= kept[one.key]
        after = sum(kept.values())
        found.append(MonthOfStay(after if month == 1 else 0, 0 if month == 1 else before - after, denied))
        open_fen = kept
    return found
