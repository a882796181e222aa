"""All files together."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drgdip.statement import write_statements
from drgdip.statement.columns import ALL_COLUMNS, RESULT_FILES
from drgdip.statement.totals import grand_total, hospital_totals, pool_totals
from tests.statement import sample

WRITTEN = [
    "deductions.csv",
    "findings.xlsx",
    "groups.csv",
    "proof.csv",
    "report.html",
    "run.json",
    "statement.csv",
    "statement.xlsx",
]


def test_same_month_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    write_statements(first, sample.month())
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    write_statements(second, sample.month(rows=sample.ROWS[::-1], groups=sample.GROUPS[::-1]))
    assert sorted(os.listdir(first)) == WRITTEN
    assert set(WRITTEN) <= RESULT_FILES
    for name in WRITTEN:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_deductions_only_when_there_are_any(tmp_path: Path) -> None:
    write_statements(tmp_path, sample.month(deductions=()), "en")
    assert "deductions.csv" not in os.listdir(tmp_path)
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["month"] == "2026-01"


def test_the_record_keeps_the_hashes_of_small_files(tmp_path: Path) -> None:
    write_statements(tmp_path, sample.month())
    outputs = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["outputs"]
    assert sorted(outputs) == ["deductions.csv", "groups.csv", "proof.csv", "statement.csv"]
    assert outputs == {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in outputs}


def test_totals_by_hand() -> None:
    employee, resident = pool_totals(sample.ROWS)
    assert (employee.cases, employee.payable_fen, employee.paid_fen, employee.point_value_e4) == (
        20, 13_000_000, 12_249_999, 10_0000)  # fmt: skip
    assert (resident.payable_fen, resident.normal_cases, resident.low_cases) == (-4_321, 6, 1)
    whole = grand_total(sample.ROWS)
    assert (whole.cases, whole.points_e4, whole.difference_fen, whole.point_value_e4) == (30, 300_000_000, 995_579, 0)
    assert [(row.hospital_code, row.payable_fen) for row in hospital_totals(sample.ROWS)] == [
        ("H001", 6_495_679), ("H002", 6_500_000),
    ]  # fmt: skip


def test_every_field_is_written_once() -> None:
    assert tuple(column.field for column in ALL_COLUMNS) == sample.StatementRow._fields
    assert all(part for column in ALL_COLUMNS for part in (*column.label, *column.meaning, *column.source))


def test_importing_is_light() -> None:
    script = "import sys, drgdip.statement; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["matplotlib", "jinja2", "xlsxwriter", "pyarrow", "pandas", "numba", "numpy"]
    run = subprocess.run([sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
