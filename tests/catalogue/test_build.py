"""A catalogue from files to files: the city's own catalogue comes back, and its report says what was done."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from decimal import Decimal
from math import sqrt
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner, Result

from drgdip import load_tables
from drgdip.base.errors import UsageError
from drgdip.base.provenance import sha256_of_file
from drgdip.catalogue.build import BUILT_FILES
from drgdip.catalogue.read import read_history
from drgdip.catalogue.regroup import building_order, regroup
from drgdip.catalogue.settings import read_settings
from drgdip.cli import cli
from drgdip.tables import DipTables
from tests.catalogue.city import YEARS, write_city
from tests.catalogue.test_recovery import SINGLE

STAYS = 4_000
WEIGHTS = (0.1, 0.2, 0.7)
BUILD = ["catalogue", "build", "--edition", "city-2026", "--year", "2026", "--date", "2026-01-02"]


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def demo() -> DipTables:
    return load_tables("dip", "demo")


@pytest.fixture(scope="module")
def cases(demo: DipTables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "cases"
    write_city(folder, demo, STAYS, dirty="0.01")
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing is trimmed, so that means are those that costs were drawn with."""
    path = tmp_path_factory.mktemp("settings") / "settings.yaml"
    path.write_text("trim: {value: none, cite: the test}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(cases: Path, settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "city"
    result = run(
        *BUILD, "--cases", cases, "--out", out, "--base", "demo", "--earlier", "demo", "--policy", "demo_tiny",
        "--settings", settings,
    )  # fmt: skip
    assert "测算完成" in result.output
    assert "310 年初点值" in result.output
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_citys_own_catalogue_comes_back(built: Path, demo: DipTables) -> None:
    tables, record = load_tables(path=built), json.loads((built / "build.json").read_text(encoding="utf-8"))

    assert record["years"] == list(YEARS)
    for code in SINGLE:
        row, source = tables.rows[tables.group_ids[code]], demo.rows[demo.group_ids[code]]
        yearly = [int(one["cases"]) for one in rows(built / "statistics.csv") if one["dip_code"] == code]
        error = sqrt(sum(w * w / n for w, n in zip(WEIGHTS, yearly, strict=True)))
        expected = float(source.mean_cost_yuan)
        assert abs(float(row.mean_cost_yuan) - expected) < 5 * float(source.cv) * expected * error
        mean = Decimal(tables.manifest.region_mean_cost_yuan or 0)
        assert abs(Decimal(row.points) - Decimal(row.mean_cost_yuan) / mean * 1000) < Decimal("0.01")


def test_it_regroups_its_own_history_into_itself(built: Path, cases: Path, tmp_path: Path) -> None:
    tables = load_tables(path=built)
    found = read_history([cases], tables.diagnoses, tables.procedures, YEARS, tmp_path)
    group_id = regroup(found.history, tables, building_order(read_settings()))
    counted = np.bincount(group_id[group_id >= 0], minlength=len(tables.group_codes))

    assert counted.tolist() == tables.groups.group_cases.tolist()
    assert all(count >= 15 for count, row in zip(counted, tables.rows, strict=True) if row.kind == "core")


def test_every_stay_is_accounted_for(built: Path) -> None:
    counts = json.loads((built / "build.json").read_text(encoding="utf-8"))["rows"]
    left_out = sum(counts[key] for key in ("defect", "refunded", "no_cost", "other_year", "too_short", "too_long"))

    assert counts["read"] == counts["kept"] + left_out
    assert 0 < counts["defect"] < 0.02 * counts["read"]
    assert counts["kept"] == counts["ungrouped"] + sum(int(row["cases"]) for row in rows(built / "groups.csv"))
    assert len(rows(built / "findings.csv")) >= counts["defect"]


def test_the_workbook_holds_every_group_and_adds_up(built: Path) -> None:
    book = openpyxl.load_workbook(built / "catalogue.xlsx")
    groups = book["病种 Groups"]
    heads = [cell.value for cell in groups[2]]
    body = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in groups.iter_rows(min_row=3)]
    stated = {row["dip_code"]: row for row in rows(built / "groups.csv")}

    assert [row["dip_code"] for row in body[:-1]] == list(stated)
    for row in body[:-1]:
        assert row["cases"] == int(stated[row["dip_code"]]["cases"])
        assert Decimal(str(row["points"])) == Decimal(stated[row["dip_code"]]["points"])
    total = body[-1]
    assert total["cases"] == sum(row["cases"] for row in body[:-1])
    coverage = [[cell.value for cell in row] for row in book["覆盖 Coverage"].iter_rows(min_row=3)]
    assert sum(row[-4] for row in coverage[:-1]) == coverage[-1][-4]
    assert sum(row[2] for row in coverage[:-1]) == coverage[-1][2]
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)
    hospitals = [row[-2].value for row in book["机构影响 Hospitals"].iter_rows(min_row=3) if row[0].value]
    assert hospitals[-1] is None or abs(hospitals[-1]) < 1e-6  # what some gain others lose


def test_means_by_level_add_up_to_the_kept_stays_of_each_group(built: Path) -> None:
    """In the file and in the workbook, whether or not a group has coefficients of its own."""
    listed = rows(built / "disease_coefficients.csv")
    kept: Counter[str] = Counter()
    for row in rows(built / "statistics.csv"):
        kept[row["dip_code"]] += int(row["cases"])
    by_level: Counter[str] = Counter()
    for row in listed:
        by_level[row["dip_code"]] += int(row["cases"])
        assert bool(row["coefficient"]) == (not row["reason"]) or row["level"] == "unrated"
    sheet = openpyxl.load_workbook(built / "catalogue.xlsx")["病种级别均费 Group levels"]
    body = list(sheet.iter_rows(min_row=3, values_only=True))

    assert by_level == kept
    assert [(row[0], row[3], f"{row[4]:.2f}") for row in body] == [
        (row["dip_code"], int(row["cases"]), row["mean_cost_yuan"]) for row in listed
    ]


def test_the_page_says_what_was_done(built: Path) -> None:
    page = (built / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]+>", " ", page)

    for words in ("DIP 病种目录测算报告", "覆盖", "未达标的病种", "与上一版目录(demo)相比", "对各机构的影响",
                  "清洗与裁剪", "未裁剪", "年初点值", "测算参数", "avg_of_avgs", "2023.csv", "2025.parquet"):  # fmt: skip
        assert words in shown, words
    counts = json.loads((built / "build.json").read_text(encoding="utf-8"))["rows"]
    assert f"{counts['kept']:,}" in shown
    assert page.count("<svg") == 4
    assert "://" not in re.sub(r'xmlns(:\w+)?="[^"]+"', "", page)


def test_the_record_names_what_went_in_and_what_came_out(built: Path) -> None:
    record = json.loads((built / "run.json").read_text(encoding="utf-8"))
    names = {path.name for path in built.iterdir()}

    assert names <= BUILT_FILES
    assert names == {*record["outputs"], "run.json"}
    assert all(sha256_of_file(built / name) == sha256 for name, sha256 in record["outputs"].items())
    assert record["tables"] == {"name": "dip/city-2026", "sha256": load_tables(path=built).sha256}
    assert record["earlier"]["name"] == "dip/demo"
    assert {Path(one["path"]).name for one in record["inputs"]} == {"2023.csv", "2024.parquet", "2025.parquet"}
    assert sum(one["rows"] for one in record["inputs"]) == record["rows"]["read"]


def test_the_same_cases_give_the_same_bytes(built: Path, cases: Path, settings: Path, tmp_path: Path) -> None:
    files = sorted(cases.iterdir(), reverse=True)
    run(
        *BUILD, *(one for file in files for one in ("--cases", file)), "--out", tmp_path / "again", "--base", "demo",
        "--earlier", "demo", "--policy", "demo_tiny", "--settings", settings, "--threads", 1,
    )  # fmt: skip
    differing = {
        path.name for path in built.iterdir() if path.read_bytes() != (tmp_path / "again" / path.name).read_bytes()
    }
    # The files came in another order, which the page, the workbook and the list of findings show.
    assert differing <= {"run.json", "report.html", "catalogue.xlsx", "findings.csv"}
    run(
        *BUILD, "--cases", cases, "--out", tmp_path / "third", "--base", "demo", "--earlier", "demo", "--policy",
        "demo_tiny", "--settings", settings,
    )  # fmt: skip
    assert {p.name for p in built.iterdir() if p.read_bytes() != (tmp_path / "third" / p.name).read_bytes()} == {
        "run.json"
    }


def test_a_built_catalogue_is_replaced_only_when_told_to(cases: Path, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "city"
    shutil.copytree(built, out)
    arguments = [*BUILD, "--cases", cases / "2025.parquet", "--out", out, "--base", "demo"]
    with pytest.raises(UsageError, match="not empty"):
        run(*arguments)
    before = (out / "groups.csv").read_bytes()
    result = run(*arguments, "--overwrite", "--json")

    assert json.loads(result.output)["stays"]["read"] < 2 * STAYS
    assert (out / "groups.csv").read_bytes() != before
    assert "对各机构的影响" not in (out / "report.html").read_text(encoding="utf-8")


def test_an_edition_that_was_not_built_is_never_replaced(cases: Path, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "imported"
    shutil.copytree(built, out)
    (out / "build.json").unlink()
    with pytest.raises(UsageError, match="not part of a built catalogue"):
        run(*BUILD, "--cases", cases, "--out", out, "--base", "demo", "--overwrite")


def test_a_build_that_fails_leaves_nothing(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "folder" / "city"
    arguments = ["catalogue", "build", "--edition", "x", "--cases", cases, "--out", out, "--base", "demo"]
    with pytest.raises(UsageError, match="2007–2009"):
        run(*arguments, "--year", "2010")
    assert list(out.parent.iterdir()) == []
    with pytest.raises(UsageError, match="other code lists"):
        run(*arguments, "--year", "2026", "--earlier", "2.0-pingdingshan-2025")
    with pytest.raises(UsageError, match="brings its code lists"):
        run(*arguments, "--year", "2026", "--diagnoses", "diagnosis-yb-2.0")


def test_editions_are_compared_by_a_policy_and_by_weight(built: Path, demo: DipTables, tmp_path: Path) -> None:
    write_city(tmp_path / "cases", demo, 300)
    policy = tmp_path / "policy.yaml"
    text = (Path(__file__).parents[2] / "drgdip/policy/regions/demo_tiny.yaml").read_text(encoding="utf-8")
    policy.write_text(text.replace("2026-01-01, to: 2026-12-31", "2025-01-01, to: 2025-12-31"), encoding="utf-8")
    arguments = ["catalogue", "compare", "demo", built, "--cases", tmp_path / "cases"]
    settled = run(*arguments, "--policy", policy, "--out", tmp_path / "out")
    content = json.loads(run(*arguments, "--policy", policy, "--json").output)["settled"]

    assert "2025 年 300 例" in settled.output
    assert content["total_points"] == "all"
    listed = rows(tmp_path / "out" / "hospitals.csv")
    assert sum(round(100 * float(row["difference_yuan"])) for row in listed) == sum(
        row["difference_fen"] for row in content["pools"]
    )
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "compare.html", "compare.xlsx", "moves.csv", "hospitals.csv", "pools.csv", "groups.csv", "regrouped.csv",
        "run.json",
    }  # fmt: skip
    assert "分值乘以" in (tmp_path / "out" / "compare.html").read_text(encoding="utf-8")
    weights = run(*arguments, "--year", "2024", "--out", tmp_path / "weights", "--lang", "en")
    assert "300 stays of 2024" in weights.output
    assert "No policy" in (tmp_path / "weights" / "compare.html").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="No year"):
        run(*arguments)
    with pytest.raises(UsageError, match="not empty"):
        run(*arguments, "--policy", policy, "--out", tmp_path / "out")


def test_the_workbook_of_a_comparison_adds_up(built: Path, cases: Path, tmp_path: Path) -> None:
    run("catalogue", "compare", "demo", built, "--cases", cases, "--year", "2025", "--out", tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "compare.xlsx")

    assert book.sheetnames == ["机构 Hospitals", "目录变动 Moves", "说明 Definitions", "依据 Basis"]
    sheet = book["机构 Hospitals"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for column in (2, 3, 6, 7):
        assert sum(Decimal(str(line[column])) for line in lines[:-1]) == Decimal(str(lines[-1][column]))
