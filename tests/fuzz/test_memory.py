"""Inputs made to fill memory: the peak of a process that reads them stays under a fixed bound."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.inputs import HEADER, STAYS
from tests.intake.sample import write_csv
from tests.intake.test_workbooks import SHEET, cases, repacked, workbook

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
#: The program with its libraries takes about a quarter of it; findings of a chunk of bad rows more than that.
MOST_MIB = 1_000
_READ = """
import resource, sys
from pathlib import Path
from tests.fuzz.inputs import read_path
outcome = read_path(Path(sys.argv[1]), 100_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, outcome.rows, len(outcome.good), outcome.refused)
"""


def read_apart(path: Path) -> tuple[int, int, int, str]:
    """Peak in MiB, rows, good rows and refusal of a reader in a process of its own."""
    pytest.importorskip("resource")
    run = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    peak, rows, good, refused = run.stdout.rstrip("\n").split(" ", 3)
    return int(peak), int(rows), int(good), refused


def test_a_gigabyte_of_one_line_between_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "cases.csv", STAYS)
    with path.open("r+b") as file:
        file.seek(1 << 30)  # a hole: zeros that take no room on the disk
        file.write(b"\n" + ",".join({**STAYS[0], "setl_id": "S99"}.values()).encode() + b"\n")

    peak, rows, good, refused = read_apart(path)
    assert (rows, good, refused) == (10, 9, "")
    assert peak < MOST_MIB


@pytest.mark.parametrize(("level", "refusal"), [(9, "300 times its size"), (1, "")])
def test_a_gigabyte_packed_small(tmp_path: Path, level: int, refusal: str) -> None:
    path = tmp_path / "cases.csv.gz"
    with gzip.open(path, "wb", level) as file:
        file.write(HEADER.encode() + b"\n")
        for _ in range(1 << 10):
            file.write(bytes(1 << 20))

    peak, rows, good, refused = read_apart(path)
    assert (rows, good) == ((0, 0) if refusal else (1, 0))
    assert refusal in refused
    assert peak < MOST_MIB


def test_millions_of_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n" + ",".join(STAYS[0].values()) + "\n")
        for _ in range(1_000):
            file.write('"a"b\n' * 1_000)

    peak, rows, good, refused = read_apart(path)
    assert (rows, good, refused) == (1_000_001, 1, "")
    assert peak < MOST_MIB


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_millions_of_lines(tmp_path: Path, quote: str) -> None:
    """More rows that cannot be cut than anybody reads: the file is refused, and nothing is kept of them."""
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n" + ",".join(STAYS[0].values()) + "\n" + quote)
        for _ in range(3_000):
            file.write("a\n" * 1_000)
        file.write(quote + "\n")

    peak, rows, good, refused = read_apart(path)
    assert (rows, good) == (0, 0)
    assert "More than 1000000 rows" in refused
    assert peak < MOST_MIB


def test_half_a_million_times_the_same_row(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    row = ",".join(STAYS[0].values()) + "\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for _ in range(500):
            file.write(row * 1_000)

    peak, rows, good, refused = read_apart(path)
    assert (rows, good, refused) == (500_000, 1, "")
    assert peak < MOST_MIB


def test_a_workbook_of_zeros(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", cases(*STAYS))
    path = repacked(source, tmp_path / "cases.xlsx", {SHEET: bytes(300 << 20)})

    peak, _, _, refused = read_apart(path)
    assert "cap" in refused
    assert peak < MOST_MIB


def test_a_wide_parquet_file(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table([pa.array([1])] * 100_000, names=[f"c{number}" for number in range(100_000)])
    pq.write_table(table, tmp_path / "cases.parquet")
    del table

    peak, _, _, refused = read_apart(tmp_path / "cases.parquet")
    assert "100000 columns" in refused
    assert peak < MOST_MIB
