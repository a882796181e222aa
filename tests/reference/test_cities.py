"""Random cities are legal, and the reference keeps its own books straight on them."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from hypothesis import given, settings

from drgdip.policy.load import parse_policy
from tests.properties.cities import MONTH, YEAR, City, as_csv, as_policy_text, cities
from tests.reference.fields import FUNDS


@settings(max_examples=40)
@given(cities())
def test_a_drawn_policy_is_one_that_a_city_could_have(city: City) -> None:
    policy = parse_policy(as_policy_text(city).encode(), Path("city.yaml"))

    for day in (*YEAR, date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 16), date(2026, 3, 31)):
        assert policy.on(day) == city.values_on(day)


@settings(max_examples=40)
@given(cities())
def test_no_row_vanishes_and_every_sum_adds_up(city: City) -> None:
    result = city.settle()
    settled = [row for row in result.cases if row["route"] != "route_out_of_scope"]

    known = [row["row"] for row in settled] + [row.row for row in result.set_aside]
    assert len(set(known)) == len(known)
    assert len(known) + result.other_period == len(city.cases)
    for row in settled:
        assert sum(row[f"{stem}_payable_fen"] for stem in FUNDS.values()) == row["payable_fen"]
        assert row["balance_fen"] + row["clamped_fen"] == row["payable_fen"]
    for column in ("points_e4", "gross_fen", "payable_fen", "recorded_fen", "clamped_fen"):
        assert sum(row[column] for row in result.statement) == sum(row[column] for row in settled)
    for row in result.statement:
        assert row["payable_fen"] == row["retained_fen"] + row["paid_before_fen"] + row["due_fen"]
        assert row["paid_fen"] >= 0


@settings(max_examples=40)
@given(cities())
def test_cases_are_the_same_as_a_file(city: City) -> None:
    assert list(csv.DictReader(io.StringIO(as_csv(city)))) == city.cases
    assert city.month == MONTH
