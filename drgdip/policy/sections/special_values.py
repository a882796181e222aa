"""Values of the section ``special``: special-case review, integers and closed sets only (settlement arithmetic 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from drgdip.base.rounding import RoundingMode

CostBasis = Literal["reference", "standard"]
GateMatch = Literal["any", "all"]
CostBand = Literal["normal", "low", "high", "extreme", "ungrouped"]
QuotaBase = Literal["region", "pool"]
Ranking = Literal["cost_ratio", "excess_cost"]
Allocation = Literal["none", "eligible_cases", "eligible_weight"]
OverQuota = Literal["wait", "reject"]
Outcome = Literal["by_item", "adjusted", "rejected"]
Effect = Literal["before_pv", "after_pv"]


#: Levels of hospital that a share by level names; hospitals without a level may have one, too.
LEVELS, UNRATED = ("tertiary", "secondary", "primary"), "unrated"


class Gate(NamedTuple):
    """A stay that may apply: all conditions that are given must hold; what is missing in the input never holds (6.1).

    cost_above_e4 : cost above so many times the reference cost, or the standard (points × opening point value), strictly.
    stay_from_days, icu_from_days : days from which on it holds; icu days are whole days of 24 hours. stay_above_e4 :
    length of stay above so many times the group's mean in the catalogue, strictly. age_from_years, age_to_years,
    age_to_days : age, both ends included; in days below one year. bands : cost bands of pricing.
    """

    cost_above_e4: int | None = None
    cost_basis: CostBasis = "reference"
    stay_from_days: int | None = None
    stay_above_e4: int | None = None
    icu_from_days: int | None = None
    age_from_years: int | None = None
    age_to_years: int | None = None
    age_to_days: int | None = None
    bands: tuple[CostBand, ...] = ()


class Special(NamedTuple):
    """Settlement arithmetic 6.

    match, gates : which stays may apply. share_e4, base, rounding : the quota, of the discharges of the attribution year
    to date that are paid by group; None where each level of hospital has its own in level_shares_e4, of the discharges of its
    hospitals. ranking : by what decisions come first. allocation : between hospitals.
    over_quota : what becomes of a decision beyond it. outcomes : that are allowed. effect : whether decided stays are
    in the month's point value as decided, or as priced. reviewers : independent ones that a change of money needs.
    application_days : after discharge, within which a hospital applies; None without a limit.
    """

    match: GateMatch
    gates: tuple[Gate, ...]
    share_e4: int | None
    base: QuotaBase
    rounding: RoundingMode
    ranking: Ranking
    allocation: Allocation
    over_quota: OverQuota
    outcomes: tuple[Outcome, ...]
    effect: Effect
    reviewers: int
    application_days: int | None
    level_shares_e4: Mapping[str, int] = {}
