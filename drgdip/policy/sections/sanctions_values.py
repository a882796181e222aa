"""Values of the section ``sanctions``: what a denial after review does to a stay and its pool (settlement arithmetic 8.3)."""

from __future__ import annotations

from typing import Literal, NamedTuple

DenialMode = Literal["deduct_amount", "deduct_scaled", "reprice_cost", "regroup", "void"]
VoidPoints = Literal["exclude", "keep"]
Timing = Literal["before_pool", "after_pool"]
SampleBy = Literal["count", "money"]
SampleStays = Literal["any", "bed_day"]


class Sample(NamedTuple):
    """How settled stays are sampled (8.2). rate : share of them. by : which reading of the rate of violations counts."""

    rate_e4: int
    by: SampleBy
    stays: SampleStays


class Sanctions(NamedTuple):
    """Settlement arithmetic 8.3.

    denial : what a denial does that names no mode. modes : that a denial may name. void_points : whether the points of a
    void stay leave the pool, so that the others' point value rises, or stay, so that its money goes back to the fund.
    timing : whether stays that are re-priced, regrouped or void count as such in the month's point value.
    sample : how samples are drawn and extrapolated; None where nothing is said of them.
    """

    denial: DenialMode
    modes: tuple[DenialMode, ...]
    void_points: VoidPoints
    timing: Timing
    sample: Sample | None = None
