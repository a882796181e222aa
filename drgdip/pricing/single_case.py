"""Prices of single stays outside the monthly columns (settlement arithmetic 2.6, 2.8); exact integers."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4


class ShortCase(NamedTuple):
    """What a short stay is paid by, and what remains for the funds; fen."""

    basis_fen: int
    payable_fen: int


def short_case(cost_fen: int, standard_fen: int, patient_fen: int, other_funds_fen: int) -> ShortCase:
    """Early transfer, or death within a day: the lower of cost and standard, less what others have paid.

    Each hospital is paid by its own episode; a negative counts as zero. Source: settlement arithmetic 2.8,
    vector V133.
    """
    basis = min(cost_fen, standard_fen)
    return ShortCase(basis, max(basis - patient_fen - other_funds_fen, 0))


def net_cost_fen(cost_fen: int, excluded_fen: int) -> int:
    """Cost without items that are paid outside the group.

    It enters the deviation test in place of the whole cost, or an excluded drug would be paid twice.
    Source: settlement arithmetic 2.8, vector V139. Raises ValueError if more is excluded than the stay cost.
    """
    if not 0 <= excluded_fen <= cost_fen:
        raise ValueError("the excluded cost must lie between zero and the cost of the stay")
    return cost_fen - excluded_fen


def low_case_points_e4(cost_fen: int, standard_point_value_e4: int, mode: RoundingMode = "half_up") -> int:
    """Points of a low-cost stay whose standard is RW × a fixed point value: RW × cost ÷ standard, four decimals.

    RW cancels: what remains is cost ÷ the point value of the standard. Settled at another point value, such points
    no longer pay the actual cost. Source: settlement arithmetic 2.6 and 13-5, vector V134.
    """
    return divide(cost_fen * E4 * E4, standard_point_value_e4 * 100, mode)
