"""An edition of tables: compiled from its files, and taken from the cache."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.months import EDITION
from drgdip import load_tables

if TYPE_CHECKING:
    from benchmarks.conftest import Measure


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("source", ["from its files", "from the cache"])
def test_load_tables(measure: Measure, cache: Path, source: str) -> None:
    empty = (lambda: shutil.rmtree(cache, ignore_errors=True)) if source == "from its files" else None
    measure(lambda: load_tables("dip", EDITION), "loading an edition", setup=empty)

    assert any(cache.rglob("*.npz"))
