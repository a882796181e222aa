"""Reads the text of a condition: comparisons, sums and products, ``and``, ``or``, ``not``, ``… if … else …``, and known functions; nothing else."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_NODES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.IfExp, ast.Call, ast.Name, ast.Attribute,
    ast.Constant, ast.Load,
)  # fmt: skip
#: Characters of a text, and parts within each other; texts come from files.
_LONGEST, _DEEPEST = 4_000, 40


#: Functions whose text is a condition on the lines of a stay.
_ON_LINES = ("any_line", "sum_of_lines")


class Expression(NamedTuple):
    """A condition or formula. names : what it reads, with its table where one is named. calls : functions that it uses.

    on_lines : conditions inside it on the fee lines of a stay.
    """

    text: str
    root: ast.expr
    names: frozenset[str]
    calls: frozenset[str]
    on_lines: tuple[str, ...]


@lru_cache(4096)
def parsed(text: str) -> Expression:
    """Raises ValueError with what cannot be read."""
    shown = text if len(text) <= _LONGEST else f"{text[:40]} …"
    try:
        root = ast.parse(" ".join(text.split()) if shown is text else "", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(shown) from error
    if _is_deeper(root, _DEEPEST):
        raise ValueError(f"{text[:40]} …")
    for node in ast.walk(root):
        if not isinstance(node, _NODES):
            raise ValueError(ast.unparse(node))
        if isinstance(node, ast.Constant) and not (isinstance(node.value, int | str) or _is_finite(node.value)):
            raise ValueError(ast.unparse(node))
        if isinstance(node, ast.Call) and (node.keywords or not isinstance(node.func, ast.Name)):
            raise ValueError(ast.unparse(node))
        if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Name):
            raise ValueError(ast.unparse(node))
    called = [node for node in ast.walk(root) if isinstance(node, ast.Call)]
    inner = [
        one.value
        for node in called
        if ast.unparse(node.func) in _ON_LINES
        for one in node.args
        if isinstance(one, ast.Constant)
    ]
    calls = frozenset(ast.unparse(node.func) for node in called)
    return Expression(text, root.body, frozenset(_names(root.body)), calls, tuple(map(str, inner)))


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _is_deeper(root: ast.AST, most: int) -> bool:
    """Whether more than so many parts stand within each other."""
    level: list[ast.AST] = [root]
    for _ in range(most):
        level = [below for node in level for below in ast.iter_child_nodes(node)]
    return bool(level)


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield ast.unparse(node)
    elif isinstance(node, ast.Name):
        yield node.id
    else:
        below = [*node.args] if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        for one in below:
            yield from _names(one)
