"""The settlement point value of a pool: floating, fixed or elastic (settlement arithmetic 2.1, 5.1)."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.clearing.point_value import settlement_point_value_e4
from drgdip.clearing.year.rules import gross_fen
from drgdip.policy.sections.year_values import ByItemBasis, Elastic

_FEN_PER_YUAN = 100


class ByItem(NamedTuple):
    """What a pool pays by item: cost (less the hospital's own part), and what of it the funds bear."""

    cost_fen: int
    fund_fen: int


def floating_e4(
    fund_fen: int, ratio_e4: int, points_e4: int, by_item: ByItem, basis: ByItemBasis, mode: RoundingMode
) -> int:
    """Point value of the year; 0 without points or ratio (2.1; V11, V89).

    ``covered_cost``: (fund ÷ ratio − cost by item) ÷ points. ``fund_amount``: (fund − funds by item) ÷ ratio ÷
    points, which comes to the fund to the fen. Below zero counts as zero.
    """
    if not points_e4 or not ratio_e4:
        return 0
    left, cost = (fund_fen, by_item.cost_fen) if basis == "covered_cost" else (fund_fen - by_item.fund_fen, 0)
    value = settlement_point_value_e4(left, Fraction(ratio_e4, E4), points_e4, cost, mode)
    return max(value.point_value_e4, 0)


class IncrementValue(NamedTuple):
    """What base points come to (fen), and yuan per point above them (e4)."""

    base_total_fen: int
    point_value_e4: int


def increment_value(
    covered_fen: Fraction | int,
    base_points_e4: int,
    increment_points_e4: int,
    base_point_value_e4: int,
    cap_e4: int | None,
    mode: RoundingMode = "half_up",
) -> IncrementValue:
    """(Region total − base points × fixed value) ÷ points above the base, between zero and the cap.

    Source: DIP technical specification 3.0 (draft), ch. 4 s. 3 (2.1) (settlement arithmetic 5.1), vector V82.
    """
    base_total = gross_fen(base_points_e4, base_point_value_e4)
    if not increment_points_e4:
        return IncrementValue(base_total, 0)
    left = Fraction(covered_fen) - base_total
    value = left * E4 * E4 / (_FEN_PER_YUAN * increment_points_e4)
    rounded = max(divide(value.numerator, value.denominator, mode), 0)
    return IncrementValue(base_total, rounded if cap_e4 is None else min(rounded, cap_e4))


def elastic_gross_fen(
    points_e4: int, base_points_e4: int, elastic: Elastic, increment_e4: int, mode: RoundingMode = "half_up"
) -> int:
    """A hospital's points up to its base at the fixed value, those above at the increment's; rounded once (5.1, V82)."""
    base = min(points_e4, base_points_e4)
    value_e8 = base * elastic.base_point_value_e4 + (points_e4 - base) * increment_e4
    return divide(value_e8, E4 * E4 // _FEN_PER_YUAN, mode)
