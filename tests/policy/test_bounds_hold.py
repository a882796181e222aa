"""The bounds hold: random policies and cases, calculated exactly, never exceed them."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

from hypothesis import assume, given
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.base.money import MAX_CASE_FEN
from drgdip.policy import load_policy
from drgdip.policy.bounds import Bound, prove_tables
from drgdip.policy.values import (
    Deviation,
    DeviationBasis,
    HighFormula,
    HighRule,
    HighSegment,
    LowFormula,
    LowRule,
    PolicyValues,
)

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
