"""Hospitals, pools, residence and persons of drawn stays."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.synthetic import clinical, people
from drgdip.synthetic.blueprint import Blueprint, generator_for
from drgdip.synthetic.hospitals import make_hospitals
from tests.synthetic.sample import DRAWN, Drawn

#: Stays share persons, which widens the error of a share a little beyond the binomial one.
ERRORS = 6.0


def near(found: float, share: float) -> bool:
    return abs(found - share) < ERRORS * np.sqrt(share * (1 - share) / DRAWN)


def test_sixty_hospitals_on_three_levels(blueprint: Blueprint) -> None:
    hospitals = blueprint.hospitals

    assert np.bincount(hospitals.tier).tolist() == [0, 30, 22, 8]
    assert (hospitals.codes[0], hospitals.codes[-1]) == ("H99010000001", "H99010000060")
    assert {len(code) for code in hospitals.codes} == {12}
    levels = {3: {"01", "02", "03", "04"}, 2: {"05", "06", "07"}, 1: {"08", "09", "10"}}
    assert all(level in levels[tier] for level, tier in zip(hospitals.levels, hospitals.tier, strict=True))


def test_every_hospital_has_stays_and_large_ones_more(blueprint: Blueprint, drawn: Drawn) -> None:
    stays = np.bincount(drawn.hospital, minlength=60)

    assert stays.min() > 0
    for tier in (3, 2, 1):
        of_tier = stays[blueprint.hospitals.tier == tier]
        assert of_tier[0] > 1.5 * of_tier[-1]


def test_costly_groups_go_to_higher_tiers(blueprint: Blueprint, drawn: Drawn) -> None:
    tier = blueprint.hospitals.tier[drawn.hospital]
    heavy = blueprint.relative_cost[drawn.group] > 2

    assert 2 * (tier[~heavy] == 3).mean() < (tier[heavy] == 3).mean()
    assert (tier[~heavy] == 1).mean() > 2 * (tier[heavy] == 1).mean()
    assert (np.bincount(tier)[1:] / DRAWN > 0.1).all()


def test_hospital_factors_leave_the_mean_of_a_tier() -> None:
    hospitals = make_hospitals(generator_for(5, 0))
    share = np.diff(hospitals.reach, prepend=0)
    for position, tier in enumerate((3, 2, 1)):
        here = hospitals.tier == tier
        weights, factors = share[here], hospitals.efficiency[here]
        assert weights.sum() == pytest.approx(1)
        assert (weights * factors).sum() == pytest.approx(1)
        assert (weights * factors**2).sum() == pytest.approx(hospitals.square[position])
        assert 0.02 < factors.std() < 0.16


def test_pools(drawn: Drawn) -> None:
    assert near(drawn.is_employee.mean(), 0.35)
    assert not drawn.is_employee[drawn.age_years < 18].any()


def test_residence(drawn: Drawn) -> None:
    residence = people.residence_of_regions()[drawn.region]
    shares = np.bincount(residence) / DRAWN

    assert near(shares[people.LOCAL], 0.93)
    assert near(shares[people.IN_PROVINCE], 0.05)
    assert near(shares[people.CROSS_PROVINCE], 0.02)


def test_regions_are_what_they_are_called() -> None:
    codes = [code for code, _ in people.REGIONS]

    assert {len(code) for code in codes} == {6}
    assert [code[:4] == "9901" for code in codes] == (people.residence_of_regions() == people.LOCAL).tolist()
    assert [code[:2] == "99" for code in codes] == (people.residence_of_regions() < people.CROSS_PROVINCE).tolist()


def test_persons_recur_and_keep_their_traits(drawn: Drawn) -> None:
    traits = np.stack([drawn.person, drawn.female, drawn.age_years, drawn.is_employee, drawn.region])
    persons = np.unique(drawn.person)

    assert 0.03 * DRAWN < DRAWN - len(persons) < 0.2 * DRAWN
    assert np.unique(traits, axis=1).shape[1] == len(persons)


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        ("O80.000", 2),
        ("N80.000", 2),
        ("C53.900", 2),
        ("C61.x00", 1),
        ("N40.x00", 1),
        ("I63.900", 0),
        ("N20.000", 0),
        ("C50.900", 0),
    ],
)
def test_sex_bound_diagnoses(code: str, sex: int) -> None:
    assert clinical.sex_of_diagnosis(code, "") == sex


def test_sex_agrees_with_diagnosis(blueprint: Blueprint, drawn: Drawn) -> None:
    code = np.array([blueprint.diagnosis_codes[d][:1] for d in blueprint.patterns.diagnosis])[drawn.pattern]

    assert drawn.female[code == "O"].all()
    assert 0.4 < drawn.female[code == "I"].mean() < 0.6


def test_age_agrees_with_diagnosis(blueprint: Blueprint, drawn: Drawn) -> None:
    code = np.array([blueprint.diagnosis_codes[d][:1] for d in blueprint.patterns.diagnosis])[drawn.pattern]

    assert (drawn.age_years[code == "P"] == 0).all()
    assert drawn.age_years[code == "I"].mean() > 60
    assert ((drawn.age_years[code == "O"] >= 16) & (drawn.age_years[code == "O"] < 50)).all()


def test_newborns_have_age_in_days_and_weight(drawn: Drawn) -> None:
    for stays in drawn.chunks:
        traits = stays.traits
        assert ((traits.age_days >= 0) == (traits.age_years == 0)).all()
        newborn = (traits.age_days >= 0) & (traits.age_days <= 28)
        assert newborn.any()
        assert ((traits.birth_weight_g > 0) == newborn).all()
        assert traits.birth_weight_g[newborn].min() >= 1500


def test_age_shares_add_up() -> None:
    shares = clinical.age_shares()

    assert shares.shape == (len(clinical.AGE_CLASSES), clinical.AGE_CELLS)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares.min() >= 0
