"""How many stays of high cost are paid as such (settlement arithmetic 3.2): a rule of the period, in plain integers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from drgdip.base.scaled import E4


class HighCase(NamedTuple):
    """A stay of high cost: its exact cost ratio, and what tells equals apart."""

    ratio: Fraction
    setl_id: str


def quota_of(discharges: int, share_e4: int) -> int:
    """Share × discharges, rounded down (vector V53)."""
    return discharges * share_e4 // E4


def within_quota(cases: Iterable[HighCase], quota: int) -> list[HighCase]:
    """The stays with the highest ratios, as many as the quota allows; equals by settlement ID (vector V53)."""
    return sorted(cases, key=lambda case: (-case.ratio, case.setl_id))[:quota]
