"""Scalar rules of special-case review: who may apply, and what a decision changes (settlement arithmetic 6.1, 6.4).

Sources: 医疗保障按病种付费管理暂行办法 (2025) art. 20–24, 按病种付费医疗保障经办管理规程 (2025) art. 20–24, DIP technical
specification ch. 6 s. 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.base.wide import multiply_wide, multiply_words, round_product_quotient

ROUTE_GROUP = number("route_group")
ROUTE_BY_ITEM = number("route_by_item")
BAND_BY_ITEM = number("band_by_item")
BAND_NOT_TESTED = number("band_not_tested")
SPECIAL_NONE = number("special_none")
SPECIAL_BY_ITEM = number("special_by_item")
SPECIAL_ADJUSTED = number("special_adjusted")
SPECIAL_REJECTED = number("special_rejected")

NONE, BY_ITEM, ADJUSTED, REJECTED = range(4)

_HOURS_A_DAY = 24
_E4 = 10_000
#: fen → points e4 × point value e4
_E10 = 10_000_000_000


@rule
def above(left: Any, left_scale: Any, right: Any, threshold_e4: Any) -> Any:
    """Whether left × scale > right × threshold, exactly (0.3 item 4)."""
    left_high, left_low = multiply_words(np.uint64(left), np.uint64(left_scale))
    right_high, right_low = multiply_words(np.uint64(right), np.uint64(threshold_e4))
    return left_high > right_high or (left_high == right_high and left_low > right_low)


@rule
def above_standard(cost_fen: Any, points_e4: Any, point_value_e4: Any, threshold_e4: Any) -> Any:
    """Whether a cost lies above so many times points × point value, exactly; the standard is not rounded before (6.1)."""
    left_high, left_low = multiply_words(np.uint64(cost_fen), np.uint64(_E10))
    right_high, right_low = multiply_words(np.uint64(points_e4), np.uint64(point_value_e4))
    right_high, right_low = multiply_wide(right_high, right_low, np.uint64(threshold_e4))
    return left_high > right_high or (left_high == right_high and left_low > right_low)


@rule
def cost_holds(g: Any, cost: Any, reference: Any, standard_e4: Any, point_value_e4: Any, parameters: Any) -> Any:
    """The cost condition of a gate: above a multiple of the reference cost or of the standard (6.1, S1: cost > 2×)."""
    threshold_e4 = parameters.cost_above_e4[g]
    if threshold_e4 < 0:
        return True
    if parameters.of_standard[g]:
        return above_standard(cost, standard_e4, point_value_e4, threshold_e4)
    return above(cost, _E4, reference, threshold_e4)


@rule
def stay_holds(g: Any, days: Any, mean_stay_e4: Any, icu_hours: Any, parameters: Any) -> Any:
    """The conditions of a gate on length of stay and intensive care (6.1); without a group mean nothing is above it."""
    if days < parameters.stay_from_days[g] or icu_hours < parameters.icu_from_days[g] * _HOURS_A_DAY:
        return False
    threshold_e4 = parameters.stay_above_e4[g]
    if threshold_e4 < 0:
        return True
    return mean_stay_e4 > 0 and above(days, _E4 * _E4, mean_stay_e4, threshold_e4)


@rule
def person_holds(g: Any, age_years: Any, age_days: Any, band: Any, parameters: Any) -> Any:
    """The conditions of a gate on age and cost band (6.1); a missing age meets none."""
    if parameters.asks_years[g] and not (
        age_years >= 0 and parameters.age_from_years[g] <= age_years <= parameters.age_to_years[g]
    ):
        return False
    if parameters.age_to_days[g] >= 0 and not (age_years <= 0 and 0 <= age_days <= parameters.age_to_days[g]):
        return False
    return parameters.bands[g, band]


@rule
def adjusted_points_e4(standard_e4: Any, factor_e4: Any, given_e4: Any, rounding: Any) -> Any:
    """Standard points × factor, or the points that are given: in place of any automatic extra points (6.4, V90)."""
    if factor_e4 > 0:
        return round_product_quotient(standard_e4, factor_e4, np.int64(_E4), rounding)
    return given_e4
