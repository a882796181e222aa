"""What stays earn beside their points leaves the points' money when the year is cleared (settlement arithmetic 2.8, 5)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from drgdip import clear_year, settle_to_folder
from drgdip.base.errors import UsageError
from drgdip.clearing.year import Measures
from drgdip.pipeline.year.case_sums import measures
from drgdip.pipeline.year.months import Month, read_months
from tests.cli.conftest import HEADER
from tests.year.city import H1, H2, POLICY, stays

RULES = """
case_rules:
  fee_facts:
    drug: {value: {items: [D1]}, cite: "Example"}
  exclusions: {value: [drug], cite: "Example"}
"""


@pytest.fixture(scope="module")
def city(settled_year: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The city's year (see ``city``), with a drug of 400 yuan paid outside the group in December, for H1's stay.

    Its cost of 2,600 is still normal: 330 points × 10 + 400 = 3,700, less 200 by the patient: 3,500 payable.
    """
    folder = tmp_path_factory.mktemp("outside")
    runs = Path(shutil.copytree(settled_year[1], folder / "runs"))
    shutil.rmtree(runs / "2026-12")
    policy, cases, fees = folder / "city.yaml", folder / "cases.csv", folder / "fees.csv"
    policy.write_text(POLICY + RULES, encoding="utf-8")
    cases.write_text("\n".join([HEADER, *stays("2026-12")]) + "\n", encoding="utf-8")
    columns = "mdtrt_id,setl_id,feedetl_sn,med_list_codg,det_item_fee_sumamt"
    fees.write_text(f"{columns}\nV1,A-2026-12,1,D1,450.00\nV1,A-2026-12,2,D1,-50.00\n", encoding="utf-8")
    earlier = sorted(runs.glob("2026-*"))
    settle_to_folder(policy, [cases], "2026-12", runs / "2026-12", prior=earlier, fees=[fees], threads=1)
    return policy, runs


def summed(runs: Path) -> dict[tuple[str, str], Measures]:
    return dict(measures(read_months(runs, "demo_tiny", "2026")))


def test_what_was_paid_beside_points_is_paid_by_item(city: tuple[Path, Path], settled_year: tuple[Path, Path]) -> None:
    """Of the stay's 3,500 payable, 400 ÷ 3,700: 378.38 for the drug."""
    before, after = summed(settled_year[1]), summed(city[1])
    found = after[H1, "310"]

    assert (found.points_e4, found.cost_fen) == (39_600_000, 12 * 300_000)
    assert (found.by_item_cost_fen, found.by_item_fund_fen) == (40_000, 37_838)
    assert found.payable_fen == 12 * 310_000 + 40_000
    assert {key: sums for key, sums in after.items() if key != (H1, "310")} == {
        key: sums for key, sums in before.items() if key != (H1, "310")
    }


def test_it_is_taken_from_the_fund_before_the_point_value(city: tuple[Path, Path]) -> None:
    """(97,040 − 2,000 by item − 378.38) ÷ 0.8 ÷ 11,880 points = 9.96018…; without the drug it is 10."""
    result = clear_year(*(city[0], "2026", city[1]), scores={H1: "92", H2: "85", "H99010000003": "90"})
    (row,) = [row for row in result.report.rows if (row.hospital_code, row.pool) == (H1, "310")]

    assert row.point_value_e4 == 99_602
    assert result.broken_proof == ()


def test_a_month_whose_cases_are_not_its_statement_is_named(city: tuple[Path, Path], tmp_path: Path) -> None:
    """One fen more beside points, and the statement is another."""
    from pyarrow import parquet

    december = read_months(city[1], "demo_tiny", "2026")[-1]
    table = parquet.read_table(december.path / "cases.parquet")
    cells = table["gross_fen"].to_pylist()
    more = table.set_column(table.column_names.index("gross_fen"), "gross_fen", pa.array([cells[0] + 1, *cells[1:]]))
    copy = Path(shutil.copytree(december.path, tmp_path / "2026-12"))
    parquet.write_table(more, copy / "cases.parquet")

    with pytest.raises(UsageError, match="not what the statement sums"):
        measures([Month(copy, december.run, "")])
