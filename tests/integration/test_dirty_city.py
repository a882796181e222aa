"""The city as tables and as lists, through the production readers: the same month, and every planted defect found."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from drgdip import load_tables, settle_month
from drgdip.synthetic import fee_defects, synthesize, synthesize_city
from drgdip.synthetic.defects import kinds_of, reason_of

MONTH = "2026-01"
ROWS = 3_000
LINES = 60
SHARE = "0.05"
FEES = pytest.mark.parametrize("fees", [False, True], ids=["bare", "fees"])
FEE_KINDS = (*fee_defects.KINDS, fee_defects.ABSENT)
LISTS = pytest.mark.parametrize("form", ["4101", "4101A"])
FORMATS = pytest.mark.parametrize("format_", ["parquet", "csv"])

Key = set[tuple[str, int, str, str]]


@pytest.fixture(scope="module")
def tables() -> Any:
    return load_tables("dip", "2.0-pingdingshan-2025")


@pytest.fixture(scope="module")
def flat(tables: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The cases of the flat file of the same request, settled."""
    path = tmp_path_factory.mktemp("flat") / "cases.parquet"
    synthesize(path, tables=tables, cases=ROWS, month=MONTH, seed=11)
    return settle_month("demo_city", path, MONTH).cases


def settle_lists(folder: Path, tables: Any, form: Any, dirty: str = "0", fees: bool = False) -> Any:
    synthesize_city(
        folder, tables=tables, cases=ROWS, month=MONTH, seed=11, dirty=dirty, layout="lists", list_form=form,
        fees=fees, lines=LINES,
    )  # fmt: skip
    return settle_month(
        "demo_city",
        folder / f"lists-{form}.ndjson",
        MONTH,
        settlements=[folder / "settlements-2304.csv"],
        institutions=[folder / "institutions.csv"],
        fees=[folder / "fees-2301.csv"] if fees else [],
    )


def settle_tables(folder: Path, tables: Any, format_: Any, dirty: str = "0", fees: bool = False) -> Any:
    synthesize_city(
        folder, tables=tables, cases=ROWS, month=MONTH, seed=11, dirty=dirty, format=format_, fees=fees, lines=LINES
    )
    files = {name: folder / f"{name}.{format_}" for name in ("cases", "diagnoses", "procedures", "fee_lines")}
    lines = files.pop("fee_lines")
    return settle_month("demo_city", list(files.values()), MONTH, mapping="tables", fees=[lines] if fees else [])


def read_key(folder: Path) -> tuple[Key, Counter[str]]:
    """Defects of rows, and the number of those that are told of all together."""
    rows: Key = set()
    together: Counter[str] = Counter()
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if int(line["row_number"]):
                rows.add((line["file"], int(line["row_number"]), line["kind"], line["field"]))
            else:
                together[line["kind"]] += 1
    return rows, together


def counted(value: str) -> int:
    """The number in what is told together: ``5: …`` or ``chrgitm_lv 5: …``."""
    return int(value.split(":")[0].split(" ")[-1])


def check_found(folder: Path, result: Any, kinds: tuple[str, ...]) -> None:
    planted, together = read_key(folder)
    found = Counter((f.file, f.row, f.key, f.field) for f in result.findings if f.row)

    assert set(found) == planted
    assert max(found.values()) == 1
    assert {kind for _, _, kind, _ in planted} | set(together) == set(map(reason_of, kinds))
    assert {f.key: counted(f.value) for f in result.findings if not f.row} == together
    assert result.month.rows_settled + len(result.set_aside) == result.month.rows_read


@LISTS
@FEES
def test_lists_with_their_results_are_the_flat_rows(
    flat: Any, tables: Any, tmp_path: Path, form: str, fees: bool
) -> None:
    result = settle_lists(tmp_path / "out", tables, form, fees=fees)

    assert not result.findings
    assert result.cases.equals(flat)


@FORMATS
@FEES
def test_the_three_tables_are_the_flat_rows(flat: Any, tables: Any, tmp_path: Path, format_: str, fees: bool) -> None:
    result = settle_tables(tmp_path / "out", tables, format_, fees=fees)

    assert not result.findings
    assert result.cases.equals(flat)


@LISTS
@FEES
def test_every_defect_of_lists_is_found_and_no_other(tables: Any, tmp_path: Path, form: Any, fees: bool) -> None:
    result = settle_lists(tmp_path / "out", tables, form, SHARE, fees)

    check_found(tmp_path / "out", result, kinds_of("lists", "csv", form) + fees * FEE_KINDS)


@FORMATS
@FEES
def test_every_defect_of_the_three_tables_is_found_and_no_other(
    tables: Any, tmp_path: Path, format_: Any, fees: bool
) -> None:
    result = settle_tables(tmp_path / "out", tables, format_, SHARE, fees)

    check_found(tmp_path / "out", result, kinds_of("tables", format_) + fees * FEE_KINDS)
