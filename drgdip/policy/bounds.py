"""Proof that the integers of a policy cannot overflow, in exact arithmetic, before a case is priced.

Kernels multiply 64-bit integers without checks; what makes that safe is here. Bounds hold for every case that
intake accepts (costs from 0 to MAX_CASE_FEN) against the extremes of a table edition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from drgdip.base.errors import PolicyError
from drgdip.base.money import MAX_CASE_FEN
from drgdip.base.scaled import E4, E8_PER_FEN
from drgdip.base.text import Text
from drgdip.policy.extremes import (
    Bound,
    Coefficients,
    Extremes,
    coefficients,
    largest_slope,
    outside_points,
    refuse,
    refuse_negative,
    standards,
)
from drgdip.policy.values import PolicyValues

if TYPE_CHECKING:
    from drgdip.policy.load import Policy
    from drgdip.tables import GroupValues

#: As many cases as one run may sum in 64 bits.
MAX_CASES = 10**8
_INT64 = 2**63
#: Half of 128 bits: the two parts of the affine form may then be added.
_WIDE = 2**127
_HALF_DIVISOR = 2**62


def prove_bounds(
    values: PolicyValues,
    max_relative_weight_e4: int,
    min_reference_cost_fen: int,
    max_reference_cost_fen: int,
    *,
    weight_per_fen: Fraction | None = None,
    scale_e4: int = 1000 * E4,
    region_mean_cost_fen: int | None = None,
    min_auxiliary_e4: int = E4,
    max_auxiliary_e4: int = E4,
    max_point_value_e4: int | None = None,
    max_cases: int = MAX_CASES,
) -> list[Bound]:
    """Bounds of every product and sum that kernels form, each below its limit.

    Parameters are the extremes of the table edition (see :class:`Extremes`); what is not given takes the worst that
    the others allow. ``max_point_value_e4`` is the largest opening point value unless given: where point values
    float, prove again with those of the month.

    Raises PolicyError if a bound fails, or a reference cost is not above zero.
    """
    least_reference = min(min_reference_cost_fen, region_mean_cost_fen or min_reference_cost_fen)
    if least_reference <= 0:
        raise PolicyError(
            Text("参照费用不大于 0,无法计算费用倍率。", "A reference cost is not above zero, so no cost ratio exists."),
            Text("请检查病种目录中的次均费用。", "Check the mean costs in the group catalogue."),
        )
    opening = max(pool.opening_point_value_e4 for pool in values.pools.values())
    refuse_negative(values, max(max_auxiliary_e4, E4))
    extremes = Extremes(
        max_relative_weight_e4=max_relative_weight_e4,
        min_reference_cost_fen=min_reference_cost_fen,
        max_reference_cost_fen=max_reference_cost_fen,
        weight_per_fen=weight_per_fen or Fraction(max_relative_weight_e4, E4 * min_reference_cost_fen),
        scale_e4=scale_e4,
        region_mean_cost_fen=region_mean_cost_fen or min_reference_cost_fen,
        min_auxiliary_e4=min_auxiliary_e4,
        max_auxiliary_e4=max_auxiliary_e4,
        max_point_value_e4=opening if max_point_value_e4 is None else max_point_value_e4,
        max_cases=max_cases,
    )
    bounds = [*_ratio_bounds(values, extremes), *_point_bounds(values, extremes), *_money_bounds(values, extremes)]
    refuse([bound for bound in bounds if bound.bound >= bound.limit])
    return bounds


def prove_policy(
    policy: Policy,
    groups: Callable[[PolicyValues], GroupValues],
    max_point_value_e4: int | None = None,
    max_cases: int = MAX_CASES,
    auxiliary_e4: Callable[[PolicyValues], tuple[int, int]] = lambda values: (E4, E4),
) -> None:
    """Prove the bounds of every day of a policy against the groups of a table edition. Raises PolicyError.

    ``groups`` gives what an edition says of its groups, ``auxiliary_e4`` the smallest and the largest auxiliary
    coefficient, each under the values of a day.
    """
    for values in policy.distinct_values():
        known = groups(values)
        weights, costs = [*map(int, known.relative_weight_e4)], [*map(int, known.mean_cost_fen)]
        region = known.point_scale, known.region_mean_cost_fen
        prove_tables(values, weights, costs, *region, max_point_value_e4, max_cases, auxiliary_e4(values))


def prove_tables(
    values: PolicyValues,
    relative_weights_e4: Sequence[int],
    mean_costs_fen: Sequence[int],
    point_scale: int,
    region_mean_cost_fen: int,
    max_point_value_e4: int | None = None,
    max_cases: int = MAX_CASES,
    auxiliary_e4: tuple[int, int] = (E4, E4),
) -> list[Bound]:
    """:func:`prove_bounds` for the groups of a table edition, given as two sequences of the same order."""
    groups = list(zip(relative_weights_e4, mean_costs_fen, strict=True)) or [(point_scale * E4, region_mean_cost_fen)]
    # Groups without a weight are paid by item; of their costs only the ratio is shown.
    shown = [c for w, c in groups if w == 0 and c > 0]
    weighted = [(w, c) for w, c in groups if w > 0] or [(point_scale * E4, region_mean_cost_fen)]
    compared = standards(values, weighted, point_scale, region_mean_cost_fen)
    weights, costs = [w for w, _ in compared], [*shown, *(c for _, c in compared)]
    return prove_bounds(
        values,
        max(weights),
        min(costs),
        max(costs),
        weight_per_fen=largest_slope(compared),
        scale_e4=point_scale * E4,
        region_mean_cost_fen=region_mean_cost_fen,
        min_auxiliary_e4=auxiliary_e4[0],
        max_auxiliary_e4=auxiliary_e4[1],
        max_point_value_e4=max_point_value_e4,
        max_cases=max_cases,
    )


def _ratio_bounds(values: PolicyValues, extremes: Extremes) -> list[Bound]:
    """The deviation test: cost against reference × coefficient × threshold, and the ratio that is shown."""
    k = coefficients(values, extremes)
    with_k = values.deviation.basis == "ref_cost_k"
    largest = ceil(k.high * k.aux * E4 * E4) if with_k else E4 * E4
    smallest = max(int(k.low * k.aux_low * E4 * E4), 1) if with_k else E4 * E4
    reference = max(extremes.max_reference_cost_fen, extremes.region_mean_cost_fen)
    least = min(extremes.min_reference_cost_fen, extremes.region_mean_cost_fen)
    return [
        Bound("cost × 10^12", MAX_CASE_FEN * 10**12, _WIDE),
        Bound("reference cost × coefficient (e8)", reference * largest, _HALF_DIVISOR),
        Bound("reference cost × coefficient × threshold", reference * largest * _largest_threshold(values), _WIDE),
        Bound("cost ratio (e4)", MAX_CASE_FEN * 10**12 // (least * smallest) + 1, _INT64),
    ]


def _largest_threshold(values: PolicyValues) -> int:
    """Of all thresholds and the cap, e4."""
    low, high = values.deviation.low, values.deviation.high
    thresholds = [low.threshold_e4] if low else []
    if high:
        thresholds += [segment.threshold_e4 for segment in high.segments]
        thresholds += [high.cap_ratio_e4] if high.cap_ratio_e4 is not None else []
    return max(thresholds, default=0)


def _point_bounds(values: PolicyValues, extremes: Extremes) -> list[Bound]:
    """Standard points, and the form ``weight × cost × alpha ÷ divisor + weight × beta`` of all deviation formulas."""
    k = coefficients(values, extremes)
    alpha_e8, divisor, beta_e12 = _affine_words(values, extremes, k)
    weight = max(extremes.max_relative_weight_e4, extremes.scale_e4)
    return [
        Bound("weight × K × aux (e12)", weight * ceil(k.high * E4) * ceil(k.aux * E4), _INT64),
        Bound("alpha (e8)", alpha_e8, _INT64),
        Bound("divisor", divisor, _INT64),
        Bound("beta (e12)", beta_e12, _INT64),
        Bound("weight × cost × alpha × 10^4", weight * MAX_CASE_FEN * alpha_e8 * E4, _WIDE),
        Bound("weight × beta", weight * beta_e12, _WIDE),
        *(Bound(name, _rounded_up_e4(points), _INT64) for name, points in _points_by_band(values, extremes).items()),
    ]


def _affine_words(values: PolicyValues, extremes: Extremes, k: Coefficients) -> tuple[int, int, int]:
    """The largest alpha (e8), divisor and |beta| (e12) over the policy's formulas and ungrouped cases."""
    with_k = values.deviation.basis == "ref_cost_k"
    low, high = values.deviation.low, values.deviation.high
    k_e4, aux_e4 = ceil(k.high * E4), ceil(k.aux * E4)
    reference = max(extremes.max_reference_cost_fen, extremes.region_mean_cost_fen)
    alphas = [E4 * E4, values.grouping.ungrouped_factor_e4 * E4]
    by_k = (low is not None and low.formula == "ratio") or (high is not None and high.formula == "excess_plus_k")
    if with_k and by_k:
        return max(*alphas, 10**12), reference * k_e4, _largest_beta(values, k_e4, aux_e4)
    if not with_k:
        alphas += [aux_e4 * E4, k_e4 * aux_e4]
    return max(alphas), reference, _largest_beta(values, k_e4, aux_e4)


def _largest_beta(values: PolicyValues, k_e4: int, aux_e4: int) -> int:
    high = values.deviation.high
    if high is None or high.formula == "none":
        return 0
    thresholds = [segment.threshold_e4 for segment in high.segments]
    if high.formula == "by_item":
        return 0
    if high.formula in ("excess_plus_one", "deduct"):
        return max(abs(E4 - t) for t in thresholds) * k_e4 * aux_e4
    if high.formula == "cap":
        return max(thresholds) * k_e4 * aux_e4
    if high.formula == "linear_add":
        # |1 − t| × K × aux where the threshold carries K, else |K × aux − t|.
        return max(max(abs(E4 - t), E4) * k_e4 * aux_e4 + t * E4 * E4 for t in thresholds)
    # K lies between 0 and its largest value, so |K − t| is at most the larger of K and t.
    return max(k_e4, *thresholds) * aux_e4 * E4


def _points_by_band(values: PolicyValues, extremes: Extremes) -> dict[str, Fraction]:
    """The largest points of a case in each band."""
    k = coefficients(values, extremes)
    weight = Fraction(extremes.max_relative_weight_e4, E4)
    factor = Fraction(values.grouping.ungrouped_factor_e4, E4)
    return {
        "standard points (e4)": weight * k.high * k.aux,
        "points of a low-cost case (e4)": _low_points(values, weight, k),
        "points of a high-cost case (e4)": _high_points(values, extremes, weight, k),
        "points of an ungrouped case (e4)": factor
        * Fraction(extremes.scale_e4, E4)
        * Fraction(MAX_CASE_FEN, extremes.region_mean_cost_fen),
    }


def _rounded_up_e4(points: Fraction) -> int:
    """At four decimals, whatever the rounding mode."""
    return ceil(points * E4)


def _low_points(values: PolicyValues, weight: Fraction, k: Coefficients) -> Fraction:
    """In the low band the ratio is at most the threshold; ``none`` gives standard points, ``by_item`` no points."""
    low = values.deviation.low
    if low is None or low.formula in ("none", "by_item"):
        return Fraction(0)
    return weight * Fraction(low.threshold_e4, E4) * k.high * k.aux


def _high_points(values: PolicyValues, extremes: Extremes, weight: Fraction, k: Coefficients) -> Fraction:
    """In the high band the ratio is at most the cap, or what the dearest case comes to."""
    high = values.deviation.high
    if high is None or high.formula in ("none", "by_item"):
        return Fraction(0)
    if high.formula == "cap":
        return weight * max(Fraction(segment.threshold_e4, E4) for segment in high.segments) * k.high * k.aux
    least_t = min(Fraction(segment.threshold_e4, E4) for segment in high.segments)
    with_k = values.deviation.basis == "ref_cost_k"
    if high.cap_ratio_e4 is not None:
        ratio_points = weight * Fraction(high.cap_ratio_e4, E4)
    else:
        ratio_points = MAX_CASE_FEN * extremes.weight_per_fen
        if with_k:
            ratio_points /= k.low * k.aux_low
    if high.formula in ("linear_add", "deduct"):
        # The cost itself in points, which a ratio with K has been divided by; what is deducted makes it less.
        own = ratio_points * k.high * k.aux if with_k else ratio_points
        return own + weight * k.high * k.aux
    if high.formula == "excess_plus_one":
        return (ratio_points + weight * max(1 - least_t, Fraction(0))) * k.high * k.aux
    return (ratio_points + weight * max(k.high - least_t, Fraction(0))) * k.aux


def _money_bounds(values: PolicyValues, extremes: Extremes) -> list[Bound]:
    """Points × point value, its fen, and sums over as many cases as one run may hold."""
    points = max(_rounded_up_e4(points) for points in _points_by_band(values, extremes).values())
    outside = outside_points(values)
    points = max(points + outside.added_e4, outside.bed_day_e4)
    if values.special is not None:
        # A decision is never worth more than the stay cost at the opening point value.
        least = min(pool.opening_point_value_e4 for pool in values.pools.values())
        points = max(points, MAX_CASE_FEN * E8_PER_FEN // least)
    gross = max(-(-points * extremes.max_point_value_e4 // E8_PER_FEN), MAX_CASE_FEN) + outside.money_fen
    bounds = [
        Bound("points × point value (e8)", points * extremes.max_point_value_e4, _INT64),
        Bound("gross of a case (fen)", gross, _INT64),
        Bound("amount turned into points (e10)", outside.turned_fen * E8_PER_FEN, _WIDE),
        Bound("standard × opening point value (e8)", outside.opening_e4 * points, _INT64),
        Bound(f"gross of {extremes.max_cases} cases (fen)", gross * extremes.max_cases, _INT64),
    ]
    if values.payment.method == "ratio":
        bounds.append(Bound("gross × fund ratio", gross * E4, _INT64))
    return bounds
