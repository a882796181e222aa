"""What stays are drawn from: groups with their codes, shares, costs and lengths of stay, of either scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from drgdip.synthetic.catalogue import read_statistics
from drgdip.synthetic.patterns import Patterns, find_patterns

if TYPE_CHECKING:
    from drgdip.tables import DipTables, GroupTables


class Source(NamedTuple):
    """By group: codes, patterns, cases (or shares), mean cost, mean length of stay and coefficient of variation.

    companions : other diagnoses that change no group; None: frequent principal ones. levels : factor on costs by tier of
    the hospital, None for none.
    """

    group_codes: tuple[str, ...]
    patterns: Patterns
    cases: np.ndarray
    mean_cost_fen: np.ndarray
    region_mean_cost_fen: int
    mean_stay_days: np.ndarray
    cv: np.ndarray
    companions: Sequence[int] | None = None
    levels: np.ndarray | None = None


def source_of(tables: GroupTables, mean_cost_fen: int | None = None) -> Source:
    """The source that an edition makes. Raises TablesError where it cannot be drawn from."""
    if tables.manifest.scheme == "dip":
        catalogue = cast("DipTables", tables)
        statistics = read_statistics(catalogue)
        return dip_source(catalogue, statistics.mean_stay_days, statistics.cv)
    from drgdip.synthetic.drg_source import MEAN_COST_FEN, drg_source

    edition: Any = tables
    return drg_source(edition, mean_cost_fen or MEAN_COST_FEN)


def dip_source(tables: DipTables, mean_stay_days: np.ndarray, cv: np.ndarray) -> Source:
    """A DIP catalogue as a source."""
    arrays = tables.groups
    return Source(
        group_codes=tables.group_codes,
        patterns=find_patterns(tables),
        cases=arrays.group_cases,
        mean_cost_fen=arrays.mean_cost_fen,
        region_mean_cost_fen=tables.region_mean_cost_fen,
        mean_stay_days=mean_stay_days,
        cv=cv,
    )
