"""The month that the policy author's guide works out: a season's fund, one total for two methods, a suspended hospital.

The year's 42,000 give January 15 %, 6,300; at a ratio of 0.8 that covers 7,875. C came from another province and is paid by item,
3,000, so A and B of H1 and D of H2 share 4,875 over 990 points: 4.9242 yuan a point. Each is worth 330 × 4.9242 = 1,624.99, less
1,000 of the patient: 624.99; C 2,000.

H1 has 3,249.98 under a total of 3,000: 3,000 × 1,249.98 ÷ 3,249.98 = 1,153.8347 and 1,846.1652, the fen to the larger
remainder, 0.52. Of 3,000 5 % are retained. H2 is suspended: D waits.
"""

from __future__ import annotations

from pathlib import Path

from tests.attribution.test_attribution import SUSPENSION
from tests.mixed.test_mixed import LINES, ceiling, lines
from tests.sanctions.test_seasonal import NO_FUND, SEASONAL, SHARES
from tests.special_cases.sample import H1, H2, City, special_policy, stay
from tests.special_cases.test_year import TEXT

SEASON = '["0.1500", "0.0770", "0.0770", "0.0770", "0.0770", "0.0770", "0.0770", "0.0770", "0.0770", "0.0770", "0.0770", "0.0800"]'  # fmt: skip
TEXT_OF_CITY = special_policy(
    NO_FUND,
    (SEASONAL[0], SEASONAL[1].replace(SHARES, SEASON)),
    ceiling("3000"),
    ("H99010000001, from: 2026-02-05, to: 2026-03-31", "H99010000002, from: 2026-01-01, to: 2026-03-31"),
    text=TEXT + LINES + SUSPENSION,
)


def test_the_worked_month(tmp_path: Path) -> None:
    city = City(tmp_path, TEXT_OF_CITY)
    rows = [stay("2026-01", "A"), stay("2026-01", "B"), stay("2026-01", "C", place="110100"), stay("2026-01", "D", hospital=H2)]  # fmt: skip
    report = city.settle("2026-01", rows)

    assert [line.line_id for line in report.proof if not line.holds] == []
    found = {one.hospital_code: one for one in report.rows if one.pool == "310"}
    assert {one.point_value_e4 for one in found.values()} == {49_242}
    assert lines(report) == {"groups": (124_998, 115_383, 9_615), "items": (200_000, 184_617, 15_383)}
    own, other = found[H1], found[H2]
    assert (own.payable_fen, own.retained_fen, own.paid_fen) == (324_998, 15_000, 285_000)
    assert (other.payable_fen, other.held_fen, other.paid_fen) == (62_499, 62_499, 0)
