"""One case payment in Decimal, straight from settlement arithmetic 2.5 to 2.7, 3.3 and 4.2; as quick as that can be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TypeAlias

from drgdip.policy.values import PolicyValues

ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
ONE, FOUR, TWO, NOTHING = Decimal(1), Decimal("0.0001"), Decimal("0.01"), Decimal(0)
#: Whether there is a group; weight, K, auxiliary coefficient; cost, reference, hospital's part, patient, other funds in yuan.
Pay: TypeAlias = Callable[
    [bool, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal],
    tuple[str, Decimal, Decimal, Decimal],
]


def payment(values: PolicyValues, pool: str, point_value: Decimal, ratio: Decimal) -> Pay:
    """A function from a case to its band, points, gross and payable. Divisions keep sixty places: see the caller's context."""
    rules, mode = values.deviation, ROUNDING[values.rounding.mode]
    low, high, with_k = rules.low, rules.high, rules.basis == "ref_cost_k"
    low_t = None if low is None else Decimal(low.threshold_e4).scaleb(-4)
    segments = [] if high is None else [
        (None if one.rw_below_e4 is None else Decimal(one.rw_below_e4).scaleb(-4), Decimal(one.threshold_e4).scaleb(-4))
        for one in high.segments
    ]  # fmt: skip
    cap = None if high is None or high.cap_ratio_e4 is None else Decimal(high.cap_ratio_e4).scaleb(-4)
    factor = Decimal(values.grouping.ungrouped_factor_e4).scaleb(-4)
    method, clamp = values.payment.method, values.payment.negative == "clamp_case"

    def points_of(
        grouped: bool, rw: Decimal, k: Decimal, aux: Decimal, cost: Decimal, ref: Decimal
    ) -> tuple[str, Decimal | None]:
        if not grouped:
            return "ungrouped", factor * rw * cost / ref
        both = k * aux
        basis = ref * both if with_k else ref
        if low is not None and low_t is not None:
            limit = low_t * basis
            if cost < limit or (low.inclusive and cost == limit):
                if low.formula == "by_item":
                    return "low", None
                if low.formula == "none":
                    return "low", rw * both
                if low.formula == "ratio":
                    return "low", rw * cost * aux / basis
                return "low", rw * cost * both / basis if low.formula == "ratio_k" else rw * cost / ref
        if high is None:
            return "normal", rw * both
        t = next(found for below, found in segments if below is None or rw < below)
        limit = t * basis
        if cost < limit or (cost == limit and not high.inclusive):
            return "normal", rw * both
        if cap is not None and cost > cap * basis:
            return "extreme", rw * both
        match high.formula:
            case "by_item":
                return "high", None
            case "none":
                return "high", rw * both
            case "excess_plus_one":
                return "high", rw * (cost - (t - ONE) * basis) * both / basis
            case "excess_plus_k":
                return "high", rw * (cost - (t - k) * basis) * aux / basis
            case "linear_add":
                return "high", (rw * both * ref + rw * (cost - limit)) / ref
            case "deduct":
                return "high", (rw * cost - (t - ONE) * rw * both * ref) / ref
        return "high", t * rw * both

    def pay(
        grouped: bool, rw: Decimal, k: Decimal, aux: Decimal, cost: Decimal, ref: Decimal, hospital: Decimal,
        patient: Decimal, other: Decimal,
    ) -> tuple[str, Decimal, Decimal, Decimal]:  # fmt: skip
        band, worth = points_of(grouped, rw, k, aux, cost, ref)
        if worth is None:
            points, gross = NOTHING, max(cost - hospital, NOTHING)
            balance = gross - patient - other
        else:
            points = worth.quantize(FOUR, mode)
            gross = (points * point_value).quantize(TWO, mode)
            if method == "residual":
                balance = gross - patient - other
            else:
                balance = gross if method == "fund_pv" else (gross * ratio).quantize(TWO, mode)
        return band, points, gross, NOTHING if clamp and balance < 0 else balance

    return pay
