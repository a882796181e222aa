"""``drgdip knowledge``: forms, exit codes, both languages, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drgdip.base.errors import TablesError, UsageError
from drgdip.cli.knowledge import knowledge


def run(*arguments: object) -> Result:
    return CliRunner().invoke(knowledge, [str(argument) for argument in arguments])


def test_list_names_the_packs_at_hand() -> None:
    assert [one["edition"] for one in json.loads(run("list", "--json").output)] == ["nhsa-2026"]
    assert "knowledge nhsa-2026 [转录]" in run("list").output


def test_show_tells_sources_and_rows_of_a_code() -> None:
    english = run("show", "nhsa-2026", "--lang", "en").output
    rows = json.loads(run("show", "nhsa-2026", "003402000350000", "--json").output)

    assert "drug_insurance: 124 rows · batch 3, updates 2026-01 (2026-01-28)" in english
    assert "item_age: 31 rows · batch 1, 8 · unread 1" in english
    assert [(row["list"], row.get("days"), row.get("period_days")) for row in rows] == [
        ("item_age", None, None), ("item_course", 365, 7), ("period_limit", None, 7),
    ]  # fmt: skip
    before = run("show", "nhsa-2026", "XJ07BGR030B014010110094", "--day", "2026-01-27")
    assert isinstance(before.exception, UsageError)
    assert "insurance=work_injury" in run("show", "nhsa-2026", "XJ07BGR030B014010110094", "--day", "2026-01-28").output


def test_show_gives_a_list_in_the_form_of_its_file(root: Path) -> None:
    file = root / "grouper_tables" / "knowledge" / "nhsa-2026" / "item_sex.csv"

    assert run("show", "nhsa-2026", "item_sex").output == file.read_text(encoding="utf-8")
    assert len(json.loads(run("show", "nhsa-2026", "drug_insurance", "--json").output)) == 124


def test_check_ends_with_three_where_a_file_was_changed(root: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(root / "grouper_tables" / "knowledge" / "nhsa-2026", tmp_path / "p")
    assert run("check", folder).exit_code == 0
    file = folder / "item_sex.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",1,", ",7,", 1), encoding="utf-8")

    result = run("check", folder, "--json")

    assert result.exit_code == 3
    (report,) = json.loads(result.output)
    assert [(one["key"], one["row"]) for one in report["findings"] if one["severity"] == "error"] == [
        ("file_changed", 0), ("unknown_value", 1),
    ]  # fmt: skip


def test_check_warns_of_codes_that_a_list_of_items_lacks(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text("code,name\n002101030280000,甲\n", encoding="utf-8")
    (report,) = json.loads(run("check", "nhsa-2026", "--items", items, "--json").output)
    unlisted = [one for one in report["findings"] if one["key"] == "unlisted_item" and one["file"] == "item_sex.csv"]

    assert report["valid"]
    assert len(unlisted) == 389
    assert unlisted[0]["value"] == "002101030290000"


def test_import_of_lists_and_of_a_pack_that_extends_them(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "kp_item_gender.csv").write_text("code,name,limit_value\n001,甲,男\n", encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "item_sex.csv").write_text("change,code,name,sex\nreplace,001,甲,2\n", encoding="utf-8")
    packs = tmp_path / "packs"
    about = tmp_path / "about.yaml"
    about.write_text("title: {zh: 某市, en: a city}\neffective: {from: 2026-01-01}\n", encoding="utf-8")

    first = run("import", tmp_path / "lists", "--name", "n", "--out", packs / "n", "--about", about, "--lang", "en")
    second = run(
        "import", tmp_path / "own", "--name", "c", "--base", packs / "n", "--out", packs / "c", "--about", about
    )
    assert (first.exit_code, second.exit_code) == (0, 0), (first.output, second.output)
    assert "written to" in first.output
    assert "code=001  name=甲  sex=2" in run("show", packs / "c", "001").output


def test_files_that_give_nothing_are_told(tmp_path: Path) -> None:
    """A wrong name left the list out without a word; a folder of such names made a pack of the mapping's own three rows."""
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "kp_drug_gendr.csv").write_text("code,generic_name,limit_value\nX1,甲,男\n", encoding="utf-8")
    refused = run("import", lists, "--name", "n", "--out", tmp_path / "n")
    assert isinstance(refused.exception, TablesError)
    (lists / "kp_item_gender.csv").write_text("code,name,limit_value\n", encoding="utf-8")
    told = run("import", lists, "--name", "n", "--out", tmp_path / "n", "--lang", "en").output
    assert "kp_drug_gendr.csv: the mapping names no such file" in told
    assert "item_sex.csv: the list has no rows" in told


def test_a_mapping_is_not_for_lists_that_extend_a_pack(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("lists: {}\n", encoding="utf-8")
    result = run(
        "import", tmp_path, "--name", "c", "--base", "nhsa-2026", "--mapping", mapping, "--out", tmp_path / "c"
    )

    assert isinstance(result.exception, UsageError)
    with pytest.raises(UsageError, match="no --mapping"):
        raise result.exception


def test_diff_tells_rows_days_and_manifests(tmp_path: Path) -> None:
    """Of 001 to 004 in the earlier pack: 002 changes its sex and its days, 003 goes, 005 comes; 004 has two turns, of which the second moves."""
    own = {
        "old": ["002,乙,2,,", "003,丙,1,,", "004,丁,1,,2026-01-31", "004,丁,2,2026-02-01,"],
        "new": ["002,乙,1,2026-03-01,", "005,戊,2,,", "004,丁,1,,2026-01-31", "004,丁,2,2026-02-05,"],
    }
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "kp_item_gender.csv").write_text("code,name,limit_value\n001,甲,男\n", encoding="utf-8")
    (tmp_path / "about.yaml").write_text(
        "title: {zh: 某市, en: a city}\neffective: {from: 2026-01-01}\n", encoding="utf-8"
    )
    packs = tmp_path / "packs"
    common = ("--about", tmp_path / "about.yaml")
    assert run("import", tmp_path / "base", "--name", "n", "--out", packs / "n", *common).exit_code == 0
    for name, rows in own.items():
        (tmp_path / name).mkdir()
        text = "".join(f"add,{row}\n" for row in rows)
        (tmp_path / name / "item_sex.csv").write_text(
            f"change,code,name,sex,valid_from,valid_to\n{text}", encoding="utf-8"
        )
        result = run("import", tmp_path / name, "--base", packs / "n", "--name", name, "--out", packs / name, *common)
        assert result.exit_code == 0, result.output

    found = json.loads(run("diff", packs / "old", packs / "new", "--json").output)
    assert [(one["kind"], one["key"], one["field"], one["before"], one["after"]) for one in found["changes"]] == [
        ("changed", "002", "sex", "2", "1"), ("changed", "002", "valid_from", "", "2026-03-01"), ("removed", "003", "", "丙", ""),
        ("removed", "004 2026-02-01", "", "丁", ""), ("added", "004 2026-02-05", "", "", "丁"), ("added", "005", "", "", "戊"),
    ]  # fmt: skip
    assert found["lists"] == {"item_sex": {"added": 2, "changed": 1, "removed": 2}}
    assert found["change_days"] == {"before": [], "after": ["2026-02-05", "2026-03-01"]}
    assert {"key": "edition", "before": "old", "after": "new"} in found["manifest"]

    on = json.loads(run("diff", packs / "old", packs / "new", "--json", "--day", "2026-02-02").output)
    assert [(one["kind"], one["key"]) for one in on["changes"]] == [
        ("removed", "002"), ("removed", "003"), ("removed", "004"), ("added", "005")]  # fmt: skip
    english = run("diff", packs / "old", packs / "new", "--lang", "en", "-o", tmp_path / "moved.csv").output
    assert "item_sex services by sex: added 2, changed 1, removed 2" in english
    assert "services by sex changed 002 first day:  → 2026-03-01" in english
    assert (tmp_path / "moved.csv").read_text(encoding="utf-8").count("item_sex,") == 6
    assert "两个知识包内容相同" in run("diff", packs / "old", packs / "old").output
