"""A settled city, and files beside its months."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import command
from tests.year.city import H1, H2, H3, settle_year

__all__ = ["command"]

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def settled_year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Policy and runs; nobody may change them."""
    return settle_year(tmp_path_factory.mktemp("year"))


@pytest.fixture
def policy(settled_year: tuple[Path, Path]) -> Path:
    return settled_year[0]


@pytest.fixture
def runs(settled_year: tuple[Path, Path]) -> Path:
    return settled_year[1]


@pytest.fixture
def own_runs(runs: Path, tmp_path: Path) -> Path:
    """A copy of the runs that a test may change."""
    return Path(shutil.copytree(runs, tmp_path / "own"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a small CSV file."""

    def write(name: str, header: str, *rows: str) -> Path:
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def scores(write: Write) -> Path:
    return write("scores", "fixmedins_code,score", f"{H1},92", f"{H2},85", f"{H3},90")


@pytest.fixture
def prepayments(write: Write) -> Path:
    return write("prepayments", "fixmedins_code,pool,amount_yuan", f"{H1},310,3000.00")
