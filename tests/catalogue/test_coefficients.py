"""Coefficients by level and by disease, criteria of groups, and lists of primary care and Chinese medicine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drgdip.catalogue.coefficients import (
    DiseaseCoefficients,
    DiseaseRule,
    LevelRule,
    disease_coefficients,
    level_coefficients,
)
from drgdip.catalogue.criteria import (
    ChineseMedicineRule,
    PrimaryCareRule,
    QualityRule,
    chinese_medicine_lacks,
    chosen_procedures,
    missed_criteria,
    primary_care_lacks,
    stays_with_operation,
)
from drgdip.tables.dip_catalogue import Group
from tests.catalogue.histories import history_of
from tests.catalogue.test_statistics import GROUPS, YEARS, gathered, stays_of_a_city
from tests.catalogue.test_weights import AVERAGE, weighed
from tests.reference import building
from tests.reference.building import Stay

PLAIN = LevelRule("mean_cost", 1)


def at(tier: int, *costs: int, group: str = "A", year: int = 2025) -> list[Stay]:
    """Stays at a level of hospital, by cost in yuan."""
    return [Stay(year, group, tier, 310, 100 * cost) for cost in costs]


def group(code: str = "A", kind: str = "core", treatment: str = "surgery", operations: str = "47.0100") -> Group:
    return Group(code, kind, treatment, "K35.3", operations, "", "", "")


CATALOGUE = [group(code) for code in GROUPS]


def levels(history: Sequence[Stay], rule: LevelRule = PLAIN) -> list[int | None]:
    found = level_coefficients(gathered(history), weighed(history), AVERAGE, rule)
    return [level.coefficient_e4 for level in found.levels]


def test_level_method_by_hand() -> None:
    # V17: 12000 ÷ 10500. Two stays of 12000 and one each of 9000: (24000 + 18000) / 4 = 10500.
    history = at(3, 12000, 12000) + at(2, 9000) + at(1, 9000)
    found = level_coefficients(gathered(history), weighed(history), AVERAGE, PLAIN)

    assert levels(history) == [None, 8571, 8571, 11429]
    assert (found.levels[3].tier, found.levels[3].cases, found.levels[3].mean_fen) == ("tertiary", 2, 1_200_000)
    assert not found.inverted
    assert found.coefficient_e4(0) == 10_000


def test_level_means_are_weighted_by_year() -> None:
    # Tertiary 1000, 2000, 3000 → 2600; the region 1000, 1500, 2000 → 1800; K = 13/9.
    history = [
        *at(3, 1000, year=2023), *at(3, 2000, year=2024), *at(3, 3000, year=2025),
        *at(2, 1000, year=2023), *at(2, 1000, year=2024), *at(2, 1000, year=2025),
    ]  # fmt: skip

    assert levels(history) == [None, None, 5556, 14444]


def test_a_level_needs_its_stays() -> None:
    history = at(3, 12000, 12000) + at(2, 9000)

    assert levels(history, PLAIN._replace(minimum_cases=2)) == [None, None, None, 10909]
    assert levels(history, PLAIN._replace(minimum_cases=1))[2] == 8182


def test_a_higher_level_with_a_lower_coefficient_is_told() -> None:
    def inverted(history: list[Stay]) -> bool:
        return level_coefficients(gathered(history), weighed(history), AVERAGE, PLAIN).inverted

    assert inverted(at(3, 100) + at(2, 200))
    assert not inverted(at(3, 200) + at(2, 200) + at(0, 900))


def test_cost_per_point_takes_the_mix_of_cases_out() -> None:
    # Tertiary hospitals treat only the dear group, at its mean cost: dearer by mean cost, not by cost per point.
    history = at(3, 3000, 3000) + at(2, 1000, 1000, group="B")

    assert levels(history)[2:] == [5000, 15_000]
    assert levels(history, LevelRule("cost_per_point", 1))[2:] == [10_000, 10_000]


@given(stays_of_a_city, st.sampled_from(["avg_of_avgs", "pooled"]))
def test_level_coefficients_are_those_of_the_reference(history: list[Stay], mode: Any) -> None:
    history = [stay for stay in history if stay.year in YEARS]
    assume(history)
    rule = AVERAGE._replace(mean_mode=mode)
    found = level_coefficients(gathered(history), weighed(history, rule), rule, PLAIN)

    for tier, level in enumerate(found.levels):
        assert level.coefficient_e4 == building.level_coefficient_e4(history, tier, YEARS, (1, 2, 7), mode)


def disease(history: Sequence[Stay], rule: DiseaseRule, **more: Any) -> DiseaseCoefficients:
    groups = [group(**more), *CATALOGUE[1:]]
    return disease_coefficients(groups, gathered(history), weighed(history), [False] * 3, AVERAGE, rule)[0]


ANY = DiseaseRule(1, Fraction(0))


def test_disease_coefficients_by_hand() -> None:
    found = disease(at(3, 12000, 12000) + at(2, 9000, 9000) + at(0, 10500), ANY)

    assert found.outcome == ""
    assert found.coefficient_e4 == (None, None, 8571, 11429)
    assert found.cases == (1, 0, 2, 2)
    assert found.mean_fen == (1_050_000, None, 900_000, 1_200_000)


@pytest.mark.parametrize(("cases", "outcome"), [(1, ""), (2, "few_cases")])
def test_every_level_that_treats_a_disease_needs_its_stays(cases: int, outcome: str) -> None:
    assert disease(at(3, 12000, 12000) + at(2, 9000), DiseaseRule(cases, Fraction(0))).outcome == outcome


def test_levels_must_differ_enough() -> None:
    # 9900 is exactly ten percent above 9000.
    gap = DiseaseRule(1, Fraction("0.1"))

    assert disease(at(3, 9900) + at(2, 9000), gap).outcome == ""
    assert disease(at(3, 9899) + at(2, 9000), gap).outcome == "small_gap"


def test_inverted_levels_have_none() -> None:
    assert disease(at(3, 9000) + at(2, 9001), ANY).outcome == "inverted"
    assert disease(at(3, 9000) + at(2, 9000), ANY).outcome == ""


def test_conservative_groups_primary_care_and_single_levels_have_none() -> None:
    history = at(3, 12000) + at(2, 9000)

    assert disease(history, ANY, treatment="conservative").outcome == "conservative"
    assert disease(at(3, 12000) + at(0, 9000), ANY).outcome == "one_level"
    found = disease_coefficients(CATALOGUE, gathered(history), weighed(history), [True] * 3, AVERAGE, ANY)
    assert [one.outcome for one in found] == ["primary_care"] * 3


def missed(history: list[Stay], variation: str = "9", drift: str = "9", kind: str = "core") -> tuple[str, ...]:
    rule = QualityRule(Fraction(variation), Fraction(drift))
    return missed_criteria([group(kind=kind), *CATALOGUE[1:]], gathered(history), weighed(history), rule)[0]


def test_variation_above_the_limit_is_missed() -> None:
    spread = [stay for year in YEARS for stay in at(3, 2, 4, 4, 4, 5, 5, 7, 9, year=year)]  # CV 0.4

    assert missed(spread, variation="0.4") == ()
    assert missed(spread, variation="0.3999") == ("variation",)
    assert missed(spread, variation="0.3999", kind="comprehensive") == ()


def test_drift_and_years_are_missed() -> None:
    # Region: A alone in 2024, half of it in 2025. A's weight in 2025 is 1.5 of the region's mean, in 2024 it is 1.
    history = at(3, 300, year=2024) + at(3, 300) + at(3, 100, group="B")
    drift = Fraction(int(weighed(history).drift_e4[0]), 10_000)

    assert missed(history, drift=str(float(drift))) == ("years",)
    assert missed(history, drift=str(float(drift - Fraction(1, 10_000)))) == ("drift", "years")


CARE = PrimaryCareRule(Fraction("0.7"), (1, 2), 4, 2, Fraction("0.5"), True)
PRIMARY = at(1, 100, 100) + at(3, 100, 100)


def lacks(history: Sequence[Stay], rule: PrimaryCareRule = CARE, **more: Any) -> tuple[str, ...]:
    return primary_care_lacks([group(**more), *CATALOGUE[1:]], gathered(history), rule)[0]


def test_primary_care_on_both_sides_of_every_limit() -> None:
    assert lacks(PRIMARY) == ()
    assert lacks(PRIMARY, CARE._replace(minimum_cases=5)) == ("cases",)
    assert lacks(PRIMARY, CARE._replace(minimum_level_cases=3)) == ("level_cases",)
    assert lacks(PRIMARY, CARE._replace(minimum_level_share=Fraction("0.51"))) == ("level_share",)
    assert lacks(PRIMARY, CARE._replace(levels=(2,), minimum_level_cases=0)) == ("level_share",)
    assert lacks(PRIMARY, CARE._replace(operations=False)) == ("operations",)
    assert lacks(PRIMARY, CARE._replace(operations=False), operations="") == ()
    assert lacks(PRIMARY, kind="comprehensive") == ("core",)


def test_primary_care_is_homogeneous() -> None:
    # 300, 100, 100, 100: mean 150, deviation 50√3: CV 1/√3 = 0.57735.
    spread = at(1, 300, 100) + at(2, 100, 100)

    assert lacks(spread, CARE._replace(maximum_variation=Fraction("0.5774"))) == ()
    assert lacks(spread, CARE._replace(maximum_variation=Fraction("0.5773"))) == ("variation",)


def test_chinese_medicine_by_share_of_stays() -> None:
    history = at(1, 1, 1, 1, 1) + at(1, 1, group="B")
    operations = [[0, 2], [2], [1], [], [1]]
    chosen = chosen_procedures(("47.0100", "17.9110", "17.9210"), ["17.9"])
    treated = stays_with_operation(*history_of(history, GROUPS, procedures=operations), 3, YEARS, chosen)
    rule = ChineseMedicineRule(("17.9",), 4, Fraction("0.75"))

    assert chosen.tolist() == [0, 1, 1]
    assert treated.tolist() == [3, 1, 0]
    assert chinese_medicine_lacks(CATALOGUE, gathered(history), treated, rule) == [
        (), ("cases",), ("cases",),
    ]  # fmt: skip
    strict = rule._replace(minimum_share=Fraction("0.7501"))
    assert chinese_medicine_lacks(CATALOGUE, gathered(history), np.array([3, 0, 0]), strict)[0] == ("operations",)
