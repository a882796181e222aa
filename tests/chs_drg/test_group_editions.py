"""The shipped editions: grouping and the slow reference agree on random stays whose codes make rules bite."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from drgdip.grouping.drg import assign_groups
from drgdip.tables import load_tables
from drgdip.tables.chs_drg.drg_tables import DrgTables
from tests.chs_drg.random_editions import columns_of, expected
from tests.chs_drg.random_stays import Draw, quick

EDITIONS = ("1.1", "1.1p", "2.0")
FEW, MANY, PART = 300, 200_000, 10_000


@cache
def _tables(edition: str) -> DrgTables:
    tables = load_tables("chs-drg", edition)
    assert isinstance(tables, DrgTables)
    return tables


def _agree(edition: str, count: int, seed: str) -> set[tuple[int, int]]:
    """Compare random stays; which rows they went to."""
    tables = _tables(edition)
    draw, reached = Draw(tables, f"{edition} {seed}"), set()
    stays = [draw.stay() for _ in range(count)]
    result = assign_groups(columns_of(tables, stays), tables, audit=True)
    wanted = expected(quick(tables.content), stays)
    for name, values in wanted.items():
        different = np.nonzero(result[name] != np.array(values))[0]
        assert len(different) == 0, (name, different[:5])
    reached.update(zip(wanted["adrg_row"], wanted["drg_row"], strict=True))
    return reached


@pytest.mark.parametrize("edition", EDITIONS)
def test_some_stays_of_each_edition(edition: str) -> None:
    assert len(_agree(edition, FEW, "few")) > FEW / 5


@pytest.mark.long
@pytest.mark.parametrize("edition", EDITIONS)
def test_200_000_stays_of_each_edition(edition: str) -> None:
    reached: set[tuple[int, int]] = set()
    for part in range(MANY // PART):
        reached |= _agree(edition, PART, str(part))
    tables = _tables(edition)
    # Nearly every row of the edition takes a stay, and some stays no row.
    assert len(reached) > 0.9 * len(tables.drg_codes)
    assert (-1, -1) in reached
