"""Settlement arithmetic 2.5 to 2.8: how a case is paid, in which cost band it is, and its points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.policy.values import Deviation, HighRule, Route
from tests.reference.numbers import e4, from_e4


class Points(NamedTuple):
    """``ratio`` exact; ``points_e4`` rounded. ``by_item``: paid what it cost, whatever the points."""

    band: str
    ratio: Fraction
    points_e4: int
    review: bool
    by_item: bool = False


class Valued(NamedTuple):
    """What pricing needs of a case: weight, cost and reference cost in one unit, coefficients."""

    weight: Fraction
    cost: Fraction
    reference_cost: Fraction
    k: Fraction = Fraction(1)
    aux: Fraction = Fraction(1)

    @property
    def standard(self) -> Fraction:
        return self.weight * self.k * self.aux

    @property
    def plain_ratio(self) -> Fraction:
        return self.cost / self.reference_cost


def residence(insured_region: str, policy_region: str) -> str:
    """Of the city (first four digits), of the province (first two), or from beyond it."""
    if insured_region[:4] == policy_region[:4]:
        return "local"
    return "in_province" if insured_region[:2] == policy_region[:2] else "cross_province"


def route_of(routes: Sequence[Route], days: int, patients: str, medical_type: str = "", discharge_way: str = "") -> str:
    """The first route whose conditions all hold; ``dip`` if none does."""
    for route in routes:
        if (
            (route.los_max is None or days <= route.los_max)
            and (route.los_min is None or days >= route.los_min)
            and route.patients in ("any", patients)
            and (not route.med_types or medical_type in route.med_types)
            and (not route.discharge_ways or discharge_way in route.discharge_ways)
        ):
            return route.mode
    return "dip"


def ungrouped_points(case: Valued, factor: Fraction, mode: str = "half_up") -> Points:
    """Factor × weight of the mean case × cost ÷ the region's mean; no deviation test."""
    return Points("ungrouped", case.plain_ratio, e4(factor * case.weight * case.plain_ratio, mode), False)


def grouped_points(case: Valued, rules: Deviation, mode: str = "half_up", *, beyond_quota: bool = False) -> Points:
    """Low is tested first, then high; a case in neither has standard points, as has one of high cost beyond the quota."""
    ratio = deviation_ratio(case, rules.basis)
    low, high = rules.low, rules.high
    if low is not None and below(ratio, low.threshold_e4, low.inclusive):
        points = low_points(case, ratio, low.formula)
        return Points("low", ratio, e4(points, mode), False, low.formula == "by_item")
    if high is None:
        return Points("normal", ratio, e4(case.standard, mode), False)
    threshold_e4 = high_threshold_e4(high, case.weight)
    if not above(ratio, threshold_e4, high.inclusive):
        return Points("normal", ratio, e4(case.standard, mode), False)
    if high.cap_ratio_e4 is not None and ratio > from_e4(high.cap_ratio_e4):
        return Points("extreme", ratio, e4(case.standard, mode), True)
    if beyond_quota:
        return Points("high", ratio, e4(case.standard, mode), high.formula == "none")
    points = high_points(case, ratio, from_e4(threshold_e4), high.formula)
    return Points("high", ratio, e4(points, mode), high.formula == "none", high.formula == "by_item")


def deviation_ratio(case: Valued, basis: str) -> Fraction:
    return case.plain_ratio if basis == "ref_cost" else case.plain_ratio / (case.k * case.aux)


def below(ratio: Fraction, threshold_e4: int, inclusive: bool) -> bool:
    return ratio <= from_e4(threshold_e4) if inclusive else ratio < from_e4(threshold_e4)


def above(ratio: Fraction, threshold_e4: int, inclusive: bool) -> bool:
    return ratio >= from_e4(threshold_e4) if inclusive else ratio > from_e4(threshold_e4)


def high_threshold_e4(high: HighRule, weight: Fraction) -> int:
    """Of the first segment whose limit is above the weight."""
    for segment in high.segments:
        if segment.rw_below_e4 is None or weight < from_e4(segment.rw_below_e4):
            return segment.threshold_e4
    raise ValueError("the last segment must have no limit")


def low_points(case: Valued, ratio: Fraction, formula: str) -> Fraction:
    """Points before rounding of a case below the threshold."""
    match formula:
        case "none":
            return case.standard
        case "ratio":
            return case.weight * ratio * case.aux
        case "ratio_k":
            return case.weight * ratio * case.k * case.aux
        case "std_correction":
            coefficient = case.k * case.aux
            return case.weight * coefficient * (case.plain_ratio / coefficient)
        case "by_item":
            return Fraction(0)
    raise ValueError(formula)


def high_points(case: Valued, ratio: Fraction, threshold: Fraction, formula: str) -> Fraction:
    """Points before rounding of a case above the threshold."""
    match formula:
        case "none":
            return case.standard
        case "excess_plus_one":
            return case.weight * (ratio - threshold + 1) * case.k * case.aux
        case "excess_plus_k":
            return case.weight * (ratio - threshold + case.k) * case.aux
        case "linear_add":
            # What the cost is above the threshold, whatever the threshold is of, on top of the standard.
            at_threshold = threshold * case.plain_ratio / ratio
            return case.standard + case.weight * (case.plain_ratio - at_threshold)
        case "deduct":
            return case.weight * case.plain_ratio - (threshold - 1) * case.standard
        case "cap":
            return threshold * case.standard
        case "by_item":
            return Fraction(0)
    raise ValueError(formula)
