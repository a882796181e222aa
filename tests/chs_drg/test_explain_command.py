"""``drgdip explain`` for CHS-DRG: typed codes and stays of a case file, in both languages and as JSON; wrong use."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drgdip.cli import cli

CASES = Path(__file__).parent / "cases"
STAYS = CASES / "stays.csv"
DRG = ("--scheme", "chs-drg", "--edition", "2.0")
#: Cerebral infarction with diabetes and respiratory failure, which is an MCC.
TYPED = ("explain", *DRG, "--dx", "I63.900,E11.900,J96.000", "--sex", "1", "--age", "66")


def _run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def _text(*words: str) -> str:
    result = _run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def test_typed_codes_in_chinese() -> None:
    text = _text(*TYPED)
    assert text.startswith("CHS-DRG 2.0 版 [chs-drg/2.0] 转录 ")
    for section in (
        "路径(MDC 按顺序)",
        "入组规则",
        "其他诊断的严重程度",
        "未入的 ADRG 与 DRG",
        "换一个编码作主要诊断或主要手术操作",
    ):
        assert f"\n{section}\n" in text
    assert "\n→ BR21 " in text
    assert "  √ MDCA " in text
    assert "  × MDCP 新生儿及其他围产期新生儿疾病 [MDC 第 2 行]: 年龄 = 0: 实际 66; 不足一周岁天数 <= 28: 缺\n" in text
    assert "  E11.900: 不是 MCC 或 CC\n" in text
    assert "病历所支持的临床事实" in text


def test_typed_codes_in_english() -> None:
    text = _text(*TYPED, "--lang", "en")
    assert "principal diagnosis: I63.900 脑梗死  <- decided\n" in text
    assert "  J96.000: MCC, counts [CC row " in text
    assert "the clinical truth, and never by the weight." in text


def test_codes_are_typed_as_people_type_them() -> None:
    plain = json.loads(_text(*TYPED, "--json"))
    odd = json.loads(
        _text("explain", *DRG, "--dx", " i63.900， e11.900;J96.000 ", "--sex", "1", "--age", "66", "--json")
    )
    assert odd["outcome"] == plain["outcome"]
    assert [one["code"] for one in odd["diagnoses"]] == ["I63.900", "E11.900", "J96.000"]
    assert [one["given"] for one in odd["diagnoses"]] == ["i63.900", "e11.900", "J96.000"]


def test_everything_names_each_rejected_row() -> None:
    brief, whole = _text(*TYPED, "--proc", "47.0100"), _text(*TYPED, "--proc", "47.0100", "--all")
    assert "  × MDCA AA1 心肺移植 [ADRG 第 1 行]: 未满足 主要手术操作属于 OP1_AA1: 无\n" in whole
    assert "AA1 心肺移植" not in brief
    assert len(json.loads(_text(*TYPED, "--json", "--all"))["rejected"]) > len(
        json.loads(_text(*TYPED, "--json"))["rejected"]
    )


def test_codes_that_should_not_stand_where_they_stand_are_told() -> None:
    # I61.900 is shown in grey in the insurance edition; B95 are codes for causes of diseases of other chapters.
    found = json.loads(_text("explain", *DRG, "--dx", "I61.900,B95.600", "--json"))
    assert [(note["key"], note["codes"]) for note in found["notes"]] == [("grey_diagnosis_code", "I61.900")]
    assert [(one["code"], one["note"]) for one in found["what_if"]] == [("B95.600", "principal_not_allowed")]
    text = _text("explain", *DRG, "--dx", "B95.600,I61.900")
    assert "\n! B95.600: 该诊断不应作为主要诊断\n" in text
    assert "\n! I61.900: 诊断为医保版灰码\n" in text


def test_numbers_reach_the_rules() -> None:
    newborn = ("explain", *DRG, "--dx", "P22.000", "--age-days", "3", "--json")
    values = json.loads(_text(*newborn, "--weight", "1400", "--stay", "9", "--discharge-way", "1", "--icu-hours", "5",
                              "--department", "A02"))["values"]  # fmt: skip
    assert {one["variable"]: one["value"] for one in values} == {
        "NL": "0", "XSRTL": "3", "XSRTZ": "1400", "XB": "", "ZYTS": "9", "LYFS": "1", "ICUXS": "5", "KB": "A02",
    }  # fmt: skip


def test_a_folder_of_tables_serves_as_well() -> None:
    folder = Path(__file__).parents[2] / "grouper_tables" / "chs-drg" / "1.1"
    found = json.loads(_text("explain", "--tables", str(folder), "--dx", "I63.900", "--json"))
    assert found["identity"]["edition"] == "1.1"
    assert found["outcome"]["weight"] == ""


def test_stays_of_a_file_have_the_group_that_they_are_grouped_into() -> None:
    with (CASES / "expected.csv").open(encoding="utf-8") as file:
        expected = {row["setl_id"]: row for row in csv.DictReader(file) if row["edition"] == "2.0"}
    chosen = sorted(expected)[::9]
    assert chosen
    for setl_id in chosen:
        found = json.loads(_text("explain", "--cases", str(STAYS), setl_id, *DRG, "--json"))
        codes = {name: found["outcome"][name] for name in ("mdc_code", "adrg_code", "drg_code")}
        assert codes == {name: expected[setl_id][name] for name in codes}
        assert (found["identity"]["setl_id"], found["differences"]) == (setl_id, [])


def test_a_stay_of_a_file_is_told_with_what_is_odd_about_it(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("setl_id,diag_code,gend\nS1,I63.900|zzz,1\nS2,I63.900,7x\n", encoding="utf-8")
    text = _text("explain", "--cases", str(cases), " S1 ", *DRG)
    assert "cases.csv:1 diag_code zzz: " in text
    assert "结算ID: S1\n" in text
    assert "其他诊断: zzz 编码表中没有,不参与入组" in text
    broken = _text("explain", "--cases", str(cases), "S2", *DRG)
    assert broken.startswith("该行不能入组:\n  cases.csv:2 gend 7x: ")
    assert "→" not in broken
    plain = json.loads(_text("explain", "--cases", str(cases), "S2", *DRG, "--json"))
    assert (plain["setl_id"], [one["field"] for one in plain["findings"]]) == ("S2", ["gend"])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--scheme", "aps", "--edition", "2.0", "--dx", "I63.900"), 2, "This version does not group by aps."),
        (("--scheme", "chs-drg", "--edition", "9.9", "--dx", "I63.900"), 3, "9.9"),
        (DRG, 2, "Either --run with a settlement ID or --edition with --dx is needed"),
        ((*DRG, "--dx", ","), 2, "No diagnosis is given."),
        ((*DRG, "--dx", ",I63.900"), 2, "No diagnosis is given."),
        ((*DRG, "--dx", "I63.900", "S1"), 2, "and not both."),
        ((*DRG, "--dx", "I63.900", "--cases", "x.csv"), 2, "and not both."),
        ((*DRG, "--cases", "x.csv"), 2, "and not both."),
        (("--scheme", "chs-drg", "--dx", "I63.900"), 2, "Name either an edition or a folder of tables."),
        ((*DRG, "--dx", "I63.900", "--age", "40000"), 2, "40000 is no age in years."),
        (("--edition", "demo", "--cases", "x.csv", "S1"), 2, "Cases of a file are explained for CHS-DRG only."),
        ((*DRG, "--cases", str(STAYS), "nobody"), 2, "The case file holds no stay with settlement ID nobody."),
        ((*DRG, "--cases", "nowhere.csv", "S1"), 2, "nowhere.csv"),
    ],
)
def test_wrong_use(words: tuple[str, ...], code: int, told: str) -> None:
    from drgdip.base.errors import DrgdipError

    result = _run("explain", *words)
    assert isinstance(result.exception, DrgdipError)
    assert result.exception.exit_code == code
    assert told in result.exception.message("en")


def test_a_negative_number_is_refused() -> None:
    result = _run(*TYPED[:-1], "-1")
    assert result.exit_code == 2
    assert "-1 is not in the range x>=0" in result.output


def test_dip_is_explained_as_before() -> None:
    text = _text("explain", "--edition", "demo", "--dx", "A46.x00", "--age", "66")
    assert text.startswith("诊断: A46.x00 ")
    assert "dip_code=A46.X" in text
