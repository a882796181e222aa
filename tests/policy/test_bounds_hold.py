"""The bounds hold: random policies and cases, calculated exactly, never exceed them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import get_args

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.base.money import MAX_CASE_FEN
from drgdip.policy import load_policy
from drgdip.policy.bounds import Bound, prove_tables
from drgdip.policy.sections.case_rules_values import NO_RULES, Addition, BedDay, BedDayPayment, BedDayTier, FeeFact
from drgdip.policy.values import (
    Deviation,
    DeviationBasis,
    HighFormula,
    HighRule,
    HighSegment,
    LowFormula,
    LowRule,
    PolicyValues,
    ReferenceSource,
    Route,
)
from drgdip.pricing.rules import addition_fen, bed_day_fen, points_of_money
from drgdip.valuation.rules import scaled_reference, standard_fen
from tests.lanes import examples
from tests.reference import case_rules as reference
from tests.reference.numbers import rounded

TINY = load_policy("demo_tiny")
REGION_MEAN = 571_815


@st.composite
def policies(draw: st.DrawFn) -> PolicyValues:
    low_threshold = draw(st.sampled_from([1, 5_000, 20_000]))
    high_threshold = draw(st.integers(low_threshold + 1, max(low_threshold + 1, 30_000)))
    cap = draw(st.none() | st.integers(high_threshold, 100_000))
    values = TINY.on(TINY.period.first)
    deviation = Deviation(
        draw(st.sampled_from(get_args(DeviationBasis))),
        "table",
        LowRule(low_threshold, draw(st.booleans()), draw(st.sampled_from(get_args(LowFormula)))),
        HighRule(
            (HighSegment(None, high_threshold),),
            draw(st.booleans()),
            draw(st.sampled_from(get_args(HighFormula))),
            cap,
            "no_extra",
        ),
    )
    base = draw(st.fixed_dictionaries(dict.fromkeys(values.k.base, st.integers(5_000, 20_000))))
    return values._replace(deviation=deviation, k=values.k._replace(base=base))


STANDARD, LOW, HIGH = "standard points (e4)", "points of a low-cost case (e4)", "points of a high-cost case (e4)"


def points(values: PolicyValues, weight: Fraction, cost: int, reference: int, k: Fraction) -> tuple[str, Fraction]:
    """The bound that applies to a grouped case, and its points by settlement arithmetic 2.5 to 2.7."""
    low, high = values.deviation.low, values.deviation.high
    assert low is not None
    assert high is not None
    with_k = values.deviation.basis == "ref_cost_k"
    r = Fraction(cost, reference) / (k if with_k else 1)
    low_t, t = Fraction(low.threshold_e4, 10_000), Fraction(high.segments[0].threshold_e4, 10_000)
    if r < low_t or (r == low_t and low.inclusive):
        earned = {
            "none": weight * k,
            "ratio": weight * r,
            "ratio_k": weight * r * k,
            "std_correction": weight * Fraction(cost, reference),
            "by_item": Fraction(0),
        }[low.formula]
        return (STANDARD if low.formula == "none" else LOW), earned
    over_cap = high.cap_ratio_e4 is not None and r > Fraction(high.cap_ratio_e4, 10_000)
    if r < t or (r == t and not high.inclusive) or over_cap or high.formula == "none":
        return STANDARD, weight * k
    above = Fraction(cost, reference) - t * (k if with_k else 1)
    earned = {
        "excess_plus_one": weight * (r - t + 1) * k,
        "excess_plus_k": weight * (r - t + k),
        "linear_add": weight * (k + above),
        "deduct": weight * (Fraction(cost, reference) - (t - 1) * k),
        "cap": weight * t * k,
        "by_item": Fraction(0),
    }[high.formula]
    # The bound of points that come to nothing is nothing, and those of ``deduct`` are not negative where it is accepted.
    assert earned >= 0
    return HIGH, earned


def largest(bounds: list[Bound], name: str) -> int:
    return next(bound.bound for bound in bounds if bound.name == name)


@given(
    values=policies(),
    groups=st.lists(st.tuples(st.integers(1, 3 * 10**8), st.integers(10_000, 2 * 10**7)), min_size=1, max_size=3),
    data=st.data(),
)
def test_points_never_exceed_their_bound(
    values: PolicyValues, groups: list[tuple[int, int]], data: st.DataObject
) -> None:
    try:
        bounds = prove_tables(values, [w for w, _ in groups], [c for _, c in groups], 1000, REGION_MEAN)
    except PolicyError:
        assume(False)
    weight_e4, reference = data.draw(st.sampled_from(groups))
    multiple = data.draw(st.sampled_from([0, 4_999, 5_000, 20_000, 30_000, 99_999, 100_000]) | st.integers(0, 120_000))
    cost = data.draw(st.sampled_from([min(reference * multiple // 10_000, MAX_CASE_FEN), MAX_CASE_FEN]))
    # Groups of primary care have a coefficient of one.
    k_e4 = data.draw(st.sampled_from([*values.k.base.values(), 10_000]))
    band, earned = points(values, Fraction(weight_e4, 10_000), cost, reference, Fraction(k_e4, 10_000))
    assert earned * 10_000 <= largest(bounds, band)
    ungrouped = Fraction(values.grouping.ungrouped_factor_e4, 10_000) * 1000 * Fraction(cost, REGION_MEAN)
    assert ungrouped * 10_000 <= largest(bounds, "points of an ungrouped case (e4)")
    assert weight_e4 * k_e4 * 10_000 <= largest(bounds, "weight × K × aux (e12)")


# --- bed-days, additions, rates ------------------------------------------------------------------

HALF_UP = 0
FEN_PER_E8 = 10**6


@st.composite
def paid_beside(draw: st.DrawFn) -> PolicyValues:
    """Rates up to the largest amount that a case may have, point values down to a fen."""
    values = draw(policies())
    money = st.sampled_from([1, 40_000, MAX_CASE_FEN]) | st.integers(0, MAX_CASE_FEN)
    limits = draw(st.lists(st.integers(1, 400), max_size=2, unique=True).map(sorted))
    tiers = tuple(BedDayTier(limit, draw(money)) for limit in [*limits, None])
    additions = {
        name: Addition("all", draw(st.integers(0, 10_000)), draw(st.none() | money), draw(st.booleans()))
        for name in draw(st.sampled_from([(), ("new",), ("new", "more")]))
    }
    rules = NO_RULES._replace(
        fee_facts={"all": FeeFact()},
        bed_day={"ward": BedDay(draw(st.sampled_from(get_args(BedDayPayment))), tiers)},
        additions=additions,
        exclusions=draw(st.sampled_from([(), ("all",)])),
    )
    opening = st.sampled_from([1, 100, 100_000, 10**8]) | st.integers(1, 10**7)
    routes = [
        Route("bed_day", los_min=30, rate="ward"),
        Route("lower_of", hours_max=24),
        Route("day_surgery", los_max=1, factor_e4=draw(st.sampled_from([1, 8_000, 30_000]))),
    ]
    return values._replace(
        case_rules=rules,
        routes=tuple(draw(st.lists(st.sampled_from(routes), unique=True))),
        pools={name: pool._replace(opening_point_value_e4=draw(opening)) for name, pool in values.pools.items()},
        deviation=values.deviation._replace(reference=draw(st.sampled_from(get_args(ReferenceSource)))),
    )


@settings(max_examples=examples(80))
@given(
    values=paid_beside(),
    groups=st.lists(st.tuples(st.integers(1, 3 * 10**8), st.integers(10_000, 2 * 10**7)), min_size=1, max_size=3),
    days=st.sampled_from([0, 1, 400, 99_999]) | st.integers(0, 99_999),
    fact=st.sampled_from([0, MAX_CASE_FEN]) | st.integers(0, MAX_CASE_FEN),
    data=st.data(),
)
def test_what_is_paid_beside_the_group_never_exceeds_its_bound(
    values: PolicyValues, groups: list[tuple[int, int]], days: int, fact: int, data: st.DataObject
) -> None:
    """And the compiled rules give what exact arithmetic gives, wherever the policy was accepted."""
    try:
        bounds = prove_tables(values, [w for w, _ in groups], [c for _, c in groups], 1000, REGION_MEAN)
    except PolicyError:
        assume(False)
    rules, weight = values.case_rules, data.draw(st.sampled_from(groups))[0]
    assert rules is not None
    opening = data.draw(st.sampled_from([pool.opening_point_value_e4 for pool in values.pools.values()]))
    highest = max(pool.opening_point_value_e4 for pool in values.pools.values())
    modes = {route.mode for route in values.routes}
    money, turned, points = 0, [0], [0]
    if "bed_day" in modes:
        ward = rules.bed_day["ward"]
        amount = bed_days(days, ward.tiers)
        ends = np.array([1 << 30 if tier.upto_days is None else tier.upto_days for tier in ward.tiers], dtype=np.int64)
        rates = np.array([tier.rate_fen for tier in ward.tiers], dtype=np.int64)
        assert bed_day_fen(days, 0, len(ends), ends, rates) == amount
        money = max(money, 0 if ward.paid == "as_points" else amount)
        turned.append(amount if ward.paid == "as_points" else 0)
        points.append(reference.points_of_fen(turned[-1], opening, "half_up"))
    added = [reference.addition_fen(fact, one.ratio_e4, one.cap_fen, "half_up") for one in rules.additions.values()]
    for one, amount in zip(rules.additions.values(), added, strict=True):
        assert addition_fen(fact, one.ratio_e4, -1 if one.cap_fen is None else one.cap_fen, HALF_UP) == amount
    turned += added
    standard = rounded(Fraction(weight * max(*values.k.base.values(), 10_000), 10_000))
    points.append(standard + sum(reference.points_of_fen(amount, opening, "half_up") for amount in added))
    money = max(money, fact if rules.exclusions else 0)

    for amount in turned:
        assert amount * FEN_PER_E8 <= largest(bounds, "amount turned into points (e10)")
        assert points_of_money(amount, opening, HALF_UP) == reference.points_of_fen(amount, opening, "half_up")
    for one in points:
        assert one * highest <= largest(bounds, "points × point value (e8)")
        assert rounded(Fraction(one * highest, FEN_PER_E8)) + money <= largest(bounds, "gross of a case (fen)")
    if "lower_of" in modes or values.deviation.reference == "rw_x_rate":
        assert standard * opening <= largest(bounds, "standard × opening point value (e8)")


@settings(max_examples=examples(60))
@given(
    values=paid_beside(),
    groups=st.lists(st.tuples(st.integers(1, 3 * 10**8), st.integers(10_000, 2 * 10**7)), min_size=1, max_size=3),
    data=st.data(),
)
def test_what_a_bill_is_compared_with_never_exceeds_its_bound(
    values: PolicyValues, groups: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Of every group, by the table, the region's mean or a rate, as itself and as day surgery."""
    try:
        bounds = prove_tables(values, [w for w, _ in groups], [c for _, c in groups], 1000, REGION_MEAN)
    except PolicyError:
        assume(False)
    weight, cost = data.draw(st.sampled_from(groups))
    factor = data.draw(st.sampled_from([10_000, *(route.factor_e4 for route in values.routes if route.factor_e4)]))
    own = rounded(Fraction(weight * factor, 10_000))
    assume(own > 0)
    match values.deviation.reference:
        case "rw_x_rate":
            rate = data.draw(st.sampled_from([pool.opening_point_value_e4 for pool in values.pools.values()]))
            compared = rounded(Fraction(own * rate, FEN_PER_E8))
            assert standard_fen(own, rate) == compared
        case "rw_x_mean":
            mean = rounded(Fraction(weight * REGION_MEAN, 1000 * 10_000))
            compared = rounded(Fraction(mean * own, weight))
            assert scaled_reference(mean, own, weight) == compared
        case _:
            compared = rounded(Fraction(cost * own, weight))
            assert scaled_reference(cost, own, weight) == compared
    with_k = values.deviation.basis == "ref_cost_k"
    k_e4 = data.draw(st.sampled_from([*values.k.base.values(), 10_000])) if with_k else 10_000
    assert compared > 0
    assert compared * k_e4 * 10_000 <= largest(bounds, "reference cost × coefficient (e8)")
    ratio = Fraction(MAX_CASE_FEN * 10**8, compared * k_e4)
    assert ratio <= largest(bounds, "cost ratio (e4)")


def bed_days(days: int, tiers: tuple[BedDayTier, ...]) -> int:
    """What the days come to, by the days within each tier."""
    ends = [0, *(days if tier.upto_days is None else min(tier.upto_days, days) for tier in tiers)]
    return sum((end - begin) * tier.rate_fen for (begin, end), tier in zip(pairwise(ends), tiers, strict=True))
