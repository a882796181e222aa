"""Costs: lognormal with cut tails, fitted so that mean and coefficient of variation are the catalogue's."""

from __future__ import annotations

from math import erf, sqrt
from typing import NamedTuple

import numpy as np

#: Normal deviates are kept within ± this bound: one stay in two thousand is redrawn, and none costs a city's budget.
DEVIATE_BOUND = 3.5

_STEPS = 44
_SIGMA_BOUND = 2.0


class CostModel(NamedTuple):
    """Cost of a stay = exp(location + sigma × deviate) fen, times the hospital's efficiency where ``by_hospital``.

    location, sigma : (groups,) float. by_hospital : (groups,) bool; groups that vary less than hospitals do go without.
    """

    location: np.ndarray
    sigma: np.ndarray
    by_hospital: np.ndarray


def fit_costs(mean_fen: np.ndarray, cv: np.ndarray, efficiency_square: np.ndarray) -> CostModel:
    """Fit sigma and location to each group.

    Parameters
    ----------
    mean_fen, cv : (groups,) mean cost in fen and coefficient of variation.
    efficiency_square : (groups,) mean square of the hospital factor over the group's stays (its mean is one).

    The two factors are independent within a group, so 1 + cv² = E[efficiency²] · (1 + cv² of the lognormal).
    """
    by_hospital = cv**2 > 4 * (efficiency_square - 1)
    square = (1 + cv**2) / np.where(by_hospital, efficiency_square, 1.0)
    sigma = _sigma_of(square)
    location = np.log(np.maximum(mean_fen, 1)) - np.log(mean_of_exponential(sigma))
    return CostModel(location, sigma, by_hospital)


def mean_of_exponential(sigma: np.ndarray) -> np.ndarray:
    """Mean of exp(sigma × deviate) for deviates within ± DEVIATE_BOUND."""
    mean: np.ndarray = np.exp(sigma**2 / 2) * _inside(sigma) / _inside(np.zeros(1))
    return mean


def bounded_deviates(generator: np.random.Generator, count: int) -> np.ndarray:
    """Standard normal deviates within ± DEVIATE_BOUND."""
    deviates = generator.standard_normal(count)
    outside = np.flatnonzero(np.abs(deviates) > DEVIATE_BOUND)
    while len(outside):
        deviates[outside] = generator.standard_normal(len(outside))
        outside = outside[np.abs(deviates[outside]) > DEVIATE_BOUND]
    return deviates


def _sigma_of(square: np.ndarray) -> np.ndarray:
    """Sigma at which E[X²]/E[X]² of the cut lognormal is ``square``, by bisection; the ratio grows with sigma."""
    low, high = np.zeros(len(square)), np.full(len(square), _SIGMA_BOUND)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = _square_ratio(middle) < square
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def _square_ratio(sigma: np.ndarray) -> np.ndarray:
    return np.exp(sigma**2) * _inside(2 * sigma) * _inside(np.zeros(1)) / _inside(sigma) ** 2


def _inside(shift: np.ndarray) -> np.ndarray:
    """Φ(bound − shift) − Φ(−bound − shift): the k-th moment of the cut lognormal has it at shift = k·sigma."""
    upper, lower = (DEVIATE_BOUND - shift) / sqrt(2), (-DEVIATE_BOUND - shift) / sqrt(2)
    return np.array([(erf(u) - erf(v)) / 2 for u, v in zip(upper, lower, strict=True)])
