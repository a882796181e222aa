"""Units stay small: people of the field read the rules."""

from __future__ import annotations

import ast

from tests.contracts.source import ROOT, length, modules

MODULE_LINES = 300
RULE_LINES = 25
#: Modules that may be longer, each with its reason.
LONG_MODULES: dict[str, str] = {}


def test_modules_are_short() -> None:
    long = {m.path: m.lines for m in modules() if m.lines > MODULE_LINES and m.path not in LONG_MODULES}

    assert long == {}


def test_every_exception_is_still_needed() -> None:
    needed = {m.path for m in modules() if m.lines > MODULE_LINES}

    assert set(LONG_MODULES) <= needed
    assert all((ROOT / path).exists() and reason for path, reason in LONG_MODULES.items())


def test_rules_are_short() -> None:
    rules = [
        (f"{m.path}:{node.name}", length(node))
        for m in modules()
        if m.name == "rules.py"
        for node in ast.walk(m.tree)
        if isinstance(node, ast.FunctionDef)
    ]

    assert rules
    assert [rule for rule in rules if rule[1] > RULE_LINES] == []
