"""Distribution of a fixed total by largest remainder: the parts always add up to the total."""

from __future__ import annotations

from collections.abc import Sequence


def largest_remainder(total: int, weights: Sequence[int], keys: Sequence[str]) -> list[int]:
    """Split ``total`` in proportion to ``weights``; left-over units go to the largest remainders.

    Ties go to the smaller key, so the result does not depend on the order of rows.
    A negative total is split like its absolute value. Source: settlement arithmetic 0.3 (5), V75.

    Raises ValueError if a weight is negative, or all are zero while there is something to split.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    if whole == 0:
        raise ValueError("nothing to split by: all weights are zero")
    amount = abs(total)
    parts = [amount * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), keys[i]))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return parts if total > 0 else [-part for part in parts]
