"""Special cases in a cleared year: once, whenever they were decided (see ``sample``; points worth 10 yuan in every month)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drgdip import clear_year
from drgdip.base.errors import UsageError
from drgdip.pipeline.year.result import YearResult
from tests.policy.samples import TINY
from tests.special_cases.sample import H1, SPECIAL, City, decision, stay, write_decisions
from tests.year.policy_text import YEAR

MONTHS = [f"2026-{number:02d}" for number in range(1, 13)]
#: Nobody is paid beyond the payable, and no score is asked for.
TEXT = (
    TINY
    + YEAR.replace(
        YEAR[YEAR.index("  bands:") : YEAR.index("  over_budget")], '  bands: {value: none, cite: "Example"}\n'
    ).replace(
        'retention_release: {value: {full: "90", zero: "60", per_point: "0.01"}', "retention_release: {value: none"
    )
    + SPECIAL
)
B = stay("2026-01", "B", 12000, 4000)
BY_ITEM = decision("D1", "B", "by_item", allowed_yuan="11000.00")


def settle(folder: Path, decided_in: str | None) -> City:
    """Twelve months of one ordinary stay each, and B in January; decided in a month, or in none of them."""
    city = City(folder, TEXT)
    for number, month in enumerate(MONTHS):
        rows = [stay(month, f"S{month}"), *([B] if number == 0 else []), stay(month, f"T{month}")]
        given = [BY_ITEM | {"date": f"{month}-20"}] if month == decided_in else []
        city.settle(month, rows, given, prior=MONTHS[:number])
    return city


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], City]:
    known: dict[str | None, City] = {}

    def city(decided_in: str | None) -> City:
        if decided_in not in known:
            known[decided_in] = settle(tmp_path_factory.mktemp("year"), decided_in)
        return known[decided_in]

    return city


def clear(city: City, decisions: Path | None = None) -> YearResult:
    return clear_year(city.policy, "2026", city.folder / "runs", decisions=decisions)


def amounts(result: YearResult) -> dict[str, Any]:
    (row,) = [row for row in result.report.rows if row.pool == "310"]
    names = ("points_e4", "point_value_e4", "recorded_fen", "by_item_fen", "clearing_fen")
    return {name: getattr(row, name) for name in names}


def test_the_year_is_the_same_whenever_the_stay_was_decided(cities, tmp_path: Path) -> None:
    """24 stays of 330 points; B by item, 7,000 of the fund. Fund 42,000 − 7,000 = 35,000, ÷ 0.8 ÷ 7,920 points."""
    file = write_decisions(tmp_path / "decisions.csv", [BY_ITEM | {"date": "2027-01-10"}])
    own, late, after = clear(cities("2026-01")), clear(cities("2026-03")), clear(cities(None), file)

    assert amounts(own) == amounts(late) == amounts(after)
    assert (amounts(own)["points_e4"], amounts(own)["by_item_fen"]) == (24 * 3_300_000, 700_000)
    for result in (own, late, after):
        assert result.broken_proof == ()
    paid = [result.report.rows[0].paid_fen for result in (own, late, after)]
    assert paid[0] == paid[1] == paid[2] + 110_000 - 5_500
    assert [row.months_payable_fen for row in (own.report.rows[0], late.report.rows[0])] == [24 * 230_000 + 700_000] * 2


def test_without_the_decision_the_stay_has_points(cities) -> None:
    assert amounts(clear(cities(None)))["points_e4"] == 24 * 3_300_000 + 9_900_000


def test_what_a_month_has_decided_is_not_decided_again(cities, tmp_path: Path) -> None:
    for name in ("D1", "D9"):
        file = write_decisions(tmp_path / f"{name}.csv", [BY_ITEM | {"decision_id": name, "date": "2027-01-10"}])
        with pytest.raises(UsageError, match=f"{name}.csv"):
            clear(cities("2026-03"), file)


@pytest.mark.parametrize(
    "given",
    [
        decision("D1", "X", "rejected"),
        {**BY_ITEM, "reviewers": "R1"},
        {**BY_ITEM, "reviewer_units": H1},
        {**BY_ITEM, "allowed_yuan": "x"},
    ],
)
def test_a_file_in_doubt_is_refused(cities, tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="row 1"):
        clear(cities(None), write_decisions(tmp_path / "decisions.csv", [given]))
