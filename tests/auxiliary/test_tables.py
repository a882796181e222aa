"""Importing, loading and checking an edition with an auxiliary directory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner

from drgdip.base.errors import PolicyError, TablesError
from drgdip.cli.tables import tables as command
from drgdip.policy import load_policy
from drgdip.policy.values import AuxiliaryType
from drgdip.tables import TablesFileError, load_tables
from drgdip.tables.auxiliary import (
    AUXILIARY_TYPES,
    LISTS_FILE,
    SCORES_FILE,
    SUBTYPES_FILE,
    parse_classification,
    parse_range,
)
from drgdip.tables.auxiliary_edition import read_classification
from drgdip.tables.check import check_edition
from drgdip.tables.edition import open_edition

HEAD = "dip_code,type,subtype,coefficient,cases,mean_cost_yuan,cv_fall\n"


def test_policy_and_tables_name_the_same_types() -> None:
    assert get_args(AuxiliaryType) == AUXILIARY_TYPES


def test_the_edition_is_the_base_with_coefficients(edition: Callable[..., Any], tmp_path: Path) -> None:
    tables, demo = edition(), load_tables("dip", "demo")

    assert tables.group_codes == demo.group_codes
    assert tables.sha256 != demo.sha256
    assert demo.auxiliary is None
    assert tables.manifest.extends.edition == "demo"
    assert tables.manifest.rows["auxiliary"] == 9
    assert len(tables.auxiliary.coefficients.group) == 9
    assert [p.key for p in check_edition(open_edition(tmp_path / "demo-auxiliary")) if p.severity == "error"] == []


@pytest.mark.parametrize(
    ("row", "key", "field"),
    [
        ("nowhere,age,over_65,1.2,,,", "unknown_group", "dip_code"),
        ("K35.3,age,over_64,1.2,,,", "unknown_subtype", "subtype"),
        ("K35.3,weather,over_65,1.2,,,", "unknown_subtype", "subtype"),
        ("K35.3,age,over_65,,,,", "missing_value", "coefficient"),
        ("K35.3,age,over_65,1.23456,,,", "bad_number", "coefficient"),
        ("K35.3,age,over_65,0,,,", "not_positive", "coefficient"),
        ("K35.3,age,over_65,100.0001,,,", "too_large", "coefficient"),
        ("K35.3,age,over_65,1.2,4.5,,", "bad_number", "cases"),
        ("K35.3,age,over_65,1.2,4,,x", "bad_number", "cv_fall"),
        ("K35.3,age,over_65,1.2", "cell_count", ""),
    ],
)
def test_a_wrong_row_is_told_with_its_place(edition: Callable[..., Any], row: str, key: str, field: str) -> None:
    with pytest.raises(TablesFileError) as caught:
        edition(HEAD + row + "\n")

    assert (key, 1, field) in [(p.key, p.row, p.field) for p in caught.value.problems]


def test_a_coefficient_stands_once(edition: Callable[..., Any]) -> None:
    with pytest.raises(TablesFileError) as caught:
        edition(HEAD + "K35.3,age,over_65,1.2,,,\nK35.3,age,over_65,1.3,,,\n")

    assert [(p.key, p.row) for p in caught.value.problems] == [("duplicate_coefficient", 2)]


def test_a_changed_file_is_refused(edition: Callable[..., Any], tmp_path: Path) -> None:
    edition()
    (tmp_path / "demo-auxiliary/auxiliary.csv").write_text(HEAD, encoding="utf-8")

    with pytest.raises(TablesFileError) as caught:
        load_tables(path=tmp_path / "demo-auxiliary")
    assert [(p.key, p.file) for p in caught.value.problems] == [("file_changed", "auxiliary.csv")]


def test_a_manifest_without_the_classification_is_refused(edition: Callable[..., Any], tmp_path: Path) -> None:
    edition()
    manifest = tmp_path / "demo-auxiliary/manifest.yaml"
    text = manifest.read_text(encoding="utf-8")
    at = text.index("  auxiliary_scores:")
    manifest.write_text(text[:at] + text[text.index("files:") :], encoding="utf-8")

    with pytest.raises(TablesError, match="auxiliary_scores"):
        load_tables(path=tmp_path / "demo-auxiliary")


@pytest.mark.parametrize("name", ["national-3.0-draft", "hubei-base"])
def test_shipped_classifications_are_sound_and_marked_as_derived(name: str, root: Path) -> None:
    from drgdip.tables.manifest import read_manifest

    read = read_classification(name)
    manifest = read_manifest(root / "grouper_tables/auxiliary" / name)

    assert manifest.status == "derived"
    assert manifest.rows == {"subtypes": len(read.subtypes), "codes": len(read.lists), "scores": len(read.scores)}
    for file in (SUBTYPES_FILE, LISTS_FILE, SCORES_FILE):
        from hashlib import sha256

        path = root / "grouper_tables/auxiliary" / name / file
        assert sha256(path.read_bytes()).hexdigest() == manifest.files[file]


def problems_of(subtypes: str = "", lists: str = "a,K35\n", scores: str = "") -> list[tuple[str, str]]:
    texts = {
        SUBTYPES_FILE: "type,subtype,name_zh,name_en,principal,age_days,discharge_ways,drug_share,another_category\n"
        + subtypes,
        LISTS_FILE: "list,code\n" + lists,
        SCORES_FILE: "list,weight,unless,name_zh,name_en\n" + scores,
    }
    found: list[Any] = []
    parse_classification(texts, {name: name for name in texts}, found)
    return [(problem.key, problem.field) for problem in found]


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"subtypes": "age,a,甲,A,,0-28,,,\n"}, None),
        ({"subtypes": "weather,a,甲,A,,,,,\n"}, ("unknown_value", "type")),
        ({"subtypes": "age,a b,甲,A,,,,,\n"}, ("bad_code", "subtype")),
        ({"subtypes": "age,a,甲,A,b,,,,\n"}, ("undefined_set", "principal")),
        ({"subtypes": "age,a,甲,A,!a,,,,\n"}, None),
        ({"subtypes": "age,a,甲,A,,28-0,,,\n"}, ("bad_range", "age_days")),
        ({"subtypes": "age,a,甲,A,,,05,,\n"}, ("unknown_value", "discharge_ways")),
        ({"subtypes": "age,a,甲,A,,,,half,\n"}, ("bad_number", "drug_share")),
        ({"subtypes": "age,a,甲,A,,,,,yes\n"}, ("unknown_value", "another_category")),
        ({"subtypes": "age,a,,A,,,,,\n"}, ("missing_value", "name_zh")),
        ({"lists": "a,K 35\n"}, ("bad_code", "code")),
        ({"lists": "".join(f"l{i},K35\n" for i in range(63))}, ("too_large", "list")),
        ({"lists": "".join(f"l{i},K35\n" for i in range(62))}, None),
        ({"scores": "b,1,,甲,A\n"}, ("undefined_set", "list")),
        ({"scores": "a,1,b,甲,A\n"}, ("undefined_set", "list")),
        ({"scores": "a,-1,,甲,A\n"}, ("bad_number", "weight")),
    ],
)
def test_a_wrong_classification_is_told(parts: dict[str, str], problem: tuple[str, str] | None) -> None:
    assert problems_of(**parts) == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("0-28", (0, 28)), ("66-", (66, 2**31 - 1)), ("-3", (0, 3)), ("5-5", (5, 5)), ("5-4", None), ("-", None), ("5", None), ("", None)],
)  # fmt: skip
def test_ranges(text: str, bounds: tuple[int, int] | None) -> None:
    assert parse_range(text) == bounds


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "aux.csv").write_text(HEAD + "K35.3,age,over_65,1.2,,,\n", encoding="utf-8")
    arguments = ["import", "auxiliary", str(tmp_path / "aux.csv"), "--base", "demo", "--edition", "demo-aux"]
    result = CliRunner().invoke(command, [*arguments, "--out", str(tmp_path / "out"), "--date", "2026-01-01", "--json"])

    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["rows"]["auxiliary"] == 1
    loaded = load_tables(path=tmp_path / "out")
    assert loaded.auxiliary is not None
    assert loaded.auxiliary.coefficients.coefficient_e4.tolist() == [12_000]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"types": "[weather]"}, "auxiliary.types"),
        ({"types": "[age, age]"}, "auxiliary.types"),
        ({"several": "product"}, "auxiliary.several"),
        ({"min_group_cases": "-1"}, "auxiliary.min_group_cases"),
        ({"min_cv_fall": '"1.1"'}, "auxiliary.min_cv_fall"),
        ({"floor": '"1.2"', "cap": '"1.1"'}, "auxiliary.floor"),
        ({"excluded_tcm": "maybe"}, "auxiliary.excluded_tcm"),
        ({"excluded_med_types": "[x]"}, "auxiliary.excluded_med_types"),
    ],
)
def test_a_wrong_section_is_refused_by_name(policy_file: Callable[..., Path], values: dict[str, str], key: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(policy_file(**values))

    assert key in str(caught.value.problems)  # type: ignore[attr-defined]


def test_the_section_resolves(policy_file: Callable[..., Path]) -> None:
    section = {"types": "[icu, age]", "min_cv_fall": '"0.2"', "cap": '"3"', "min_subtype_cases": "15"}
    values = load_policy(policy_file(**section)).distinct_values()[0].auxiliary

    assert values is not None
    assert (values.types, values.min_cv_fall_e4, values.cap_e4, values.min_subtype_cases) == (
        ("icu", "age"),
        2000,
        30_000,
        15,
    )
    assert load_policy("demo_tiny").distinct_values()[0].auxiliary is None
