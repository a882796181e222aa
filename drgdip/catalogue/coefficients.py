"""Coefficients of hospitals from history: by level, and of single diseases where levels truly differ.

Source: DIP technical specification, ch. 5 s. 2 (settlement arithmetic 2.3), vector V17.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from drgdip.catalogue.statistics import GroupStatistics
from drgdip.catalogue.weights import GroupWeights, WeightRule, mean_over_years
from drgdip.tables.dip_catalogue import Group
from drgdip.valuation.hospital_coefficient import TIERS, ratio_coefficient_e4

#: Levels of hospitals that are compared with each other, lowest first, by code of the tier.
RATED = (1, 2, 3)

LevelBasis = Literal["mean_cost", "cost_per_point"]


class LevelRule(NamedTuple):
    """How K by level is found.

    basis : ``mean_cost`` as the specification has it, where dearer cases of a level raise its K although their weights
    are higher already; ``cost_per_point`` takes the mix of cases out. minimum_cases : stays that a level needs.
    """

    basis: LevelBasis
    minimum_cases: int


class Level(NamedTuple):
    """One level of hospitals: kept stays, their weighted mean cost (exact, fen), K with four decimals.

    mean_fen : None without stays. coefficient_e4 : None where stays are too few.
    """

    tier: str
    cases: int
    mean_fen: Fraction | None
    coefficient_e4: int | None


class Levels(NamedTuple):
    """All levels, by code of the tier; ``inverted`` if a higher level has a lower K than a lower one."""

    levels: tuple[Level, ...]
    inverted: bool

    def coefficient_e4(self, tier: int) -> int:
        """K of a level; one where it has none."""
        found = self.levels[tier].coefficient_e4
        return 10_000 if found is None else found


def level_coefficients(
    statistics: GroupStatistics, weights: GroupWeights, rule: WeightRule, levels: LevelRule
) -> Levels:
    """K by level: weighted mean cost of its hospitals ÷ that of the region, over the same years and stays."""
    cases, cost = statistics.region_tier_cases, statistics.region_tier_cost_fen
    shares, counts = (cost, cases) if levels.basis == "mean_cost" else _by_points(statistics, weights)
    whole = _mean(shares.sum(axis=1), counts.sum(axis=1), rule)
    found = []
    for tier, name in enumerate(TIERS):
        number = int(cases[:, tier].sum())
        part = _mean(shares[:, tier], counts[:, tier], rule)
        enough = number >= levels.minimum_cases and part is not None and whole
        found.append(
            Level(
                name,
                number,
                _mean(cost[:, tier], cases[:, tier], rule),
                _ratio_e4(part, whole) if enough and part is not None and whole else None,
            )
        )
    known = [found[tier].coefficient_e4 for tier in RATED if found[tier].coefficient_e4 is not None]
    return Levels(tuple(found), _falls([Fraction(k) for k in known if k is not None]))


def _by_points(statistics: GroupStatistics, weights: GroupWeights) -> tuple[np.ndarray, np.ndarray]:
    """Cost of grouped stays and their points by year and level; Python integers, so that nothing overflows."""
    points = statistics.tier_cases.astype(object) * weights.relative_weight_e4.astype(object)[:, None, None]
    return statistics.tier_cost_fen.sum(axis=0), points.sum(axis=0)


def _mean(cost: np.ndarray, counts: np.ndarray, rule: WeightRule) -> Fraction | None:
    numbers = [int(count) for count in counts]
    return mean_over_years([int(amount) for amount in cost], numbers, rule)


def _ratio_e4(part: Fraction, whole: Fraction) -> int:
    return ratio_coefficient_e4(part.numerator * whole.denominator, whole.numerator * part.denominator)


def _falls(values: Sequence[Fraction]) -> bool:
    return any(higher < lower for lower, higher in pairwise(values))


class DiseaseRule(NamedTuple):
    """When a group has coefficients of its own.

    minimum_cases : stays that each level which treats the group needs. minimum_gap : by how much the dearest level must
    exceed the cheapest, as a share.
    """

    minimum_cases: int
    minimum_gap: Fraction


#: Why a group has no coefficient of its own, in the order they are looked at; the empty word: it has.
DiseaseOutcome = Literal["", "primary_care", "conservative", "one_level", "few_cases", "inverted", "small_gap"]


class DiseaseCoefficients(NamedTuple):
    """One group by code of the tier: stays and their weighted mean cost, None where the level does not treat it; its
    coefficients, None where the level has none; ``outcome``: why the group has none at all.
    """

    outcome: DiseaseOutcome
    cases: tuple[int, ...]
    mean_fen: tuple[Fraction | None, ...]
    coefficient_e4: tuple[int | None, ...]


def disease_coefficients(
    groups: Sequence[Group],
    statistics: GroupStatistics,
    weights: GroupWeights,
    primary_care: Sequence[bool],
    rule: WeightRule,
    disease: DiseaseRule,
) -> list[DiseaseCoefficients]:
    """Coefficients of every group, in the order of groups.

    Only where volume is adequate at each level, levels differ much and are not inverted; conservative groups and those
    of primary care have none.
    """
    return [
        _of_disease(place, _exempt(group, care), statistics, weights.mean_fen[place], rule, disease)
        for place, (group, care) in enumerate(zip(groups, primary_care, strict=True))
    ]


def _exempt(group: Group, primary_care: bool) -> DiseaseOutcome:
    return "primary_care" if primary_care else "conservative" if group.treatment_type == "conservative" else ""


def _of_disease(
    place: int,
    exempt: DiseaseOutcome,
    statistics: GroupStatistics,
    whole: Fraction | None,
    rule: WeightRule,
    disease: DiseaseRule,
) -> DiseaseCoefficients:
    tier_cost, tier_cases = statistics.tier_cost_fen[place], statistics.tier_cases[place]
    cases = tuple(int(n) for n in tier_cases.sum(axis=0))
    means = tuple(_mean(tier_cost[:, tier], tier_cases[:, tier], rule) for tier in range(len(TIERS)))
    treated = [(tier, mean) for tier in RATED if (mean := means[tier]) is not None]
    outcome = exempt or _outcome([cases[tier] for tier, _ in treated], [mean for _, mean in treated], disease)
    known = {tier: _ratio_e4(mean, whole) for tier, mean in treated} if whole and not outcome else {}
    ratios = tuple(known.get(tier) for tier in range(len(TIERS)))
    return DiseaseCoefficients(outcome, cases, means, ratios)


def _outcome(cases: Sequence[int], means: Sequence[Fraction], disease: DiseaseRule) -> DiseaseOutcome:
    """Why levels give no coefficients, lowest level first; or the empty word."""
    if len(cases) < 2:
        return "one_level"
    if min(cases) < disease.minimum_cases:
        return "few_cases"
    if _falls(means):
        return "inverted"
    return "small_gap" if means[-1] < means[0] * (1 + disease.minimum_gap) else ""
