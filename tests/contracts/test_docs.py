"""What the documents say exists, and what exists is said: commands, options, files, columns, versions."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

import drgdip
from drgdip.base import errors
from drgdip.cli import cli
from drgdip.statement.columns import RESULT_FILES, STATEMENT_COLUMNS
from tests.contracts.source import ROOT

READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(command: click.Command = cli, path: tuple[str, ...] = ("drgdip",)) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its full name."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from commands(child, (*path, name))


def examples(name: str) -> Iterator[str]:
    """Lines of code blocks that call drgdip, continued lines joined."""
    for block in re.findall(r"```(?:sh|bash|console|text)?\n(.*?)```", read(name), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if re.match(r"\s*drgdip [a-z]", line):
                yield line.split("  #")[0].strip()


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_documented(name: str) -> None:
    text = read(name)

    assert [command for command, _ in commands() if command not in text] == []


@pytest.mark.parametrize("name", READMES)
def test_every_example_is_a_command_with_options_that_exist(name: str) -> None:
    known = dict(commands())
    lines = list(examples(name))

    assert lines
    for line in lines:
        words = shlex.split(line)
        command = next((known[" ".join(words[:n])] for n in (4, 3, 2) if " ".join(words[:n]) in known), None)
        assert command is not None, line
        options = {option for parameter in command.params for option in parameter.opts}
        assert [w for w in words if re.match(r"--?[a-z]", w) and w.split("=")[0] not in {*options, "--help"}] == [], (
            line
        )


@pytest.mark.parametrize("name", READMES)
def test_both_commands_of_the_tree_are_named(name: str) -> None:
    assert "make demo" in read(name)
    assert "make test" in read(name)


@pytest.mark.parametrize("name", READMES)
def test_every_result_file_and_column_is_documented(name: str) -> None:
    text = read(name)

    assert [file for file in sorted(RESULT_FILES) if f"`{file}`" not in text] == []
    assert [column.header for column in STATEMENT_COLUMNS if f"`{column.header}`" not in text] == []


@pytest.mark.parametrize("name", READMES)
def test_every_exit_code_is_documented(name: str) -> None:
    codes = {getattr(errors, code) for code in dir(errors) if code.startswith("EXIT_")}

    assert {int(code) for code in re.findall(r"^\| (\d) \|", read(name), re.MULTILINE)} == codes


@pytest.mark.parametrize("command", [command for _, command in commands()], ids=[path for path, _ in commands()])
def test_every_command_and_option_has_help_in_both_languages(command: click.Command) -> None:
    both = re.compile(r"[\u4e00-\u9fff].*[A-Za-z]{3}", re.DOTALL)
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]

    assert both.search(command.help or ""), command.name
    assert [option.name for option in options if option.help and not both.search(option.help)] == []


def test_the_changelog_has_the_current_version() -> None:
    assert re.search(
        rf"^## \[{re.escape(drgdip.__version__)}\] – \d{{4}}-\d{{2}}-\d{{2}}$", read("CHANGELOG.md"), re.MULTILINE
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_inside_the_tree_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(name))

    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_make_targets_named_in_documents_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z-]+)", read(name))) <= targets
