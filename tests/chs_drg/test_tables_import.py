"""Workbooks of the national 3.0 layout: imported, refused, changed by overlays, compared, checked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner, Result

from drgdip.base.errors import TablesError, UsageError
from drgdip.cli import cli
from drgdip.cli.tables import tables
from drgdip.tables import load_tables
from drgdip.tables.choose import edition_on
from drgdip.tables.chs_drg.drg_tables import DrgTables
from drgdip.tables.chs_drg.sheets import SHEETS
from drgdip.tables.diff import counts, diff
from drgdip.tables.manifest import Effective, Manifest, Region, Words, read_manifest
from tests.chs_drg.random_stays import quick
from tests.chs_drg.sample import TINY, group, stay_of
from tests.reference.drg.group import group_stay

#: Sheets as a real workbook has them: an extra first column in ADRG, a line break in a header, full-width signs.
HEADERS = {
    "mdc": ["编码", "名称", "规则", "排序"],
    "adrg": ["序号", "编码", "名称", "规则", "所属MDC", "MDC内\n排序"],
    "drg": ["编码", "名称", "规则", "所属ADRG", "所属MDC", "ADRG内排序"],
    "sets": ["集合编号", "ICD编码", "ICD名称"],
    "cc": ["编码", "名称", "排除表", "类型(MCC/CC)"],
    "exclusions": ["排除表编号", "ICD编码", "名称"],
}
LISTS = ("B01 B02 B03 M01 E01 X01 X02 X03", "10 11 20 21 90 91 92")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drgdip.tables.cache.user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("DRGDIP_TABLES", raising=False)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook; keyword arguments replace the rows of a sheet, or its header as ``mdc_header``."""

    def write(name: str = "book.xlsx", **changes: Any) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for key, sheet in SHEETS.items():
            if changes.get(key, ()) is None:
                continue
            page = book.create_sheet(sheet.name)
            page.append(changes.get(f"{key}_header", HEADERS[key]))
            for number, row in enumerate(changes.get(key, TINY[key]), 1):
                page.append([number, *row] if key == "adrg" else list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def code_lists(tmp_path: Path) -> list[str]:
    """Options that name code lists of the sample's codes."""
    options = []
    for name, codes in zip(("diagnoses", "procedures"), LISTS, strict=True):
        path = tmp_path / f"{name}.csv"
        path.write_text("code,name\n" + "".join(f"{code},{code} 名\n" for code in codes.split()), encoding="utf-8")
        options += [f"--{name}", str(path)]
    return options


def run(*arguments: object) -> Result:
    return CliRunner().invoke(tables, [str(argument) for argument in arguments])


def imported(source: Path, out: Path, options: list[str], *more: str) -> Result:
    return run(
        "import", "chs-drg", source, "--edition", "3.0-test", "--out", out, "--date", "2026-01-01", *options, *more
    )


def written_as_csv(folder: Path, encoding: str = "utf-8", **changes: Any) -> Path:
    """The sheets as six CSV files, with other rows for some."""
    folder.mkdir()
    for key, sheet in SHEETS.items():
        rows = [sheet.columns, *changes.get(key, TINY[key])]
        lines = [",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows]
        (folder / f"{sheet.name}.csv").write_text("\n".join(lines), encoding=encoding)
    return folder


def load(folder: Path) -> DrgTables:
    return load_tables(path=folder)


def test_a_workbook_becomes_an_edition_that_groups(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path
) -> None:
    result = imported(workbook(), tmp_path / "e", code_lists)

    assert result.exit_code == 0, result.output
    rows = read_manifest(tmp_path / "e").rows
    assert {k: rows[k] for k in ("mdc", "adrg", "drg", "sets", "mcc", "cc", "exclusion_tables", "exclusion_rows")} == {
        "mdc": 5, "adrg": 10, "drg": 11, "sets": 12, "mcc": 1, "cc": 2, "exclusion_tables": 2, "exclusion_rows": 2,
    }  # fmt: skip
    assert "EX_9 (1)" in result.output  # an exclusion table without rows is told
    for tables_ in (load(tmp_path / "e"), load(tmp_path / "e")):  # compiled, then from the cache
        assert group(tables_, "B01 X01", "10") == "BB11"
        assert group(tables_, "B02", "11") == "BQY"


def test_six_csv_files_are_the_same_edition(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path
) -> None:
    imported(workbook(), tmp_path / "a", code_lists)
    folder = written_as_csv(tmp_path / "sheets", "gb18030")
    assert imported(folder, tmp_path / "b", code_lists).exit_code == 0

    assert read_manifest(tmp_path / "a").files == read_manifest(tmp_path / "b").files


def test_full_width_rules_are_read_and_told(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path
) -> None:
    mdc = [[*row[:2], "（NL＝0） and （XSRTL ≤ 28）", row[3]] if row[0] == "MDCP" else row for row in TINY["mdc"]]
    result = imported(workbook(mdc=mdc), tmp_path / "e", code_lists, "--json")
    findings = json.loads(result.output)["findings"]

    assert [(f["key"], f["severity"], f["row"]) for f in findings if f["key"] == "unusual_signs"] == [
        ("unusual_signs", "warning", 2)
    ]
    assert group(load(tmp_path / "e"), "B01", age_years=0, age_days=28, birth_weight_g=1499) == "PS19"


@pytest.mark.parametrize(
    "rule",
    ["ZYZD in DI_B\n", " ZYZD in DI_B", "ZYZD  in DI_B", "ZYZD in\tDI_B", "ZYZD in DI_B\u200b", "ZYZD \nin DI_B",
     "ZYZD\u00a0in DI_B", "(ZYZD in DI_B） "],
)  # fmt: skip
@pytest.mark.parametrize("as_csv", [False, True])
def test_stray_blanks_are_read_and_told_by_import_and_check(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path, rule: str, as_csv: bool
) -> None:
    mdc = [[*row[:2], rule, row[3]] if row[0] == "MDCB" else row for row in TINY["mdc"]]
    source = written_as_csv(tmp_path / "sheets", mdc=mdc) if as_csv else workbook(mdc=mdc)
    findings = json.loads(imported(source, tmp_path / "e", code_lists, "--json").output)["findings"]

    assert [(f["file"], f["row"], f["field"], f["value"]) for f in findings if f["key"] == "unusual_signs"] == [
        ("MDC", 4, "规则", rule)
    ]
    assert group(load(tmp_path / "e"), "B01 X01", "10") == "BB11"
    assert load(tmp_path / "e").content.mdcs[3].text == rule.strip()
    checked = json.loads(run("check", "--tables", tmp_path / "e", "--json").output)[0]["findings"]
    assert [(f["file"], f["row"]) for f in checked if f["key"] == "unusual_signs"] == [("mdc.csv", 4)]


@pytest.mark.parametrize("rule", ["ZYZD in DI_B or\nZYZD in DI_M", "ZYZD in DI_B", "", None])
def test_line_breaks_between_words_are_plain(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path, rule: str | None
) -> None:
    drg = [[*row[:2], rule or "", *row[3:]] if row[0] == "BR19" else row for row in TINY["drg"]]
    findings = json.loads(imported(workbook(drg=drg), tmp_path / "e", code_lists, "--json").output)["findings"]
    assert "unusual_signs" not in {f["key"] for f in findings}


def test_signs_that_no_one_sees_do_not_change_a_code(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path
) -> None:
    sets = [[f"{name}\u200b ", f"\ufeff{code}\u00a0", title] for name, code, title in TINY["sets"]]
    result = imported(workbook(sets=sets), tmp_path / "e", code_lists, "--json")

    assert "unlisted_diagnosis" not in {f["key"] for f in json.loads(result.output)["findings"]}
    assert group(load(tmp_path / "e"), "B01 X01", "10") == "BB11"


def test_errors_are_told_first_and_without_what_follows_from_them(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path
) -> None:
    odd = [[*row[:2], f"{row[2]} ", *row[3:]] for row in TINY["adrg"]]
    drg = [[*row[:2], "QTZD in DI_NONE" if row[0] == "BB13" else "QTZD on MCC" if row[0] == "BR19" else f" {row[2]}", *row[3:]]
           for row in TINY["drg"]]  # fmt: skip
    lines = imported(workbook(adrg=odd, drg=drg), tmp_path / "e", code_lists, "--lang", "en").output.splitlines()

    assert [line.split(":")[0] for line in lines[:2]] == [
        '  [error] DRG, row 8, 规则 "QTZD on MCC (第 6 个字符处应为in、not in 或比较符,实为“on” | character 6',
        '  [error] DRG, row 6, 规则 "BB13',
    ]
    assert "earlier row" not in "".join(lines)


def test_check_lists_every_problem(workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path) -> None:
    imported(workbook(sets=[*TINY["sets"], *[[f"DI_Z{n}", "B01", ""] for n in range(30)]]), tmp_path / "e", code_lists)
    assert run("check", "--tables", tmp_path / "e").output.count("没有规则使用该集合") == 30


@pytest.mark.parametrize(
    ("sheet", "change", "key", "row", "value"),
    [
        ("mdc", lambda rows: [["MDCB", "", "ZYZD on DI_B", "4"], *rows[:3], rows[4]], "bad_rule", 1, "第 6 个字符"),
        ("mdc", lambda rows: [*rows, ["MDCQ", "", "ZYZD in DI_NONE", "9"]], "undefined_set", 6, "MDCQ: DI_NONE"),
        ("mdc", lambda rows: [*rows, ["MDCB", "", "", "9"]], "duplicate_code", 6, "MDCB"),
        ("mdc", lambda rows: [*rows[:4], ["MDCE", "", "ZYZD in DI_E", "five"]], "bad_order", 5, "five"),
        ("adrg", lambda rows: [*rows, ["QQ1", "", "1", "MDCQ", "1"]], "unknown_parent", 11, "MDCQ"),
        ("adrg", lambda rows: [*rows, ["EE1", "", "ZYSS in DI_E", "MDCE", "9"]], "mixed_set", 0, "DI_E"),
        ("adrg", lambda rows: [*rows, ["EE1", "", "", "", "9"]], "missing_value", 11, ""),
        ("drg", lambda rows: [*rows, ["ZZ19", "", "1", "ZZ1", "MDCB", "1"]], "unknown_parent", 12, "ZZ1 (MDCB)"),
        ("cc", lambda rows: [*rows, ["X04", "", "EX_1", "XCC"]], "bad_severity", 4, "XCC"),
        ("cc", lambda rows: [*rows, ["", "", "EX_1", "CC"]], "missing_value", 4, ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path, sheet: str, change: Any, key: str, row: int,
    value: str,
) -> None:  # fmt: skip
    result = imported(workbook(**{sheet: change(TINY[sheet])}), tmp_path / "e", code_lists, "--json")

    assert isinstance(result.exception, TablesError)
    found = [f for f in json.loads(result.output)["findings"] if f["key"] == key]
    assert [(f["severity"], f["row"]) for f in found] == [("error", row)]
    assert value in found[0]["value"]
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sets": None}, "集合"),
        ({"cc_header": ["编码", "名称", "排除表"]}, "类型"),
        ({"mdc_header": ["编码", "编码", "规则", "排序"]}, "编码"),
    ],
)
def test_a_missing_sheet_or_column_is_one_sentence(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    result = imported(workbook(**changes), tmp_path / "e", code_lists)

    assert isinstance(result.exception, TablesError)
    assert words in result.exception.fact.zh


def test_a_file_that_is_no_workbook_is_refused(code_lists: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 not really")
    result = imported(tmp_path / "x.xlsx", tmp_path / "e", code_lists)
    assert isinstance(result.exception, TablesError)


@pytest.fixture
def base(workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path) -> Path:
    imported(workbook(), tmp_path / "base", code_lists)
    return tmp_path / "base"


def amended(tmp_path: Path, base: Path, changes: dict[str, Any]) -> Result:
    overlay = {
        "title": {"zh": "地方版", "en": "Local"},
        "status": "synthetic",
        "base": {"edition": "3.0-test"},
        **changes,
    }
    (tmp_path / "o.yaml").write_text(yaml.safe_dump(overlay, allow_unicode=True), encoding="utf-8")
    return run("amend", tmp_path / "o.yaml", "--base", base, "--edition", "local", "--out", tmp_path / "local", "--date",
               "2026-01-01")  # fmt: skip


def test_an_overlay_splits_groups_adds_codes_and_weights(base: Path, tmp_path: Path) -> None:
    result = amended(tmp_path, base, {
        "drg": {
            "replace": [{"code": "BR19", "name": "长住院", "rule": "ZYTS > 60", "adrg": "BR1", "mdc": "MDCB", "order": 1}],
            "add": [{"code": "BR29", "name": "内科", "rule": "", "adrg": "BR1", "mdc": "MDCB", "order": 2}],
        },
        "adrg": {"remove": ["BS1"]},
        "sets": {"add": {"DI_BR": ["B02"]}},
        "exclusions": {"add": {"EX_9": ["B02"]}},
        "complications": {"set": {"X02": {"severity": "MCC", "exclusions": "EX_2"}}},
        "weights": {"BR19": "2.5"},
    })  # fmt: skip
    # A group of the removed adjacent group is left without a parent: the overlay has to remove it, too.
    assert isinstance(result.exception, TablesError)
    result = amended(tmp_path, base, {
        "drg": {
            "replace": [{"code": "BR19", "name": "长住院", "rule": "ZYTS > 60", "adrg": "BR1", "mdc": "MDCB", "order": 1}],
            "add": [{"code": "BR29", "name": "内科", "rule": "", "adrg": "BR1", "mdc": "MDCB", "order": 2}],
            "remove": ["BS19"],
        },
        "adrg": {"remove": ["BS1"]},
        "sets": {"add": {"DI_BR": ["B02"]}},
        "exclusions": {"add": {"EX_9": ["B02"]}},
        "complications": {"set": {"X02": {"severity": "MCC", "exclusions": "EX_2"}}},
        "weights": {"BR19": "2.5"},
    })  # fmt: skip
    assert result.exit_code == 0, result.output
    local = load(tmp_path / "local")

    assert group(local, "B02", length_of_stay_days=61) == "BR19"
    assert group(local, "B02", length_of_stay_days=60) == "BR29"
    assert group(local, "B03") == "0000"
    assert group(local, "B01 X02", "10") == "BB11"
    assert group(local, "B02 X03", "10") == "BB15"
    assert local.content.weights == {"BR19": "2.5"}
    assert local.manifest.extends is not None
    assert local.manifest.extends.sha256 == load(base).sha256
    found = counts(diff(load(base), local))
    assert found["drg", "changed"] == 1
    assert found["drg", "added"] == 1
    assert found["adrg", "removed"] == 1


#: Rows of exclusion tables that the official 3.0 workbook lacks.
LACKING = {
    "EX_103": ["P22.100", "P24.100"], "EX_104": ["P39.800"], "EX_105": ["P55.100", "P59.900"], "EX_107": ["P78.800"],
    "EX_128": ["S02.400"],
}  # fmt: skip


def test_an_amendment_adds_the_exclusion_rows_that_a_workbook_lacks(
    workbook: Callable[..., Path], tmp_path: Path
) -> None:
    # Each table has another row already, and takes away one complication of its own.
    cc = [[f"X{table[3:]}", "", table, "CC"] for table in LACKING]
    principals = [code for codes in LACKING.values() for code in codes]
    sets = [*[row for row in TINY["sets"] if row[0] != "DI_B"], *[["DI_B", code, ""] for code in ["B01", *principals]]]
    source = workbook(cc=cc, exclusions=[[table, "B01", ""] for table in LACKING], sets=sets)
    lists = []
    for name, codes in (
        ("diagnoses", [*LISTS[0].split(), *principals, *(row[0] for row in cc)]),
        ("procedures", LISTS[1].split()),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join(["code,name", *(f"{code},{code}" for code in codes)]), "utf-8")
        lists += [f"--{name}", str(tmp_path / f"{name}.csv")]
    imported(source, tmp_path / "base", lists)
    assert amended(tmp_path, tmp_path / "base", {"exclusions": {"add": LACKING}}).exit_code == 0
    base, mended = load(tmp_path / "base"), load(tmp_path / "local")

    assert counts(diff(base, mended)) == {("exclusion_code", "added"): 7}
    for table, codes in LACKING.items():
        for code in codes:
            assert group(base, f"{code} X{table[3:]}", "10") == "BB13"
            assert group(mended, f"{code} X{table[3:]}", "10") == "BB15"
    # Applied once more, it no longer fits.
    again = run("amend", tmp_path / "o.yaml", "--base", tmp_path / "local", "--edition", "x", "--out", tmp_path / "x")
    assert isinstance(again.exception, TablesError)


@pytest.mark.parametrize(
    ("rule", "column", "inside", "outside"),
    [("ZYTS > 60", "act_ipt_days", "61", "60"), ("LYFS = '5'", "dscg_way", "5", "1"), ("LYFS != 5", "dscg_way", "1", "5"),
     ("KB = '重症医学科'", "dscg_caty", "重症医学科", "内科"), ("ICUXS >= 48", "icu_hours", "48", "47"),
     ("(KB != “儿科”) and (ICUXS ＞ 0)", "icu_hours", "1", "0")],
)  # fmt: skip
def test_a_local_edition_splits_by_what_the_national_language_lacks(
    base: Path, tmp_path: Path, rule: str, column: str, inside: str, outside: str
) -> None:
    row = {"code": "BR19", "name": "甲", "adrg": "BR1", "mdc": "MDCB", "order": 1, "rule": rule}
    overlay = {"replace": [row], "add": [{**row, "code": "BR29", "order": 2, "rule": ""}]}
    assert amended(tmp_path, base, {"drg": overlay, "weights": {"BR19": "2.5", "BR29": "1"}}).exit_code == 0
    cases = tmp_path / "c.csv"
    other = "dscg_caty" if column != "dscg_caty" else "icu_hours"
    cases.write_text(
        f"setl_id,diag_code,{column},{other}\n"
        + "".join(
            f"S{n},B01,{value},{'内科' if other == 'dscg_caty' else ''}\n"
            for n, value in enumerate((inside, outside, ""))
        ),
        "utf-8",
    )
    result = CliRunner().invoke(cli, ["group", str(cases), "--tables", str(tmp_path / "local"), "-o", "-"])

    assert [line.split(",")[3] for line in result.stdout.splitlines()[1:]] == ["BR19", "BR29", "BR29"]
    report = json.loads(run("check", "--tables", tmp_path / "local", "--json").output)[0]
    assert {f["value"] for f in report["findings"] if f["key"] in ("unreachable_group", "no_witness")} == set()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"drg": {"remove": ["XX19"]}}, "overlay_absent"),
        ({"sets": {"remove": {"DI_B": ["X01"]}}}, "overlay_absent"),
        ({"sets": {"drop": ["DI_Q"]}}, "overlay_absent"),
        ({"sets": {"add": {"DI_B": ["B01"]}}}, "overlay_present"),
        ({"complications": {"remove": ["B01"]}}, "overlay_absent"),
        ({"mdc": {"add": [{"code": "MDCB", "order": 9}]}}, "overlay_present"),
    ],
)
def test_an_overlay_that_does_not_fit_is_refused(base: Path, tmp_path: Path, changes: dict[str, Any], key: str) -> None:
    error = amended(tmp_path, base, changes).exception

    assert isinstance(error, TablesError)
    assert key in [problem.key for problem in error.problems]  # type: ignore[attr-defined]


@pytest.mark.parametrize("changes", [{"base": {"edition": "2.0"}}, {"base": {"edition": "3.0-test", "sha256": "0" * 64}},
                                     {"colour": "red"}, {"sets": {"plus": {}}}])  # fmt: skip
def test_an_overlay_for_another_base_or_with_unknown_keys_is_refused(
    base: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    assert isinstance(amended(tmp_path, base, changes).exception, TablesError)


def test_diff_tells_the_same_edition_from_a_changed_one_and_refuses_other_schemes(base: Path) -> None:
    assert diff(load(base), load(base)) == []
    with pytest.raises(UsageError):
        diff(load(base), load_tables("dip", "demo"))


def test_diff_follows_cases(base: Path, tmp_path: Path) -> None:
    amended(tmp_path, base, {"sets": {"remove": {"DI_BR": ["B01"]}}, "weights": {"BR19": "1.5", "BS19": "0.5"}})
    cases = tmp_path / "c.csv"
    cases.write_text("setl_id,diag_code\nS1,B01\nS2,B02\nS3,E01|X01\n", encoding="utf-8")
    result = run("diff", base, tmp_path / "local", "--cases", cases, "--json")
    # The set has lost its only code, so the edition cannot be made: the overlay is refused.
    assert isinstance(result.exception, Exception)
    amended(tmp_path, base, {"sets": {"add": {"DI_BR": ["B02"]}}, "weights": {"BR19": "1.5", "BS19": "0.5"}})
    found = json.loads(run("diff", base, tmp_path / "local", "--cases", cases, "--json").output)["cases"]

    assert (found["cases"], found["same"], found["moved"]) == (3, 2, 1)
    assert found["moves"] == [
        {"before": "BS19", "after": "BR19", "cases": 1, "weight_before": "", "weight_after": "1.5"}
    ]


def test_check_finds_hidden_rows_and_groups_without_a_witness(
    workbook: Callable[..., Path], code_lists: list[str], tmp_path: Path
) -> None:
    adrg = [
        *TINY["adrg"],
        ["ES1", "再次呼吸", "QTZD in DI_ER", "MDCE", "3"],
        ["ET1", "不可能", "(NL > 5) and (NL < 5)", "MDCE", "4"],
    ]
    drg = [*TINY["drg"], ["ES19", "", "1", "ES1", "MDCE", "1"], ["ET19", "", "1", "ET1", "MDCE", "1"]]
    drg.insert(1, ["AA18", "", "QTZD in CC", "AA1", "MDCA", "2"])
    imported(workbook(adrg=adrg, drg=drg), tmp_path / "e", code_lists)
    report = json.loads(run("check", "--tables", tmp_path / "e", "--json").output)[0]
    found = {(f["key"], f["value"]) for f in report["findings"]}

    assert ("hidden_row", "ES1 ← ER1") in found
    assert ("hidden_row", "AA18 ← AA19") in found
    assert {value for key, value in found if key == "unreachable_group"} == {"AA18", "ES19", "ET19"}
    assert report["valid"] is True
    assert report["witnesses"] == 12  # BQY and the eleven groups of the sample


@pytest.mark.parametrize("edition", ["1.1", "1.1p", "2.0"])
def test_every_group_of_the_shipped_editions_is_reached(edition: str, tmp_path: Path) -> None:
    from drgdip.audit.table_check import check_tables
    from drgdip.tables.locate import edition_folder

    report = check_tables(edition_folder("chs-drg", edition))

    count = {"1.1": 648, "1.1p": 648, "2.0": 655}[edition]
    assert report.reach == (count, count)
    assert len(report.cases) == count
    # The kernel found them; the slow reference puts each into the same group.
    content = quick(load_tables("chs-drg", edition).content)
    for case, code in report.cases:
        outcome = group_stay(stay_of(case), content)
        assert outcome.adrg is not None
        assert (outcome.drg or outcome.adrg).code == code
    assert {problem.severity for problem in report.problems} <= {"warning"}


def test_a_changed_file_is_refused(base: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(base, tmp_path / "copy")
    (folder / "cc.csv").write_text("编码,排除表,类型\nX01,EX_1,CC\n", encoding="utf-8")
    with pytest.raises(TablesError):
        load(folder)
    assert run("check", "--tables", folder).exit_code == 3


def _manifest(edition: str, start: str | None, end: str | None = None, region: str | None = None) -> Manifest:
    return Manifest(
        scheme="chs-drg", edition=edition, title=Words(zh="", en=""), imported_at=date(2026, 1, 1), rows={}, files={},
        effective=Effective.model_validate({"from": start, "to": end}) if start else None,
        region=Region(admdvs=region, name=Words(zh="", en="")) if region else None,
    )  # fmt: skip


EDITIONS = [
    _manifest("old", "2021-01-01", "2024-12-31"), _manifest("new", "2025-01-01"), _manifest("undated", None),
    _manifest("province", "2026-01-01", None, "410000"), _manifest("city", "2026-02-01", None, "410400"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("region", "day", "edition"),
    [
        ("410400", "2024-12-31", "old"),
        ("410400", "2025-01-01", "new"),
        ("410400", "2026-01-31", "province"),
        ("410400", "2026-02-01", "city"),
        ("410425", "2026-02-01", "city"),
        ("410500", "2026-02-01", "province"),
        ("110000", "2026-02-01", "new"),
    ],
)
def test_the_nearest_and_newest_edition_of_the_day_holds(region: str, day: str, edition: str) -> None:
    known = [(Path(manifest.edition), manifest) for manifest in EDITIONS]
    assert edition_on("chs-drg", region, date.fromisoformat(day), known) == Path(edition)


def test_a_day_without_an_edition_and_rivals_are_refused_by_name() -> None:
    known = [(Path(manifest.edition), manifest) for manifest in [*EDITIONS, _manifest("rival", "2025-01-01")]]
    with pytest.raises(TablesError, match="2020-12-31"):
        edition_on("chs-drg", "410400", date(2020, 12, 31), known)
    with pytest.raises(TablesError, match=r"new.*rival"):
        edition_on("chs-drg", "110000", date(2025, 6, 1), known)
