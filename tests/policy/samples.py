"""Policies for tests: the smallest shipped one, with pieces of its text exchanged."""

from __future__ import annotations

from pathlib import Path

from drgdip.policy import Policy, PolicyFileError, Problem, load_policy
from drgdip.policy.load import parse_policy

TINY = load_policy("demo_tiny").source_path.read_text(encoding="utf-8")

LOW = '  low: {value: {threshold: "0.5", inclusive: false, formula: ratio}, cite: "Example"}\n'


def edited(*exchanges: tuple[str, str]) -> str:
    """The tiny policy with each old piece (which must stand there) replaced by the new one."""
    text = TINY
    for old, new in exchanges:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def low_entries(*entries: str) -> str:
    """The tiny policy with the low rule as a list of dated entries."""
    return edited((LOW, "  low:\n" + "".join(f"    - {entry}\n" for entry in entries)))


def low_entry(first: str, last: str, threshold: str = "0.5", more: str = "") -> str:
    value = f'{{threshold: "{threshold}", inclusive: false, formula: ratio}}'
    return f'{{from: {first}, to: {last}, value: {value}, cite: "Order of {first}"{more}}}'


class Accepted(AssertionError):
    """A policy was accepted that a test wants refused."""


def parse(text: str | bytes) -> Policy:
    return parse_policy(text.encode() if isinstance(text, str) else text, Path("city.yaml"))


def problems_of(text: str | bytes) -> list[Problem]:
    """The problems that a text is refused with; it must be refused."""
    try:
        parse(text)
    except PolicyFileError as error:
        return error.problems
    raise Accepted


def only_problem(text: str | bytes) -> Problem:
    problems = problems_of(text)
    assert len(problems) == 1, [problem.in_language("en") for problem in problems]
    return problems[0]
