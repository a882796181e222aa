"""Denied stays whose hospital was paid nothing for them: they leave the year's pool all the same (2.1, 8.3).

V has 330 points and a patient who paid 4,000, more than the 3,300 they are worth; W came from another province and is paid by
item, 3,000 that the patient paid. Neither is payable. V is void, and 1,000 of W's cost are denied.
"""

from __future__ import annotations

from pathlib import Path

from drgdip import clear_year
from tests.sanctions.test_denials import SANCTIONS, denial
from tests.special_cases.sample import H1, City, special_policy, stay
from tests.special_cases.test_year import MONTHS, TEXT
from tests.year.test_held_and_denied import write_denials

COVERED = special_policy(("by_item: {value: fund_amount", "by_item: {value: covered_cost"), text=TEXT + SANCTIONS)


def test_what_was_worth_nothing_leaves_the_pool(tmp_path: Path) -> None:
    """(42,000 ÷ 0.8 − 2,000) ÷ 3,960 points = 12.7525; of the month nothing is taken."""
    city = City(tmp_path, COVERED)
    extra = [stay("2026-01", "V", 4000, 4000), stay("2026-01", "W", 3000, 3000, place="110000")]
    given = write_denials(
        tmp_path / "denials.csv",
        denial("N1", "V", "void", day="2026-02-20"),
        denial("N2", "W", "reprice_cost", day="2026-02-20", denied_fee_yuan="1000.00"),
    )
    for number, month in enumerate(MONTHS):
        rows = [stay(month, f"S{month}"), *(extra if not number else [])]
        report = city.settle(month, rows, prior=MONTHS[:number], denials=given if number == 1 else None)
        assert all(line.denied_fen == 0 for line in report.denials)
    result = clear_year(city.policy, "2026", city.folder / "runs")

    (row,) = (row for row in result.report.rows if (row.hospital_code, row.pool) == (H1, "310"))
    assert (row.points_e4, row.point_value_e4) == (12 * 3_300_000, 127_525)
    assert (row.recorded_fen, row.by_item_fen, row.deductions_fen) == (12 * 200_000, 0, 0)
    assert result.broken_proof == ()


def ungrouped(name: str, cost: int, patient: int) -> str:
    return stay("2026-01", name, cost, patient).replace("A46.x00", "R51.x00")


def test_stays_without_points_count_what_was_recorded_of_them_until_they_are_void(tmp_path: Path) -> None:
    """42,000 ÷ 0.8 ÷ 3,960 points = 13.2576. Ungrouped stays have next to no points: P has 0.03, and none once all but a fen of
    its bill is denied; Q of one yuan has none, and is void. P keeps the 2,000 recorded for it, Q's one yuan goes; neither is by item.
    """
    city = City(
        tmp_path,
        special_policy(('ungrouped_factor: {value: "0.7"', 'ungrouped_factor: {value: "0.0001"'), text=COVERED),
    )
    given = write_denials(
        tmp_path / "denials.csv",
        denial("N1", "P", "reprice_cost", day="2026-02-20", denied_fee_yuan="2999.99"),
        denial("N2", "Q", "void", day="2026-02-20"),
    )
    extra = [ungrouped("P", 3000, 1000), ungrouped("Q", 1, 0)]
    for number, month in enumerate(MONTHS):
        rows = [stay(month, f"S{month}"), *(extra if not number else [])]
        city.settle(month, rows, prior=MONTHS[:number], denials=given if number == 1 else None)
    result = clear_year(city.policy, "2026", city.folder / "runs")

    (row,) = (row for row in result.report.rows if (row.hospital_code, row.pool) == (H1, "310"))
    assert (row.points_e4, row.point_value_e4) == (12 * 3_300_000, 132_576)
    assert (row.recorded_fen, row.by_item_fen, row.deductions_fen) == (13 * 200_000, 0, 0)
    assert result.broken_proof == ()
