"""Words in two languages."""

from __future__ import annotations

import pytest

from drgdip.base.text import Text

WORDS = Text("第 {line} 行:{what}", "line {line}: {what}")


def test_each_language_has_its_words() -> None:
    assert WORDS.in_language("zh") == WORDS.zh == "第 {line} 行:{what}"
    assert WORDS.in_language("en") == WORDS.en == "line {line}: {what}"


def test_places_are_filled_in_both() -> None:
    filled = WORDS.fill(line=3, what="K35.3")

    assert filled == Text("第 3 行:K35.3", "line 3: K35.3")
    assert WORDS.zh == "第 {line} 行:{what}"


def test_what_fills_a_place_is_not_filled_itself() -> None:
    assert WORDS.fill(line=1, what="{line}").en == "line 1: {line}"


def test_a_place_without_a_value_is_a_fault() -> None:
    with pytest.raises(KeyError, match="what"):
        WORDS.fill(line=1)
