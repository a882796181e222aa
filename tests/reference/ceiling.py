"""Lines of one month under one total by fractions (settlement arithmetic 8.5, 0.3 (5))."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor


def allowed_fen(
    amounts: Mapping[str, int], shares: Mapping[str, Fraction | None], ceiling: int | None
) -> dict[str, int]:
    """What every line is paid; a fixed total goes fen by fen to the largest remainder, ties by name."""
    if ceiling is None:
        return dict(amounts)
    capped = {
        name: amount if shares[name] is None else min(amount, floor(ceiling * shares[name]))  # type: ignore[operator]
        for name, amount in amounts.items()
    }
    if sum(capped.values()) <= ceiling:
        return capped
    positive = {name: amount for name, amount in capped.items() if amount > 0}
    room = ceiling + sum(-amount for amount in capped.values() if amount < 0)
    exact = {name: Fraction(room * amount, sum(positive.values())) for name, amount in positive.items()}
    found = {name: floor(part) for name, part in exact.items()}
    for name in sorted(exact, key=lambda name: (found[name] - exact[name], name))[: room - sum(found.values())]:
        found[name] += 1
    return {name: found.get(name, amount) for name, amount in capped.items()}
