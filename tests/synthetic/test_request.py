"""Requests: what is refused, with which exit code, and what the command prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from drgdip.base.errors import EXIT_USAGE, UsageError
from drgdip.cli.synth import synth
from drgdip.synthetic.request import make_request


@pytest.mark.parametrize(
    ("output", "cases", "month", "seed", "dirty", "word"),
    [
        ("cases.xlsx", 10, "2026-01", 1, "0", "cases.xlsx"),
        ("cases", 10, "2026-01", 1, "0", "cases"),
        ("missing/cases.csv", 10, "2026-01", 1, "0", "missing"),
        ("cases.csv", 0, "2026-01", 1, "0", "0"),
        ("cases.csv", 10, "2026-13", 1, "0", "2026-13"),
        ("cases.csv", 10, "202601", 1, "0", "202601"),
        ("cases.csv", 10, "2026-01", -1, "0", "-1"),
        ("cases.csv", 10, "2026-01", 1, "0.41", "0.41"),
        ("cases.csv", 10, "2026-01", 1, "-0.1", "-0.1"),
        ("cases.csv", 10, "2026-01", 1, "NaN", "NaN"),
        ("cases.csv", 10, "2026-01", 1, "some", "some"),
    ],
)
def test_wrong_requests(output: str, cases: int, month: str, seed: int, dirty: str, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_request(output, cases, month, seed, dirty)

    assert caught.value.exit_code == EXIT_USAGE
    assert word in caught.value.fact.zh
    assert word in caught.value.fact.en
    assert caught.value.advice.zh
    assert caught.value.advice.en


def test_format_follows_the_name() -> None:
    assert make_request("A.CSV", 1, "2026-01", 0, "0.4").format == "csv"
    assert make_request("a.parquet", 1, "2026-12", 0, "0").format == "parquet"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(synth, arguments)


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    result = run(
        "--edition",
        "2.0-pingdingshan-2025",
        "--cases",
        "500",
        "--month",
        "2026-01",
        "--seed",
        "3",
        "--dirty",
        "0.1",
        "-o",
        str(path),
    )

    assert result.exit_code == 0, result.output
    assert pq.read_metadata(path).num_rows == 500
    assert "已生成 500 例" in result.output
    assert "cases.dirty.csv" in result.output
    assert (tmp_path / "cases.dirty.csv").exists()


def test_command_in_english(tmp_path: Path) -> None:
    result = run("--cases", "20", "--month", "2026-01", "--lang", "en", "-o", str(tmp_path / "cases.csv"))

    assert result.exit_code == 0, result.output
    assert result.output.startswith("20 stays of an edition of 4444 groups written")


def test_a_single_stay(tmp_path: Path) -> None:
    result = run("--cases", "1", "--month", "2024-02", "--dirty", "0.4", "-o", str(tmp_path / "one.csv"))

    assert result.exit_code == 0, result.output
    assert len((tmp_path / "one.csv").read_text(encoding="utf-8").splitlines()) == 2
    assert (tmp_path / "one.dirty.csv").read_text(encoding="utf-8") == "row_number,setl_id,kind,field\n"


def test_edition_and_folder_exclude_each_other(tmp_path: Path) -> None:
    result = run("--edition", "x", "--tables", str(tmp_path), "--cases", "1", "--month", "2026-01", "-o", "a.csv")

    assert isinstance(result.exception, UsageError)


def test_a_wrong_request_is_refused_before_tables_are_read(tmp_path: Path) -> None:
    result = run("--tables", str(tmp_path), "--cases", "1", "--month", "2026-01", "-o", "a.txt")

    assert isinstance(result.exception, UsageError)
