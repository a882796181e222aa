"""Scalar rules of valuation."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number
from drgdip.base.wide import round_word_quotient

ONE_E4 = 10_000
AMBIGUOUS = number("drg_ambiguous")


@rule
def standard_points(weight_e4: Any, coefficient_e4: Any, auxiliary_e4: Any, rounding: Any) -> Any:
    """Points of a stay of normal cost: RW × K × aux, four decimals.

    Source: DIP technical specification, ch. 5 s. 3 (settlement arithmetic 2.5), vector V20.
    """
    return round_word_quotient(weight_e4 * coefficient_e4 * auxiliary_e4, ONE_E4 * ONE_E4, rounding)
