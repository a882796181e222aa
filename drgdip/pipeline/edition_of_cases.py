"""The edition that a region's cases are grouped by, from their days of discharge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from drgdip.base.errors import TablesError, UsageError
from drgdip.base.text import Text
from drgdip.intake.buffers import one_array
from drgdip.intake.decode import times
from drgdip.intake.open_source import open_sources
from drgdip.intake.status import OK
from drgdip.interface.fields import Use
from drgdip.tables.choose import edition_on

_USE = Use(("dscg_time",), frozenset(("dscg_time",)))
_DAY_S = 86_400


def edition_of_cases(scheme: str, region: str, cases: Sequence[Any]) -> Path:
    """The folder of the edition that covers the day of discharge of every case.

    Days that cannot be read are left to the findings of grouping.

    Raises
    ------
    UsageError : a source cannot be read, or no case has a day of discharge.
    TablesError : a day is not covered, or the cases fall under different editions; each is named.
    """
    days = discharge_days(cases)
    if not days:
        raise UsageError(
            Text(
                "病例中没有可读的出院日期,无法选择版本。",
                "No case has a day of discharge by which to choose an edition.",
            ),
            Text("请用 --edition 指定版本。", "Name one with --edition."),
        )
    first: dict[Path, date] = {}
    for day in days:
        first.setdefault(edition_on(scheme, region, day), day)
    if len(first) > 1:
        named = "、".join(f"{folder.name} ({day})" for folder, day in first.items())
        raise TablesError(
            Text(f"病例的出院日期跨越不同版本:{named}。", f"The cases fall under different editions: {named}."),
            Text("请按出院日期分开入组。", "Group them apart, by day of discharge."),
        )
    return next(iter(first))


def discharge_days(cases: Sequence[Any]) -> list[date]:
    """The different days of discharge of all cases, in order."""
    days: set[int] = set()
    for source in open_sources(cases, _USE):
        for piece in source.read(_USE.reads, 100_000):
            seconds, status = times(one_array(piece.table["dscg_time"]))
            days.update(np.unique(seconds[status == OK] // _DAY_S).tolist())
    return [datetime.fromtimestamp(day * _DAY_S, UTC).date() for day in sorted(days)]
