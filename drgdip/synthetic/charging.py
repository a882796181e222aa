"""What kind of line a bill has, how often, and what it weighs: invented profiles of inpatient and outpatient bills."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from drgdip.synthetic.items import (
    BED,
    CONSULTATION,
    EXAMINATION,
    HERBS,
    LABORATORY,
    MATERIAL,
    NURSING,
    OPERATION,
    PATENT,
    TREATMENT,
    WESTERN,
)

#: Profiles of bills.
MEDICAL, SURGICAL, OUTPATIENT = range(3)

#: Share of a bill's class that its last line takes at least: what is charged at cost closes the sum.
CLOSING_SHARE = (0.06, 0.20, 0.15)
#: Charged once a day of a stay, with their shares of class A.
DAILY = ((BED, 0.100), (CONSULTATION, 0.040), (NURSING, 0.070))

#: Lines by category in percent, per profile and class (A, B, C).
_LINES: tuple[tuple[dict[int, int], ...], ...] = (
    (
        {EXAMINATION: 6, LABORATORY: 38, TREATMENT: 18, MATERIAL: 3, WESTERN: 30, HERBS: 2, PATENT: 3},
        {EXAMINATION: 8, TREATMENT: 8, MATERIAL: 4, WESTERN: 70, PATENT: 10},
        {EXAMINATION: 5, TREATMENT: 15, MATERIAL: 15, WESTERN: 55, PATENT: 10},
    ),
    (
        {EXAMINATION: 5, LABORATORY: 34, TREATMENT: 16, OPERATION: 3, MATERIAL: 10, WESTERN: 30, PATENT: 2},
        {EXAMINATION: 5, TREATMENT: 6, OPERATION: 1, MATERIAL: 20, WESTERN: 63, PATENT: 5},
        {EXAMINATION: 4, TREATMENT: 6, MATERIAL: 30, WESTERN: 55, PATENT: 5},
    ),
    (
        {EXAMINATION: 5, LABORATORY: 15, TREATMENT: 5, WESTERN: 60, HERBS: 5, PATENT: 10},
        {EXAMINATION: 5, TREATMENT: 5, WESTERN: 70, PATENT: 20},
        {TREATMENT: 10, WESTERN: 70, PATENT: 20},
    ),
)
#: What a line weighs beside one of Western medicine, before chance.
_WEIGHTS = {EXAMINATION: 3.5, LABORATORY: 0.6, TREATMENT: 0.8, OPERATION: 18.0, MATERIAL: 0.9, HERBS: 0.4, PATENT: 1.1}
#: Mean quantity above one, and the most that is charged on one line.
_MEAN_QUANTITY = {TREATMENT: 0.8, MATERIAL: 1.5, WESTERN: 2.5, HERBS: 12.0, PATENT: 1.5}
_MOST = {BED: 1, CONSULTATION: 1, NURSING: 1, OPERATION: 1, EXAMINATION: 3, LABORATORY: 3, TREATMENT: 24, MATERIAL: 50}
_MOST_OTHERWISE = 200


class Profiles(NamedTuple):
    """reach : (3 · 3 · 15,) profile-and-class number + running share of categories, for one search.

    weight, mean_quantity, most : (15,) by category.
    """

    reach: np.ndarray
    weight: np.ndarray
    mean_quantity: np.ndarray
    most: np.ndarray


@cache
def profiles() -> Profiles:
    """The tables above as arrays."""
    table = np.zeros((len(_LINES) * 3, 15))
    for row, shares in enumerate(shares for profile in _LINES for shares in profile):
        for category, percent in shares.items():
            table[row, category] = percent / 100
    reach: np.ndarray = np.arange(len(table))[:, None] + np.minimum(np.cumsum(table, axis=1), 1.0)
    reach[:, -1] = np.arange(len(reach)) + 1
    categories = range(15)
    return Profiles(
        reach.ravel(),
        np.array([_WEIGHTS.get(category, 1.0) for category in categories]),
        np.array([_MEAN_QUANTITY.get(category, 0.0) for category in categories]),
        np.array([_MOST.get(category, _MOST_OTHERWISE) for category in categories]),
    )


def draw_categories(profile: np.ndarray, level: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Category of lines by profile and class."""
    row = profile * 3 + level
    place = np.searchsorted(profiles().reach, row + uniform, side="right")
    return np.minimum(place - row * 15, 14)
