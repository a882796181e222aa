"""Scalar rules of routes (settlement arithmetic 2.8)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from drgdip.base.accelerate import rule
from drgdip.base.wide import multiply_words

ANY_PATIENTS = 3
_HOUR_S = 3_600


class Routes(NamedTuple):
    """Routes in order, as parallel arrays; lists of codes are padded rows, −1 only: any.

    mode : reason. group : (routes, groups) whether the route takes a group, the last column stands for no group.
    tiers : (routes, 4) whether it takes a tier.
    """

    mode: np.ndarray
    los_min: np.ndarray
    los_max: np.ndarray
    hours_max: np.ndarray
    patients: np.ndarray
    types: np.ndarray
    ways: np.ndarray
    departments: np.ndarray
    tiers: np.ndarray
    groups: np.ndarray


@rule
def has_code(code: Any, row: Any) -> Any:
    """Whether a padded row of codes holds a code; an empty row (all −1) holds every code."""
    if row[0] < 0:
        return True
    for entry in row:
        if entry == code and entry >= 0:
            return True
    return False


@rule
def route_of(
    days: Any, residence: Any, medical_type: Any, discharge_way: Any, group: Any, tier: Any, stay_s: Any,
    department: Any, routes: Any,
) -> Any:  # fmt: skip
    """Number of the first route whose conditions all hold, from 1; 0 where none does (vectors V130–V132)."""
    for r in range(len(routes.mode)):
        if (
            routes.los_min[r] <= days <= routes.los_max[r]
            and (routes.patients[r] == ANY_PATIENTS or routes.patients[r] == residence)
            and has_code(medical_type, routes.types[r])
            and has_code(discharge_way, routes.ways[r])
            and has_code(department, routes.departments[r])
            and routes.tiers[r, tier]
            and routes.groups[r, group]
            and (routes.hours_max[r] < 0 or stay_s <= routes.hours_max[r] * _HOUR_S)
        ):
            return np.int64(r + 1)
    return np.int64(0)


@rule
def reaches_share(part_fen: Any, whole_fen: Any, threshold_e4: Any) -> Any:
    """Whether part ÷ whole reaches a threshold, exactly; nothing of nothing does not (vectors V47, V48)."""
    if whole_fen <= 0 or part_fen < 0:
        return False
    left_high, left_low = multiply_words(np.uint64(part_fen), np.uint64(10_000))
    right_high, right_low = multiply_words(np.uint64(whole_fen), np.uint64(threshold_e4))
    return left_high > right_high or (left_high == right_high and left_low >= right_low)
