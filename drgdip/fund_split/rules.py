"""Scalar rules of the fund split (settlement arithmetic 4.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.base.rounding import HALF_UP
from drgdip.base.scaled import E8_PER_FEN
from drgdip.base.wide import divide_wide, multiply_words, round_product_quotient, round_word_quotient

ROUTE_OUT_OF_SCOPE = number("route_out_of_scope")
ROUTE_BY_ITEM = number("route_by_item")

RESIDUAL, RATIO, FUND_POINT_VALUE = range(3)

_E4 = 10_000


@rule
def gross_fen(points_e4: Any, point_value_e4: Any, rounding: Any) -> Any:
    """What points are worth: points × point value, in fen (0.3 item 2, V37)."""
    return round_word_quotient(points_e4 * point_value_e4, E8_PER_FEN, rounding)


@rule
def case_ratio_e4(recorded_fen: Any, cost_fen: Any) -> Any:
    """Fund ratio of one stay: recorded ÷ cost, four decimals half-up (4.2, F2 with r of the case)."""
    return round_product_quotient(recorded_fen, _E4, cost_fen, HALF_UP)


@rule
def balance_fen(method: Any, gross: Any, patient: Any, other: Any, ratio_e4: Any, rounding: Any) -> Any:
    """The funds' part before clamping: F1 residual, F2 ratio or F3 fund point value (4.2, V37–V42)."""
    if method == RESIDUAL:
        return gross - patient - other
    if method == RATIO:
        return round_word_quotient(gross * ratio_e4, _E4, rounding)
    return gross


@rule
def share(total_fen: Any, weight_fen: Any, whole_fen: Any) -> Any:
    """``(floor of total × weight ÷ whole, remainder)``, exact."""
    high, low = multiply_words(np.uint64(total_fen), np.uint64(weight_fen))
    _, quotient, remainder = divide_wide(high, low, np.uint64(whole_fen))
    return np.int64(quotient), np.int64(remainder)
