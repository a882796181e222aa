"""Which coefficient counts: the highest, with triggers, limits and exclusions from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.base.errors import PolicyError
from drgdip.policy.bounds import prove_tables
from drgdip.valuation.auxiliary import coefficient_range_e4
from tests.auxiliary.sample import CoefficientRow, classified, tables, values

OLD = {"age_years": 70, "icu_hours": 50}
TWO = ("A age/over_65 1.2", "A icu/days_2_7 1.5")


def result(*given: Any, **section: Any) -> tuple[str | None, int, str]:
    found = classified(*given, **section)
    return found["chosen"], found["coefficient"], found["reason"]


def test_the_highest_counts_and_nothing_is_multiplied() -> None:
    assert result(OLD, TWO) == ("icu/days_2_7", 15_000, "auxiliary_highest")


def test_among_equals_the_type_that_the_policy_names_first() -> None:
    equal = ("A age/over_65 1.5", "A icu/days_2_7 1.5")

    assert result(OLD, equal)[0] == "age/over_65"
    assert result(OLD, equal, types=("icu", "age"))[0] == "icu/days_2_7"


def test_types_that_the_policy_does_not_use_do_not_count() -> None:
    found = classified(OLD, TWO, types=("age",))

    assert (found["chosen"], found["icu"]) == ("age/over_65", None)
    assert result(OLD, TWO, types=()) == (None, 10_000, "auxiliary_no_subtype")


def test_no_coefficient_of_the_group_is_one() -> None:
    assert result(OLD, ("B age/over_65 1.2",)) == (None, 10_000, "auxiliary_no_subtype")
    assert result({}, TWO) == (None, 10_000, "auxiliary_no_subtype")
    assert result({**OLD, "group": "none"}, TWO) == (None, 10_000, "auxiliary_ungrouped")


def test_a_coefficient_below_one_lowers_the_points_unless_there_is_a_floor() -> None:
    low = ("A age/over_65 0.9",)

    assert result(OLD, low)[1] == 9_000
    assert result(OLD, low, floor_e4=10_000) == ("age/over_65", 10_000, "auxiliary_highest")


@pytest.mark.parametrize(("cap", "coefficient"), [(15_001, 15_000), (15_000, 15_000), (14_999, 14_999)])
def test_cap(cap: int, coefficient: int) -> None:
    assert result(OLD, TWO, cap_e4=cap)[1] == coefficient


@pytest.mark.parametrize(("least", "chosen"), [(100, "icu/days_2_7"), (101, None)])
def test_enough_cases_of_the_group(least: int, chosen: str | None) -> None:
    assert result(OLD, TWO, min_group_cases=least)[0] == chosen


@pytest.mark.parametrize(
    ("least", "chosen"), [(0, "icu/days_2_7"), (15, "icu/days_2_7"), (16, "age/over_65"), (41, None)]
)
def test_enough_cases_of_the_subtype(least: int, chosen: str | None) -> None:
    assert result(OLD, ("A age/over_65 1.2 40", "A icu/days_2_7 1.5 15"), min_subtype_cases=least)[0] == chosen


def test_unpublished_cases_are_not_enough() -> None:
    assert result(OLD, TWO, min_subtype_cases=1)[0] is None


@pytest.mark.parametrize(("least", "chosen"), [(None, "icu/days_2_7"), (2000, "icu/days_2_7"), (2001, "age/over_65")])
def test_a_marked_fall_of_the_coefficient_of_variation(least: int | None, chosen: str) -> None:
    rows = ("A age/over_65 1.2 40 12000 0.3", "A icu/days_2_7 1.5 15 15000 0.2")

    assert result(OLD, rows, min_cv_fall_e4=least)[0] == chosen


def test_bed_day_care_and_groups_of_chinese_medicine_have_none() -> None:
    care = {**OLD, "medical_type": 2102}

    assert result(care, TWO, excluded_med_types=("2102",)) == (None, 10_000, "auxiliary_excluded_care")
    assert result(care, TWO, excluded_med_types=("2101",))[1] == 15_000
    assert result(OLD, TWO, excluded_groups=("A",)) == (None, 10_000, "auxiliary_excluded_group")
    assert result(OLD, TWO, excluded_groups=("B", "unknown"))[1] == 15_000


def test_an_excluded_stay_still_shows_its_subtypes() -> None:
    found = classified(OLD, TWO, excluded_groups=("A",))

    assert (found["age"], found["icu"], found["chosen"]) == ("age/over_65", "icu/days_2_7", None)


def range_of(*coefficients: str, **section: Any) -> tuple[int, int]:
    own = tables(tuple(CoefficientRow("A", "age", key, value) for key, value in (c.split() for c in coefficients)))
    return coefficient_range_e4(own, values(**section))


def test_the_range_of_coefficients_is_what_bounds_are_proven_with() -> None:
    both = ("over_65 50", "years_1_6 0.5")

    assert range_of() == (10_000, 10_000)
    assert range_of(*both) == (5_000, 500_000)
    assert range_of(*both, cap_e4=20_000, floor_e4=8_000) == (8_000, 20_000)
    assert range_of(*both, types=("icu",)) == (10_000, 10_000)


def test_bounds_grow_with_the_coefficient() -> None:
    def largest(aux: tuple[int, int]) -> dict[str, int]:
        bounds = prove_tables(values(), [10_000_000], [1_000_000], 1000, 1_000_000, None, 100, aux)
        return {bound.name: bound.bound for bound in bounds}

    plain, dear = largest((10_000, 10_000)), largest((10_000, 1_000_000))
    assert dear["weight × K × aux (e12)"] == 100 * plain["weight × K × aux (e12)"]
    assert dear["standard points (e4)"] == 100 * plain["standard points (e4)"]


def test_a_coefficient_that_could_overflow_is_refused() -> None:
    with pytest.raises(PolicyError, match="overflow"):
        prove_tables(values(), [10_000_000], [1_000_000], 1000, 1_000_000, auxiliary_e4=(10_000, 1_000_000))


def test_a_small_coefficient_widens_ratios_that_are_taken_with_it() -> None:
    with_k = values()._replace(deviation=values().deviation._replace(basis="ref_cost_k"))

    def ratio(least: int) -> int:
        bounds = prove_tables(with_k, [10_000_000], [1_000_000], 1000, 1_000_000, None, 100, (least, 10_000))
        return next(bound.bound for bound in bounds if bound.name == "cost ratio (e4)")

    assert ratio(5_000) == pytest.approx(2 * ratio(10_000), rel=1e-6)
