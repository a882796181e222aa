"""A month of synthetic cases with dirty rows, settled and as mappings, for tests of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from drgdip import load_tables, settle_month
from drgdip.pipeline import MonthResult
from drgdip.policy.load import load_policy
from drgdip.synthetic import synthesize

MONTH = "2026-01"
EDITION = "2.0-pingdingshan-2025"
FLOATING = ("point_value: {value: fixed_opening", "point_value: {value: floating")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 1,500 stays, one in twenty with a planted defect."""
    path = tmp_path_factory.mktemp("library") / "cases.parquet"
    synthesize(path, tables=load_tables("dip", EDITION), cases=1_500, month=MONTH, seed=11, dirty="0.05")
    return path


@pytest.fixture(scope="session")
def rows(city: Path) -> list[dict[str, Any]]:
    """The same stays as mappings with values of every type that Parquet has."""
    rows: list[dict[str, Any]] = pq.read_table(city).to_pylist()
    return rows


@pytest.fixture(scope="session")
def month(city: Path) -> MonthResult:
    """The month settled under the policy's opening point values."""
    return settle_month("demo_city", city, MONTH)


@pytest.fixture(scope="session")
def floating(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo policy with point values that float with the month."""
    text = load_policy("demo_city").source_path.read_text(encoding="utf-8")
    assert FLOATING[0] in text
    path = tmp_path_factory.mktemp("policy") / "floating.yaml"
    path.write_text(text.replace(*FLOATING), encoding="utf-8")
    return path
