"""Wrong use: exit code 2, one sentence of fact and one of advice, Chinese first."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from drgdip.cli import cli
from tests.cli.conftest import Command, told_once
from tests.contracts.test_docs import commands

SETTLE = ("settle", "--policy", "demo_tiny", "--cases", "c.csv", "--month", "2026-01", "--out", "o")
SYNTH = ("synth", "--cases", "1", "--month", "2026-01", "-o", "c.csv")

WRONG: list[tuple[tuple[str, ...], str, str]] = [
    (("setle",), "没有命令 setle,是否为 settle", "No such command 'setle'."),
    (("policy", "shwo"), "没有命令 shwo,是否为 show?", "No such command 'shwo'"),
    (("settle", "--polcy", "x"), "没有选项 --polcy,是否为 --policy?", "No such option '--polcy'"),
    (("settle",), "缺少选项 --policy。", "Missing option '--policy'."),
    (("group",), "缺少参数 CASES。", "Missing argument 'CASES'."),
    ((*SETTLE, "--threads", "0"), "选项 --threads 的值不可用:应为 1 至 64 的整数。", "0 is not in the range 1<=x<=64"),
    ((*SETTLE, "--chunk-rows", "many"), "选项 --chunk-rows 的值不可用:应为 1 至 10000000 的整数。", "'many' is not"),
    ((*SYNTH, "--seed", "-1"), "选项 --seed 的值不可用:应为不小于 0 的整数。", "-1 is not in the range x>=0"),
    (("policy", "show", "demo_tiny", "--on", "1.5."), "选项 --on 的值不可用:应为 YYYY-MM-DD 格式的日期。", "'1.5.'"),
    (("policy", "check", "none.yaml"), "参数 FILE 的值不可用:应为已有的文件。", "'none.yaml' does not exist"),
    (("tables", "check", "--tables", "none"), "选项 --tables 的值不可用:应为已有的文件夹。", "'none' does not exist"),
    ((*SETTLE, "--policy"), "选项 --policy 的写法有误(缺少取值,或多写了取值)。", "requires an argument"),
    ((*SETTLE, "more"), "命令写法有误:Got unexpected extra argument (more)", "unexpected extra argument (more)"),
    (("tables", "show"), "需要 --edition 与 --tables 中的一个。", "One of --edition and --tables is needed."),
    (("tables", "check", "--tables", ".", "--edition", "demo"), "需要 --edition 与 --tables 中的一个。", "One of"),
    ((*SYNTH, "--tables", ".", "--edition", "demo"), "请在目录版本与文件夹中指定一个。", "Name either an edition"),
    (("explain",), "需要 --run 文件夹与结算ID,或 --edition 与 --dx,二者取一。", "not both"),
    (("explain", "S1", "--dx", "A46.x00", "--edition", "demo"), "需要 --run 文件夹与结算ID", "not both"),
    (("explain", "--edition", "demo", "--dx", ","), "没有给出诊断编码。", "No diagnosis is given."),
    (("explain", "--run", "none", "S1"), "none 不是结算结果文件夹。", "none is not the folder of a settled month."),
    (("selftest", "--vectors", "."), "无法读取 .", ". cannot be read"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("arguments", "zh", "en"), WRONG, ids=[" ".join(arguments) for arguments, _, _ in WRONG])
def test_wrong_use_is_told_in_one_sentence_with_a_remedy(
    command: Command, arguments: tuple[str, ...], zh: str, en: str
) -> None:
    ended = command(*arguments)
    fact, advice = told_once(ended)
    assert (ended.code, ended.out) == (2, "")
    assert fact.startswith(zh)
    assert re.search("请|例如", advice)
    # What has no value yet must come last.
    with_language = (*arguments[:-1], "--lang", "en", arguments[-1])
    english = command(*(with_language if arguments[-1] == "--policy" else (*arguments, "--lang", "en")))
    assert english.code == 2
    assert en in told_once(english)[0]
    assert not re.search("[\u4e00-\u9fff]", english.err)


def test_a_language_that_is_none_is_refused(command: Command) -> None:
    assert told_once(command("policy", "list", "--lang", "fr"))[0] == "选项 --lang 的值不可用:应为 zh、en 之一。"


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "0000-01", "2026-01-01", "２０２６-01", "", "x"])
def test_a_month_that_is_none_is_refused(command: Command, january: Path, month: str) -> None:
    ended = command("settle", "--policy", "demo_tiny", "--cases", january, "--month", month, "--out", "o")
    assert ended.code == 2
    assert told_once(ended)[0] == f"月份写法有误:{month}。"


def test_the_last_month_of_time_is_only_outside_the_policy(command: Command, january: Path) -> None:
    ended = command("settle", "--policy", "demo_tiny", "--cases", january, "--month", "9999-12", "--out", "o")
    assert ended.code == 3
    assert "不含 9999-12-31" in told_once(ended)[0]


@pytest.mark.parametrize("group", ["", "policy", "tables", "tables import"])
def test_a_command_that_is_named_in_part_shows_what_there_is(command: Command, group: str) -> None:
    ended = command(*group.split())
    assert ended.code == 2
    assert "Usage: " in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_help_names_every_option_at_any_width(command: Command, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    known = dict(commands())[path]
    monkeypatch.setenv("COLUMNS", "40")
    ended = command(*path.split()[1:], "--help")
    assert (ended.code, ended.err) == (0, "")
    for parameter in known.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in ended.out


def test_every_command_has_a_language_and_every_table_comes_as_json() -> None:
    options = {path: {o for p in command.params for o in p.opts} for path, command in commands(cli)}
    assert [path for path, names in options.items() if "--lang" not in names] == []
    writers = {"drgdip synth", "drgdip report"}
    assert {path for path, names in options.items() if "--json" not in names} <= writers
