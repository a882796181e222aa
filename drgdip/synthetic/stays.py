"""Draws one chunk of stays as columns. A chunk depends on seed, size of the whole and its own number only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from drgdip.synthetic import benefits, clinical
from drgdip.synthetic.blueprint import MAX_OTHER_DIAGNOSES, PATTERN_SKEW, Blueprint, generator_for
from drgdip.synthetic.costs import bounded_deviates, mean_of_exponential
from drgdip.synthetic.histories import Drawn, Histories, back_to_first, draw_histories
from drgdip.synthetic.hospitals import draw_hospitals
from drgdip.synthetic.patterns import MAX_EXTRAS
from drgdip.synthetic.people import PERSONS_PER_STAY, Traits, residence_of_regions, traits_of
from drgdip.synthetic.ragged import Ragged, joined

DAY_S, HOUR_S = 86_400, 3_600

#: Stays with 0, 1, 2 … other diagnoses; with 0, 1, 2 … further operations.
_OTHER_DIAGNOSES = (0.18, 0.22, 0.20, 0.16, 0.11, 0.08, 0.05)
_FURTHER_OPERATIONS = (0.70, 0.22, 0.08)
#: Discharge ways 1 by order, 2 transfer, 3 to the community, 4 against advice, 5 death, 9 other.
DISCHARGE_WAYS = ("1", "2", "3", "4", "5", "9")
DIED = DISCHARGE_WAYS.index("5")
_DISCHARGE_SHARES = (0.930, 0.015, 0.010, 0.035, 0.006, 0.004)
#: Medical types 21 ordinary, 22 injury, 52 maternity.
MEDICAL_TYPES = ("21", "22", "52")
_INJURY_SHARE, _MATERNITY_SHARE = 0.4, 0.6

#: Length of stay is 1 + a Poisson number whose mean varies by this deviation of its logarithm.
_STAY_DEVIATION = 0.35
#: Part of the stay's deviate that is the cost's own: longer stays cost more.
_STAY_COST_LINK = 0.5
#: Longest stay of a calm city: none is overlong.
_CALM_LONGEST = 45


class Stays(NamedTuple):
    """One chunk. ``amounts`` in fen by column name; times in seconds since 1970; −1 where a number is not recorded.

    previous : position of the person's stay before in the chunk, −1 for the first.
    """

    row: np.ndarray
    group: np.ndarray
    pattern: np.ndarray
    diagnoses: Ragged
    operations: Ragged
    hospital: np.ndarray
    person: np.ndarray
    previous: np.ndarray
    female: np.ndarray
    traits: Traits
    stay_days: np.ndarray
    admission_s: np.ndarray
    discharge_s: np.ndarray
    settlement_s: np.ndarray
    discharge_way: np.ndarray
    medical_type: np.ndarray
    icu_hours: np.ndarray
    amounts: benefits.Amounts


def draw_stays(
    blueprint: Blueprint, month: str, chunk: int, first_row: int, count: int, *, calm: bool = False
) -> Stays:
    """Draw rows ``first_row`` to ``first_row + count`` of a month; ``calm``: nobody has two of them."""
    generator, own = generator_for(blueprint.seed, 1, chunk), generator_for(blueprint.seed, 3, chunk)
    group = np.searchsorted(blueprint.group_reach, generator.random(count), side="right").astype(np.int32)
    pattern = _draw_patterns(blueprint, group, generator)
    female, age_cell = _draw_sex_and_age(blueprint, pattern, generator)
    place = generator.random(count)
    hospital = draw_hospitals(blueprint.hospitals, blueprint.tier_reach, group, generator)
    deviate = bounded_deviates(generator, count)
    stay_days = _stay_days(blueprint, group, deviate, generator)
    if calm:
        stay_days = np.minimum(stay_days, _CALM_LONGEST)
    tier = blueprint.hospitals.tier
    drawn = Drawn(group, pattern, female, age_cell, stay_days, tier[hospital], place)
    histories = draw_histories(blueprint, drawn, month_bounds(month)[1], own, calm=calm)
    person = first_row * PERSONS_PER_STAY + histories.person
    traits = traits_of(blueprint.population, person, age_cell)
    hospital = back_to_first(histories, hospital, tier, own)
    total = _cost_fen(blueprint, group, hospital, deviate)
    admission, discharge, settlement = _times(month, stay_days, histories, generator)
    return Stays(
        row=np.arange(first_row, first_row + count),
        group=group,
        pattern=pattern,
        diagnoses=_diagnoses(blueprint, pattern, age_cell, generator),
        operations=_operations(blueprint, group, pattern, generator),
        hospital=hospital,
        person=person,
        previous=histories.previous,
        female=female,
        traits=traits,
        stay_days=stay_days,
        admission_s=admission,
        discharge_s=discharge,
        settlement_s=settlement,
        discharge_way=_discharge_ways(histories, generator),
        medical_type=_medical_types(blueprint, pattern, generator),
        icu_hours=_icu_hours(blueprint, group, stay_days, generator),
        amounts=benefits.settle(
            total,
            tier[hospital],
            traits.is_employee,
            residence_of_regions()[traits.region],
            generator,
        ),
    )


def _choose(shares: tuple[float, ...], uniform: np.ndarray) -> np.ndarray:
    """Position drawn with the given shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], uniform, side="right")


def _discharge_ways(histories: Histories, generator: np.random.Generator) -> np.ndarray:
    """Positions in DISCHARGE_WAYS; nobody dies before a later stay."""
    ways = _choose(_DISCHARGE_SHARES, generator.random(len(histories.person)))
    revived = histories.has_next & (ways == DIED)
    return np.where(revived, 0, ways).astype(np.int32)


def _draw_patterns(blueprint: Blueprint, group: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    first = blueprint.patterns.group_offset[group]
    count = blueprint.patterns.group_offset[group + 1] - first
    place = (generator.random(len(group)) ** PATTERN_SKEW * count).astype(np.int64)
    chosen: np.ndarray = first + np.minimum(place, count - 1)
    return chosen


def _draw_sex_and_age(
    blueprint: Blueprint, pattern: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    bound = blueprint.patterns.sex[pattern]
    female = np.where(bound == clinical.ANY, generator.random(len(pattern)) < 0.5, bound == clinical.FEMALE)
    age_class = blueprint.patterns.age_class[pattern].astype(np.int64)
    position = np.searchsorted(blueprint.age_reach, age_class + generator.random(len(pattern)), side="right")
    age_cell = np.minimum(position - age_class * clinical.AGE_CELLS, clinical.AGE_CELLS - 1)
    return female.astype(np.int64), age_cell


def _diagnoses(
    blueprint: Blueprint, pattern: np.ndarray, age_cell: np.ndarray, generator: np.random.Generator
) -> Ragged:
    """Principal diagnosis, then distinct companions of the age band: a walk with a fixed stride round a prime circle."""
    n = len(pattern)
    band = (age_cell > clinical.NEWBORN).astype(np.int64) + (age_cell >= clinical.ADULT_CELL)
    size = np.maximum(blueprint.companion_count[band], 1)
    start = (generator.random(n) * size).astype(np.int64)
    stride = 1 + (generator.random(n) * np.maximum(size - 1, 1)).astype(np.int64)
    steps = np.arange(MAX_OTHER_DIAGNOSES + 1)
    walk = blueprint.companions[band[:, None], (start[:, None] + stride[:, None] * steps) % size[:, None]]
    principal = blueprint.patterns.diagnosis[pattern]
    others, spare = walk[:, :-1], walk[:, -1:]
    others = np.where(others == principal[:, None], spare, others)
    wanted = _choose(_OTHER_DIAGNOSES, generator.random(n))
    number = np.minimum(wanted, np.maximum(blueprint.companion_count[band] - 1, 0))
    start = blueprint.patterns.listed_offset[pattern]
    count = blueprint.patterns.listed_offset[pattern + 1] - start
    return joined(blueprint.patterns.listed, start, count, others, number)


def _operations(blueprint: Blueprint, group: np.ndarray, pattern: np.ndarray, generator: np.random.Generator) -> Ragged:
    """The pattern's operations; where there are any, sometimes further ones that change nothing."""
    start = blueprint.patterns.operation_offset[pattern]
    count = blueprint.patterns.operation_offset[pattern + 1] - start
    available = (blueprint.patterns.extra >= 0).sum(axis=1)[group]
    turn = (generator.random(len(group)) * np.maximum(available, 1)).astype(np.int64)
    places = (turn[:, None] + np.arange(MAX_EXTRAS)) % np.maximum(available, 1)[:, None]
    further = np.take_along_axis(blueprint.patterns.extra[group], places, axis=1)
    wanted = _choose(_FURTHER_OPERATIONS, generator.random(len(group)))
    number = np.where(count > 0, np.minimum(wanted, available), 0)
    return joined(blueprint.patterns.operation, start, count, further, number)


def _cost_fen(blueprint: Blueprint, group: np.ndarray, hospital: np.ndarray, deviate: np.ndarray) -> np.ndarray:
    costs = blueprint.costs
    factor = np.where(costs.by_hospital[group], blueprint.hospitals.efficiency[hospital], 1.0)
    cost = np.rint(np.exp(costs.location[group] + costs.sigma[group] * deviate) * factor)
    return np.maximum(cost.astype(np.int64), 1)


def _stay_days(
    blueprint: Blueprint, group: np.ndarray, cost_deviate: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """1 + Poisson around the group's mean less one; the mean is kept exactly."""
    parts = np.array([_STAY_COST_LINK, np.sqrt(1 - _STAY_COST_LINK**2)]) * _STAY_DEVIATION
    own = bounded_deviates(generator, len(group))
    factor = np.exp(parts[0] * cost_deviate + parts[1] * own) / mean_of_exponential(parts).prod()
    beyond_one = np.maximum(blueprint.mean_stay_days[group] - 1, 0) * factor
    days: np.ndarray = 1 + generator.poisson(beyond_one)
    return days


def _times(
    month: str, stay_days: np.ndarray, histories: Histories, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Admission, discharge (a history starts anywhere in the month that leaves it room) and settlement (0 to 3 days later)."""
    n = len(stay_days)
    first, days = month_bounds(month)
    start = generator.integers(0, days, n)[histories.first] * (days - histories.span_days) // days
    discharge_day = first + (start + histories.lead_days) * DAY_S
    discharge = discharge_day + 8 * HOUR_S + generator.integers(0, 10 * HOUR_S, n)
    same_day = (stay_days == 1) & (generator.random(n) < 0.2)
    admission = discharge_day - np.where(same_day, 0, stay_days) * DAY_S
    admission = admission + np.where(same_day, generator.integers(0, 8 * HOUR_S, n), generator.integers(0, DAY_S, n))
    later = _choose((0.7, 0.15, 0.1, 0.05), generator.random(n))
    settlement = discharge + later * DAY_S + generator.integers(60, 4 * HOUR_S, n)
    return admission, discharge, settlement


def month_bounds(month: str) -> tuple[int, int]:
    """First second of a month (since 1970, naive local time) and its number of days."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int(first.timestamp()), (following - first).days


def _medical_types(blueprint: Blueprint, pattern: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    name = np.array(clinical.AGE_CLASSES)[blueprint.patterns.age_class]
    chance = generator.random(len(pattern))
    injury = (name == "injury")[pattern] & (chance < _INJURY_SHARE)
    maternity = (name == "obstetric")[pattern] & (chance < _MATERNITY_SHARE)
    return (injury * 1 + maternity * 2).astype(np.int32)


def _icu_hours(
    blueprint: Blueprint, group: np.ndarray, stay_days: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Rare, likelier in costly groups, never longer than the stay; −1 for none."""
    chance = np.minimum(0.004 * blueprint.relative_cost[group] ** 1.3, 0.3)
    hours = np.minimum(1 + generator.exponential(48.0, len(group)), stay_days * 24.0)
    return np.where(generator.random(len(group)) < chance, hours, -1).astype(np.int16)
