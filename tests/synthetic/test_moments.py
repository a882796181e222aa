"""Drawn stays follow the catalogue: shares, mean cost, variation and length of stay of its largest groups.

Every tolerance is a number of standard errors, so it follows from the number of draws and not from what came out.
"""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.synthetic.blueprint import Blueprint
from drgdip.synthetic.costs import DEVIATE_BOUND, bounded_deviates, fit_costs
from tests.synthetic.sample import DRAWN, Drawn, Published

LARGEST = 100
ERRORS = 5.0


@pytest.fixture(scope="module")
def largest(published: Published) -> np.ndarray:
    return np.argsort(-published.cases, kind="stable")[:LARGEST]


def values_of(values: np.ndarray, drawn: Drawn, groups: np.ndarray) -> list[np.ndarray]:
    return [values[drawn.group == group].astype(float) for group in groups]


def test_the_engine_keeps_the_order_of_the_published_groups(blueprint: Blueprint, published: Published) -> None:
    assert blueprint.group_codes == published.codes
    assert published.cases.sum() == 1_844_477


def test_every_group_can_be_drawn(blueprint: Blueprint) -> None:
    assert blueprint.left_out == ()


def test_shares_of_groups(drawn: Drawn, published: Published) -> None:
    expected = published.cases / published.cases.sum() * DRAWN
    found = np.bincount(drawn.group, minlength=len(expected))

    chi_square = ((found - expected) ** 2 / expected).sum()
    freedom = len(expected) - 1

    # Small cells widen the variance of the statistic: 2·freedom + Σ (1/expected), and a little less.
    deviation = np.sqrt(2 * freedom + (1 / expected).sum())
    assert abs(chi_square - freedom) < ERRORS * deviation


def test_share_of_each_large_group(drawn: Drawn, published: Published, largest: np.ndarray) -> None:
    share = published.cases[largest] / published.cases.sum()
    found = np.bincount(drawn.group, minlength=len(published.cases))[largest] / DRAWN

    assert np.all(np.abs(found - share) < ERRORS * np.sqrt(share * (1 - share) / DRAWN))


def test_mean_cost(drawn: Drawn, published: Published, largest: np.ndarray) -> None:
    samples = values_of(drawn.cost_yuan, drawn, largest)
    mean, deviation = published.mean_yuan[largest], (published.mean_yuan * published.cv)[largest]
    errors = [(s.mean() - m) / (d / np.sqrt(len(s))) for s, m, d in zip(samples, mean, deviation, strict=True)]

    assert min(len(s) for s in samples) > 200
    assert np.max(np.abs(errors)) < ERRORS
    assert np.std(errors) == pytest.approx(1.0, abs=ERRORS / np.sqrt(2 * LARGEST))


def test_coefficient_of_variation(drawn: Drawn, published: Published, largest: np.ndarray) -> None:
    samples = values_of(drawn.cost_yuan, drawn, largest)
    errors = [
        (s.std(ddof=1) / s.mean() - cv) / error_of_cv(s) for s, cv in zip(samples, published.cv[largest], strict=True)
    ]

    assert np.max(np.abs(errors)) < ERRORS


def error_of_cv(sample: np.ndarray) -> float:
    """Standard error of a coefficient of variation by the delta method, from central moments up to the fourth."""
    mean, variance = sample.mean(), sample.var()
    third, fourth = (((sample - mean) ** k).mean() for k in (3, 4))
    cv = np.sqrt(variance) / mean
    relative = (fourth - variance**2) / (4 * variance**2) - third / (variance * mean) + variance / mean**2
    return float(cv * np.sqrt(relative / len(sample)))


def test_mean_stay(drawn: Drawn, published: Published, largest: np.ndarray) -> None:
    samples = values_of(drawn.stay_days, drawn, largest)
    mean = published.mean_stay_days[largest]
    errors = [(s.mean() - m) / (s.std() / np.sqrt(len(s))) for s, m in zip(samples, mean, strict=True)]

    assert min(s.min() for s in samples) >= 1
    assert np.max(np.abs(errors)) < ERRORS


def test_costly_stays_are_longer(drawn: Drawn, largest: np.ndarray) -> None:
    links = [
        np.corrcoef(drawn.cost_yuan[drawn.group == g], drawn.stay_days[drawn.group == g])[0, 1] for g in largest[:20]
    ]

    assert 0.15 < np.mean(links) < 0.6


def test_overall_mean_cost(drawn: Drawn, published: Published) -> None:
    share = published.cases / published.cases.sum()
    mean = (share * published.mean_yuan).sum()
    square = (share * published.mean_yuan**2 * (1 + published.cv**2)).sum()

    assert abs(drawn.cost_yuan.mean() - mean) < ERRORS * np.sqrt((square - mean**2) / DRAWN)


@pytest.mark.parametrize("cv", [0.0, 0.05, 0.5, 1.0, 2.4])
def test_fitted_costs_have_the_wanted_moments(cv: float) -> None:
    """The fit is solved in closed form; here its moments are integrated numerically."""
    model = fit_costs(np.array([500_000.0]), np.array([cv]), np.array([1.0]))

    deviates = np.linspace(-DEVIATE_BOUND, DEVIATE_BOUND, 400_001)
    density = np.exp(-(deviates**2) / 2)
    cost = np.exp(model.location[0] + model.sigma[0] * deviates)
    mean = np.trapezoid(cost * density) / np.trapezoid(density)
    square = np.trapezoid(cost**2 * density) / np.trapezoid(density)

    assert mean == pytest.approx(500_000, rel=1e-6)
    assert np.sqrt(max(square / mean**2 - 1, 0)) == pytest.approx(cv, abs=2e-4)


def test_deviates_stay_inside_their_bound() -> None:
    deviates = bounded_deviates(np.random.default_rng(3), 200_000)

    assert np.abs(deviates).max() <= DEVIATE_BOUND
    assert abs(deviates.mean()) < ERRORS / np.sqrt(200_000)
