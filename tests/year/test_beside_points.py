"""Stays with a drug paid outside their group that later months decide, re-price or void, in the year; by hand (2.8, 6.4, 8.3).

Every stay is Erysipelas (see ``tests.special_cases.sample``): 330 points, ten yuan a point in every month. S, one a month: a
bill of 3,000, of which the patient pays 1,000. In January three more, each with a drug of 400 that is paid outside the group:

B  12,400, patient 4,000: 990 points, 10,300 gross, 6,300 payable. March decides it by item, 11,000 allowed: 7,000.
C   3,400, patient 1,000: 330 points, 3,700 gross, 2,700 payable. Void from February on.
E   as C; February denies 2,000 of its bill: 1,400, without the drug 1,000 of 3,000: 100 points, 1,400 gross, 400 payable.

Of the year: points 3,960 + 100. By item 7,000 of B; of E 400 × 400 ÷ 1,400 = 114.29 for the drug. Nothing is left of C.
"""

from __future__ import annotations

from pathlib import Path

from drgdip import clear_year
from tests.sanctions.test_denials import SANCTIONS, denial
from tests.special_cases.sample import H1, City, decision, stay
from tests.special_cases.test_year import MONTHS, TEXT
from tests.year.test_case_sums import RULES
from tests.year.test_held_and_denied import write_denials

FEES = "mdtrt_id,setl_id,feedetl_sn,med_list_codg,det_item_fee_sumamt\n"
DENIED = [
    denial("N1", "C", "void", day="2026-02-20"),
    denial("N2", "E", "reprice_cost", day="2026-02-20", denied_fee_yuan="2000.00"),
]


def test_what_was_paid_beside_points_goes_with_them(tmp_path: Path) -> None:
    """(42,000 − 7,114.29) ÷ 0.8 ÷ 4,060 points = 10.7407; 4,060 × 10.7407 × 0.8 = 34,885.79, and 7,114.29 by item."""
    city = City(tmp_path, TEXT + SANCTIONS + RULES)
    fees = tmp_path / "fees.csv"
    fees.write_text(FEES + "".join(f"V1,{name},1,D1,400.00\n" for name in "BCE"), encoding="utf-8")
    extra = [stay("2026-01", "B", 12400, 4000), stay("2026-01", "C", 3400), stay("2026-01", "E", 3400)]
    denials = write_denials(tmp_path / "denials.csv", *DENIED)
    decided = [decision("D1", "B", "by_item", "2026-03-20", allowed_yuan="11000.00")]
    for number, month in enumerate(MONTHS):
        rows = [stay(month, f"S{month}"), *(extra if not number else [])]
        city.settle(
            month, rows, decided if number == 2 else [], prior=MONTHS[:number],
            denials=denials if number == 1 else None, fees=[fees],
        )  # fmt: skip
    result = clear_year(city.policy, "2026", city.folder / "runs")

    (row,) = (row for row in result.report.rows if (row.hospital_code, row.pool) == (H1, "310"))
    assert (row.points_e4, row.point_value_e4, row.recorded_fen) == (40_600_000, 107_407, 2_640_000)
    assert (row.by_item_fen, row.clearing_fen, row.deductions_fen) == (711_429, 4_200_008, 0)
    assert row.months_payable_fen == 12 * 230_000 + 700_000 + 40_000
    assert result.broken_proof == ()
