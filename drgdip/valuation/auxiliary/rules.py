"""Scalar rules of the auxiliary directory (settlement arithmetic 1.5)."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import rule

#: A sub-type that a group has no coefficient for; a limit that is not set.
NONE = -1
ONE_E4 = 10_000


@rule
def comorbidity_score(lists: Any, score_list: Any, score_weight: Any, score_unless: Any) -> Any:
    """Points of the comorbidity lists that other diagnoses are in, each once; a milder form gives way to a severe one."""
    score = 0
    for i in range(len(score_list)):
        if lists & score_list[i] and not lists & score_unless[i]:
            score += score_weight[i]
    return score


@rule
def within(value: Any, low: Any, high: Any) -> Any:
    """Whether a value lies in a range, both ends included; no range holds always, a missing value (−1) never."""
    return low < 0 or low <= value <= high


@rule
def reaches(amount_fen: Any, whole_fen: Any, ratio_e4: Any) -> Any:
    """Whether an amount is at least a ratio of another; no ratio holds always, a missing amount (−1) never."""
    return ratio_e4 == 0 or (amount_fen >= 0 and amount_fen * ONE_E4 >= whole_fen * ratio_e4)


@rule
def shares(asked: Any, present: Any) -> Any:
    """Whether one of the lists asked for is present; none asked for holds always."""
    return asked == 0 or asked & present != 0


@rule
def highest(coefficients_e4: Any) -> Any:
    """Position of the highest coefficient, the first of equals, NONE where there is none; never a product. V18."""
    best = NONE
    for i in range(len(coefficients_e4)):
        if coefficients_e4[i] >= 0 and (best < 0 or coefficients_e4[i] > coefficients_e4[best]):
            best = i
    return best


@rule
def limited(coefficient_e4: Any, floor_e4: Any, cap_e4: Any) -> Any:
    """A coefficient within floor and cap; NONE is no limit."""
    value = max(coefficient_e4, floor_e4)
    return value if cap_e4 < 0 else min(value, cap_e4)
