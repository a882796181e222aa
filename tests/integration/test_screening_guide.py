"""The guide to a month with findings: its commands run, and hold, release and deny what it says."""

from __future__ import annotations

import csv
import re
import shlex
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from drgdip import load_policy
from drgdip.cli import cli
from tests.contracts.source import ROOT

GUIDES = [ROOT / "docs" / name for name in ("screening-guide.md", "screening-guide.zh-CN.md")]


def blocks(path: Path) -> list[tuple[str, str]]:
    return re.findall(r"```(sh|yaml|text|csv)\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def total(path: Path, column: str) -> Decimal:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum((Decimal(row[column]) for row in csv.DictReader(file)), Decimal(0))


def test_both_languages_show_the_same() -> None:
    assert blocks(GUIDES[0]) == blocks(GUIDES[1])


def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    demo = load_policy("demo_city").source_path.read_text(encoding="utf-8")
    said, commands = "", 0
    for kind, text in blocks(GUIDES[0]):
        if kind == "yaml":
            Path("city.yaml").write_text(f"{demo}\n{text}", encoding="utf-8")
        elif kind == "csv":
            Path("decisions.csv").write_text(text, encoding="utf-8")
        elif kind == "text":
            assert [line for line in text.splitlines() if line not in said] == []
        else:
            said = ""
            for line in text.splitlines():
                words = shlex.split(line)
                monkeypatch.setattr("sys.argv", words)
                result = CliRunner().invoke(cli, words[1:], catch_exceptions=False)
                assert result.exit_code == 0, (line, result.output)
                said, commands = said + result.output, commands + 1
    assert commands == 7

    holds = tmp_path / "months" / "2026-02" / "holds.csv"
    assert [total(holds, name) for name in ("before_yuan", "held_yuan", "released_yuan", "open_yuan")] == [
        Decimal("10298.51"), 0, Decimal("2615.13"), Decimal("7683.38")]  # fmt: skip
    assert total(tmp_path / "months" / "2026-02" / "denials.csv", "denied_yuan") == Decimal("62.42")
    states = (tmp_path / "s3" / "states.csv").read_text(encoding="utf-8-sig")
    assert states.count('"POSTED"') == 7
    assert (tmp_path / "s3" / "denials.csv").read_text(encoding="utf-8-sig").count("\n") == 1
