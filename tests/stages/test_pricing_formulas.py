"""Points by every formula and basis against exact fractions, computed here from the formulas as written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.policy.values import HighRule, HighSegment, LowRule, PolicyValues
from tests.stages.samples import Priced, Stay, half_up, plain_high, price, with_deviation

E4 = 10_000
LOW_FORMULAS = ("none", "ratio", "ratio_k", "std_correction", "by_item")
#: ``deduct`` has a test of its own: it is refused where K could make it negative.
HIGH_FORMULAS = ("none", "excess_plus_one", "excess_plus_k", "linear_add", "cap", "by_item")
BASES = ("ref_cost", "ref_cost_k")


def expected(stay: Stay, values: PolicyValues) -> Priced:
    """The case in exact fractions (settlement arithmetic 2.5–2.7)."""
    weight, k, aux = (Fraction(number, E4) for number in (stay.weight_e4, stay.k_e4, stay.aux_e4))
    ratio = Fraction(stay.cost_fen, stay.reference_fen)
    if values.deviation.basis == "ref_cost_k":
        ratio /= k * aux
    shown = half_up(ratio, E4)
    low, high = values.deviation.low, values.deviation.high
    standard = half_up(weight * k * aux, E4)
    if low is not None and (
        ratio < Fraction(low.threshold_e4, E4) or (low.inclusive and ratio == Fraction(low.threshold_e4, E4))
    ):
        points = {
            "none": weight * k * aux,
            "ratio": weight * ratio * aux,
            "ratio_k": weight * ratio * k * aux,
            "std_correction": weight * Fraction(stay.cost_fen, stay.reference_fen),
            "by_item": Fraction(0),
        }[low.formula]
        route = "by_item" if low.formula == "by_item" else "group"
        return Priced(route, "low", shown, half_up(points, E4), False)
    threshold = high_threshold(weight, high)
    if high is None or threshold is None or ratio < threshold or (ratio == threshold and not high.inclusive):
        return Priced("group", "normal", shown, standard, False)
    if high.cap_ratio_e4 is not None and ratio > Fraction(high.cap_ratio_e4, E4):
        return Priced("group", "extreme", shown, standard, True)
    if high.formula == "none":
        return Priced("group", "high", shown, standard, True)
    excess, plain = ratio - threshold, Fraction(stay.cost_fen, stay.reference_fen)
    scale = k * aux if values.deviation.basis == "ref_cost_k" else Fraction(1)
    points = {
        "excess_plus_one": weight * (excess + 1) * k * aux,
        "excess_plus_k": weight * (excess + k) * aux,
        "linear_add": weight * k * aux + weight * (plain - threshold * scale),
        "deduct": weight * plain - (threshold - 1) * weight * k * aux,
        "cap": threshold * weight * k * aux,
        "by_item": Fraction(0),
    }[high.formula]
    route = "by_item" if high.formula == "by_item" else "group"
    return Priced(route, "high", shown, half_up(points, E4), False)


def high_threshold(weight: Fraction, high: HighRule | None) -> Fraction | None:
    for segment in high.segments if high else ():
        if segment.rw_below_e4 is None or weight < Fraction(segment.rw_below_e4, E4):
            return Fraction(segment.threshold_e4, E4)
    return None


stays = st.builds(
    Stay,
    weight_e4=st.integers(1, 60_000_000),
    cost_fen=st.integers(1, 20_000_000),
    reference_fen=st.integers(100_000, 6_000_000),
    k_e4=st.integers(5_000, 15_000),
    aux_e4=st.one_of(st.just(E4), st.integers(E4, 30_000)),
    grouped=st.just(True),
    days=st.just(7),
    residence=st.just(0),
    medical_type=st.just(21),
    discharge_way=st.just(1),
)
low_rules = st.builds(
    LowRule, threshold_e4=st.integers(3_000, 8_000), inclusive=st.booleans(), formula=st.sampled_from(LOW_FORMULAS)
)
segment_lists = st.one_of(
    st.just((HighSegment(None, 20_000),)),
    st.just((HighSegment(10_000_000, 30_000), HighSegment(30_000_000, 22_500), HighSegment(None, 13_000))),
)
high_rules = st.builds(
    HighRule,
    segments=segment_lists,
    inclusive=st.booleans(),
    formula=st.sampled_from(HIGH_FORMULAS),
    cap_ratio_e4=st.sampled_from([None, 50_000]),
    over_cap=st.just("no_extra"),
)


@settings(max_examples=300)
@given(st.lists(stays, min_size=1, max_size=30), st.none() | low_rules, st.none() | high_rules, st.sampled_from(BASES))
def test_points_are_those_of_the_formula(
    batch: list[Stay], low: LowRule | None, high: HighRule | None, basis: str
) -> None:
    values = with_deviation(low, high, basis)

    assert price(batch, values) == [expected(stay, values) for stay in batch]


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("formula", LOW_FORMULAS)
def test_every_low_formula(formula: str, basis: str) -> None:
    values = with_deviation(LowRule(5_000, False, formula), None, basis)  # type: ignore[arg-type]
    stay = Stay(weight_e4=12_307_692, cost_fen=333_333, reference_fen=1_000_007, k_e4=11_300, aux_e4=11_200)

    (got,) = price([stay], values)

    assert got == expected(stay, values)
    assert got.band == "low"


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("formula", HIGH_FORMULAS)
@pytest.mark.parametrize("k_e4", [8_200, 10_000, 25_000])
def test_every_high_formula(formula: str, basis: str, k_e4: int) -> None:
    """With K below and above the threshold, so that K − t takes both signs."""
    values = with_deviation(None, plain_high(20_000, formula), basis)
    stay = Stay(weight_e4=12_307_692, cost_fen=9_333_333, reference_fen=1_000_007, k_e4=k_e4, aux_e4=11_200)

    (got,) = price([stay], values)

    assert got == expected(stay, values)
    assert got.band == "high"


@pytest.mark.parametrize("basis", BASES)
def test_the_cost_less_what_stands_above_the_standard(basis: str) -> None:
    """``deduct``: 1.05 × 1.12 is below t ÷ (t − 1) = 2."""
    values = with_deviation(None, plain_high(20_000, "deduct"), basis)
    stay = Stay(weight_e4=12_307_692, cost_fen=9_333_333, reference_fen=1_000_007, k_e4=10_500, aux_e4=11_200)

    (got,) = price([stay], values)

    assert got == expected(stay, values)


def test_the_dearest_case_with_the_largest_weight_does_not_overflow() -> None:
    stay = Stay(weight_e4=400_000_000, cost_fen=10**10, reference_fen=500_000, k_e4=15_000, aux_e4=30_000)
    for basis in BASES:
        for formula in HIGH_FORMULAS:
            values = with_deviation(None, plain_high(20_000, formula), basis)
            assert price([stay], values) == [expected(stay, values)]


@given(st.lists(stays, min_size=2, max_size=10), st.randoms(use_true_random=False))
def test_a_case_is_priced_alike_in_any_batch(batch: list[Stay], random) -> None:  # type: ignore[no-untyped-def]
    values = with_deviation(LowRule(5_000, False, "ratio_k"), plain_high(20_000, "excess_plus_k", cap_e4=50_000))
    shuffled = random.sample(batch, len(batch))

    assert dict(zip(shuffled, price(shuffled, values), strict=True)) == dict(
        zip(batch, price(batch, values), strict=True)
    )


@given(st.integers(1, 10**9), st.integers(1_000, 10**9), st.integers(0, 20_000))
def test_ungrouped_points_follow_cost(cost: int, mean: int, factor_e4: int) -> None:
    """Factor × scale × cost ÷ region mean (2.6, V26): no deviation rule applies, K does not enter."""
    grouping = with_deviation().grouping._replace(ungrouped_factor_e4=factor_e4)
    values = with_deviation(LowRule(5_000, True, "by_item"), plain_high(20_000, "none"), grouping=grouping)
    stay = Stay(cost_fen=cost, reference_fen=mean, grouped=False)

    (got,) = price([stay], values)

    assert got.band == "ungrouped"
    assert got.route == "group"
    assert not got.review
    assert got.points_e4 == half_up(Fraction(factor_e4, E4) * 1000 * Fraction(cost, mean), E4)
