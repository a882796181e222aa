"""What is kept for the life of a process is bounded: a service settles ever new policies and must not grow."""

from __future__ import annotations

import ast
from pathlib import Path

import drgdip

ROOT = Path(drgdip.__file__).parent
#: Arguments of which a process can only ever see so many; classes (``type``, and ``Any`` of a form's rows) are its own.
FEW = {"str", "bool", "int", "date", "Sequence[str]", "type", "Any"}


def test_caches_without_limit_take_arguments_of_few_values_only() -> None:
    """Never stages, policies or tables, which are new for every policy."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            kept = {ast.unparse(one) for one in node.decorator_list} & {"cache", "functools.cache", "lru_cache(None)"}
            taken = {ast.unparse(one.annotation) if one.annotation else "" for one in node.args.args}
            if kept and not taken <= FEW:
                found.append(f"{path.relative_to(ROOT)}: {node.name} {sorted(taken - FEW)}")
    assert found == []
