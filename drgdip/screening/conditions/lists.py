"""What functions of conditions share: lists of texts, and plain fields."""

from __future__ import annotations

import ast
from functools import lru_cache

from drgdip.screening.conditions.scope import Scope, fields_of


def listed(scope: Scope, node: ast.expr) -> tuple[str, ...]:
    """A list of texts: a parameter, or a text itself."""
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    return scope.run.params.texts(name_of(node))


def id_column(scope: Scope, node: ast.expr) -> str:
    """The column of a plain field whose texts stand in a dictionary; empty for anything else."""
    read = fields_of(scope.table).get(node.id) if isinstance(node, ast.Name) and not scope.is_own(node.id) else None
    return read.name if read and read.kind == "id" else ""


@lru_cache(4096)
def name_of(node: ast.expr) -> str:
    """The name of a parameter that a function takes as a list."""
    return ast.unparse(node).removeprefix("param.")
