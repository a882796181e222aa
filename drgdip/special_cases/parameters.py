"""Policy values of special-case review, as the kernels take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

import numpy as np

from drgdip.base.reasons import number
from drgdip.base.rounding import rounding_code
from drgdip.base.scaled import parse_scaled
from drgdip.policy.sections.special_values import CostBand
from drgdip.policy.values import PolicyValues
from drgdip.special_cases.columns import READS

_FIRST_BAND = number("band_normal")
_BANDS = tuple(f"band_{name}" for name in get_args(CostBand))
_FOREVER = 40_000


class Batch(NamedTuple):
    """The columns that a batch is reviewed by, under their names in ``READS``."""

    ordinary_route: np.ndarray
    ordinary_band: np.ndarray
    ordinary_points_e4: np.ndarray
    group_id: np.ndarray
    standard_points_e4: np.ndarray
    reference_cost_fen: np.ndarray
    total_cost_fen: np.ndarray
    hospital_part_fen: np.ndarray
    length_of_stay_days: np.ndarray
    icu_hours: np.ndarray
    age_years: np.ndarray
    age_days: np.ndarray
    pool_index: np.ndarray
    decision_outcome: np.ndarray
    decision_allowed_fen: np.ndarray
    decision_factor_e4: np.ndarray
    decision_points_e4: np.ndarray


assert Batch._fields == tuple(column.name for column in READS)


class SpecialParameters(NamedTuple):
    """Gates, one entry each (−1: no such condition); ``bands`` (gates, bands); the rest by group, pool, or single."""

    match_all: bool
    cost_above_e4: np.ndarray
    of_standard: np.ndarray
    stay_from_days: np.ndarray
    stay_above_e4: np.ndarray
    icu_from_days: np.ndarray
    asks_years: np.ndarray
    age_from_years: np.ndarray
    age_to_years: np.ndarray
    age_to_days: np.ndarray
    bands: np.ndarray
    first_band: int
    mean_stay_e4: np.ndarray
    point_value_e4: np.ndarray
    rounding: int


def special_parameters(values: PolicyValues, mean_stay_days: Sequence[str]) -> SpecialParameters:
    """Parameters of a day. ``mean_stay_days`` : of every group, as the catalogue has it; empty where it has none."""
    special = values.special
    if special is None:
        raise ValueError("the policy has no section special")
    gates = special.gates

    def ints(values: list[int | None], absent: int) -> np.ndarray:
        return np.array([absent if value is None else value for value in values], dtype=np.int64)

    return SpecialParameters(
        match_all=special.match == "all",
        cost_above_e4=ints([gate.cost_above_e4 for gate in gates], -1),
        of_standard=np.array([gate.cost_basis == "standard" for gate in gates], dtype=np.bool_),
        stay_from_days=ints([gate.stay_from_days for gate in gates], -1),
        stay_above_e4=ints([gate.stay_above_e4 for gate in gates], -1),
        icu_from_days=ints([gate.icu_from_days for gate in gates], -1),
        asks_years=np.array([(g.age_from_years, g.age_to_years) != (None, None) for g in gates], dtype=np.bool_),
        age_from_years=ints([gate.age_from_years for gate in gates], 0),
        age_to_years=ints([gate.age_to_years for gate in gates], _FOREVER),
        age_to_days=ints([gate.age_to_days for gate in gates], -1),
        bands=np.array([_bands(gate.bands) for gate in gates], dtype=np.bool_),
        first_band=_FIRST_BAND,
        mean_stay_e4=np.array([_days_e4(text) for text in mean_stay_days], dtype=np.int64),
        point_value_e4=np.array([pool.opening_point_value_e4 for pool in values.pools.values()], dtype=np.int64),
        rounding=rounding_code(values.rounding.mode),
    )


def _bands(named: Sequence[str]) -> list[bool]:
    return [not named or band.removeprefix("band_") in named for band in _BANDS]


def _days_e4(text: str) -> int:
    """A mean stay; what the catalogue does not say, or says with more decimals than counted here, is cut or unknown."""
    try:
        whole, _, decimals = text.partition(".")
        return parse_scaled(f"{whole}.{decimals[:4]}" if decimals else whole, 4)
    except ValueError:
        return -1
