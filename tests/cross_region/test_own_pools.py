"""Patients of other regions in a pool of their own (settlement arithmetic 7.2): they do not dilute the local point value.

Every stay is 330 points (see ``test_between_regions``), of which the patient pays 1,000.00; point values float.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.pipeline.cross_region import clear_between_regions
from tests.cross_region.test_between_regions import policy_text, settled, stay, table
from tests.reference.clearing import floating_point_value_e4

LOCAL, AWAY = stay("L", "990102"), (stay("P1", "990201"), stay("P2", "990202"))
FLOATING = policy_text().replace("point_value: {value: fixed_opening", "point_value: {value: floating")
FUND = 'month_fund_yuan: {value: "100000"'
#: A fund of 5,280: ÷ 0.8 = 6,600 of cost.
TOGETHER = FLOATING.replace(FUND, 'month_fund_yuan: {value: "5280"')


def own_pools() -> str:
    """Employees of the city, and those of the province's other cities with a fund of 2,640: ÷ 0.8 = 3,300 of cost."""
    first, last = TOGETHER.index('  "310":'), TOGETHER.index('  "390":')
    local = TOGETHER[first:last].replace("patients: {value: any", "patients: {value: local")
    away = local.replace('"310":', '"310-away":').replace("value: local", "value: in_province").replace("5280", "2640")
    others = TOGETHER[last:].replace("patients: {value: any", "patients: {value: local")
    return TOGETHER[:first] + local + away + others.replace("sub_pool: {value: false", "sub_pool: {value: true")


def values(run: Path) -> dict[str, tuple[str, str]]:
    return {row["pool"]: (row["point_value"], row["payable_yuan"]) for row in table(run / "statement.csv")}


@pytest.mark.parametrize("away", [(), AWAY])
def test_the_local_point_value_is_that_of_local_stays(tmp_path: Path, away: tuple[str, ...]) -> None:
    """Local 6,600 ÷ 330 = 20, away 3,300 ÷ 660 = 5: 6,600 − 1,000 of one stay, 2 × (1,650 − 1,000) of two."""
    policy, run = settled(tmp_path, "one", own_pools(), LOCAL, *away)

    expected = {"310": ("20.0000", "5600.00"), "310-away": ("5.0000", "1300.00")}
    assert values(run) == {pool: cells for pool, cells in expected.items() if away or pool == "310"}
    assert (floating_point_value_e4(528_000, 8_000, 0, 3_300_000), floating_point_value_e4(264_000, 8_000, 0, 6_600_000)) == (
        200_000, 50_000,
    )  # fmt: skip
    report = clear_between_regions(policy, [run], tmp_path / "out")
    assert [line.home_pays_fen for line in report.lines] == ([130_000] if away else [])


def test_in_one_pool_they_dilute_it(tmp_path: Path) -> None:
    """6,600 ÷ 990 = 6.6667: each stay 2,200.01 − 1,000."""
    _, run = settled(tmp_path, "one", TOGETHER, LOCAL, *AWAY)

    assert values(run) == {"310": ("6.6667", "3600.03")}
