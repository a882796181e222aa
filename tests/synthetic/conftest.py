"""One catalogue, one blueprint and 200,000 drawn stays, shared by the tests of the generator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drgdip.synthetic.blueprint import Blueprint, make_blueprint
from drgdip.synthetic.catalogue import read_statistics
from drgdip.synthetic.stays import draw_stays
from drgdip.tables import load_tables
from tests.synthetic.sample import DRAWN, EDITION, Drawn, Published, join, read_published


@pytest.fixture(scope="session")
def tables() -> Any:
    return load_tables(scheme="dip", edition=EDITION)


@pytest.fixture(scope="session")
def published(root: Path) -> Published:
    """The catalogue's figures as published, in the engine's order of groups."""
    return read_published(root / "grouper_tables" / "dip" / EDITION / "groups.csv")


@pytest.fixture(scope="session")
def blueprint(tables: Any) -> Blueprint:
    statistics = read_statistics(tables)
    return make_blueprint(tables, statistics.mean_stay_days, statistics.cv, seed=20260101)


@pytest.fixture(scope="session")
def drawn(blueprint: Blueprint) -> Drawn:
    half = DRAWN // 2
    return join([draw_stays(blueprint, "2026-01", chunk, chunk * half, half) for chunk in range(2)])
