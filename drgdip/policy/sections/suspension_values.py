"""Values of the section ``suspension`` (settlement arithmetic 8.1)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Release = Literal["after_end", "clearing"]


class SuspendedHospital(NamedTuple):
    """A hospital whose settlement is suspended by a decision; both days included."""

    hospital: str
    first: date
    last: date
    decision: str


class Suspension(NamedTuple):
    """Settlement arithmetic 8.1: a suspended hospital accumulates and is paid nothing.

    release : what has accumulated is paid with the first month after the suspension has ended, or when the year is cleared.
    """

    hospitals: tuple[SuspendedHospital, ...]
    release: Release
