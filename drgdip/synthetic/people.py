"""An invented population: what a person is follows from the number by hashing, sex and age from the first stay.

Nothing is stored per person, so memory does not grow with the number of stays, and a person keeps sex, age,
insurance and place of insurance over all stays and visits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.synthetic.clinical import ADULT_CELL, INFANT, NEWBORN

EMPLOYEES, RESIDENTS = "310", "390"
EMPLOYEE_SHARE = 0.35
#: Numbers kept free for each stay: its own person, and persons who only visit as outpatients.
PERSONS_PER_STAY = 4

#: Place of insurance and its share: the city with its districts, other cities of the province, other provinces.
REGIONS = (
    ("990102", 0.45), ("990103", 0.33), ("990100", 0.15),
    ("990300", 0.025), ("990400", 0.015), ("990700", 0.01),
    ("410100", 0.009), ("310100", 0.006), ("440300", 0.005),
)  # fmt: skip
LOCAL, IN_PROVINCE, CROSS_PROVINCE = 0, 1, 2
CITY = "990100"

_STREAMS = {"pool": 1, "region": 2, "age_days": 3, "birth_weight": 4, "birthday": 5, "insured_since": 6,
            **{f"identity_{part}": 10 + part for part in range(4)}}  # fmt: skip
_U = np.uint64


class Population(NamedTuple):
    """employee_share : of adults. key : hash key."""

    employee_share: float
    key: int


class Traits(NamedTuple):
    """Traits of persons; age_days and birth_weight_g are −1 where not recorded."""

    age_years: np.ndarray
    age_days: np.ndarray
    birth_weight_g: np.ndarray
    is_employee: np.ndarray
    region: np.ndarray


def make_population(cell_share: np.ndarray, key: int) -> Population:
    """A population whose adults have the wanted share of employees; ``cell_share`` has shape (2, AGE_CELLS), sum one."""
    adults = cell_share[:, ADULT_CELL:].sum()
    return Population(float(min(EMPLOYEE_SHARE / adults, 0.95)) if adults else 0.0, key)


def traits_of(population: Population, person: np.ndarray, age_cell: np.ndarray) -> Traits:
    """Traits of persons, the same on every stay."""
    newborn, infant = age_cell == NEWBORN, age_cell == INFANT
    days = np.where(
        newborn, uniform(population, person, "age_days") * 29, 29 + uniform(population, person, "age_days") * 336
    ).astype(np.int16)
    # The fifth power thins out both ends: most weights are ordinary, few are very low.
    spread = 2 * uniform(population, person, "birth_weight") - 1
    weight = (3250 + 700 * spread + 1000 * spread**5).astype(np.int16)
    adult = age_cell >= ADULT_CELL
    limits = np.cumsum([share for _, share in REGIONS])
    region = np.searchsorted(limits, uniform(population, person, "region") * limits[-1], side="right")
    return Traits(
        age_years=np.maximum(age_cell - 1, 0).astype(np.int16),
        age_days=np.where(newborn | infant, days, np.int16(-1)),
        birth_weight_g=np.where(newborn, weight, np.int16(-1)),
        is_employee=adult & (uniform(population, person, "pool") < population.employee_share),
        region=np.minimum(region, len(REGIONS) - 1).astype(np.int32),
    )


def residence_of_regions() -> np.ndarray:
    """LOCAL, IN_PROVINCE or CROSS_PROVINCE of each entry of REGIONS."""
    return np.array(
        [
            LOCAL if code[:4] == CITY[:4] else IN_PROVINCE if code[:2] == CITY[:2] else CROSS_PROVINCE
            for code, _ in REGIONS
        ],
        dtype=np.int8,
    )


def uniform(population: Population, person: np.ndarray, stream: str) -> np.ndarray:
    """Uniform deviates in [0, 1) that depend on person, stream and key only (SplitMix64)."""
    base = (population.key * 0x9E3779B97F4A7C15 + _STREAMS[stream] * 0xD1B54A32D192ED03) & (2**64 - 1)
    mixed = person.astype(_U) * _U(0x9E3779B97F4A7C15) + _U(base)
    mixed = (mixed ^ (mixed >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> _U(27))) * _U(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> _U(31))) >> _U(11)).astype(np.float64) * 2.0**-53
