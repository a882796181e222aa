"""A built catalogue against an earlier edition, on the stays that it was built from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.catalogue.history import History
from drgdip.catalogue.moves import Grouped, GroupMove, HospitalEffect, group_moves, hospital_effects, require_weights
from drgdip.catalogue.regroup import CodeLists, regroup
from drgdip.catalogue.statistics import GroupStatistics, gather

if TYPE_CHECKING:
    from drgdip.policy.values import Grouping
    from drgdip.tables import DipTables


class Against(NamedTuple):
    """What moved. statistics : of the same history, grouped by the earlier edition. year : whose stays are shown."""

    earlier: DipTables
    year: int
    moves: list[GroupMove]
    effects: list[HospitalEffect]
    statistics: GroupStatistics


def require_comparable(earlier: DipTables, codes: CodeLists) -> None:
    """Raise UsageError unless stays that are grouped by ``codes`` can be grouped and weighed by the edition as they are."""
    require_weights(earlier)
    if (earlier.diagnoses.codes, earlier.procedures.codes) == (codes.diagnoses.codes, codes.procedures.codes):
        return
    raise UsageError(
        Text(f"{earlier.manifest.edition} 与新目录的编码表不同。",
             f"{earlier.manifest.edition} is written in other code lists than the new catalogue."),
        Text("请去掉 --earlier,测算后用 drgdip catalogue compare 比较。",
             "Leave out --earlier, and use drgdip catalogue compare afterwards."),
    )  # fmt: skip


def against_earlier(
    history: History,
    after: Grouped,
    earlier: DipTables,
    years: tuple[int, ...],
    pools: Mapping[str, Sequence[int]],
    ungrouped_factor: Fraction,
    order: Grouping,
    threads: int = 2,
) -> Against:
    """Group the history by the earlier edition, too, and compare on the last year. ``order`` : how stays are grouped."""
    before = Grouped(earlier, regroup(history, earlier, order, threads))
    statistics = gather(history, before.group_id, len(earlier.group_codes), years, None)
    last = history.columns["year"] == years[-1]
    counts = [
        np.bincount(own.group_id[last & (own.group_id >= 0)], minlength=len(own.tables.group_codes)).tolist()
        for own in (before, after)
    ]
    return Against(
        earlier,
        years[-1],
        group_moves(earlier, after.tables, *counts),
        hospital_effects(history, before, after, years[-1:], pools, ungrouped_factor),
        statistics,
    )
