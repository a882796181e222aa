"""Public names say what they are; money rules say where they come from."""

from __future__ import annotations

import ast
import re

from tests.contracts.source import MONEY_STAGES, definitions, modules, place

#: A section of a document (``2.6``, ``ch. 5 s. 3``), a worked example (``V35``) or an item of a convention.
CITATION = re.compile(r"\b\d+\.\d+\b|\bch\. \d+|\bV\d+\b|\bS\d+\b")


def test_every_module_has_a_docstring() -> None:
    assert [m.path for m in modules() if m.text.strip() and not ast.get_docstring(m.tree)] == []


def test_every_public_function_and_class_has_a_docstring() -> None:
    bare = [
        f"{place(m, node)} {node.name}"
        for m in modules()
        for node in definitions(m.tree)
        if not ast.get_docstring(node)
    ]

    assert bare == []


def test_every_module_of_money_rules_cites_its_source() -> None:
    uncited = [
        f"{place(m, node)} {node.name}"
        for stage in MONEY_STAGES
        for m in modules(stage)
        if m.name == "rules.py"
        for node in definitions(m.tree)
        if not CITATION.search(f"{ast.get_docstring(m.tree)} {ast.get_docstring(node)}")
    ]

    assert uncited == []
