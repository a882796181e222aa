"""The synthetic city's own catalogue comes out of its stays: the groups that it was drawn from, within sampling error."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from drgdip import load_tables
from drgdip.catalogue.read import ReadHistory, read_history
from drgdip.catalogue.regroup import Clustered, building_order, cluster, code_lists, regroup
from drgdip.catalogue.settings import read_settings
from drgdip.synthetic import synthesize
from drgdip.tables import DipTables

STAYS = 20_000
#: Core groups of the demonstration catalogue that one combination of operations leads to.
SINGLE = ("A46.X", "I10.X", "I20.0:88.5500", "I20.0:36.0700+00.6600", "I20.0:36.0700+00.6601", "K35.3", "K35.3:47.0100")


@pytest.fixture(scope="module")
def source() -> DipTables:
    return load_tables("dip", "demo")


@pytest.fixture(scope="module")
def read(source: DipTables, tmp_path_factory: pytest.TempPathFactory) -> ReadHistory:
    folder = tmp_path_factory.mktemp("city")
    cases = folder / "cases.parquet"
    synthesize(cases, tables=source, cases=STAYS, month="2025-06", seed=5)
    return read_history([cases], source.diagnoses, source.procedures, (2025,), folder)


@pytest.fixture(scope="module")
def found(source: DipTables, read: ReadHistory) -> Clustered:
    return cluster(read.history, code_lists(source), read_settings())


def mean_and_count(history: ReadHistory, group_id: np.ndarray, group: int) -> tuple[float, int]:
    costs = history.history.columns["total_cost_fen"][group_id == group]
    return float(costs.mean()), len(costs)


@pytest.mark.parametrize("code", SINGLE)
def test_a_core_group_comes_back_with_its_mean_cost(
    source: DipTables, read: ReadHistory, found: Clustered, code: str
) -> None:
    place = [group.dip_code for group in found.groups].index(code)
    row = source.rows[source.group_ids[code]]
    mean_fen, stays = mean_and_count(read, found.group_id, place)

    expected_fen = float(Fraction(row.mean_cost_yuan) * 100)
    assert abs(mean_fen - expected_fen) < 5 * float(row.cv) * expected_fen / sqrt(stays)


def test_most_stays_are_with_those_that_they_were_drawn_with(
    source: DipTables, read: ReadHistory, found: Clustered
) -> None:
    """Nine of ten stays of a source group with a single combination are in the built group of the same code."""
    drawn = regroup(read.history, source, building_order(read_settings()))
    built = [group.dip_code for group in found.groups]
    for code in SINGLE:
        of_source = drawn == source.group_ids[code]
        of_built = found.group_id == built.index(code)
        assert (of_source & of_built).sum() > 0.9 * of_source.sum()


def test_coverage_conserves(read: ReadHistory, found: Clustered) -> None:
    counts = np.bincount(found.group_id[found.group_id >= 0], minlength=len(found.groups))

    assert counts.sum() + (found.group_id < 0).sum() == len(read.history) == read.cleaning.kept == STAYS
    assert all(count >= 15 for count, group in zip(counts, found.groups, strict=True) if group.kind == "core")
