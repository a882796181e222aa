"""Settlement arithmetic 6: quota, places and outcomes of special-case review, straight from the text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from tests.reference.numbers import E4, rounded


class Asked(NamedTuple):
    """An approved stay: by item with an allowed cost, or adjusted by a factor on its standard points."""

    name: str
    cost_fen: int
    reference_fen: int
    standard_points_e4: int
    allowed_fen: int | None
    factor_e4: int | None


def quota(discharges: int, share_e4: int) -> int:
    """Floor of share × discharges to date."""
    return floor(Fraction(share_e4, E4) * discharges)


def admitted(asked: Sequence[Asked], places: int) -> list[str]:
    """The highest cost ratios first, ties by name."""
    order = sorted(asked, key=lambda one: (-Fraction(one.cost_fen, one.reference_fen), one.name))
    return [one.name for one in order[: max(places, 0)]]


def worth(one: Asked, point_value_e4: int) -> tuple[int, int]:
    """Points and gross under the decision: the allowed cost without points, or standard points × factor × point value."""
    if one.allowed_fen is not None:
        return 0, one.allowed_fen
    assert one.factor_e4 is not None
    points = rounded(Fraction(one.standard_points_e4 * one.factor_e4, E4))
    return points, rounded(Fraction(points * point_value_e4, 10**6))
