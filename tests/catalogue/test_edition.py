"""A built catalogue as an edition: its files, and that it loads like any other."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from drgdip import load_tables
from drgdip.base.errors import UsageError
from drgdip.catalogue.coefficients import DiseaseRule, LevelRule, disease_coefficients, level_coefficients
from drgdip.catalogue.edition import Lists, edition_files, numbered_groups, write_edition
from drgdip.catalogue.weights import WeightRule, weigh
from drgdip.tables.auxiliary import CoefficientRow
from drgdip.tables.auxiliary_edition import classification_references, read_classification
from drgdip.tables.dip_catalogue import Group
from drgdip.tables.dip_import import resolve_lists
from drgdip.tables.manifest import About, Words
from tests.catalogue.test_coefficients import at
from tests.catalogue.test_statistics import YEARS, gathered
from tests.catalogue.test_weights import AVERAGE

ABOUT = About(title=Words(zh="自建目录", en="Built catalogue"), status="derived")
GROUPS = [
    Group("K35.3:47.0100", "core", "surgery", "K35.3", "47.0100", "阑尾炎+切除", "", ""),
    Group("K35-BSZL", "comprehensive", "conservative", "K35", "", "阑尾炎", "", ""),
    Group("K36-BSZL", "comprehensive", "conservative", "K36", "", "无病例", "", ""),
]
# A: 1000 and 2000 yuan at two levels; B: 500 yuan twice.
HISTORY = [*at(3, 2000), *at(2, 1000), *at(1, 500, 500, group="B")]


def build(folder: Path, rule: WeightRule = AVERAGE, auxiliary: tuple[CoefficientRow, ...] = ()) -> None:
    statistics = gathered(HISTORY)
    codes = [group.dip_code for group in GROUPS]
    weights = weigh(statistics, codes, rule)
    care = [False, True, False]
    groups = numbered_groups(GROUPS, statistics, weights, care, [True, False, False])
    levels = level_coefficients(statistics, weights, rule, LevelRule("mean_cost", 1))
    diseases = disease_coefficients(GROUPS, statistics, weights, care, rule, DiseaseRule(1, Fraction(0)))
    files = edition_files(groups, statistics, levels, diseases, auxiliary, codes, {"years": YEARS})
    lists = resolve_lists({})
    references = {**lists.references, **(classification_references() if auxiliary else {})}
    built_at = date(2026, 1, 2)
    write_edition(
        folder, ABOUT, "built-2026", files, groups, weights, Lists(references, lists.files), built_at=built_at
    )


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"))))


def test_it_loads_with_the_numbers_of_its_history(tmp_path: Path) -> None:
    build(tmp_path)
    tables = load_tables(path=tmp_path)

    assert tables.group_codes == ("K35.3:47.0100", "K35-BSZL")  # a group without stays stays out
    assert tables.groups.relative_weight_e4.tolist() == [15_000_000, 5_000_000]  # 1500 and 500 of 1000 yuan
    assert tables.groups.mean_cost_fen.tolist() == [150_000, 50_000]
    assert tables.groups.group_primary_care.tolist() == [0, 1]
    assert [row.tcm for row in tables.rows] == ["1", ""]
    assert tables.groups.group_cases.tolist() == [2, 2]
    assert (tables.point_scale, tables.region_mean_cost_fen) == (1000, 100_000)
    assert (tables.rows[0].cv, tables.rows[0].mean_stay_days) == ("0.3333", "1.0000")
    assert (tables.manifest.edition, tables.manifest.rows["cases"]) == ("built-2026", 4)


def test_the_manifest_prices_a_point_by_each_method(tmp_path: Path) -> None:
    build(tmp_path / "quota", AVERAGE._replace(method="quota", quota_fen=7000))
    build(tmp_path / "benchmark", AVERAGE._replace(method="benchmark", benchmark="K35-BSZL"))
    quota, benchmark = load_tables(path=tmp_path / "quota"), load_tables(path=tmp_path / "benchmark")

    # Cost ÷ mean × scale gives a group's points again, whatever the method.
    assert (quota.point_scale, quota.region_mean_cost_fen) == (1, 7000)
    assert (benchmark.point_scale, benchmark.region_mean_cost_fen) == (1000, 50_000)
    assert quota.groups.relative_weight_e4[0] == 214_286  # 1500 ÷ 70
    assert benchmark.groups.relative_weight_e4[0] == 30_000_000


def test_tables_of_coefficients_and_sums(tmp_path: Path) -> None:
    build(tmp_path)

    assert [tuple(row.values()) for row in table(tmp_path, "hospital_coefficients.csv")] == [
        ("tertiary", "1", "2000.00", "2.0000"),
        ("secondary", "1", "1000.00", "1.0000"),
        ("primary", "2", "500.00", "0.5000"),
        ("unrated", "0", "", ""),
    ]
    assert [tuple(row.values()) for row in table(tmp_path, "disease_coefficients.csv")] == [
        ("K35.3:47.0100", "tertiary", "1", "2000.00", "1.3333", ""),
        ("K35.3:47.0100", "secondary", "1", "1000.00", "0.6667", ""),
        ("K35-BSZL", "primary", "2", "500.00", "", "primary_care"),
    ]
    assert [tuple(row.values()) for row in table(tmp_path, "statistics.csv")] == [
        ("K35.3:47.0100", "2025", "2", "3000.00", "2", "2", "3000.00"),
        ("K35-BSZL", "2025", "2", "1000.00", "2", "2", "1000.00"),
    ]
    assert json.loads((tmp_path / "build.json").read_text(encoding="utf-8")) == {"years": list(YEARS)}


def test_an_auxiliary_directory_loads_with_it(tmp_path: Path) -> None:
    first = read_classification().subtypes[0]
    build(tmp_path, auxiliary=(CoefficientRow("K35.3:47.0100", first.type, first.subtype, "1.2500", "10"),))
    directory = load_tables(path=tmp_path).auxiliary

    assert directory is not None
    assert directory.coefficients.coefficient_e4.tolist() == [12_500]


def test_a_built_edition_is_not_written_over(tmp_path: Path) -> None:
    build(tmp_path)

    with pytest.raises(UsageError):
        build(tmp_path)


def test_the_same_history_gives_the_same_bytes(tmp_path: Path) -> None:
    build(tmp_path / "a")
    build(tmp_path / "b")

    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
