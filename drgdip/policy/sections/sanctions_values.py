"""Values of the section ``sanctions``: what a denial after review does to a stay and its pool (settlement arithmetic 8.3)."""

from __future__ import annotations

from typing import Literal, NamedTuple

DenialMode = Literal["deduct_amount", "deduct_scaled", "reprice_cost", "regroup", "void"]
VoidPoints = Literal["exclude", "keep"]
Timing = Literal["before_pool", "after_pool"]


class Sanctions(NamedTuple):
    """Settlement arithmetic 8.3.

    denial : what a denial does that names no mode. modes : that a denial may name. void_points : whether the points of a
    void stay leave the pool, so that the others' point value rises, or stay, so that its money goes back to the fund.
    timing : whether stays that are re-priced, regrouped or void count as such in the month's point value.
    """

    denial: DenialMode
    modes: tuple[DenialMode, ...]
    void_points: VoidPoints
    timing: Timing
