"""Scalar rules of pricing: cost bands and points (settlement arithmetic 2.5–2.8, 3.2, 3.3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.base.rounding import HALF_UP
from drgdip.base.scaled import E8_PER_FEN
from drgdip.base.wide import (
    affine_points,
    multiply_wide,
    multiply_words,
    round_product_quotient,
    round_word_quotient,
)

ROUTE_GROUP = number("route_group")
ROUTE_BY_ITEM = number("route_by_item")
ROUTE_OUT_OF_SCOPE = number("route_out_of_scope")
ROUTE_BED_DAY = number("route_bed_day")
ROUTE_LOWER_OF = number("route_lower_of")
BAND_NORMAL = number("band_normal")
BAND_LOW = number("band_low")
BAND_HIGH = number("band_high")
BAND_EXTREME = number("band_extreme")
BAND_UNGROUPED = number("band_ungrouped")
BAND_BY_ITEM = number("band_by_item")
BAND_NOT_TESTED = number("band_not_tested")

LOW_NONE, LOW_RATIO, LOW_RATIO_K, LOW_STD_CORRECTION, LOW_BY_ITEM = range(5)
HIGH_NONE, HIGH_PLUS_ONE, HIGH_PLUS_K, HIGH_LINEAR_ADD, _HIGH_DEDUCT, HIGH_CAP, HIGH_BY_ITEM = range(7)

_E4 = 10_000
_E8 = 100_000_000
_E12 = 1_000_000_000_000


@rule
def compare_ratio(cost_fen: Any, reference_fen: Any, coefficient_e8: Any, threshold_e4: Any) -> Any:
    """−1, 0 or 1 as ``cost ÷ (reference × coefficient)`` is below, at or above a threshold; exact (0.3 item 4)."""
    left_high, left_low = multiply_words(np.uint64(cost_fen), np.uint64(_E12))
    right_high, right_low = multiply_words(np.uint64(reference_fen), np.uint64(coefficient_e8))
    right_high, right_low = multiply_wide(right_high, right_low, np.uint64(threshold_e4))
    if left_high != right_high:
        return -1 if left_high < right_high else 1
    if left_low != right_low:
        return -1 if left_low < right_low else 1
    return 0


@rule
def cost_ratio_e4(cost_fen: Any, reference_fen: Any, coefficient_e8: Any) -> Any:
    """The deviation ratio to four decimals, half-up, to be read; bands compare exactly and do not use it.

    Zero where a group without weight or cost leaves nothing to compare with.
    """
    if reference_fen <= 0:
        return np.int64(0)
    return round_product_quotient(cost_fen, _E12, reference_fen * coefficient_e8, HALF_UP)


@rule
def high_threshold_e4(weight_e4: Any, parameters: Any) -> Any:
    """The threshold of the first segment that the group's weight lies below, −1 without a rule (2.7, vector V35)."""
    for s in range(len(parameters.segment_below_e4)):
        if weight_e4 < parameters.segment_below_e4[s] or s == len(parameters.segment_below_e4) - 1:
            return parameters.segment_threshold_e4[s]
    return np.int64(-1)


@rule
def band_of(cost: Any, reference: Any, basis_e8: Any, threshold_e4: Any, parameters: Any) -> Any:
    """The cost band of a grouped stay (2.6, 2.7): the low side is tested first, both sides exactly."""
    if parameters.low_threshold_e4 >= 0:
        side = compare_ratio(cost, reference, basis_e8, parameters.low_threshold_e4)
        if side < 0 or (side == 0 and parameters.low_inclusive):
            return BAND_LOW
    if threshold_e4 < 0:
        return BAND_NORMAL
    side = compare_ratio(cost, reference, basis_e8, threshold_e4)
    if side < 0 or (side == 0 and not parameters.high_inclusive):
        return BAND_NORMAL
    if parameters.cap_ratio_e4 >= 0 and compare_ratio(cost, reference, basis_e8, parameters.cap_ratio_e4) > 0:
        return BAND_EXTREME
    return BAND_HIGH


@rule
def low_points(weight: Any, cost: Any, reference: Any, k: Any, aux: Any, standard: Any, parameters: Any) -> Any:
    """Points of a low-cost stay (2.6; vectors V22, V23, V27, V28)."""
    formula = parameters.low_formula
    if formula == LOW_NONE:
        return standard
    if formula == LOW_BY_ITEM:
        return np.int64(0)
    alpha_e8, divisor = np.int64(_E8), reference
    if formula == LOW_RATIO and not parameters.basis_with_k:
        alpha_e8 = aux * _E4
    elif formula == LOW_RATIO:
        alpha_e8, divisor = np.int64(_E12), reference * k
    elif formula == LOW_RATIO_K and not parameters.basis_with_k:
        alpha_e8 = k * aux
    return affine_points(weight, cost, alpha_e8, divisor, np.int64(0), parameters.rounding)


@rule
def high_points(
    weight: Any, cost: Any, reference: Any, k: Any, aux: Any, threshold_e4: Any, standard: Any, parameters: Any
) -> Any:
    """Points of a high-cost stay (2.7, 3.3; vectors V29–V32, V34, V35, V53, V56–V58)."""
    formula, with_k = parameters.high_formula, parameters.basis_with_k
    if formula == HIGH_NONE:
        return standard
    if formula == HIGH_BY_ITEM:
        return np.int64(0)
    beta_e12 = (_E4 - threshold_e4) * k * aux
    alpha_e8, divisor = np.int64(_E8), reference
    # ``deduct``: the cost less (t − 1) standards; ``linear_add`` is the same where the threshold itself carries K.
    if formula == HIGH_PLUS_ONE and not with_k:
        alpha_e8 = k * aux
    elif formula == HIGH_LINEAR_ADD and not with_k:
        beta_e12 = (k * aux - threshold_e4 * _E4) * _E4
    elif formula == HIGH_CAP:
        alpha_e8, beta_e12 = np.int64(0), threshold_e4 * k * aux
    elif formula == HIGH_PLUS_K:
        alpha_e8 = np.int64(_E12) if with_k else aux * _E4
        divisor = reference * k if with_k else reference
        beta_e12 = (k - threshold_e4) * aux * _E4
    return affine_points(weight, cost, alpha_e8, divisor, beta_e12, parameters.rounding)


@rule
def ungrouped_points(weight: Any, cost: Any, reference: Any, factor_e4: Any, rounding: Any) -> Any:
    """Points of an ungrouped stay: factor × scale × cost ÷ region mean (2.6, vector V26; factor is local)."""
    return affine_points(weight, cost, factor_e4 * _E4, reference, np.int64(0), rounding)


@rule
def bed_day_fen(days: Any, first: Any, end: Any, upto: Any, rate_fen: Any) -> Any:
    """What the days of a stay come to by marginal tiers ``first`` to ``end`` (2.8, vector V45); a tier has its last day."""
    total, before = np.int64(0), np.int64(0)
    for tier in range(first, end):
        within = min(np.int64(days), upto[tier]) - before
        if within > 0:
            total += within * rate_fen[tier]
        before = upto[tier]
    return total


@rule
def points_of_money(amount_fen: Any, point_value_e4: Any, rounding: Any) -> Any:
    """Points that an amount is worth at the opening point value, four decimals (2.8, vector V46)."""
    return round_product_quotient(amount_fen, E8_PER_FEN, point_value_e4, rounding)


@rule
def standard_is_dearer(standard_e4: Any, point_value_e4: Any, cost_fen: Any, rounding: Any) -> Any:
    """Whether the standard, at the opening point value, is above the cost (2.8: lower of cost and standard, V133)."""
    return round_word_quotient(standard_e4 * point_value_e4, E8_PER_FEN, rounding) > cost_fen


@rule
def addition_fen(fact_fen: Any, ratio_e4: Any, cap_fen: Any, rounding: Any) -> Any:
    """What is added for a new drug or technology: a share of its cost, up to a cap (−1 none) (2.8, vector V46)."""
    if fact_fen <= 0:
        return np.int64(0)
    amount = round_product_quotient(fact_fen, ratio_e4, _E4, rounding)
    return cap_fen if 0 <= cap_fen < amount else amount
