"""Readmission, denials and review in one month, by hand: what random cities had brought to light (8.3, 8.4, 6.2, 6.4).

Stays are those of ``tests.special_cases.sample``: 330 points of 10 yuan, reference 3,000.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip import explain
from drgdip.special_cases.quota import Claim, ranked
from tests.policy.samples import TINY
from tests.sanctions.test_denials import SANCTIONS, denial, write
from tests.sanctions.test_readmission import MERGE, PAIR, Persons, payable, stay
from tests.special_cases.sample import SPECIAL, City, decision, special_policy
from tests.special_cases.sample import stay as plain_stay

FLOATING = ("point_value: {value: fixed_opening", "point_value: {value: floating")
BY_ITEM = ("formula: excess_plus_one", "formula: by_item")


def explained(city: City) -> None:
    for setl_id in ("A", "B"):
        assert explain(city.run("2026-01"), setl_id, "en").differences == []


def test_an_episode_that_is_paid_by_item_is_paid_all_of_its_cost(tmp_path: Path) -> None:
    """7,000 for 3,000 is high: all that both stays cost, less the 2,500 that the patient paid in both."""
    city = Persons(tmp_path, special_policy(BY_ITEM, text=MERGE))

    assert payable(city.settle("2026-01", PAIR)) == 450_000
    explained(city)


def test_and_all_of_its_cost_leaves_the_fund_before_the_point_value(tmp_path: Path) -> None:
    """(100,000 ÷ 0.8 − 7,000) ÷ 330."""
    city = Persons(tmp_path, special_policy(BY_ITEM, FLOATING, text=MERGE))
    report = city.settle("2026-01", [*PAIR, stay("C", "2026-01-02", "2026-01-08", person="Q")])

    assert {row.point_value_e4 for row in report.rows if row.pool == "310"} == {3_575_758}
    payable(report)


def test_costs_are_added_up_before_the_deviation_test(tmp_path: Path) -> None:
    """The first stay would be low and paid by item; 1,000 and 4,000 are not, and pay 330 points: 3,300 − 1,800."""
    city = Persons(tmp_path, special_policy(("formula: ratio}", "formula: by_item}"), text=MERGE))
    report = city.settle("2026-01", [stay("A", "2026-01-02", "2026-01-08", 1000, 300), PAIR[1]])

    assert payable(report) == 150_000
    explained(city)


@pytest.mark.parametrize(("first_cost", "expected"), [(3000, 80_000), (7000, 630_000)])
def test_an_episode_takes_no_place_of_the_quota_of_high_cost(tmp_path: Path, first_cost: int, expected: int) -> None:
    """7,000 in all without a place: 3,300 − 2,500. With the first stay's own place: 330 × (11/3 − 1) = 880 points."""
    cap = ("over_cap: no_extra}", 'over_cap: no_extra, share_cap: {share: "1", scope: pool}}')
    city = Persons(tmp_path, special_policy(cap, text=MERGE))
    report = city.settle("2026-01", [stay("A", "2026-01-02", "2026-01-08", first_cost), PAIR[1]])

    assert payable(report) == expected


def test_a_denied_cost_leaves_the_bill_of_the_episode(tmp_path: Path) -> None:
    """7,000 less 1,000 is twice the reference and no more: 330 points in place of 440."""
    city = Persons(tmp_path, MERGE + SANCTIONS)
    asked = write(tmp_path, [denial("N1", "A", "reprice_cost", "2026-01-30", denied_fee_yuan="1000")])
    path = tmp_path / "2026-01-own.csv"
    from drgdip import settle_to_folder
    from tests.cli.conftest import HEADER

    path.write_text("\n".join([f"{HEADER},psn_no", *PAIR]) + "\n", encoding="utf-8")
    report = settle_to_folder(city.policy, [path], "2026-01", city.run("2026-01"), denials=asked, threads=1)

    assert (payable(report), sum(row.denied_fen for row in report.rows)) == (190_000, 110_000)


def test_a_void_stay_takes_out_of_the_pool_what_the_pool_holds_of_it(tmp_path: Path) -> None:
    """Decided after the point value, A counts there with its ordinary 660 points; 330 are left: 125,000 ÷ 330."""
    text = special_policy(
        ("effect: {value: before_pv", "effect: {value: after_pv"), FLOATING, text=TINY + SPECIAL + SANCTIONS
    )
    city = City(tmp_path, text)
    rows = [plain_stay("2026-01", "A", 9000), plain_stay("2026-01", "B")]
    report = city.settle(
        "2026-01",
        rows,
        [decision("V", "A", "adjusted", factor="1.5")],
        denials=write(tmp_path, [denial("N", "A", "void")]),
    )

    assert [line.line_id for line in report.proof if not line.holds] == []
    assert [line.standing for line in report.special] == ["in_force"]
    assert {row.point_value_e4 for row in report.rows if row.pool == "310"} == {3_787_879}


BED_DAY = """
case_rules:
  bed_day:
    ward:
      paid: {value: outside_points, cite: "Example"}
      tiers: {value: [{upto: none, rate_yuan: "100"}], cite: "Example"}
"""


@pytest.mark.parametrize(("ordinary", "standing"), [(1, "waiting"), (2, "in_force")])
def test_stays_paid_by_days_are_no_discharges_and_are_not_reviewed(
    tmp_path: Path, ordinary: int, standing: str
) -> None:
    """Half of one discharge is no place, of two it is one; sixty days would meet a gate."""
    route = ("{mode: by_item, patients: cross_province}", "{mode: bed_day, los_min: 60, rate: ward}")
    city = City(tmp_path, special_policy(route, text=TINY + SPECIAL + BED_DAY))
    days = plain_stay("2026-01", "DAYS").replace(",6,A46", ",60,A46")
    others = [plain_stay("2026-01", f"O{number}") for number in range(1, ordinary)]
    report = city.settle(
        "2026-01",
        [plain_stay("2026-01", "A", 9000), days, *others],
        [decision("V", "A", "adjusted", factor="1.2"), decision("W", "DAYS", "adjusted", factor="1.2")],
    )

    found = {line.setl_id: (line.standing, line.why) for line in report.special}
    assert found["DAYS"] == ("refused", "special_not_eligible")
    assert found["A"][0] == standing


def test_places_go_by_the_ratio_that_the_deviation_test_compares() -> None:
    """2.0 ÷ 1.1 is less than 1.9, though the cost is higher; by excess 180 − 110 is less than 171 − 100."""
    dearer = Claim("A", "region", "H", 200, 100, 110_000_000)
    other = Claim("B", "region", "H", 190, 100)

    assert [claim.setl_id for claim in ranked([dearer, other], "cost_ratio")] == ["B", "A"]
    first = Claim("A", "region", "H", 180, 100, 110_000_000)
    assert [claim.setl_id for claim in ranked([first, Claim("B", "region", "H", 171, 100)], "excess_cost")] == [
        "B",
        "A",
    ]
