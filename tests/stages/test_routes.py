"""Which route a stay takes (settlement arithmetic 2.8)."""

from __future__ import annotations

import pytest

from drgdip.policy.values import LowRule, PolicyValues, Route
from tests.stages.samples import POLICY, Stay, plain_high, price, with_deviation


def routes(values: PolicyValues, *stays: Stay) -> list[str]:
    return [priced.route for priced in price(list(stays), values)]


def test_short_and_long_stays_leave_group_payment() -> None:
    """At most 2 and at least 60 days, both included (V130–V132)."""
    values = POLICY._replace(routes=(Route("by_item", los_max=2), Route("by_item", los_min=60)))

    got = routes(values, *(Stay(days=days) for days in (0, 2, 3, 59, 60, 400)))

    assert got == ["by_item", "by_item", "group", "group", "by_item", "by_item"]


def test_all_conditions_of_a_route_must_hold() -> None:
    values = POLICY._replace(
        routes=(Route("by_item", los_max=5, patients="cross_province", med_types=("21", "22"), discharge_ways=("5",)),)
    )
    held = Stay(days=5, residence=2, medical_type=22, discharge_way=5)

    got = routes(
        values,
        held,
        held._replace(days=6),
        held._replace(residence=1),
        held._replace(medical_type=23),
        held._replace(discharge_way=4),
    )

    assert got == ["by_item", "group", "group", "group", "group"]


def test_the_first_route_that_holds_decides() -> None:
    values = POLICY._replace(
        routes=(Route("dip", med_types=("52",)), Route("out_of_scope", los_max=1), Route("by_item", los_max=2))
    )

    got = routes(values, Stay(days=1, medical_type=52), Stay(days=1), Stay(days=2), Stay(days=3))

    assert got == ["group", "out_of_scope", "by_item", "group"]


@pytest.mark.parametrize(("patients", "residence"), [("local", 0), ("in_province", 1), ("cross_province", 2)])
def test_where_the_patient_is_insured(patients: str, residence: int) -> None:
    values = POLICY._replace(routes=(Route("by_item", patients=patients),))  # type: ignore[arg-type]

    got = routes(values, *(Stay(residence=kind) for kind in range(3)))

    assert [route == "by_item" for route in got] == [kind == residence for kind in range(3)]


def test_a_missing_kind_of_care_meets_no_list() -> None:
    """A comparison with a missing value is false, also where the list is shorter than another route's."""
    values = POLICY._replace(
        routes=(Route("by_item", med_types=("21",)), Route("out_of_scope", med_types=("31", "32")))
    )

    assert routes(values, Stay(medical_type=-1)) == ["group"]


def test_by_item_beats_bands_and_the_lack_of_a_group() -> None:
    values = with_deviation(
        LowRule(5_000, False, "ratio"), plain_high(20_000, "excess_plus_one"), routes=(Route("by_item", los_max=2),)
    )

    for priced in price([Stay(days=2, cost_fen=1), Stay(days=2, cost_fen=10**9), Stay(days=2, grouped=False)], values):
        assert (priced.route, priced.band, priced.points_e4, priced.review) == ("by_item", "by_item", 0, False)


def test_a_low_cost_case_may_go_by_item() -> None:
    """The band stays low, so that reports can count it."""
    values = with_deviation(LowRule(4_000, True, "by_item"), None)

    got = price([Stay(cost_fen=400_000), Stay(cost_fen=400_001)], values)

    assert [(p.route, p.band, p.points_e4) for p in got] == [("by_item", "low", 0), ("group", "normal", 10_000_000)]
