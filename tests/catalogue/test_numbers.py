"""All numbers together: they conserve stays and costs, and what belongs to no group changes no group's sums."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import assume, given

from drgdip.catalogue.auxiliary_numbers import AuxiliaryRule
from drgdip.catalogue.coefficients import DiseaseRule, LevelRule
from drgdip.catalogue.criteria import ChineseMedicineRule, PrimaryCareRule, QualityRule
from drgdip.catalogue.number_rules import NumberRules
from drgdip.catalogue.numbers import CatalogueNumbers, Codes, find_numbers
from drgdip.catalogue.trim import TrimRule
from drgdip.tables.code_system import CodeSystem
from tests.catalogue.histories import history_of
from tests.catalogue.test_auxiliary_numbers import CLASSES, DIAGNOSES
from tests.catalogue.test_coefficients import CATALOGUE
from tests.catalogue.test_statistics import GROUPS, YEARS, stays_of_a_city
from tests.catalogue.test_weights import AVERAGE
from tests.reference.building import Stay

RULES = NumberRules(
    years=YEARS,
    weights=AVERAGE,
    trim=TrimRule(Fraction("0.025"), Fraction("0.975"), 3),
    trim_within_year=True,
    levels=LevelRule("mean_cost", 1),
    disease=DiseaseRule(1, Fraction(0)),
    quality=QualityRule(Fraction("0.7"), Fraction("0.2")),
    primary_care=PrimaryCareRule(Fraction("0.7"), (1,), 1, 1, Fraction("0.5"), True),
    chinese_medicine=ChineseMedicineRule(("17.9",), 1, Fraction("0.5")),
    auxiliary=AuxiliaryRule(("age",), 1, 1, Fraction(0)),
    pools=None,
    ungrouped_factor=Fraction("0.7"),
)
CODES = Codes(DIAGNOSES, CodeSystem(("47.0100", "17.9110"), ("切除", "针刺")), CLASSES)


def numbers(stays: Sequence[Stay], rules: NumberRules = RULES, **more: Any) -> CatalogueNumbers:
    return find_numbers(*history_of(stays, GROUPS, **more), CATALOGUE, CODES, rules)


def test_what_builds_on_what() -> None:
    # A at primary hospitals and B at tertiary ones; A has an operation of Chinese medicine and children.
    stays = [Stay(2025, "A", 1, 310, 100_000), Stay(2025, "A", 1, 310, 300_000), Stay(2025, "B", 3, 390, 400_000)]
    operations, ages = [[1], [0, 1], []], [40, 5, 5]
    found = numbers(stays, procedures=operations, age_years=ages)

    assert (found.primary_care, found.chinese_medicine) == ([True, False, False], [True, False, False])
    # Region mean 8000/3 yuan: A 2000 → 750 points without a coefficient, B 4000 → 1500 × (4000 / (8000 / 3) = 1.5).
    assert found.points_e4[:2, 3].tolist() == [7_500_000, 22_500_000]
    assert [pool.value.point_value_e4 for pool in found.opening if pool.value] == [26_667, 17_778]
    # A is of Chinese medicine and has no auxiliary coefficient; B has one stay and cannot be split.
    assert found.auxiliary == []
    plain = numbers(stays, RULES._replace(chinese_medicine=None), age_years=ages)
    assert [(row.dip_code, row.coefficient) for row in plain.auxiliary] == [("A", "1.5000")]
    assert plain.chinese_medicine_lacks is None
    assert found.missed[0] == ("years",)


def test_lists_that_are_not_made_are_empty() -> None:
    rules = RULES._replace(primary_care=None, chinese_medicine=None, auxiliary=None)
    found = numbers([Stay(2025, "A", 1, 310, 100_000)], rules)

    assert (found.primary_care_lacks, found.primary_care, found.auxiliary) == (None, [False] * 3, [])


@given(stays_of_a_city)
def test_every_stay_is_somewhere_and_only_once(stays: list[Stay]) -> None:
    counted = [stay for stay in stays if stay.year in YEARS]
    assume(counted)
    found = numbers(stays).statistics

    assert found.cases.sum() + found.trimmed_cases.sum() + found.ungrouped_cases.sum() == len(counted)
    assert found.all_cost_fen.sum() + found.ungrouped_cost_fen.sum() == sum(stay.cost_fen for stay in counted)
    assert found.stay_days.sum() <= sum(stay.days for stay in counted)


@given(stays_of_a_city)
def test_a_stay_of_no_group_changes_no_sum_of_a_group(stays: list[Stay]) -> None:
    assume(any(stay.year in YEARS for stay in stays))
    before, after = numbers(stays), numbers([*stays, Stay(2025, None, 3, 310, 7_777)])

    assert before.weights.mean_fen == after.weights.mean_fen
    assert np.array_equal(before.statistics.squares, after.statistics.squares)
    assert before.auxiliary == after.auxiliary
