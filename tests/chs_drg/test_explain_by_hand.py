"""Explanations on a tiny edition; every expectation follows from its sheets by hand (see ``sample.TINY``)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from drgdip import DrgExplanation, DrgGrouper, UsageError
from drgdip.base.text import Language
from tests.chs_drg.sample import TINY, edition

GROUPER = DrgGrouper(tables=edition())


def explain(diagnoses: str, operations: str = "", **numbers: Any) -> DrgExplanation:
    return GROUPER.explain(diagnoses.split(), operations.split(), **numbers)


def path(explanation: DrgExplanation) -> list[tuple[str, bool, int]]:
    return [(step.row.code, step.row.holds, step.adjacent) for step in explanation.path]


def decided(explanation: DrgExplanation) -> list[tuple[str, int, str]]:
    return [(row.sheet, row.row, row.code) for row in explanation.decided]


def near_misses(explanation: DrgExplanation) -> dict[str, list[str]]:
    return {one.row.code: [leaf.rule for leaf in one.lacking] for one in explanation.near_misses}


def why(explanation: DrgExplanation) -> dict[str, str]:
    return {one.row.code: one.why for one in explanation.rejected if one.near}


def lines(explanation: DrgExplanation, language: Language = "zh", **how: bool) -> list[str]:
    return [line.strip() for line in explanation.to_text(language, **how).splitlines()]


def test_the_path_shows_categories_in_order_up_to_the_deciding_one() -> None:
    found = explain("B01 X02", "10")
    # MDCA holds always, both its adjacent groups fail; age is missing; not male; BB1 is the first row of MDCB.
    assert path(found) == [("MDCA", True, 2), ("MDCP", False, 0), ("MDCM", False, 0), ("MDCB", True, 0)]
    assert decided(found) == [("MDC", 4, "MDCB"), ("ADRG", 5, "BB1"), ("DRG", 6, "BB13")]
    assert found.outcome == ("MDCB", "BB1", "BB13", "手术,并发症", "", "drg_grouped", 5, 6)


def test_a_category_that_holds_may_have_no_adjacent_group_for_the_stay() -> None:
    found = explain("B01", age_days=3)
    assert path(found)[:2] == [("MDCA", True, 2), ("MDCP", True, 1)]
    assert found.outcome.drg_code == "BR19"


def test_every_condition_of_the_deciding_rules_is_true_or_false_with_the_codes_that_meet_it() -> None:
    category, adjacent, group = explain("B01 X02", "10").decided
    assert [(leaf.rule, leaf.holds, [one.code for one in leaf.found]) for leaf in category.checked.leaves()] == [
        ("ZYZD in DI_B", True, ["B01"])
    ]
    assert adjacent.checked.joint == "and"
    assert [(leaf.rule, [one.code for one in leaf.found]) for leaf in adjacent.checked.leaves()] == [
        ("ZYZD in DI_B", ["B01"]),
        ("ZYSS in OP_B", ["10"]),
    ]
    assert group.checked.joint == "or"
    assert [(leaf.rule, leaf.holds, [one.code for one in leaf.found]) for leaf in group.checked.leaves()] == [
        ("QTZD in MCC", False, []),
        ("QTZD in CC", True, ["X02"]),
    ]


def test_the_codes_that_decided_are_marked() -> None:
    found = explain("E01 X01 B01", "92 11 91")
    assert [(one.variable, one.code, one.deciding) for one in found.operations] == [
        ("ZYSS", "92", True),
        ("QTSS", "11", False),
        ("QTSS", "91", True),
    ]
    # The first category holds always and AC1 asks for operations only.
    assert [one.deciding for one in found.diagnoses] == [False, False, False]


def test_other_diagnoses_count_or_are_excluded_by_a_table_because_of_the_principal() -> None:
    assert [(one.level, one.counts, one.excluded_by) for one in explain("B02 X01 X02 B01").severities] == [
        ("MCC", False, "EX_1"),
        ("CC", True, ""),
        ("", False, ""),
    ]
    assert [(one.level, one.counts, one.excluded_by) for one in explain("B03 X01 X02").severities] == [
        ("MCC", True, ""),
        ("CC", False, "EX_2"),
    ]
    # EX_9 has no rows.
    assert [(one.level, one.counts) for one in explain("B03 X03").severities] == [("CC", True)]


def test_earlier_groups_lack_a_complication_and_an_excluded_one_is_named() -> None:
    found = explain("B02 X01", "10")
    assert found.outcome.drg_code == "BB15"
    assert near_misses(found) == {"BB11": ["QTZD in MCC"], "BB13": ["QTZD in MCC or QTZD in CC"]}
    assert "BB13 手术,并发症 [DRG 第 6 行]: 其他诊断属于 MCC: 无(X01 被排除) 或 其他诊断属于 CC: 无" in lines(found)


def test_an_operation_in_the_wrong_place_is_told() -> None:
    found = explain("B01", "11 10")
    assert found.outcome[:3] == ("MDCB", "BQY", "BQY")
    assert found.outcome.drg_row == 0
    (miss,) = found.near_misses
    assert (miss.row.code, miss.row.row, miss.why) == ("BB1", 5, "rule_fails")
    assert [(one.variable, one.code) for leaf in miss.lacking for one in leaf.elsewhere] == [("QTSS", "10")]
    assert [(one.kind, one.code, one.outcome.drg_code) for one in found.what_if] == [("main_operation", "10", "BB15")]


def test_a_diagnosis_in_the_wrong_place_is_told() -> None:
    found = explain("X01 B01")
    assert (found.outcome.drg_code, found.decided, len(found.path)) == ("0000", [], 5)
    # BR1 asks for the principal diagnosis twice, in MDCB and by itself; BS1 only in MDCB.
    assert near_misses(found) == {"BS1": ["ZYZD in DI_B"]}
    assert "没有规则成立。" in lines(found)


def test_a_number_may_be_the_one_condition() -> None:
    assert near_misses(explain("M01 X01", sex=2)) == {"MZ1": ["XB = 1"]}
    # PS1 holds by the weight; 29 days are one too many for its category.
    assert near_misses(explain("B01", "10", age_days=29, birth_weight=1499))["PS1"] == ["XSRTL <= 28"]
    # A value that is missing is one condition, however often it is asked for.
    assert near_misses(explain("B01", "10", age_days=28))["PS1"] == ["XSRTZ > 0", "XSRTZ < 1500"]
    assert "PS1" not in near_misses(explain("B01", "10", age_days=29))


def test_a_count_that_is_not_reached_shows_what_it_counted() -> None:
    found = explain("E01 X01", "20 20")
    assert near_misses(found) == {"EX1": ["length(OP_E ∩ {ZYSS, QTSS}) >= 2"]}
    assert "EX1 双侧 [ADRG 第 9 行]: 任一手术操作中属于 OP_E 的不同编码数 >= 2: 实际 1,20" in lines(found)
    assert explain("E01 X01", "20 21").outcome.drg_code == "EX19"


def test_rejected_rows_say_why() -> None:
    # BR1 holds for B01 and comes after BB1.
    assert why(explain("B01 X01", "10")) == {"BR1": "comes_later", "ER1": "category_fails"}
    # The operation of an ambiguous row, and one that asks for two sets of which one is met.
    assert why(explain("B01", "91")) == {"AC1": "rule_fails", "BB1": "rule_fails", "BR1": "comes_later"}


def test_an_adjacent_group_whose_groups_all_fail() -> None:
    sheets = {**TINY, "drg": [row for row in TINY["drg"] if row[0] not in ("BB13", "BB15")]}
    found = DrgGrouper(tables=edition(sheets)).explain(["B01"], ["10"])
    assert found.outcome.drg_code == "BQY"
    assert {code: reason for code, reason in why(found).items() if code.startswith("BB")} == {
        "BB1": "no_group_holds",
        "BB11": "rule_fails",
    }
    assert near_misses(found) == {"BB11": ["QTZD in MCC"]}


def test_rows_that_nothing_meets_are_told_together_unless_all_are_asked_for() -> None:
    found = explain("E01 X01")
    brief, whole = lines(found), lines(found, everything=True)
    assert "× 主要手术操作不在其集合内 (1): AA1" in brief
    assert "× 任一手术操作不在其集合内 (1): AC1" in brief
    assert "× MDCA AA1 移植 [ADRG 第 1 行]: 未满足 主要手术操作属于 OP_AA1: 无" in whole
    # All ten adjacent groups but the deciding one.
    assert sum("[ADRG 第" in line and line.startswith("×") for line in whole) == 9


def test_what_if_follows_the_order_of_the_codes_and_says_what_decides() -> None:
    found = explain("B01 E01 B02 zz E01 B01", "11 10 11 90")
    assert [(one.kind, one.code, one.outcome.drg_code, one.same) for one in found.what_if] == [
        # EQY does not exist in this edition; ER1 asks for X01.
        ("principal", "E01", "0000", False),
        ("principal", "B02", "BQY", True),
        ("main_operation", "10", "BB15", False),
        ("main_operation", "90", "AA19", False),
    ]
    assert lines(found)[-1] == "以哪个编码作主要诊断或主要手术操作,由病历所支持的临床事实决定,而不由权重决定。"
    assert "never by the weight." in lines(found, "en")[-1]


def test_the_other_codes_keep_their_places_in_a_what_if() -> None:
    # With X01 first, B02 among the others: neither MDCB nor MDCE. With B02 first X01 is excluded, with B01 it counts.
    found = explain("B02 X01 B01", "10")
    assert [(one.code, one.outcome.drg_code) for one in found.what_if] == [("X01", "0000"), ("B01", "BB11")]


@pytest.mark.parametrize("given", ["b01", " B01 ", "\tb01\n", "B01"])
def test_codes_are_understood_whatever_their_case_and_blanks(given: str) -> None:
    found = GROUPER.explain([given, " x01"], [" 10 "])
    assert [one.code for one in (*found.diagnoses, *found.operations)] == ["B01", "X01", "10"]
    assert found.outcome.drg_code == "BB11"
    assert ("主要诊断: B01 B01(写作 b01)  ← 入组所依据" in lines(found)) == (given.strip() == "b01")


def test_codes_that_are_not_known_play_no_part_and_are_told() -> None:
    found = explain("B01 nothing X01", "10 none")
    assert [(one.given, one.code) for one in found.diagnoses] == [("B01", "B01"), ("nothing", ""), ("X01", "X01")]
    assert found.outcome.drg_code == "BB11"
    assert "其他诊断: nothing 编码表中没有,不参与入组" in lines(found)
    assert "nothing: 编码表中没有" in lines(found)
    assert "other operation: none not in the code list, plays no part" in lines(found, "en")
    # An unknown principal diagnosis does not hand its place on.
    assert explain("nothing B01").outcome.drg_code == "0000"


def test_ages_are_those_of_case_files() -> None:
    # Days without years mean 0 years; with years above 0 they are ignored.
    assert explain("B01", age_days=28, birth_weight=1499).outcome.drg_code == "PS19"
    found = explain("B01", age=1, age_days=28, birth_weight=1499)
    assert found.outcome.drg_code == "BR19"
    assert {one.variable: one.value for one in found.values if one.value} == {"NL": "1", "XSRTZ": "1499"}


def test_departments_compare_as_texts() -> None:
    adrg = [["BK1", "", "KB = '儿科'", "MDCB", "0"], *TINY["adrg"]]
    grouper = DrgGrouper(tables=edition({**TINY, "adrg": adrg}))
    assert grouper.explain(["B01"], department=" 儿科 ").outcome.adrg_code == "BK1"
    other = grouper.explain(["B01"], department="骨科")
    assert other.outcome.drg_code == "BR19"
    assert near_misses(other)["BK1"] == ["KB = '儿科'"]
    assert "BK1 [ADRG 第 1 行]: 出院科别 = 儿科: 实际 骨科" in lines(other)


def test_words_are_in_one_language() -> None:
    found = explain("B02 X01 zz", "11 10", sex=2, age=30)
    ours = re.sub(
        "集合|排除表|移植|联合|手术|严重|并发症|神经|内科|呼吸|先期|新生儿|男性|病|双侧|低体重|无",
        "",
        found.to_text("en"),
    )
    assert not re.search("[\u4e00-\u9fff]", ours)


def test_json_holds_plain_values_in_both_languages() -> None:
    found = explain("B02 X01", "10", sex=2)
    plain = json.loads(json.dumps(found.to_dict(), ensure_ascii=False))
    assert plain["outcome"]["drg_code"] == "BB15"
    assert plain["identity"]["sha256"] == "0" * 64
    assert plain["identity"]["standing"] == "synthetic"
    adjacent = plain["decided"][1]
    assert (adjacent["sheet"], adjacent["row"], adjacent["code"]) == ("ADRG", 5, "BB1")
    assert adjacent["checked"]["parts"][1] == {
        "rule": "ZYSS in OP_B", "holds": True,
        "condition": {"zh": "主要手术操作属于 OP_B", "en": "the main operation in OP_B"},
        "shows": {"zh": "10", "en": "10"},
        "found": [{"variable": "ZYSS", "code": "10", "set": "OP_B", "row": 0}], "elsewhere": [], "actual": "",
    }  # fmt: skip
    assert plain["severities"][0]["excluded_by"] == "EX_1"
    assert {row["row"]["code"] for row in plain["rejected"]} == {"BB11", "BB13", "ER1"}
    assert len(found.to_dict(everything=True)["rejected"]) > 3
    assert plain["truth"]["en"].endswith("never by the weight.")
    assert plain["differences"] == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"dx": []}, "没有给出诊断编码。"),
        ({"dx": ["", "B01"]}, "没有给出诊断编码。"),
        ({"dx": "|B01"}, "没有给出诊断编码。"),
        ({"dx": ["B01"], "age": -1}, "年龄的值 -1 不可用。"),
        ({"dx": ["B01"], "sex": 128}, "性别的值 128 不可用。"),
    ],
)
def test_wrong_use_is_refused(wrong: dict[str, Any], told: str) -> None:
    for call in (GROUPER.group, GROUPER.explain):
        with pytest.raises(UsageError) as refused:
            call(**wrong)
        assert refused.value.fact.zh == told


def test_grouping_and_explaining_agree_and_take_text_or_lists() -> None:
    assert GROUPER.group("B01|X02", "10") == GROUPER.group(["B01", "X02"], ["10"]) == explain("B01 X02", "10").outcome
