"""Persons of a chunk and their outpatient visits: the chronically ill with filed diseases, and others.

Nobody is an outpatient while in hospital, before birth or after death. Prevalences, visits and costs are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.synthetic import benefits, clinical
from drgdip.synthetic.blueprint import generator_for
from drgdip.synthetic.hospitals import draw_hospitals
from drgdip.synthetic.people import PERSONS_PER_STAY, Traits, traits_of
from drgdip.synthetic.ragged import places
from drgdip.synthetic.stays import DAY_S, DIED, HOUR_S, month_bounds

if TYPE_CHECKING:
    from drgdip.synthetic.blueprint import Blueprint
    from drgdip.synthetic.stays import Stays

#: Diseases that are filed for outpatient benefits (national codes from general knowledge, not verified): share,
#: mean cost of a visit in fen, fewest and most visits a month.
DISEASES = (
    ("M03900", "高血压", 0.42, 16_000, 1, 2), ("M01600", "糖尿病", 0.25, 21_000, 1, 3),
    ("M04600", "冠心病", 0.13, 24_000, 1, 2), ("M05300", "慢性阻塞性肺疾病", 0.07, 26_000, 1, 2),
    ("M00500", "恶性肿瘤门诊治疗", 0.06, 180_000, 1, 3), ("M06900", "类风湿关节炎", 0.04, 32_000, 1, 2),
    ("M07800", "慢性肾功能衰竭透析治疗", 0.03, 42_000, 8, 12),
)  # fmt: skip
#: Chance of a filed disease by age: below 45, below 65, older. A second one follows in some.
_FILED = ((45, 0.06), (65, 0.30), (200, 0.55))
_SECOND = 0.15
#: Persons for each stay who are not in hospital this month; how many of those with no filed disease see a doctor.
_OTHERS_PER_STAY = 0.6
_ORDINARY = (0.25, 0.9)
_ORDINARY_FEN, _DEVIATION = 19_000, 0.5
#: Percent that the fund pays: filed disease or not, employees and residents.
_FUND_PERCENT = np.array([[50, 50], [80, 60]])
_TIERS = np.array([[0.30, 0.65, 1.0]])
_LARGEST_FEN = 2_000_000
#: Days before and after a stay without visits, in a calm city.
_CALM_DAYS = (5, 10)


class Persons(NamedTuple):
    """Everybody of a chunk, inpatients first; all (persons,).

    number : see :mod:`drgdip.synthetic.people`. age_at_s : when the age was that of ``traits``. death_s : −1 if alive.
    diseases : (persons, 2) places in DISEASES, −1 for none.
    """

    number: np.ndarray
    female: np.ndarray
    traits: Traits
    age_at_s: np.ndarray
    death_s: np.ndarray
    diseases: np.ndarray


class Visits(NamedTuple):
    """Outpatient settlements in order of time; all (visits,). person : place in Persons. disease : −1 for none."""

    row: np.ndarray
    person: np.ndarray
    hospital: np.ndarray
    time_s: np.ndarray
    disease: np.ndarray
    lines: np.ndarray
    amounts: benefits.Amounts


def draw_persons(blueprint: Blueprint, stays: Stays, month: str, chunk: int, first_row: int) -> Persons:
    """Those of the stays, and others who were not in hospital."""
    generator = generator_for(blueprint.seed, 5, chunk)
    first = np.flatnonzero(stays.previous < 0)
    first = first[np.argsort(stays.person[first])]
    others = int(len(stays.row) * _OTHERS_PER_STAY + 0.5)
    classes = np.array([clinical.AGE_CLASSES.index(name) for name in ("elderly", "adult")])
    age_class = classes[(generator.random(others) < 0.5).astype(np.int64)]
    cell = np.searchsorted(blueprint.age_reach, age_class + generator.random(others), side="right")
    cell = np.minimum(cell - age_class * clinical.AGE_CELLS, clinical.AGE_CELLS - 1)
    numbers = first_row * PERSONS_PER_STAY + len(stays.row) + np.arange(others)
    new = traits_of(blueprint.population, numbers, cell)
    traits = Traits(*(np.concatenate([old[first], more]) for old, more in zip(stays.traits, new, strict=True)))
    died = np.full(len(first), -1, dtype=np.int64)
    dead = np.flatnonzero(stays.discharge_way == DIED)
    died[stays.person[dead] - first_row * PERSONS_PER_STAY] = stays.discharge_s[dead]
    return Persons(
        number=np.concatenate([stays.person[first], numbers]),
        female=np.concatenate([stays.female[first], (generator.random(others) < 0.5).astype(np.int64)]),
        traits=traits,
        age_at_s=np.concatenate([stays.admission_s[first], np.full(others, month_bounds(month)[0])]),
        death_s=np.concatenate([died, np.full(others, -1, dtype=np.int64)]),
        diseases=_diseases(traits.age_years, generator),
    )


def _diseases(age_years: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    chance = np.array([share for _, share in _FILED])
    chance = chance[np.searchsorted([limit for limit, _ in _FILED], age_years, side="right")] * (age_years >= 18)
    shares = np.cumsum([row[2] for row in DISEASES])
    drawn = np.searchsorted(shares[:-1], generator.random((len(age_years), 2)), side="right")
    filed = generator.random(len(age_years)) < chance
    second = filed & (generator.random(len(age_years)) < _SECOND) & (drawn[:, 0] != drawn[:, 1])
    return np.stack([np.where(filed, drawn[:, 0], -1), np.where(second, drawn[:, 1], -1)], axis=1)


def draw_visits(
    blueprint: Blueprint, stays: Stays, persons: Persons, month: str, chunk: int, first_row: int, *, calm: bool = False
) -> Visits:
    """Visits of a month, none within a stay of the same person; ``calm``: nor in the days around it."""
    generator = generator_for(blueprint.seed, 6, chunk)
    person, disease = _who_comes(persons, len(persons.number) - int((stays.previous < 0).sum()), generator)
    first, days = month_bounds(month)
    time = first + generator.integers(0, days, len(person)) * DAY_S
    time = time + 8 * HOUR_S + generator.integers(0, 9 * HOUR_S, len(person))
    free = ~_in_hospital(stays, persons.number[person], time, *(_CALM_DAYS if calm else (0, 0)))
    free &= (persons.death_s[person] < 0) | (time < persons.death_s[person])
    in_days = persons.traits.age_days.astype(np.int64)
    born = np.where(in_days >= 0, persons.age_at_s // DAY_S - in_days, 0)
    free &= time // DAY_S >= born[person]
    order = np.flatnonzero(free)
    order = order[np.lexsort((person[order], time[order]))]
    person, disease, time = person[order], disease[order], time[order]
    n = len(person)
    hospital = draw_hospitals(blueprint.hospitals, _TIERS, np.zeros(n, dtype=np.int64), generator)
    return Visits(
        row=first_row * 20 + np.arange(n),
        person=person,
        hospital=hospital,
        time_s=time,
        disease=disease,
        lines=2 + generator.poisson(3.0, n),
        amounts=_amounts(disease, persons.traits.is_employee[person], generator),
    )


def _who_comes(persons: Persons, others: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Person and disease of every visit: for each filed disease, and once for other reasons."""
    n = len(persons.number)
    fewest, most = (np.array([row[k] for row in DISEASES]) for k in (4, 5))
    filed = persons.diseases.ravel()
    count = np.where(filed >= 0, generator.integers(fewest[filed], most[filed] + 1), 0)
    place, _ = places(count)
    chance = np.where(np.arange(n) < n - others, *_ORDINARY)
    ordinary = np.flatnonzero((persons.diseases[:, 0] < 0) & (generator.random(n) < chance))
    return (
        np.concatenate([place // 2, ordinary]),
        np.concatenate([filed[place], np.full(len(ordinary), -1, dtype=np.int64)]),
    )


def _in_hospital(stays: Stays, number: np.ndarray, time: np.ndarray, before: int, after: int) -> np.ndarray:
    """Whether a person is in hospital on the day of a time, or so many days before or after it."""
    order = np.lexsort((stays.admission_s, stays.person))
    far = 1 << 34
    starts = stays.person[order] * far + (stays.admission_s[order] // DAY_S - before) * DAY_S
    place = np.searchsorted(starts, number * far + time, side="right") - 1
    stay = order[np.maximum(place, 0)]
    inside: np.ndarray = (
        (place >= 0) & (stays.person[stay] == number) & (time // DAY_S <= stays.discharge_s[stay] // DAY_S + after)
    )
    return inside


def _amounts(disease: np.ndarray, is_employee: np.ndarray, generator: np.random.Generator) -> benefits.Amounts:
    """Cost, coverage parts, and who pays: the fund, then the account of employees, then cash."""
    mean = np.array([row[3] for row in DISEASES] + [_ORDINARY_FEN])[disease]
    factor = np.exp(_DEVIATION * generator.standard_normal(len(disease)) - _DEVIATION**2 / 2)
    total = np.clip(np.rint(mean * factor).astype(np.int64), 500, _LARGEST_FEN)
    amounts = benefits.coverage(total, generator)
    percent = _FUND_PERCENT[(disease >= 0).astype(np.int64), np.where(is_employee, 0, 1)]
    fund = benefits.share_of(amounts["in_scope_fen"], percent)
    account = np.where(is_employee, np.minimum(total - fund, generator.integers(0, 60_001, len(total))), 0)
    amounts |= {
        "pooled_fund_fen": fund, "fund_total_fen": fund, "account_paid_fen": account,
        "cash_paid_fen": total - fund - account,
    }  # fmt: skip
    return amounts
