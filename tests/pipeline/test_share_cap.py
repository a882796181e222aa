"""So many stays of high cost count as such (settlement arithmetic 3.2), whatever lies between them, and how it is read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import drgdip
from drgdip.pipeline import MonthResult
from drgdip.policy.load import parse_policy
from tests.cli.conftest import HEADER
from tests.policy.samples import edited

LATE = """
attribution:
  list_cutoff_day: {value: 10, cite: "Example"}
  late_list: {value: arrival_month, cite: "Example"}
  year_cutoff: {value: none, cite: "Example"}
  interim_bill: {value: by_item, cite: "Example"}
"""

HIGH = "formula: excess_plus_one, cap_ratio: none, over_cap: no_extra}"
ROUTES = "    - {mode: by_item, patients: cross_province}\n"
#: Erysipelas costs 3,000 in the mean: 300 points. In the order of the file; X… are births, outside the scope.
COSTS = (
    ("S0", "9000.00"), ("X0", "12000.00"), ("S5", "6000.01"), ("S4", "7500.00"), ("S1", "3000.00"), ("X1", "12000.00"),
    ("S3", "3000.00"), ("X2", "12000.00"), ("S9", "6000.00"), ("S6", "3000.00"), ("S2", "7500.00"), ("S7", "3000.00"),
    ("X3", "12000.00"), ("S8", "3000.00"),
)  # fmt: skip
STANDARD = 3_000_000


def cases(later: str = "2026-01-07") -> pa.Table:
    """All of one day; the first five in the order of the file may be settled on another."""
    rows = [
        f"{name},H1,05,310,990100,990100,2026-01-01,2026-01-07,{later if place < 5 else '2026-01-07'},6,A46.x00"
        f",{cost},0,0,0,{cost},0,0,0,{cost},{52 if name.startswith('X') else 21}"
        for place, (name, cost) in enumerate(COSTS)
    ]
    cells = zip(*(row.split(",") for row in rows), strict=True)
    return pa.table(dict(zip([*HEADER.split(","), "med_type"], map(list, cells), strict=True)))


def month(share: str, chunk_rows: int = 100_000, threads: int = 1) -> MonthResult:
    text = edited(
        (HIGH, HIGH[:-1] + f', share_cap: {{share: "{share}", scope: pool}}}}'),
        (ROUTES, ROUTES + '    - {mode: out_of_scope, med_types: ["52"]}\n'),
    )
    policy = parse_policy(text.encode(), Path("city.yaml"))
    return drgdip.settle_month(policy, cases(), "2026-01", chunk_rows=chunk_rows, threads=threads)


def points_of(result: MonthResult) -> dict[str, int]:
    return {row["setl_id"]: row["points_e4"] for row in result.cases.to_pylist()}


def test_what_is_outside_the_scope_is_no_discharge() -> None:
    """Ten discharges, a quarter of which is two: the highest, and the first of two equals. Fourteen would be three."""
    found = points_of(month("0.25"))

    assert {name: points for name, points in found.items() if points != STANDARD} == {"S0": 6_000_000, "S2": 4_500_000}
    assert sorted(found) == [f"S{number}" for number in range(10)]


def test_one_more_of_the_quota_is_the_next_ratio() -> None:
    """The last one is just above twice the mean: 300 × (2.00000333… − 2 + 1), four decimals half-up."""
    assert points_of(month("0.3"))["S4"] == 4_500_000
    assert points_of(month("0.3999"))["S5"] == STANDARD
    assert points_of(month("0.4"))["S5"] == 3_000_010
    assert points_of(month("0.4"))["S9"] == STANDARD


def test_stays_whose_lists_came_late_share_the_quota_of_the_month() -> None:
    """Five rows are of January and were settled on 20 February, the others are of February: one quota of ten discharges, four.

    By themselves the four of January had one place, and the six of February two, of which one would be left over.
    """
    text = edited((HIGH, HIGH[:-1] + ', share_cap: {share: "0.4", scope: pool}}'),
                  (ROUTES, ROUTES + '    - {mode: out_of_scope, med_types: ["52"]}\n'))  # fmt: skip
    table = cases(later="2026-02-20")
    own = [late == "2026-02-20" for late in table["setl_time"].to_pylist()]
    for name in ("adm_time", "dscg_time", "setl_time"):
        cells = table[name].to_pylist()
        moved = [cell if late else cell.replace("2026-01", "2026-02") for cell, late in zip(cells, own, strict=True)]
        table = table.set_column(table.column_names.index(name), name, pa.array(moved))
    policy = parse_policy((text + LATE).encode(), Path("city.yaml"))
    found = points_of(drgdip.settle_month(policy, table, "2026-02", threads=1))

    high = {"S0": 6_000_000, "S2": 4_500_000, "S4": 4_500_000, "S5": 3_000_010}
    assert {name: points for name, points in found.items() if points != STANDARD} == high
    assert len(found) == 10


@pytest.mark.parametrize(("chunk_rows", "threads"), [(3, 2), (1, 2), (5, 1)])
def test_chunks_and_threads_change_nothing(chunk_rows: int, threads: int) -> None:
    whole, parts = month("0.25"), month("0.25", chunk_rows, threads)

    assert parts.cases.equals(whole.cases)
    assert parts.month.rows == whole.month.rows
    assert parts.set_aside == whole.set_aside
    assert [(row.row, row.setl_id) for row in parts.set_aside] == [(2, "X0"), (6, "X1"), (8, "X2"), (13, "X3")]
