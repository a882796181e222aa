"""Denials of stays that are paid by item, or come to be, in the month and in the year; by hand (2.1, 8.3).

S, one a month: Erysipelas, 330 points, ten yuan a point; a bill of 3,000 of which the patient pays 1,000: 2,300 payable, 2,000
recorded. W comes from another province and is paid by item: of a bill of 3,000 the hospital bears 500, the patient pays 1,000,
and the fund 1,500. Of 2,999.99 denied lines 499.99 are what no fund has paid: never more than 2,500 leave what is paid.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip import clear_year
from tests.cli.conftest import HEADER
from tests.sanctions.test_denials import FLOATING, SANCTIONS, denial, lines, row, write
from tests.sanctions.test_denials import settle as settle_month
from tests.special_cases.sample import H1, City, special_policy, stay
from tests.special_cases.test_year import MONTHS, TEXT


@pytest.fixture(autouse=True)
def hospital_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.special_cases.sample.HEADER", f"{HEADER},hosp_part_amt")


def by_item(name: str) -> str:
    """A stay as W."""
    return stay("2026-01", name, place="110000").replace("2000.00,2000.00", "1500.00,1500.00") + ",500.00"


def usual(name: str, cost: int = 3000, month: str = "2026-01") -> str:
    return stay(month, name, cost) + ",0"


def lower(name: str, setl_id: str, fee: str, day: str = "2026-01-20") -> dict[str, str]:
    return denial(name, setl_id, "reprice_cost", day, denied_fee_yuan=fee)


@pytest.mark.parametrize(
    ("fee", "gross", "denied", "value"),
    # (100,000 ÷ 0.8 − gross) ÷ 330 points.
    [
        ("400.00", 210_000, 40_000, 3_724_242),
        ("2499.99", 1, 150_000, 3_787_878),
        ("2500.00", 0, 150_000, 3_787_879),
        ("2500.01", 0, 150_000, 3_787_879),
        ("2999.99", 0, 150_000, 3_787_879),
    ],
)
def test_what_the_hospital_bears_is_not_denied(tmp_path: Path, fee: str, gross: int, denied: int, value: int) -> None:
    """In the month of the stay."""
    report = settle_month(City(tmp_path, FLOATING), "2026-01", [usual("S"), by_item("W")], lower("N", "W", fee))

    line = lines(report)["N"]
    assert (line.before_gross_fen, line.after_gross_fen, line.denied_fen) == (250_000, gross, denied)
    assert (line.before_route, line.after_route) == ("route_by_item", "route_by_item")
    assert row(report).point_value_e4 == value


def test_the_year_counts_by_item_what_is_left_and_nothing_of_what_is_not(tmp_path: Path) -> None:
    """Denied in February: of A, B and C all that is paid by item but a fen, all of it, and more than that; of D 400; E is void. F
    (Erysipelas, 330 points, 2,300) belongs in Hypertension, which is paid by item: 3,000 − 1,000. G (Hypertension, 4,000) belongs in
    Erysipelas: 2,300 instead of 3,000.

    13 × 330 points; recorded 12 × 2,000, and 3,000 of G; by item 1,100 of D and 2,000 of F. No sum is a deduction.
    (42,000 − 3,100) ÷ 0.8 ÷ 4,290 points = 11.3345, of which 0.8 are 38,900.00.
    """
    routes = (
        "- {mode: by_item, patients: cross_province}",
        "- {mode: by_item, patients: cross_province}\n    - {mode: by_item, groups: [I10.X]}",
    )
    city, day = City(tmp_path, special_policy(routes, text=TEXT + SANCTIONS)), "2026-02-20"
    january = [*map(by_item, "ABCDE"), usual("F"), usual("G", 4000).replace("A46.x00", "I10.x00")]
    given = write(
        tmp_path,
        [
            *(lower(f"N{setl_id}", setl_id, fee, day) for setl_id, fee in
              zip("ABCD", ("2499.99", "2500.00", "2999.99", "400.00"), strict=True)),
            denial("NE", "E", "void", day),
            denial("NF", "F", "regroup", day, group_code="I10.X"),
            denial("NG", "G", "regroup", day, group_code="A46.X"),
        ],
    )  # fmt: skip
    for number, month in enumerate(MONTHS):
        rows = [usual(f"S{month}", month=month), *(january if not number else [])]
        report = city.settle(month, rows, prior=MONTHS[:number], denials=given if number == 1 else None)
        if number == 1:
            denied = {id_: line.denied_fen for id_, line in lines(report).items()}
    result = clear_year(city.policy, "2026", city.folder / "runs")

    assert denied == dict.fromkeys(("NA", "NB", "NC", "NE"), 150_000) | {"ND": 40_000, "NF": 30_000, "NG": 70_000}
    (own,) = (one for one in result.report.rows if (one.hospital_code, one.pool) == (H1, "310"))
    assert (own.points_e4, own.recorded_fen, own.by_item_fen) == (13 * 3_300_000, 2_700_000, 310_000)
    assert (own.deductions_fen, own.point_value_e4, own.clearing_fen) == (0, 113_345, 4_200_000)
    assert result.broken_proof == ()
