"""The source tree as data: its modules, parsed once, for contracts that read code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "drgdip"
#: Stages whose results are money, weights or points.
MONEY_STAGES = ("valuation", "pricing", "special_cases", "fund_split", "clearing")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


class Module(NamedTuple):
    """One module: its path from the root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def lines(self) -> int:
        return self.text.count("\n")


@cache
def modules(part: str = "") -> tuple[Module, ...]:
    """All modules of the package, or of one part of it."""
    paths = sorted((PACKAGE / part).rglob("*.py"))
    texts = [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
    return tuple(Module(path, text, ast.parse(text, path)) for path, text in texts)


def imported(tree: ast.Module) -> Iterator[str]:
    """Full names of the modules that a module imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def definitions(tree: ast.Module) -> Iterator[Definition]:
    """Public functions and classes at the top level of a module; of an overloaded function the one that has a body."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_") and not _is_overload(node):
            yield node


def _is_overload(node: Definition) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)


def length(node: Definition) -> int:
    """Lines from the first decorator to the last statement."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or first) - first + 1


def called(node: ast.Call) -> str:
    """The last part of the name that a call names, or nothing."""
    function = node.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def place(module: Module, node: ast.AST) -> str:
    """``path:line`` of a node."""
    return f"{module.path}:{getattr(node, 'lineno', 0)}"
