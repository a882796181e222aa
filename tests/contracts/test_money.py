"""Floats never hold money: the stages that make it have none, and compiled code never divides with ``/``."""

from __future__ import annotations

import ast

import pytest

from tests.contracts.source import MONEY_STAGES, Module, modules, place

_FLOAT_NAMES = {"float", "float16", "float32", "float64", "floating", "longdouble", "true_divide"}


def floats_in(module: Module) -> list[str]:
    """Float literals, types and conversions; in compiled code also ``/`` (elsewhere exact fractions may divide)."""
    compiled = module.name in ("rules.py", "kernels.py", "wide.py")
    found = []
    for node in ast.walk(module.tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        division = compiled and isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        named = isinstance(node, ast.Name | ast.Attribute) and _last_name(node) in _FLOAT_NAMES
        if literal or division or named:
            found.append(f"{place(module, node)} {ast.unparse(node)}")
    return found


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


@pytest.mark.parametrize("stage", MONEY_STAGES)
def test_no_float_in_a_money_stage(stage: str) -> None:
    assert modules(stage)
    assert [found for module in modules(stage) for found in floats_in(module)] == []


def test_base_arithmetic_has_no_float() -> None:
    exact = {"apportion.py", "money.py", "rounding.py", "scaled.py", "wide.py"}
    chosen = [module for module in modules("base") if module.name in exact]

    assert {module.name for module in chosen} == exact
    assert [found for module in chosen for found in floats_in(module)] == []


def test_the_reader_of_floats_sees_them() -> None:
    text = "a = 1.5\nb = x / y\nc = float(x)\nd = np.float64(1)\ne /= 2\nf = 1 // 2"
    module = Module("rules.py", text, ast.parse(text))

    assert [found.split()[0] for found in sorted(floats_in(module))] == [f"rules.py:{line}" for line in range(1, 6)]
