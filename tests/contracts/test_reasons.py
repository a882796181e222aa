"""Every reason is registered once, explained in both languages, and used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from drgdip.base.reasons import REASONS
from tests.contracts.source import Module, called, modules, place

REGISTRY = (
    "drgdip/base/reasons.py",
    "drgdip/base/special_reasons.py",
    "drgdip/base/sanction_reasons.py",
)
#: Reasons that a rule reaches by counting on from a number it names: first key -> all of them, in order.
COUNTED_ON = {
    "comprehensive_surgery": (
        "comprehensive_surgery",
        "comprehensive_therapeutic",
        "comprehensive_diagnostic",
        "comprehensive_conservative",
    )
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_PLACE = re.compile(r"\{(\w*)[^}]*\}")


def strings(module: Module) -> set[str]:
    return {n.value for n in ast.walk(module.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def keys_asked_for(module: Module) -> Iterator[tuple[str, str]]:
    """Literal keys given to ``number()``, to ``REASONS[…]`` or as the key of a ``Finding``."""
    for node in ast.walk(module.tree):
        argument: ast.expr | None = None
        if isinstance(node, ast.Call) and called(node) == "number" and len(node.args) == 1:
            argument = node.args[0]
        elif isinstance(node, ast.Call) and called(node) == "Finding" and len(node.args) == 6:
            argument = node.args[5]
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "REASONS":
            argument = node.slice
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield place(module, node), argument.value


def test_every_key_that_code_names_is_registered() -> None:
    asked = [(where, key) for module in modules() for where, key in keys_asked_for(module)]

    assert asked
    assert [entry for entry in asked if entry[1] not in REASONS] == []


def test_every_registered_reason_is_used() -> None:
    used = set().union(*(strings(module) for module in modules() if module.path not in REGISTRY))
    counted = {key for first, keys in COUNTED_ON.items() if first in used for key in keys}

    assert sorted(set(REASONS) - used - counted) == []


def test_reasons_that_are_counted_on_have_consecutive_numbers() -> None:
    for keys in COUNTED_ON.values():
        first = REASONS[keys[0]].number
        assert [REASONS[key].number for key in keys] == list(range(first, first + len(keys)))


def test_numbers_lie_in_the_hundred_of_a_stage() -> None:
    assert {reason.number // 100 for reason in REASONS.values()} <= set(range(1, 10))


def test_every_reason_has_words_in_both_languages() -> None:
    for reason in REASONS.values():
        assert _CHINESE.search(reason.words.zh), reason.key
        assert reason.words.en, reason.key
        assert not _CHINESE.search(reason.words.en), reason.key


def test_every_defect_has_a_remedy() -> None:
    for reason in REASONS.values():
        if reason.effect in ("set_aside", "notice"):
            assert _CHINESE.search(reason.remedy.zh), reason.key
            assert reason.remedy.en, reason.key


def test_every_text_has_both_languages_and_the_same_places() -> None:
    """Each ``Text(zh, en)`` that is written out: Chinese first, English second, the same places to fill."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called(node) == "Text" and len(node.args) == 2:
                zh, en = node.args
                if isinstance(zh, ast.Constant) and isinstance(en, ast.Constant):
                    check_text(place(module, node), str(zh.value), str(en.value))


def check_text(where: str, zh: str, en: str) -> None:
    assert bool(zh) == bool(en), f"{where}: one language is missing"
    assert not _CHINESE.search(en), f"{where}: Chinese in the English text"
    assert set(_PLACE.findall(zh)) == set(_PLACE.findall(en)), f"{where}: places to fill differ"
