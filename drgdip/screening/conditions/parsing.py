"""Reads the text of a condition: comparisons, sums and products, ``and``, ``or``, ``not``, ``… if … else …``, and known functions; nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_NODES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.IfExp, ast.Call, ast.Name, ast.Attribute,
    ast.Constant, ast.Load,
)  # fmt: skip


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
    try:
        root = ast.parse(" ".join(text.split()), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise ValueError(text) from error
    for node in ast.walk(root):
        if not isinstance(node, _NODES):
            raise ValueError(ast.unparse(node))
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str):
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


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield ast.unparse(node)
    elif isinstance(node, ast.Name):
        yield node.id
    else:
        below = [*node.args] if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        for one in below:
            yield from _names(one)
