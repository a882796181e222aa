"""Building a catalogue: history from files, its groups, its stays grouped by them. Two threads for reading and grouping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.months import EDITION, MONTH, synthesize
from drgdip import load_tables
from drgdip.catalogue.read import ReadHistory, read_history
from drgdip.catalogue.regroup import building_order, cluster, code_lists, regroup, tables_of
from drgdip.catalogue.settings import read_settings

if TYPE_CHECKING:
    from benchmarks.conftest import Measure
    from drgdip.tables import DipTables

GROUP = "building a catalogue, two threads"
YEARS = (int(MONTH[:4]),)


@pytest.fixture(scope="module")
def tables() -> DipTables:
    return load_tables("dip", EDITION)


@pytest.fixture(scope="module")
def read(folder: Path, stays: int, tables: DipTables, tmp_path_factory: pytest.TempPathFactory) -> ReadHistory:
    work = tmp_path_factory.mktemp("history")
    return read_history([synthesize(folder, stays)], tables.diagnoses, tables.procedures, YEARS, work)


def test_read_history(measure: Measure, folder: Path, stays: int, tables: DipTables, tmp_path: Path) -> None:
    cases = [synthesize(folder, stays)]
    measure(lambda: read_history(cases, tables.diagnoses, tables.procedures, YEARS, tmp_path), GROUP, stays)


def test_find_groups(measure: Measure, read: ReadHistory, stays: int, tables: DipTables) -> None:
    lists, chosen = code_lists(tables), read_settings()
    measure(lambda: cluster(read.history, lists, chosen), GROUP, stays)


def test_regroup(measure: Measure, read: ReadHistory, stays: int, tables: DipTables) -> None:
    lists, chosen = code_lists(tables), read_settings()
    found = cluster(read.history, lists, chosen)
    built = tables_of(found.groups, lists)
    measure(lambda: regroup(read.history, built, building_order(chosen)), GROUP, stays)
