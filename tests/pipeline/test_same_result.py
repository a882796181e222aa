"""The same inputs give the same result: in one chunk or many, on one thread or more, in any order of rows, compiled or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip import load_tables, settle_month
from drgdip.pipeline import MonthResult
from drgdip.synthetic import synthesize

MONTH = "2026-01"
ROWS = 3_000
#: Files whose bytes must not depend on how a run is carried out.
FILES = (
    "statement.csv",
    "statement.xlsx",
    "report.html",
    "cases.parquet",
    "findings.csv",
    "findings.xlsx",
    "set_aside.csv",
    "proof.csv",
)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "cases.parquet"
    synthesize(path, tables=load_tables("dip", "2.0-pingdingshan-2025"), cases=ROWS, month=MONTH, seed=5, dirty="0.05")
    return path


@pytest.fixture(scope="module")
def usual(cases: Path) -> MonthResult:
    return settle_month("demo_city", cases, MONTH)


def test_the_month_holds_together(usual: MonthResult) -> None:
    assert usual.month.rows_read == ROWS
    assert usual.month.rows_settled == usual.cases.num_rows
    assert len(usual.set_aside) == ROWS - usual.cases.num_rows > 100
    assert usual.statement["payable_fen"].sum() == sum(usual.cases["payable_fen"].to_pylist())


@pytest.mark.parametrize(("chunk_rows", "threads"), [(1_000_000, 1), (997, 1), (997, 2), (64, 4)])
def test_chunks_and_threads_do_not_matter(cases: Path, usual: MonthResult, chunk_rows: int, threads: int) -> None:
    other = settle_month("demo_city", cases, MONTH, chunk_rows=chunk_rows, threads=threads)
    assert other.month.rows == usual.month.rows
    assert other.cases.equals(usual.cases)
    assert other.findings == usual.findings
    assert other.set_aside == usual.set_aside


def test_the_order_of_rows_does_not_matter(cases: Path, usual: MonthResult) -> None:
    table = pq.read_table(cases)
    shuffled = table.take(pa.array(np.random.default_rng(3).permutation(ROWS)))
    other = settle_month("demo_city", shuffled, MONTH)

    def by_id(result: MonthResult) -> pa.Table:
        return result.cases.drop_columns(["row_number"]).sort_by("setl_id")

    assert other.month.rows == usual.month.rows
    assert by_id(other).equals(by_id(usual))
    assert sorted(row.reasons for row in other.set_aside) == sorted(row.reasons for row in usual.set_aside)


def test_split_files_are_one_input(cases: Path, usual: MonthResult) -> None:
    table = pq.read_table(cases)
    other = settle_month("demo_city", [table.slice(0, 1_000), table.slice(1_000)], MONTH)
    assert other.month.rows == usual.month.rows


def settled(folder: Path, cases: Path, *options: str, compiled: bool = True) -> dict[str, bytes]:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "0" if compiled else "1"}
    command = ["settle", "--policy", "demo_city", "--cases", str(cases), "--month", MONTH, "--out", str(folder)]
    run = [sys.executable, "-m", "drgdip", *command, *options]
    subprocess.run(run, check=True, env=environment, capture_output=True)
    return {name: (folder / name).read_bytes() for name in FILES}


def test_files_have_the_same_bytes_on_any_number_of_threads(cases: Path, tmp_path: Path) -> None:
    one = settled(tmp_path / "one", cases, "--threads", "1")
    two = settled(tmp_path / "two", cases, "--threads", "2", "--chunk-rows", "500")
    for name in FILES:
        assert one[name] == two[name], name


def test_files_have_the_same_bytes_without_compilation(cases: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.parquet"
    pq.write_table(pq.read_table(cases).slice(0, 400), few)
    compiled = settled(tmp_path / "compiled", few)
    plain = settled(tmp_path / "plain", few, compiled=False)
    for name in FILES:
        assert compiled[name] == plain[name], name
