"""Totals that are last year's with a growth, and what is adjusted on application (5.1, 8.5): by hand.

A basis of 5,825.25 grows by 3 % to 6,000.0075, which is 6,000.01; H1 alone shrinks by 2 % to 5,708.745, which is 5,708.75 with the
half up, and 700.26 granted on application make it 6,409.01.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attribution.test_attribution import row, settle
from tests.mixed.test_mixed import LINES, stays
from tests.policy.samples import TINY, only_problem, parse
from tests.special_cases.sample import H1, City

BASIS = TINY + LINES.replace('"6000"', '"5825.25"')
GROWTH = '  growth: {value: "0.03", cite: "Example"}\n'
OWN = '  hospital_growth:\n    H99010000001: {value: "-0.02", cite: "Example"}\n'
MORE = '  adjustments:\n    H99010000001:\n      "310": {value: "700.26", cite: "Example"}\n'


def ceiling(text: str) -> int:
    mixed = parse(text).distinct_values()[0].mixed
    assert mixed is not None
    return mixed.ceilings[H1]["310"]


@pytest.mark.parametrize(
    ("text", "fen"),
    [(BASIS, 582_525), (BASIS + GROWTH, 600_001), (BASIS + GROWTH + OWN, 570_875), (BASIS + GROWTH + OWN + MORE, 640_901),
     (BASIS + MORE.replace("700.26", "-5825.24"), 1)],
)  # fmt: skip
def test_a_total_grows_and_is_adjusted(text: str, fen: int) -> None:
    assert ceiling(text) == fen


def test_a_month_is_paid_up_to_the_grown_total(tmp_path: Path) -> None:
    """6,600 are payable and 6,409.01 of them due, of which 5 % are retained: 320.45."""
    report = settle(City(tmp_path, BASIS + GROWTH + OWN + MORE), "2026-01", stays())

    own = row(report)
    assert (own.payable_fen, own.over_ceiling_fen, own.due_fen) == (660_000, 19_099, 640_901 - 32_045)
    assert [line.line_id for line in report.proof if not line.holds] == []


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        (MORE.replace("700.26", "-5825.25"), "mixed.ceilings.H99010000001.310", "not above 0"),
        (MORE.replace('"310"', '"390"'), "mixed.adjustments.H99010000001.390", "ceilings has no total"),
        (OWN.replace("0001", "0002"), "mixed.hospital_growth.H99010000002", "ceilings has no total"),
        (GROWTH.replace("0.03", "-1"), "mixed.growth", "must lie between -0.9999 and 1"),
    ],
)
def test_what_changes_nothing_is_refused(more: str, place: str, said: str) -> None:
    problem = only_problem(BASIS + more)
    assert problem.path.removesuffix(".value") == place
    assert said in problem.words.en
