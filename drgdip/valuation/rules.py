"""Scalar rules of valuation."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.base.rounding import HALF_UP
from drgdip.base.scaled import E8_PER_FEN
from drgdip.base.wide import round_product_quotient, round_word_quotient

ONE_E4 = 10_000
AMBIGUOUS = number("drg_ambiguous")


@rule
def standard_points(weight_e4: Any, coefficient_e4: Any, auxiliary_e4: Any, rounding: Any) -> Any:
    """Points of a stay of normal cost: RW × K × aux, four decimals.

    Source: DIP technical specification, ch. 5 s. 3 (settlement arithmetic 2.5), vector V20.
    """
    return round_word_quotient(weight_e4 * coefficient_e4 * auxiliary_e4, ONE_E4 * ONE_E4, rounding)


@rule
def standard_fen(weight_e4: Any, rate_e4: Any) -> Any:
    """The standard of a weight in money, without coefficients: RW × rate (3.1), in fen half-up, as it is published."""
    return round_word_quotient(weight_e4 * rate_e4, E8_PER_FEN, HALF_UP)


@rule
def changed_coefficient(coefficient_e4: Any, hospital: Any, discharge_s: Any, parameters: Any) -> Any:
    """K under a decision that covers the day of discharge, within floor and cap again (8.1, vector V100)."""
    windows = parameters.windows
    for w in range(len(windows.hospital)):
        if windows.hospital[w] == hospital and windows.first_s[w] <= discharge_s < windows.end_s[w]:
            if windows.factor_e4[w] >= 0:
                changed = round_word_quotient(coefficient_e4 * windows.factor_e4[w], ONE_E4, HALF_UP)
            else:
                changed = coefficient_e4 + windows.delta_e4[w]
            if parameters.floor_e4 >= 0 and changed < parameters.floor_e4:
                changed = parameters.floor_e4
            return parameters.cap_e4 if 0 <= parameters.cap_e4 < changed else changed
    return coefficient_e4


@rule
def route_weight(weight_e4: Any, group: Any, route: Any, parameters: Any) -> Any:
    """Weight of a stay that a route gives a standard of its own: from its table, or a multiple of the group's (2.8)."""
    table = parameters.route_table[route]
    if table >= 0 and parameters.own_weight_e4[table, group] >= 0:
        return parameters.own_weight_e4[table, group]
    return round_word_quotient(weight_e4 * parameters.route_factor_e4[route], ONE_E4, HALF_UP)


@rule
def scaled_reference(reference_fen: Any, weight_e4: Any, group_weight_e4: Any) -> Any:
    """What a bill under another weight is compared with: the group's cost in the same proportion, in fen half-up (2.8)."""
    if weight_e4 == group_weight_e4 or group_weight_e4 == 0:
        return reference_fen
    return round_product_quotient(reference_fen, weight_e4, group_weight_e4, HALF_UP)
