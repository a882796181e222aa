"""Why typed codes lead to their DIP group: candidates, ages, and that they agree with the grouping."""

from __future__ import annotations

import pytest

from drgdip.audit.explain_codes import explain_codes
from drgdip.policy import load_policy
from drgdip.tables import load_tables

TABLES = load_tables("dip", "demo-3.0")


def group_of(dx: str, proc: str = "", **numbers: int) -> str:
    found = explain_codes(TABLES, dx.split(), proc.split(), **numbers)
    assert found.differences == []
    return found.group.get("dip_code", "")


@pytest.mark.parametrize(
    ("dx", "proc", "numbers", "group"),
    [
        ("J18.900", "", {"age": 6}, "J18.9:0-6"),
        ("J18.900", "", {"age": 7}, "J18.9"),
        ("J18.900", "", {"age_days": 28}, "J18.9:0-6"),
        ("J18.900", "", {}, "J18.9"),
        ("J18.900", "33.5100", {"age": 7}, "XQ-1"),
    ],
)
def test_ages_and_layers_decide(dx: str, proc: str, numbers: dict[str, int], group: str) -> None:
    assert group_of(dx, proc, **numbers) == group


def test_an_age_in_days_counts_below_one_year_only() -> None:
    assert group_of("J18.900", age=7, age_days=3) == "J18.9"


def test_candidates_come_layer_by_layer_with_what_told_against_them() -> None:
    found = explain_codes(TABLES, ["K35.300"], ["47.0100", "54.5100"])
    kinds = [one.layer for one in found.candidates]

    assert kinds == sorted(kinds, key=["pre", "merge", "assisted", "core", "comprehensive"].index)
    taken = [one for one in found.candidates if one.verdict == "taken"]
    assert [(one.dip_code, one.layer, one.step) for one in taken] == [("K35.3:47.0100+54.5100/54.5101", "core", 1)]
    assert taken[0].why.zh == "决定项 full_match"
    merge = next(one for one in found.candidates if one.dip_code == "BX-3")
    assert (merge.verdict, merge.why.en) == ("unmet", "asks for main operation 47.0901/47.0902")
    assert [(one.words.en, one.holds) for one in merge.conditions] == [("main operation 47.0901/47.0902", False)]


def test_a_policy_may_read_the_same_codes_differently() -> None:
    policy = load_policy("yichang")
    found = explain_codes(TABLES, ["K35.800"], ["17.91100", "47.0100"], policy.grouping_on(policy.period.first))

    assert found.differences == []
