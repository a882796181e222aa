"""Readmission: stays of one patient that follow one another within a window count as one episode (settlement arithmetic 8.4).

The gap is counted in whole days from a discharge to the next admission: with a window of 15 days, a patient who comes back
on the fifteenth day is readmitted, on the sixteenth not (V111: gaps of 12 and 18 days).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


class Visit(NamedTuple):
    """A stay of a patient. scope : what must be the same within an episode (group or category, hospital if asked)."""

    id: str
    patient: str
    scope: tuple[object, ...]
    admission_day: int
    discharge_day: int
    relative_weight_e4: int


class Episode(NamedTuple):
    """Stays that belong together, in their order. lead : the one with the highest weight, the first of several."""

    visits: tuple[Visit, ...]

    @property
    def lead(self) -> Visit:
        """The stay whose group the episode is paid by."""
        weights = np.array([visit.relative_weight_e4 for visit in self.visits], dtype=np.int64)
        return self.visits[leads(np.zeros(len(weights), dtype=np.int64), weights)[0]]

    @property
    def relative_weight_e4(self) -> int:
        """The higher weight (8.4, vector V111)."""
        return self.lead.relative_weight_e4


def episodes(visits: Iterable[Visit], window_days: int) -> list[Episode]:
    """Episodes of all stays, by patient, scope and time; a stay that follows none and that none follows is one by itself."""
    ordered = sorted(
        visits, key=lambda one: (one.patient, tuple(map(str, one.scope)), one.admission_day, one.discharge_day, one.id)
    )
    kinds = [(one.patient, one.scope) for one in ordered]
    same = np.array([False, *(one == before for one, before in zip(kinds[1:], kinds, strict=False))], dtype=np.bool_)
    days = np.array([(one.admission_day, one.discharge_day) for one in ordered], dtype=np.int64).reshape(-1, 2)
    numbers = numbered(same[: len(ordered)], days[:, 0], days[:, 1], window_days)
    found: list[list[Visit]] = []
    for visit, number in zip(ordered, numbers.tolist(), strict=True):
        if number == len(found):
            found.append([])
        found[number].append(visit)
    return [Episode(tuple(one)) for one in found]


def numbered(same: np.ndarray, admission_day: np.ndarray, discharge_day: np.ndarray, window_days: int) -> np.ndarray:
    """The episode (int64, from 0 on) of each of some stays that are ordered by patient, scope and time; shapes (n,).

    ``same``: whether patient and scope are those of the stay before. Each gap is counted from the stay before it, so a
    chain of short gaps is one episode. A stay that begins before the one before it has ended (a gap below zero) is no readmission.
    """
    follows = np.zeros(len(same), dtype=np.bool_)
    gap = admission_day[1:] - discharge_day[:-1]
    follows[1:] = same[1:] & (gap >= 0) & (gap <= window_days)
    return np.cumsum(~follows) - 1


def leads(episode: np.ndarray, relative_weight_e4: np.ndarray) -> np.ndarray:
    """Places of the stays that lead, one for each episode: the one with the highest weight, the first of several.

    ``episode``: numbers that ascend; shapes (n,).
    """
    first = np.lexsort((-relative_weight_e4.astype(np.int64), episode))
    return first[np.diff(episode[first], prepend=-1) > 0]
