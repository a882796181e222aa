"""The policy author's guide: its file is the one it shows, and its commands run and say what it says."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from drgdip.cli import cli
from tests.contracts.source import ROOT
from tests.policy.samples import TINY, parse

GUIDES = [ROOT / "docs" / name for name in ("policy-guide.md", "policy-guide.zh-CN.md")]


def blocks(path: Path) -> list[tuple[str, str]]:
    return re.findall(r"```(sh|yaml|text)\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def test_both_languages_show_the_same_file_commands_and_output() -> None:
    assert blocks(GUIDES[0]) == blocks(GUIDES[1])


def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = blocks(GUIDES[0])
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "cases.csv", tmp_path / "examples")
    (tmp_path / "linshan.yaml").write_text("\n".join(text for kind, text in found if kind == "yaml"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said, commands = "", 0
    for kind, text in found:
        if kind == "sh":
            said = ""
            for line in text.splitlines():
                command, _, remark = line.partition("#")
                words = shlex.split(command)
                assert words[0] == "drgdip"
                # What `settle` records is the command line of the process.
                monkeypatch.setattr("sys.argv", words)
                result = CliRunner().invoke(cli, words[1:])
                code = getattr(result.exception, "exit_code", result.exit_code)
                assert code == (3 if "exit 3" in remark else 0), (line, result.output, result.exception)
                said, commands = said + result.output, commands + 1
        elif kind == "text":
            assert [line for line in text.splitlines() if line not in said] == []
    assert commands == 13
    assert (tmp_path / "repeat" / "backtest.xlsx").is_file()


def test_the_further_sections_fit_a_policy() -> None:
    """They are shown and not part of the file that the guide runs: a city may have any of them."""
    (further,), (other,) = (
        re.findall(r"```yml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL) for path in GUIDES
    )

    assert further == other
    values = parse(f"{TINY}\n{further}").distinct_values()[0]
    assert values.attribution is not None
    assert values.suspension is not None
    assert values.mixed is not None
    assert values.sanctions is not None
    assert values.screening is not None
    kinds = (("明确违规", "管理类/协议"), ("高度可疑", "医疗类"), ("轻度可疑", "政策类"), ("", ""))
    assert [values.screening.holds(*kind) for kind in kinds] == [True, True, False, False]
