"""What bounds are proven from: extremes of a table edition, and the range of its coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.money import MAX_CASE_FEN
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4, E8_PER_FEN
from drgdip.base.text import Text
from drgdip.policy.coefficient_range import coefficient_range_e4
from drgdip.policy.sections.case_rules_values import NO_RULES, Addition
from drgdip.policy.values import PolicyValues

#: As many days as a stay may have (five digits).
_MAX_DAYS = 99_999


class Bound(NamedTuple):
    """``bound`` is the largest absolute value that ``name`` can take; it must stay below ``limit``."""

    name: str
    bound: int
    limit: int


class Extremes(NamedTuple):
    """Extremes of a table edition and of what cases are priced with.

    weight_per_fen : largest relative weight (points) ÷ reference cost (fen) of a single group; weights grow with
        costs, so it is far below the largest weight over the smallest cost.
    scale_e4, region_mean_cost_fen : weight and reference of ungrouped cases.
    """

    max_relative_weight_e4: int
    min_reference_cost_fen: int
    max_reference_cost_fen: int
    weight_per_fen: Fraction
    scale_e4: int
    region_mean_cost_fen: int
    min_auxiliary_e4: int
    max_auxiliary_e4: int
    max_point_value_e4: int
    max_cases: int


class Coefficients(NamedTuple):
    """Ranges of K and of the auxiliary coefficient, each from at most to at least one."""

    low: Fraction
    high: Fraction
    aux_low: Fraction
    aux: Fraction


def coefficients(values: PolicyValues, extremes: Extremes) -> Coefficients:
    """The ranges that a policy and an edition allow."""
    low, high = coefficient_range_e4(values.k)
    aux_low, aux = min(extremes.min_auxiliary_e4, E4), max(extremes.max_auxiliary_e4, E4)
    return Coefficients(Fraction(low, E4), Fraction(high, E4), Fraction(aux_low, E4), Fraction(aux, E4))


def standards(
    values: PolicyValues, groups: Sequence[tuple[int, int]], point_scale: int, region_mean_cost_fen: int
) -> list[tuple[int, int]]:
    """Weights (e4) that stays may have, each with what it is compared with (fen); ``groups`` as published.

    Weights of day surgery, by a table or as a multiple, stand beside those of the groups; a rate gives every weight a
    standard in every pool.
    """
    rules = values.case_rules or NO_RULES
    own = [weight for table in rules.own_weights.values() for weight in table.values()]
    factors = {E4, *(route.factor_e4 for route in values.routes if route.factor_e4)}
    found = []
    if values.deviation.reference == "rw_x_mean":
        groups = [(weight, divide(weight * region_mean_cost_fen, point_scale * E4)) for weight, _ in groups]
    for weight, cost in groups:
        scaled = {divide(weight * factor, E4) for factor in factors}
        found += [(one, divide(cost * one, weight)) for one in scaled if one > 0]
    # A group of a table of own weights may be any.
    ends = _ends(groups) if own else ()
    found += [(one, divide(cost * one, weight)) for one in own for weight, cost in ends]
    if values.deviation.reference != "rw_x_rate":
        return found
    rates = {pool.opening_point_value_e4 for pool in values.pools.values()}
    return [(weight, divide(weight * rate, E8_PER_FEN)) for weight, _ in found for rate in rates]


def _ends(groups: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The groups with the least and the largest cost for a point."""
    least = most = groups[0]
    for weight, cost in groups:
        if cost * least[0] < least[1] * weight:
            least = weight, cost
        elif cost * most[0] > most[1] * weight:
            most = weight, cost
    return [least, most]


def largest_slope(groups: Sequence[tuple[int, int]]) -> Fraction | None:
    """Most points for a fen that any group with a cost gives; None if none has one."""
    costed = [group for group in groups if group[1] > 0]
    if not costed:
        return None
    weight, cost = _ends(costed)[0]
    return Fraction(weight, E4 * cost)


class OutsidePoints(NamedTuple):
    """The largest that a stay can have beside the points of its band.

    money_fen : paid outside points. added_e4 : points added. bed_day_e4 : points of its days. turned_fen : largest
    amount that becomes points. opening_e4 : largest opening point value that a standard is valued at, 0 if none is.
    """

    money_fen: int
    added_e4: int
    bed_day_e4: int
    turned_fen: int
    opening_e4: int


def outside_points(values: PolicyValues) -> OutsidePoints:
    """Bounds of bed-day payment, additions and exclusions."""
    rules = values.case_rules or NO_RULES
    used = [rules.bed_day[route.rate] for route in values.routes if route.rate]
    days = {paid: [_MAX_DAYS * max(tier.rate_fen for tier in one.tiers) for one in used if one.paid == paid]
            for paid in ("outside_points", "as_points")}  # fmt: skip
    least = min(pool.opening_point_value_e4 for pool in values.pools.values())
    largest = max(pool.opening_point_value_e4 for pool in values.pools.values())
    amounts = [_addition_fen(one) for one in rules.additions.values()]
    bed_day = max(days["as_points"], default=0)
    valued = values.deviation.reference == "rw_x_rate" or any(route.mode == "lower_of" for route in values.routes)
    return OutsidePoints(
        money_fen=max([*days["outside_points"], MAX_CASE_FEN if rules.exclusions else 0]),
        added_e4=sum(amount * E8_PER_FEN // least + 1 for amount in amounts),
        bed_day_e4=bed_day * E8_PER_FEN // least + 1 if bed_day else 0,
        turned_fen=max([bed_day, *amounts]),
        opening_e4=largest if valued else 0,
    )


def _addition_fen(addition: Addition) -> int:
    amount = MAX_CASE_FEN * addition.ratio_e4 // E4 + 1
    return amount if addition.cap_fen is None else min(amount, addition.cap_fen)


def refuse_negative(values: PolicyValues, aux_e4: int) -> None:
    """Raise PolicyError where ``deduct`` could give less than nothing: t ≥ (t − 1) × K × aux must hold."""
    high = values.deviation.high
    if high is None or high.formula != "deduct" or values.deviation.basis == "ref_cost_k":
        return
    k_e4 = coefficient_range_e4(values.k)[1]
    if all(s.threshold_e4 * E4 * E4 >= (s.threshold_e4 - E4) * k_e4 * aux_e4 for s in high.segments):
        return
    raise PolicyError(
        Text("高倍率公式 deduct 在系数较大时会得出负分值。", "The high formula deduct gives negative points where K is large."),
        Text("请降低阈值或系数上限,或改用 ref_cost_k。", "Lower the threshold or the cap of K, or use ref_cost_k."),
    )  # fmt: skip


def refuse(failed: list[Bound]) -> None:
    """Raise PolicyError for bounds that are not below their limits."""
    if not failed:
        return
    listed = ", ".join(f"{bound.name} = {bound.bound}" for bound in failed)
    raise PolicyError(
        Text(
            f"政策与病种目录的组合可能使计算溢出({listed})。", f"Policy and tables together could overflow ({listed})."
        ),
        Text(
            "请检查系数、阈值、点值与次均费用;高倍率公式可设 cap_ratio。",
            "Check coefficients, thresholds, point values and mean costs; a high formula can be given a cap_ratio.",
        ),
    )
