"""Statistics of an edition that grouping does not need: mean length of stay and coefficient of variation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from drgdip.base.errors import TablesError
from drgdip.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.tables import DipTables


class Statistics(NamedTuple):
    """mean_stay_days, cv : (groups,) as published; zero for groups without cases."""

    mean_stay_days: np.ndarray
    cv: np.ndarray


def read_statistics(tables: DipTables) -> Statistics:
    """Read the statistics of every group with cases. Raises TablesError where they are missing."""
    if not tables.groups.group_cases.any():
        raise TablesError(
            Text("目录没有病例数,无法按份额生成病例。", "The catalogue has no case counts to draw stays by."),
            Text("请选用含病例数的目录版本。", "Choose an edition with case counts."),
        )
    return Statistics(
        mean_stay_days=_numbers(tables, "mean_stay_days", [row.mean_stay_days for row in tables.rows]),
        cv=_numbers(tables, "cv", [row.cv for row in tables.rows]),
    )


def _numbers(tables: DipTables, name: str, texts: Sequence[str]) -> np.ndarray:
    values = np.zeros(len(texts))
    for group in np.flatnonzero(tables.groups.group_cases > 0).tolist():
        try:
            values[group] = float(texts[group])
        except ValueError:
            values[group] = np.nan
        if not 0 <= values[group] < np.inf:
            _refuse(tables.group_codes[group], name, texts[group])
    return values


def _refuse(code: str, name: str, value: str) -> NoReturn:
    raise TablesError(
        Text(
            f"病种 {code} 的 {name} 为“{value}”,不是可用的数。",
            f"Group {code} has '{value}' as its {name}, which is no number.",
        ),
        Text("请补全目录,或将该病种的病例数置空。", "Complete the catalogue, or leave the group's case count empty."),
    )
