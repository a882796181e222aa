"""Rows of the report by hand: coverage, trimming, variation, and the share of variance that groups explain."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from drgdip.catalogue.coefficients import DiseaseCoefficients
from drgdip.catalogue.report.charts import Difference, class_words, difference_chart, percent
from drgdip.catalogue.report.level_rows import GroupLevelRow, SubtypeRow, group_level_rows, subtype_rows
from drgdip.catalogue.report.rows import (
    GroupRow,
    VariationClass,
    coverage,
    explained_e4,
    homogeneity,
    settings_rows,
    share_e4,
    trimming,
    variation_classes,
)
from drgdip.catalogue.settings import read_settings
from drgdip.catalogue.statistics import GroupStatistics, gather
from drgdip.catalogue.trim import TrimRule
from drgdip.tables.auxiliary import CoefficientRow
from tests.catalogue.histories import history_of
from tests.reference.building import Stay

GROUPS = ("A", "B")


def statistics(stays: list[Stay], trim: TrimRule | None = None) -> GroupStatistics:
    history, group_id = history_of(stays, GROUPS)
    return gather(history, group_id, 2, (2024, 2025), trim)


def row(kind: str = "core", **values: Any) -> GroupRow:
    given: dict[str, Any] = {
        **dict.fromkeys(GroupRow._fields, 0), "code": "A", "name": "", "kind": kind, "cases": 1, "missed": (),
        "variation_before_e4": 0, "variation_e4": 0, **values,
    }  # fmt: skip
    return GroupRow(**given)


def test_coverage_by_layer_and_year() -> None:
    stays = [Stay(2024, "A", 3, 310, 100), Stay(2025, "A", 3, 310, 300), Stay(2025, "B", 3, 310, 500), Stay(2025, None, 3, 310, 100)]  # fmt: skip
    found = coverage(["core", "comprehensive"], statistics(stays))

    assert [(one.kind, one.groups, one.stays, one.total, one.cost_fen) for one in found] == [
        ("core", 1, (1, 1), 2, 400), ("comprehensive", 1, (0, 1), 1, 500), ("", 0, (0, 1), 1, 100),
    ]  # fmt: skip
    assert [(one.share_e4, one.cost_share_e4) for one in found] == [(5_000, 4_000), (2_500, 5_000), (2_500, 1_000)]


def test_a_layer_without_stays_is_not_shown() -> None:
    assert [one.kind for one in coverage(["core", "merge"], statistics([Stay(2025, "A", 3, 310, 1)]))] == ["core", ""]


def test_what_trimming_left_out() -> None:
    stays = [Stay(2025, "A", 3, 310, cost) for cost in (1, 100, 100, 100, 999)] + [Stay(2025, "B", 3, 310, 7)]
    found = trimming(statistics(stays, TrimRule(Fraction(1, 10), Fraction(9, 10), 3)))

    assert found[0] == (2024, 0, 0, 0, 0, 0)
    assert found[1] == (2025, 1, 6, 2, 3_333, 1_000)


def test_classes_of_variation_hold_their_upper_end() -> None:
    rows = [row(variation_before_e4=3_001, variation_e4=3_000, cases=5), row(variation_e4=15_001),
            row(variation_before_e4=None, variation_e4=None), row("comprehensive", variation_e4=9_999)]  # fmt: skip
    found = variation_classes(rows)

    assert found[0] == VariationClass(3_000, 2, 2, 6)
    assert (found[1].before, found[1].after) == (1, 0)
    assert found[-1] == VariationClass(None, 0, 1, 1)
    assert sum(one.after for one in found) == 3
    assert [class_words(found, place, "en") for place in (0, 1, 5)] == ["0.00–0.30", "0.30–0.50", "above 1.50"]


def test_means_of_variation_weigh_by_stays() -> None:
    rows = [row(cases=3, variation_before_e4=4_000, variation_e4=2_000, trimmed=1),
            row("comprehensive", cases=1, variation_before_e4=8_000, variation_e4=8_000)]  # fmt: skip
    found = homogeneity(rows, statistics([Stay(2025, "A", 3, 310, 1)]))

    assert (found.mean_variation_before_e4, found.mean_variation_e4) == (5_000, 4_000)
    assert (found.core_variation_before_e4, found.core_variation_e4) == (4_000, 2_000)


@pytest.mark.parametrize(
    ("costs", "explained"),
    [
        ({"A": [100, 100], "B": [300]}, 10_000),  # no variance is left within groups
        ({"A": [100, 300], "B": [200]}, 0),  # all of it is
        ({"A": [100, 200], "B": [300, 400]}, 8_000),  # 2 × 50² × 2 of 50000
    ],
)
def test_variance_that_groups_explain(costs: dict[str, list[int]], explained: int) -> None:
    stays = [Stay(2025, group, 3, 310, cost) for group, own in costs.items() for cost in own]

    assert explained_e4(statistics([*stays, Stay(2025, None, 3, 310, 10**6)])) == explained


def test_shares() -> None:
    assert (share_e4(1, 3), share_e4(1, 0), percent(3_333), percent(10_000), percent(5)) == (
        3_333, 0, "33.33%", "100.00%", "0.05%",
    )  # fmt: skip


def test_every_setting_has_a_citation() -> None:
    found = settings_rows(read_settings())

    assert {one.key: one.value for one in found if one.key in ("year_weights", "core_threshold", "trim.low")} == {
        "year_weights": "1, 2, 7", "core_threshold": "cases 15", "trim.low": "0.025",
    }  # fmt: skip
    assert all(one.cite for one in found)
    assert next(one for one in found if one.key == "mean_mode").status == "disputed"


def test_a_chart_shows_who_moves_and_nobody_else() -> None:
    drawn = difference_chart([Difference("gains", 500, "+5%"), Difference("loses", -300, ""), Difference("still", 0, "")], "yuan", "x")  # fmt: skip

    assert "+5.00" in drawn
    assert "-3.00" in drawn
    assert "still" not in drawn


def test_groups_by_level_have_means_whether_or_not_they_have_coefficients() -> None:
    half = Fraction(201, 2)
    mixed = DiseaseCoefficients("", (1, 0, 2, 3), (half, None, half, Fraction(300)), (None, None, 8_000, 12_000))
    plain = DiseaseCoefficients("few_cases", (0, 0, 1, 0), (None, None, Fraction(7), None), (None,) * 4)

    assert group_level_rows({"A": "甲", "B": "乙"}, ["A", "B", "C"], [mixed, plain, plain]) == [
        GroupLevelRow("A", "甲", "tertiary", 3, 300, 12_000, ""),
        GroupLevelRow("A", "甲", "secondary", 2, 101, 8_000, ""),
        GroupLevelRow("A", "甲", "unrated", 1, 101, None, ""),
        GroupLevelRow("B", "乙", "secondary", 1, 7, None, "few_cases"),
    ]


def test_coefficients_of_sub_types_are_numbers() -> None:
    row = CoefficientRow("A", "age", "over-65", "1.2500", "30", "1234.50", "0.2100")

    assert subtype_rows({"A": "甲"}, [row]) == [SubtypeRow("A", "甲", "age", "over-65", 30, 123_450, 12_500, 2_100)]
