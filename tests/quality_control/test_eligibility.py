"""Which stays the month settles: bounds of the month to the second, order of reasons, pools by type and residence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drgdip.base.columns import check_columns
from drgdip.base.reasons import number
from drgdip.base.text import Text
from drgdip.policy.values import Patients, Pool
from drgdip.quality_control import ELIGIBILITY_READS, ELIGIBILITY_WRITES, eligibility

#: January 2026.
FIRST, END = 1_767_225_600, 1_769_904_000
STAY = {
    "refunded": 0, "insurance_type": 310, "insured_region": 410402, "discharge_time_s": FIRST, "settlement_time_s": FIRST,
    "total_cost_fen": 1,
}  # fmt: skip


def pool(*types: str, patients: Patients = "any") -> Pool:
    return Pool(Text("池", "pool"), types, patients, ("hifp_pay",), "hifp_pay", 10_000, None, None)


def decided(
    *rows: dict[str, Any], pools: tuple[Pool, ...] = (pool("310"),), by_settlement: bool = False
) -> dict[str, np.ndarray]:
    columns = {
        column.name: np.array([{**STAY, **row}[column.name] for row in rows], dtype=column.dtype)
        for column in ELIGIBILITY_READS
    }
    result = eligibility(
        columns, month_first_s=FIRST, month_end_s=END, by_settlement=by_settlement, region_admdvs=410400, pools=pools
    )
    check_columns(ELIGIBILITY_WRITES, result, "eligibility")
    return result


def reasons(*rows: dict[str, Any], **options: Any) -> list[int]:
    found: list[int] = decided(*rows, **options)["exclusion_reason"].tolist()
    return found


def test_the_month_begins_and_ends_at_midnight() -> None:
    times = [FIRST - 1, FIRST, END - 1, END]
    other = number("other_period")

    assert reasons(*({"discharge_time_s": time} for time in times)) == [other, 0, 0, other]
    assert reasons(*({"settlement_time_s": time} for time in times), by_settlement=True) == [other, 0, 0, other]
    assert reasons(*({"settlement_time_s": time} for time in times)) == [0, 0, 0, 0]


def test_the_first_reason_that_holds() -> None:
    worst = {"refunded": 1, "discharge_time_s": 0, "total_cost_fen": 0, "insurance_type": 999}
    steps = [worst, {**worst, "refunded": 0}]
    steps += [{**steps[-1], "discharge_time_s": FIRST}]
    steps += [{**steps[-1], "total_cost_fen": 1}]
    steps += [{**steps[-1], "insurance_type": 310}]

    assert reasons(*steps) == [number(key) for key in ("refunded", "other_period", "zero_cost", "no_pool")] + [0]
    assert decided(*steps)["pool_index"].tolist() == [-1, -1, -1, -1, 0]


@pytest.mark.parametrize(
    ("region", "residence"),
    [
        (410400, 0),
        (410402, 0),
        (410499, 0),
        (410300, 1),
        (410500, 1),
        (419001, 1),
        (420400, 2),
        (310101, 2),
        (110000, 2),
    ],
)
def test_residence_by_the_digits_of_the_region(region: int, residence: int) -> None:
    assert decided({"insured_region": region})["residence"].tolist() == [residence]


def test_the_first_pool_that_takes_type_and_residence() -> None:
    pools = (
        pool("310", patients="local"),
        pool("390", "391", patients="in_province"),
        pool("310", "390", patients="cross_province"),
        pool("391", "340"),
        pool("310"),
    )
    regions = {"local": 410402, "near": 410100, "far": 320100}
    expected = {
        ("local", 310): 0, ("local", 390): -1, ("local", 391): 3, ("local", 340): 3,
        ("near", 310): 4, ("near", 390): 1, ("near", 391): 1, ("near", 340): 3,
        ("far", 310): 2, ("far", 390): 2, ("far", 391): 3, ("far", 340): 3,
    }  # fmt: skip
    result = decided(
        *({"insured_region": regions[place], "insurance_type": kind} for place, kind in expected), pools=pools
    )

    assert result["pool_index"].tolist() == list(expected.values())
    assert result["exclusion_reason"].tolist() == [number("no_pool") if i < 0 else 0 for i in expected.values()]


def test_no_rows_and_no_pools() -> None:
    assert reasons() == []
    assert reasons({}, pools=()) == [number("no_pool")]
