"""``--json``: valid JSON with stable keys, and nothing else on standard output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, stay, write_stays

KEYS = {
    "tables list": {"title", "status", "scheme", "edition", "rows", "folder"},
    "tables check --edition demo": {"scheme", "edition", "valid", "findings"},
    "tables show --edition demo": {"scheme", "edition", "rows", "files", "code_systems"},
    "tables show --edition demo A46.X": {"dip_code", "name", "points", "mean_cost_yuan"},
    "policy list": {"name", "version", "status", "title", "admdvs", "from", "to", "tables", "sha256"},
    "policy show demo_tiny": {"name", "warnings", "values"},
    "explain --edition demo --dx A46.x00": {"diagnoses", "procedures", "reason", "group", "runner_up"},
    "selftest": {"passed", "failed", "unsupported", "failures", "refusals"},
}


#: The examples of the selftest are run once: that takes longer than all others together.
LINES = [(line, language) for line in KEYS for language in ("zh", "en") if (line, language) != ("selftest", "en")]


@pytest.mark.parametrize(("line", "language"), LINES)
def test_a_table_comes_as_json(command: Command, line: str, language: str) -> None:
    ended = command(*line.split(), "--json", "--lang", language)
    assert (ended.code, ended.err) == (0, "")
    content = json.loads(ended.out)
    rows = content if isinstance(content, list) else [content]
    assert rows
    assert all(KEYS[line] <= set(row) for row in rows)


def test_a_settled_month_comes_as_json(command: Command, tmp_path: Path, january: Path) -> None:
    out = tmp_path / "out"
    ended = command("settle", "--policy", "demo_tiny", "--cases", january, "--month", "2026-01", "--out", out, "--json")
    content = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert content["month"] == "2026-01"
    assert content["rows"]["settled"] == 1
    assert content["totals_fen"] == {
        "gross_fen": 330000, "payable_fen": 230000, "recorded_fen": 200000, "difference_fen": 30000,
        "retained_fen": 11500, "due_fen": 218500, "paid_fen": 218500,
    }  # fmt: skip
    assert set(content["proof"].values()) == {True}


def test_a_case_comes_as_json(command: Command, settled: Path) -> None:
    ended = command("explain", "--run", settled, "S1", "--json")
    content = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert content["setl_id"] == "S1"
    assert content["differences"] == []
    shown = {line["column"]: line["value"] for step in content["steps"] for line in step["writes"]}
    assert shown["payable_fen"].startswith("2300.00")


def test_groups_come_as_a_line_of_json_each(command: Command, tmp_path: Path) -> None:
    cases = write_stays(tmp_path / "c.csv", stay("2026-01", "甲1"), stay("2026-01", "S2"))
    ended = command("group", cases, "--edition", "demo", "--json")
    assert [json.loads(line)["setl_id"] for line in ended.out.splitlines()] == ["甲1", "S2"]
    assert {json.loads(line)["dip_code"] for line in ended.out.splitlines()} == {"A46.X"}
