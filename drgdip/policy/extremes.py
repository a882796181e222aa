"""What bounds are proven from: extremes of a table edition, and the range of its coefficients."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from drgdip.base.scaled import E4
from drgdip.policy.coefficient_range import coefficient_range_e4
from drgdip.policy.values import PolicyValues


class Bound(NamedTuple):
    """``bound`` is the largest absolute value that ``name`` can take; it must stay below ``limit``."""

    name: str
    bound: int
    limit: int


class Extremes(NamedTuple):
    """Extremes of a table edition and of what cases are priced with.

    weight_per_fen : largest relative weight (points) ÷ reference cost (fen) of a single group; weights grow with
        costs, so it is far below the largest weight over the smallest cost.
    scale_e4, region_mean_cost_fen : weight and reference of ungrouped cases.
    """

    max_relative_weight_e4: int
    min_reference_cost_fen: int
    max_reference_cost_fen: int
    weight_per_fen: Fraction
    scale_e4: int
    region_mean_cost_fen: int
    min_auxiliary_e4: int
    max_auxiliary_e4: int
    max_point_value_e4: int
    max_cases: int


class Coefficients(NamedTuple):
    """Ranges of K and of the auxiliary coefficient, each from at most to at least one."""

    low: Fraction
    high: Fraction
    aux_low: Fraction
    aux: Fraction


def coefficients(values: PolicyValues, extremes: Extremes) -> Coefficients:
    """The ranges that a policy and an edition allow."""
    low, high = coefficient_range_e4(values.k)
    aux_low, aux = min(extremes.min_auxiliary_e4, E4), max(extremes.max_auxiliary_e4, E4)
    return Coefficients(Fraction(low, E4), Fraction(high, E4), Fraction(aux_low, E4), Fraction(aux, E4))
