"""Stays drawn for a group meet its row of the catalogue; the matcher is checked by hand on a small catalogue."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from drgdip.synthetic.blueprint import Blueprint
from drgdip.synthetic.matching import Matcher
from tests.synthetic.sample import Drawn

CHECKED = 20_000

# Diagnoses 0 and 1 are of one core category, 2 of none; all are of one comprehensive category.
# Operations: 0 and 1 surgery, 2 therapeutic, 3 diagnostic, 4 intervention, 5 unknown.
BASE, WITH_0, WITH_0_AND_1, WITH_2_OR_3, SURGICAL, CONSERVATIVE = range(6)


def small(alternatives: list[int], wildcards: list[int] | None = None) -> Any:
    return SimpleNamespace(
        diagnosis_core_category=np.array([0, 0, -1]),
        diagnosis_comprehensive_category=np.array([0, 0, 0]),
        core_offset=np.array([0, 4]),
        core_group=np.array([BASE, WITH_0, WITH_0_AND_1, WITH_2_OR_3]),
        term_offset=np.array([0, 0, 1, 3, 4, 4, 4]),
        alternative_offset=np.array([0, 1, 2, 3, 5]),
        alternative_procedure=np.array(alternatives),
        alternative_wildcard=np.array(wildcards or [0] * len(alternatives)),
        comprehensive_group=np.array([[SURGICAL, -1, -1, CONSERVATIVE]]),
        procedure_treatment_type=np.array([0, 0, 1, 2, 4, -1]),
    )


@pytest.mark.parametrize(
    ("diagnosis", "operations", "group"),
    [
        (0, (), BASE),
        (1, (), BASE),
        (0, (0,), WITH_0),
        (0, (0, 1), WITH_0_AND_1),  # most operations matched
        (0, (0, 1, 5), WITH_0_AND_1),
        (0, (0, 5), WITH_0),
        (0, (2,), WITH_2_OR_3),  # either alternative
        (0, (3,), WITH_2_OR_3),
        (0, (1, 0), SURGICAL),  # operation 0 is not the main one
        (0, (4,), SURGICAL),  # intervention counts as surgery
        (0, (5,), CONSERVATIVE),  # unknown type
        (2, (), CONSERVATIVE),
        (2, (0, 1), SURGICAL),
        (2, (2,), -1),  # no therapeutic group
    ],
)
def test_grouping_order_by_hand(diagnosis: int, operations: tuple[int, ...], group: int) -> None:
    assert Matcher(small([0, 0, 1, 2, 3])).group_of(diagnosis, operations) == group


def test_without_main_operation_first() -> None:
    assert Matcher(small([0, 0, 1, 2, 3])).group_of(0, (1, 0), main_first=False) == WITH_0_AND_1


def test_subcategory_codes_count_only_on_request() -> None:
    matcher = Matcher(small([0, 0, 1, 2, 3], [1, 0, 0, 0, 0]))

    assert matcher.group_of(0, (0,), wildcard=True) == WITH_0
    assert matcher.group_of(0, (0,), wildcard=False) == SURGICAL
    assert not matcher.lands_in(WITH_0, 0, (0,))


def test_two_equal_groups_are_told() -> None:
    assert Matcher(small([2, 0, 1, 2, 3])).group_of(0, (2,)) == -2


def test_named_operations() -> None:
    matcher = Matcher(small([0, 0, 1, 2, 3]))

    assert matcher.named_operations(0) == {0, 1, 2, 3}
    assert matcher.named_operations(2) == set()


def test_drawn_stays_land_in_their_group(tables: Any, drawn: Drawn) -> None:
    matcher, stays = Matcher(tables.groups), drawn.chunks[0]
    strays = []
    for row in range(CHECKED):
        principal = stays.diagnoses.values[stays.diagnoses.offset[row]]
        operations = stays.operations.values[stays.operations.offset[row] : stays.operations.offset[row + 1]].tolist()
        if not matcher.lands_in(stays.group[row], int(principal), operations):
            strays.append(row)

    assert strays == []


def test_every_pattern_lands_in_its_group(tables: Any, blueprint: Blueprint) -> None:
    patterns, matcher = blueprint.patterns, Matcher(tables.groups)
    groups = np.repeat(np.arange(len(blueprint.group_codes)), np.diff(patterns.group_offset))
    bounds = patterns.operation_offset
    found = [
        matcher.group_of(int(patterns.diagnosis[k]), patterns.operation[bounds[k] : bounds[k + 1]].tolist())
        for k in range(len(groups))
    ]

    assert found == groups.tolist()


def test_codes_of_a_stay_are_distinct(drawn: Drawn) -> None:
    for codes in (drawn.chunks[0].diagnoses, drawn.chunks[0].operations):
        pairs = np.stack([np.repeat(np.arange(len(codes.offset) - 1), np.diff(codes.offset)), codes.values])
        assert np.unique(pairs, axis=1).shape[1] == len(codes.values)


def test_numbers_of_codes(drawn: Drawn) -> None:
    others = np.diff(drawn.chunks[0].diagnoses.offset) - 1
    operations = np.diff(drawn.chunks[0].operations.offset)

    assert np.bincount(others).argmax() in (1, 2)
    assert (others.min(), others.max()) == (0, 6)
    assert (operations == 0).mean() > 0.5
    assert operations.max() >= 3
