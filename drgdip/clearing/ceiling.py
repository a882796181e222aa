"""Lines of one hospital's month under one total (settlement arithmetic 8.5)."""

from __future__ import annotations

from collections.abc import Mapping

from drgdip.base.apportion import largest_remainder
from drgdip.base.scaled import E4


def line_cap_fen(ceiling_fen: int, share_e4: int) -> int:
    """The most that a line may come to: its share of the ceiling, rounded down so that it is never above it (8.5)."""
    return ceiling_fen * share_e4 // E4


def under_ceiling(
    amounts_fen: Mapping[str, int], shares_e4: Mapping[str, int | None], ceiling_fen: int | None
) -> dict[str, int]:
    """What every line is paid: up to its own cap, then all of them together up to the ceiling, by largest remainder.

    A line below zero (its hospital owes) is never cut; it makes room for the others. Without a ceiling nothing is cut.
    """
    if ceiling_fen is None:
        return dict(amounts_fen)
    capped = {}
    for name, amount in amounts_fen.items():
        share = shares_e4[name]
        capped[name] = amount if share is None else min(amount, line_cap_fen(ceiling_fen, share))
    if sum(capped.values()) <= ceiling_fen:
        return capped
    owed = sum(min(amount, 0) for amount in capped.values())
    weights = [max(amount, 0) for amount in capped.values()]
    parts = largest_remainder(ceiling_fen - owed, weights, list(capped))
    return {name: part + min(amount, 0) for (name, amount), part in zip(capped.items(), parts, strict=True)}
