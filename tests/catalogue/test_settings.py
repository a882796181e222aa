"""Settings of a build: shipped ones are cited, a file of one's own changes what it names, and mistakes are told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from drgdip.base.errors import PolicyError
from drgdip.catalogue.number_rules import number_rules, years_before
from drgdip.catalogue.settings import BuildSettings, CoreThreshold, read_settings


def changed(folder: Path, text: str) -> BuildSettings:
    file = folder / "settings.yaml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def test_shipped_values_follow_the_documents() -> None:
    settings = read_settings()

    assert (settings.method, settings.mean_mode, settings.point_scale) == ("average_cost", "avg_of_avgs", 1000)
    assert settings.year_weights == (1, 2, 7)
    assert settings.related_operation_increase == Fraction(1, 10)
    assert settings.trim is not None
    assert (settings.trim.low, settings.trim.high) == (Fraction(25, 1000), Fraction(975, 1000))
    assert settings.core_threshold == CoreThreshold(cases=15)


def test_every_shipped_value_is_cited() -> None:
    told = read_settings().cited()

    def bare(values: dict[str, object]) -> list[str]:
        found = []
        for key, value in values.items():
            assert isinstance(value, dict)
            found += ([] if value.get("cite") else [key]) if "value" in value else bare(value)
        return found

    assert bare(told) == []
    assert told["trim"]["low"]["value"] == "0.025"


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    text = 'trim: {low: {value: "0.05", cite: "City"}}\ntcm: {value: none, cite: "City"}\n'
    settings = changed(
        tmp_path, text + 'core_threshold: {value: {coverage: "0.95"}, cite: "City", status: unverified}\n'
    )

    assert settings.trim is not None
    assert (settings.trim.low, settings.trim.high) == (Fraction(1, 20), Fraction(975, 1000))
    assert settings.core_threshold == CoreThreshold(coverage=Fraction(19, 20))
    assert settings.tcm is None
    assert settings.citations["trim.low"].cite == "City"
    assert "tcm.minimum_share" not in settings.citations
    assert settings.citations["core_threshold"].status == "unverified"
    assert settings.cited()["tcm"] == {"value": None, "cite": "City"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("unheard_of: {value: 1, cite: City}", "unheard_of"),
        ("point_scale: {value: 1}", "point_scale"),
        ("point_scale: 100", "point_scale"),
        ("point_scale: {value: 0, cite: City}", "point_scale"),
        ("trim: {low: {value: 0.05, cite: City}}", "trim.low"),
        ('trim: {low: {value: "0.2501", cite: City}}', "trim.low"),
        ('trim: {high: {value: "0.7499", cite: City}}', "trim.high"),
        ("trim: {minimum_cases: {value: 2, cite: City}}", "trim.minimum_cases"),
        ('trim: {low: {value: "0.00001", cite: City}}', "trim.low"),
        ("trim: {low: {value: '0.1', cite: City, status: doubtful}}", "trim.low"),
        ("method: {value: benchmark, cite: City}", "benchmark"),
        ("method: {value: quota, cite: City}", "quota"),
        ("tie_break: {value: [id, max_ops], cite: City}", "tie_break"),
        ("core_threshold: {value: {cases: 15, coverage: '0.9'}, cite: City}", "core_threshold"),
        ("year_weights: {value: [], cite: City}", "year_weights"),
        ("- 1", ""),
        ("", ""),
    ],
)
def test_mistakes_name_their_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(PolicyError) as raised:
        changed(tmp_path, text)

    assert place in raised.value.message("en")


def test_trimming_within_its_limits(tmp_path: Path) -> None:
    trim = changed(
        tmp_path,
        "trim: {low: {value: '0.25', cite: C}, high: {value: '0.75', cite: C}, minimum_cases: {value: 3, cite: C}}",
    ).trim

    assert trim is not None
    assert (trim.low, trim.high, trim.minimum_cases) == (Fraction(1, 4), Fraction(3, 4), 3)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        read_settings(tmp_path / "none.yaml")


def test_rules_of_the_shipped_settings() -> None:
    rules = number_rules(read_settings(), 2026)

    assert rules.years == (2023, 2024, 2025)
    assert rules.primary_care is not None
    assert rules.primary_care.levels == (1, 2)
    assert rules.weights.quota_fen is None
    assert rules.auxiliary is not None
    assert rules.auxiliary.minimum_fall == Fraction(1, 5)


def test_sections_that_are_not_wanted(tmp_path: Path) -> None:
    text = "".join(f"{key}: {{value: none, cite: City}}\n" for key in ("trim", "primary_care", "tcm", "auxiliary"))
    rules = number_rules(changed(tmp_path, text + "year_weights: {value: [3], cite: City}\n"), 2026)

    assert (rules.trim, rules.primary_care, rules.chinese_medicine, rules.auxiliary) == (None,) * 4
    assert rules.years == (2025,)


def test_quota_in_yuan(tmp_path: Path) -> None:
    settings = changed(tmp_path, 'method: {value: quota, cite: City}\nquota_yuan: {value: "70", cite: City}\n')

    assert number_rules(settings, 2026).weights.quota_fen == 7000
    assert years_before(2026, settings) == (2023, 2024, 2025)
