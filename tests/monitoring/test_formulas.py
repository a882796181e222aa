"""The worked examples of the formulas, and both sides of their limits, by hand."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from drgdip.audit.monitoring.formulas import (
    e4,
    excess,
    interval,
    record_quality,
    risk_levels,
    shrunken_ratio,
    weighted_excess,
)

WEIGHTS = {"main_diagnosis": F("0.4"), "main_operation": F("0.3"), "complication": F("0.2"), "field": F("0.1")}


def test_record_quality() -> None:
    errors = {"main_diagnosis": 6, "main_operation": 4, "complication": 10, "field": 20}

    assert record_quality(errors, 200, WEIGHTS) == F("96.2")
    assert record_quality({}, 200, WEIGHTS) == 100


def test_readmissions() -> None:
    expected = [F(2), F(8), F(13), F(22)]
    weights = [F(1), F("0.75"), F("0.5"), F("0.25")]

    assert e4(weighted_excess([6, 10, 14, 20], expected, weights, F(5))) == 7146
    assert weighted_excess([2, 8, 13, 22], expected, weights, F(5)) == 0


def test_shrunken_excess() -> None:
    assert shrunken_ratio(30, F(20), F(10)) == F(4, 3)
    assert e4(excess(30, F(20), F(10))) == 3333
    assert excess(20, F(20), F(10)) == 0
    assert excess(21, F(20), F(10)) == F(1, 30)
    assert excess(0, F(20), F(10)) == 0


def test_risk_levels() -> None:
    rates = [F("0.0005"), F("0.002"), F("0.01"), F("0.03"), F("0.12")]

    assert risk_levels(rates) == [1, 2, 3, 3, 4]
    assert risk_levels([F(0), *rates]) == [0, 1, 2, 3, 3, 4]
    assert risk_levels([F(0), F(0)]) == [0, 0]


@pytest.mark.parametrize(("rates", "levels"), [([F("0.01")], [2]), ([F("0.01")] * 3, [2, 2, 2]), ([], [])])
def test_a_rate_at_the_mean_is_of_the_second_level(rates: list[F], levels: list[int]) -> None:
    assert risk_levels(rates) == levels


def test_interval_holds_the_ratio() -> None:
    low, high = interval(30, F(20)) or (F(0), F(0))

    # Byar's limits for 30 events: 20.24 and 42.83
    assert (round(float(low * 20), 2), round(float(high * 20), 2)) == (20.24, 42.83)
    assert interval(0, F(20)) is not None
    assert interval(0, F(20))[0] == 0  # type: ignore[index]
    assert interval(3, F(0)) is None
