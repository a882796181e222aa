"""Scalar rules of pricing: routes, cost bands, points (settlement arithmetic 2.5–2.8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.base.rounding import HALF_UP
from drgdip.base.wide import affine_points, multiply_wide, multiply_words, round_product_quotient

ROUTE_GROUP = number("route_group")
ROUTE_BY_ITEM = number("route_by_item")
ROUTE_OUT_OF_SCOPE = number("route_out_of_scope")
BAND_NORMAL = number("band_normal")
BAND_LOW = number("band_low")
BAND_HIGH = number("band_high")
BAND_EXTREME = number("band_extreme")
BAND_UNGROUPED = number("band_ungrouped")
BAND_BY_ITEM = number("band_by_item")

ANY_PATIENTS = 3
LOW_NONE, LOW_RATIO, LOW_RATIO_K, LOW_STD_CORRECTION, LOW_BY_ITEM = range(5)
HIGH_NONE, HIGH_PLUS_ONE, HIGH_PLUS_K = range(3)

_E4 = 10_000
_E8 = 100_000_000
_E12 = 1_000_000_000_000


@rule
def has_code(code: Any, row: Any) -> Any:
    """Whether a padded row of codes holds a code; an empty row (all −1) holds every code."""
    if row[0] < 0:
        return True
    for entry in row:
        if entry == code and entry >= 0:
            return True
    return False


@rule
def route_of(days: Any, residence: Any, medical_type: Any, discharge_way: Any, parameters: Any) -> Any:
    """The first route whose conditions all hold; paid by group where none does (2.8, vectors V130–V132)."""
    for r in range(len(parameters.route_mode)):
        if (
            parameters.route_los_min[r] <= days <= parameters.route_los_max[r]
            and (parameters.route_patients[r] == ANY_PATIENTS or parameters.route_patients[r] == residence)
            and has_code(medical_type, parameters.route_types[r])
            and has_code(discharge_way, parameters.route_ways[r])
        ):
            return parameters.route_mode[r]
    return ROUTE_GROUP


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
    """The deviation ratio to four decimals, half-up, to be read; bands compare exactly and do not use it."""
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
    """Points of a high-cost stay (2.7; vectors V29–V32, V34, V35)."""
    formula = parameters.high_formula
    if formula == HIGH_NONE:
        return standard
    if formula == HIGH_PLUS_ONE:
        alpha_e8 = np.int64(_E8) if parameters.basis_with_k else k * aux
        divisor = reference
        beta_e12 = (_E4 - threshold_e4) * k * aux
    else:
        alpha_e8 = np.int64(_E12) if parameters.basis_with_k else aux * _E4
        divisor = reference * k if parameters.basis_with_k else reference
        beta_e12 = (k - threshold_e4) * aux * _E4
    return affine_points(weight, cost, alpha_e8, divisor, beta_e12, parameters.rounding)


@rule
def ungrouped_points(weight: Any, cost: Any, reference: Any, factor_e4: Any, rounding: Any) -> Any:
    """Points of an ungrouped stay: factor × scale × cost ÷ region mean (2.6, vector V26; factor is local)."""
    return affine_points(weight, cost, factor_e4 * _E4, reference, np.int64(0), rounding)
