"""``drgdip tables``: forms, exit codes, both languages, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drgdip.base.errors import DrgdipError, UsageError
from drgdip.cli.tables import tables
from tests.tables.conftest import APPENDIX, ERYSIPELAS, SURGERY


def run(*arguments: object) -> Result:
    return CliRunner().invoke(tables, [str(argument) for argument in arguments])


def test_list_names_editions_and_code_lists() -> None:
    found = json.loads(run("list", "--json").output)

    assert {(one["scheme"], one["edition"]) for one in found} >= {
        ("dip", "2.0-pingdingshan-2025"), ("dip", "demo"), ("code-system", "diagnosis-yb-2.0"),
        ("code-system", "items-nhsa-points-2025"), ("code-system", "items-synthetic"),
        ("code-system", "procedure-yb-2.0"), ("treatment-types", "derived-2026"),
    }  # fmt: skip
    assert "[转录] 平顶山市 DIP 2.0 病种目录" in run("list").output
    assert "[synthetic] Example catalogue (invented)" in run("list", "--lang", "en").output


def test_check_of_a_clean_edition_ends_well() -> None:
    result = run("check", "--scheme", "dip", "--edition", "demo")

    assert result.exit_code == 0
    assert "未发现问题" in result.output


def test_check_of_a_changed_edition_ends_with_three(root: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(root / "grouper_tables" / "demo", tmp_path / "demo")
    file = folder / "groups.csv"
    file.write_bytes(file.read_bytes().replace(b",300,3000", b",-300,3000"))

    result = run("check", "--tables", folder, "--json")

    assert result.exit_code == 3
    (report,) = json.loads(result.output)
    assert report["valid"] is False
    assert [(f["severity"], f["key"], f["row"], f["value"]) for f in report["findings"]] == [
        ("error", "file_changed", 0, ""), ("error", "not_positive", 1, "-300"),
    ]  # fmt: skip
    assert "groups.csv 第 1 行 points 列“-300”:应大于零" in run("check", "--tables", folder).output
    english = run("check", "--tables", folder, "--lang", "en").output
    assert '[error] groups.csv, row 1, points "-300": must be greater than zero. Correct the row' in english


def test_show_an_edition_and_a_group() -> None:
    assert "地区次均费用(元): 10000" in run("show", "--edition", "demo").output
    assert json.loads(run("show", "--edition", "demo", "--json").output)["point_scale"] == 1000
    group = json.loads(run("show", "a46.x", "--edition", "demo", "--json").output)
    assert (group["dip_code"], group["points"]) == ("A46.X", "300")
    assert "47.0100 腹腔镜下阑尾切除术" in run("show", "K35.3:47.0100", "--edition", "demo").output


def test_an_unknown_group_is_wrong_use() -> None:
    result = run("show", "Z99", "--edition", "demo")

    assert isinstance(result.exception, DrgdipError)
    assert result.exception.exit_code == 2


@pytest.mark.parametrize("arguments", [("show",), ("show", "--edition", "demo", "--tables", ".")])
def test_an_edition_is_named_in_one_way(arguments: tuple[str, ...]) -> None:
    assert isinstance(run(*arguments).exception, UsageError)


def test_import_in_its_lasting_form(catalogue: Any, tmp_path: Path) -> None:
    out = tmp_path / "city"

    result = run("import", "dip", catalogue(APPENDIX, ERYSIPELAS, SURGERY), "--edition", "city-2026", "--out", out)

    assert result.exit_code == 0, result.output
    assert "groups 3, core 2, comprehensive 1, cases 66" in result.output
    assert run("check", "--tables", out).exit_code == 0
    assert json.loads(run("show", "--tables", out, "--json").output)["edition"] == "city-2026"


def test_import_of_wrong_rows_tells_them_all(catalogue: Any, tmp_path: Path) -> None:
    source = catalogue(APPENDIX.replace(",1000,10000,", ",x,-1,"))

    result = run("import", "dip", source, "--edition", "city", "--out", tmp_path / "city", "--json")

    assert isinstance(result.exception, DrgdipError)
    assert result.exception.exit_code == 3
    report = json.loads(result.output)
    assert [(f["key"], f["file"], f["row"], f["field"], f["value"]) for f in report["findings"]] == [
        ("bad_number", "city.csv", 1, "points", "x"), ("not_positive", "city.csv", 1, "avg_fee", "-1"),
    ]  # fmt: skip


def test_an_edition_can_keep_its_own_lists(catalogue: Any, tmp_path: Path) -> None:
    diagnoses = catalogue("K35.300,阑尾炎", header="code,name", name="dx.csv")
    procedures = catalogue("47.0100,切除", header="code,name", name="op.csv")
    types = catalogue("47.0100,surgery", header="code,treatment_type", name="types.csv")
    out = tmp_path / "city"

    result = run("import", "dip", catalogue(APPENDIX), "--edition", "city", "--out", out, "--diagnoses", diagnoses,
                 "--procedures", procedures, "--treatment-types", types)  # fmt: skip

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "diagnoses.csv", "groups.csv", "manifest.yaml", "procedures.csv", "treatment_types.csv",
    ]  # fmt: skip
    assert run("check", "--tables", out).exit_code == 0


def test_code_systems_and_derived_types(catalogue: Any, tmp_path: Path) -> None:
    codes = catalogue(
        "47.0100,阑尾切除术",
        "86.0400x001,皮肤切开引流术",
        "86.0400x002,皮肤引流管调整",
        header="code,name",
        name="op.csv",
    )
    unused = catalogue("86.0400x001,a", "86.0400x002,b", header="code,name", name="unused.csv")
    source = catalogue(APPENDIX.replace("47.0100", "86.0400x001"))
    listed = run("import", "code-system", codes, "--name", "op-1", "--kind", "procedure", "--out", tmp_path / "op-1")

    derived = run("derive", "treatment-types", "--procedures", codes, "--not-surgery", unused, "--catalogue", source,
                  "--name", "t-1", "--out", tmp_path / "t-1")  # fmt: skip

    assert (listed.exit_code, derived.exit_code) == (0, 0), derived.output
    assert (tmp_path / "t-1" / "types.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "47.0100,surgery,chapter_surgery",
        "86.0400x001,surgery,catalogue_surgery",
        "86.0400x002,therapeutic,not_valid_surgery",
    ]
    manifest = json.loads(run("show", "--tables", tmp_path / "t-1", "--json").output)
    assert manifest["status"] == "derived"
    assert any(note["en"].startswith("rubric_diagnostic → diagnostic:") for note in manifest["notes"])
