"""Readmission: stays of one patient that follow one another within a window count as one episode (settlement arithmetic 8.4).

The gap is counted in whole days from a discharge to the next admission: with a window of 15 days, a patient who comes back
on the fifteenth day is readmitted, on the sixteenth not (V111: gaps of 12 and 18 days).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


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
        return max(self.visits, key=lambda visit: visit.relative_weight_e4)

    @property
    def relative_weight_e4(self) -> int:
        """The higher weight (8.4, vector V111)."""
        return self.lead.relative_weight_e4


def episodes(visits: Iterable[Visit], window_days: int) -> list[Episode]:
    """Episodes of all stays, by patient, scope and time; a stay that follows none and that none follows is one by itself.

    Each gap is counted from the stay before it, so a chain of short gaps is one episode. A stay that begins before the one
    before it has ended (a gap below zero) is no readmission.
    """
    found: list[list[Visit]] = []
    ordered = sorted(
        visits, key=lambda one: (one.patient, tuple(map(str, one.scope)), one.admission_day, one.discharge_day, one.id)
    )
    for visit in ordered:
        last = found[-1][-1] if found else None
        if (
            last is not None
            and (last.patient, last.scope) == (visit.patient, visit.scope)
            and 0 <= visit.admission_day - last.discharge_day <= window_days
        ):
            found[-1].append(visit)
        else:
            found.append([visit])
    return [Episode(tuple(one)) for one in found]
