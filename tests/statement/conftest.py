"""A real run of rows that can be checked by hand, for documents that are made from a run's folder."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from drgdip.pipeline import settle_to_folder

#: A hospital code that tries everything a page could fall for.
HOSTILE = "\"><script>x('&{{7*7}}')\u202e"
DEDUCTIONS = """item_id,fixmedins_code,pool,deduction_type,date,amount_yuan
A-1,H99010000001,310,10,2026-01-05,1000.00
P-1,H99010000001,310,30,2026-01-06,20000.00
"""


def case_rows(root: Path) -> list[dict[str, str]]:
    """The rows of the example, whose figures its script works out by hand, and one of a hostile hospital."""
    with (root / "examples" / "cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hostile = {**rows[0], "setl_id": "EX08</td>", "fixmedins_code": HOSTILE}
    broken = {**rows[0], "setl_id": "=1+1", "fixmedins_code": HOSTILE, "fund_pay_sumamt": "1.00"}
    return [*rows, hostile, broken]


@pytest.fixture(scope="session")
def settled(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the run; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("settled")
    rows = case_rows(root)
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (folder / "deductions.csv").write_text(DEDUCTIONS, encoding="utf-8")
    settle_to_folder("demo_tiny", [folder / "cases.csv"], "2026-01", folder / "run",
                     deductions=folder / "deductions.csv", command=["drgdip"])  # fmt: skip
    return folder / "run"


@pytest.fixture
def altered(settled: Path, tmp_path: Path) -> Path:
    """A copy of the run that a test may damage."""
    shutil.copytree(settled, tmp_path / "run")
    return tmp_path / "run"
