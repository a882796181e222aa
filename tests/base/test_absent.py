"""Modules that are kept from loading for a while."""

from __future__ import annotations

import importlib
import sys

import pytest

from drgdip.base.absent import absent


def test_an_absent_module_cannot_be_imported_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with absent("colorsys"), pytest.raises(ModuleNotFoundError, match="colorsys"):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys").rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_a_loaded_module_stays_and_others_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with absent("json"):
        assert importlib.import_module("json") is sys.modules["json"]
        assert importlib.import_module("colorsys")
