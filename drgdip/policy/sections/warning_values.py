"""Values of the section ``warning``: when figures of a period are worth a look (settlement arithmetic 10)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Indicator = Literal[
    "mean_cost", "mean_stay", "cmi", "time_index", "cost_index", "self_paid_share", "own_share", "low_share", "high_share",
    "special_share", "by_item_share", "ungrouped_share", "readmission_14", "readmission_30", "admission_rate",
]  # fmt: skip


class ExecutionLimits(NamedTuple):
    """Budget execution from which a pool is shown yellow or red; the limits themselves count."""

    yellow_e4: int
    red_e4: int


class Outlier(NamedTuple):
    """An indicator that is told where it reaches ``multiple_e4`` times the city's, from ``min_cases`` stays on."""

    indicator: Indicator
    multiple_e4: int
    min_cases: int


class Crowding(NamedTuple):
    """Stays just above the low threshold against those just below it, in bands of ``band_e4`` of the ratio."""

    band_e4: int
    multiple_e4: int
    min_cases: int


class Warnings(NamedTuple):
    """The section ``warning``. seasonal_e4 : shares of the year by month, of one in all; None where there are none."""

    execution: ExecutionLimits | None
    seasonal_e4: tuple[int, ...] | None
    outliers: tuple[Outlier, ...]
    point_value_fall_e4: int | None
    crowding: Crowding | None
