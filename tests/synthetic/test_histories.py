"""Persons and their stays: readmissions after a gap, no overlaps, the rest of the stays as they would be."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.synthetic import clinical
from drgdip.synthetic.blueprint import Blueprint, generator_for
from drgdip.synthetic.histories import Drawn as Known
from drgdip.synthetic.histories import draw_histories
from drgdip.synthetic.stays import DAY_S, DIED, Stays
from tests.synthetic.sample import Drawn


@pytest.fixture(scope="module")
def stays(drawn: Drawn) -> Stays:
    return drawn.chunks[0]


@pytest.fixture(scope="module")
def pairs(stays: Stays) -> tuple[np.ndarray, np.ndarray]:
    """Later and earlier stay of every readmission."""
    later = np.flatnonzero(stays.previous >= 0)
    return later, stays.previous[later]


def test_share_of_readmissions(stays: Stays, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    assert 0.08 < len(pairs[0]) / len(stays.row) < 0.20


def test_a_readmission_is_of_the_same_person(stays: Stays, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    later, earlier = pairs

    assert (stays.person[later] == stays.person[earlier]).all()
    assert len(np.unique(stays.person)) == len(stays.row) - len(later)
    assert len(np.unique(earlier)) == len(earlier)


def test_gaps(stays: Stays, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    later, earlier = pairs
    days = stays.admission_s[later] // DAY_S - stays.discharge_s[earlier] // DAY_S

    assert days.min() == 1
    assert days.max() < 31
    assert 4 < days.mean() < 8


def test_stays_of_one_person_do_not_overlap(stays: Stays) -> None:
    order = np.lexsort((stays.admission_s, stays.person))
    same = stays.person[order][1:] == stays.person[order][:-1]

    assert same.any()
    assert (stays.admission_s[order][1:] > stays.discharge_s[order][:-1])[same].all()
    assert (stays.previous[order][1:][same] == order[:-1][same]).all()


def test_back_to_the_same_hospital_or_to_another(stays: Stays, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    later, earlier = pairs

    assert 0.5 < (stays.hospital[later] == stays.hospital[earlier]).mean() < 0.9


def test_often_for_the_same_illness(blueprint: Blueprint, stays: Stays, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    later, earlier = pairs
    category = blueprint.category[stays.pattern]

    assert 0.4 < (category[later] == category[earlier]).mean() < 1.0


def test_nobody_is_operated_the_same_way_twice_but_for_a_tumour(
    blueprint: Blueprint, stays: Stays, pairs: tuple[np.ndarray, np.ndarray]
) -> None:
    later, earlier = pairs
    tumour = blueprint.patterns.age_class[stays.pattern[later]] == clinical.AGE_CLASSES.index("tumour")
    twice = (np.diff(stays.operations.offset)[later] > 0) & (stays.group[later] == stays.group[earlier])

    assert not (twice & ~tumour).any()


def test_newborns_and_mothers_come_once(
    blueprint: Blueprint, stays: Stays, pairs: tuple[np.ndarray, np.ndarray]
) -> None:
    names = np.array(clinical.AGE_CLASSES)[blueprint.patterns.age_class[stays.pattern[pairs[1]]]]

    assert not set(names.tolist()) & {"newborn", "obstetric"}
    assert stays.traits.age_years[pairs[0]].min() >= 1


def test_nobody_comes_back_from_death(stays: Stays, pairs: tuple[np.ndarray, np.ndarray]) -> None:
    assert not (stays.discharge_way[pairs[1]] == DIED).any()
    assert (stays.discharge_way == DIED).any()


def test_persons_of_different_chunks_differ(drawn: Drawn) -> None:
    first, second = (set(stays.person.tolist()) for stays in drawn.chunks)

    assert not first & second


@pytest.mark.parametrize("days_in_month", [28, 31])
def test_a_history_fits_into_the_month(blueprint: Blueprint, days_in_month: int) -> None:
    """All stays are of one sex and age and as long as can be: what does not fit is somebody else's."""
    n = 2_000
    pattern = np.full(n, int(np.argmax(blueprint.patterns.age_class == clinical.AGE_CLASSES.index("tumour"))))
    zeros, cells = np.zeros(n, dtype=np.int64), np.full(n, 62)
    place = np.linspace(0, 1, n)
    known = Known(zeros, pattern, zeros, cells, np.full(n, days_in_month - 3), zeros, place)
    histories = draw_histories(blueprint, known, days_in_month, generator_for(1, 3, 0))

    assert (histories.lead_days[histories.previous < 0] == 0).all()
    assert (histories.lead_days <= histories.span_days).all()
    assert histories.span_days.max() == days_in_month - 1
    assert (histories.previous >= 0).sum() < n / 4
    assert len(np.unique(histories.person)) == (histories.previous < 0).sum() == histories.person.max() + 1
