"""The two-dimensional optimal interval (settlement arithmetic 2.2): by hand, at its edges, and as a command."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.base.errors import UsageError
from drgdip.clearing.interval import geometric_centre, two_dimensional_interval
from drgdip.interface.interval_row import Account
from drgdip.pipeline.smoothing import smooth_to_folder
from tests.cli.conftest import Command, command

__all__ = ["command"]

#: A to D stand at the corners of a quadrangle whose diagonals cross at (65, 55); E lifts the means; F does not earn its cost.
CITY = {"A": (60, 50), "B": (61, 59), "C": (70, 60), "D": (67, 53), "E": (130, 110), "F": (60, 61)}


def account(code: str, income: int, cost: int, points: int = 1000) -> Account:
    return Account(code, points * 10_000, income * points * 100, cost * points * 100)


def places(*pairs: tuple[int, int]) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(x), Fraction(y)) for x, y in pairs]


def test_the_centre_of_a_quadrangle_is_where_its_diagonals_cross() -> None:
    """Any other place is farther from either pair of opposite corners. Means: 448 ÷ 6 and 393 ÷ 6."""
    found = two_dimensional_interval([account(code, *place) for code, place in CITY.items()])

    assert (found.mean_income_e4, found.mean_cost_e4) == (746_667, 655_000)
    assert [one.hospital_code for one in found.hospitals if one.kept] == ["A", "B", "C", "D"]
    assert (found.centre_income_e4, found.centre_cost_e4) == (650_000, 550_000)
    assert [one.quadrant for one in found.hospitals[4:]] == ["high_high", "low_low"]


def test_below_the_mean_is_strictly_below_and_income_may_just_cover_cost() -> None:
    """Means 60 and 50: B stands at the mean income, C earns what it costs, D one fen per thousand points less."""
    rows = [account("A", 50, 40), account("B", 60, 40), account("C", 45, 45), account("E", 85, 75)]
    found = two_dimensional_interval(rows)
    less = two_dimensional_interval([*rows[:2], rows[2]._replace(income_fen=rows[2].income_fen - 1), rows[3]])

    assert (found.mean_income_e4, found.mean_cost_e4) == (600_000, 500_000)
    assert [one.hospital_code for one in found.hospitals if one.kept] == ["A", "C"]
    assert [one.hospital_code for one in less.hospitals if one.kept] == ["A"]
    # Two places: every place between them is as near; the middle counts.
    assert (found.centre_income_e4, found.centre_cost_e4) == (475_000, 425_000)


def test_means_weigh_points_and_the_centre_does_not() -> None:
    """Income 60 × 1,000 + 64 × 2,000 + 60 × 500 + 90 × 1,500 = 353,000 for 5,000 points, cost 50, 50, 54 and 80: 297,000.

    A, B and C form half a square of side 4: the place from which its sides look 120° wide lies 4 × (3 − √3) ÷ 6 from both legs.
    Weighed by points it would be at B, which has more than A and C together.
    """
    rows = [account("A", 60, 50), account("B", 64, 50, 2000), account("C", 60, 54, 500), account("E", 90, 80, 1500)]
    found = two_dimensional_interval(rows)
    away = 4 * (3 - Decimal(3).sqrt()) / 6

    assert (found.mean_income_e4, found.mean_cost_e4) == (706_000, 594_000)
    assert [one.hospital_code for one in found.hospitals if one.kept] == ["A", "B", "C"]
    assert round(away, 4) == Decimal("0.8453")
    assert (found.centre_income_e4, found.centre_cost_e4) == (608_453, 508_453)


def test_centres_by_hand() -> None:
    one, many = places((3, 4)), places((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
    assert geometric_centre(one) == (3, 4)
    assert geometric_centre(many) == (0, 0)  # one of the places itself
    assert geometric_centre(places((0, 0), (1, 1), (9, 9))) == (1, 1)  # the middle one of a line
    assert geometric_centre(places((0, 0), (0, 0), (7, 9))) == (0, 0)
    # The place from which the sides of a triangle look 120° wide: half a side ÷ √3 above it.
    x, y = geometric_centre(places((0, 0), (6, 0), (3, 10)))
    assert (round(x, 20), round(y, 20)) == (3, round(Decimal(3).sqrt(), 20))


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_no_place_nearby_is_nearer(pairs: list[tuple[int, int]]) -> None:
    x, y = geometric_centre(places(*pairs))

    def far(dx: str, dy: str) -> Decimal:
        at = x + Decimal(dx), y + Decimal(dy)
        return sum((((at[0] - a) ** 2 + (at[1] - b) ** 2).sqrt() for a, b in pairs), Decimal(0))

    least = far("0", "0")
    assert all(
        far(*step) >= least - Decimal("1e-20")
        for step in (("1e-6", "0"), ("-1e-6", "0"), ("0", "1e-6"), ("0", "-1e-6"))
    )


def write(path: Path, rows: list[str], header: str = "pool,period,fixmedins_code,points,income_yuan,cost_yuan") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_command_smooths_each_pool_and_period(tmp_path: Path, command: Command) -> None:
    rows = [f"310,2026,{code},1000,{income * 1000}.00,{cost * 1000}.00" for code, (income, cost) in CITY.items()]
    file = write(tmp_path / "accounts.csv", [*rows, "390,2026-01,A,10,100.00,200.00"])

    ended = command("smooth", str(file), "--out", str(tmp_path / "out"))
    again = command(
        "smooth", str(file), "--out", str(tmp_path / "out"), "--value", "income", "--overwrite", "--lang", "en"
    )

    assert (ended.code, again.code) == (0, 0)
    assert "310 2026: 点值 55.0000(入选 4/6 家)" in ended.out
    assert "310 2026: point value 65.0000 (4 of 6 hospitals kept)" in again.out
    with (tmp_path / "out" / "point_values.csv").open(encoding="utf-8-sig") as opened:
        values = [(row["pool"], row["kept"], row["fallback"], row["point_value"]) for row in csv.DictReader(opened)]
    # A region of one hospital has nobody below its mean: the mean cost stands.
    assert values == [("310", "4", "no", "65.0000"), ("390", "0", "yes", "20.0000")]


def test_one_dimension_needs_no_income(tmp_path: Path) -> None:
    """V13: mean 72.5, A is above it, B and C come to 66."""
    rows = ["310,2026,A,60000,5000000", "310,2026,B,60000,4200000", "310,2026,C,40000,2400000"]
    file = write(tmp_path / "accounts.csv", rows, "pool,period,fixmedins_code,points,cost_yuan")

    result = smooth_to_folder(file, tmp_path / "out", method="one_dimensional")

    assert (result.rows[0].mean_cost_e4, result.rows[0].kept, result.rows[0].value_e4) == (725_000, 2, 660_000)
    assert [one.kept for one in result.hospitals] == ["no", "yes", "yes"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("310,2026,A,0,1,1", "points"), ("310,2026,A,1.00001,1,1", "points"), ("310,2026,A,1,-1,1", "income_yuan"),
        ("310,2026,A,1,1,x", "cost_yuan"), ("310,,A,1,1,1", "period"), ("310,2026,B,1,1,1", "fixmedins_code"),
    ],
)  # fmt: skip
def test_a_row_in_doubt_is_refused_with_its_place(tmp_path: Path, row: str, field: str) -> None:
    file = write(tmp_path / "accounts.csv", ["310,2026,B,1,1,1", row])

    with pytest.raises(UsageError, match="row 2") as refused:
        smooth_to_folder(file, tmp_path / "out")
    assert field in str(refused.value)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no rows"):
        smooth_to_folder(write(tmp_path / "accounts.csv", []), tmp_path / "out")
