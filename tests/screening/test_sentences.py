"""Sentences of fact: nothing that a template asks for is missing in the findings of the worked examples."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.catalogue import rules
from drgdip.screening.fact_words import fact_word, formula_words
from drgdip.screening.sentences import plain_numbers
from tests.screening.test_any_order import RULES, screened
from tests.screening.test_engine import case, line


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["id"]))
def test_every_value_of_a_sentence_is_there(rule: dict[str, Any]) -> None:
    for example in rule["example"]:
        for finding in screened(rule["id"], example["tables"], example["params"])[0]:
            assert "—" not in finding["sentence_zh"] + finding["sentence_en"]


#: A name that programs have for a thing, or a hole where a value was empty.
_CODE = re.compile(r"[A-Za-z]+_[A-Za-z_]+|(?<![A-Za-z0-9.])[a-z]{3,}(?![A-Za-z0-9])|[A-Z]{4,}")
_HOLE = re.compile(r"[(:(:]\s*[)。;,)]|  | [。)]|年龄 [,。]")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["id"]))
def test_sentences_are_words_and_leave_no_holes(rule: dict[str, Any]) -> None:
    """What is no word of ours stands in the data or in the params: names that a city has given."""
    for example in rule["example"]:
        given = json.dumps([example["tables"], example["params"]], ensure_ascii=False)
        for finding in screened(rule["id"], example["tables"], example["params"])[0]:
            names = [name for name in _CODE.findall(finding["sentence_zh"]) if name not in given]
            assert (names, _HOLE.findall(finding["sentence_zh"])) == ([], []), finding["sentence_zh"]
            assert " fen" not in finding["formula"]


@pytest.mark.parametrize(
    ("rule", "text", "zh", "en"),
    [
        ("A01", "MISSING:gend", "缺少性别", "missing sex"), ("A01", "MISSING:main_dx", "缺少主要诊断", "missing principal diagnosis"),
        ("A01", "MAIN_DX_COUNT=2", "主要诊断个数 2", "principal diagnoses: 2"), ("B02", "≥ 1 month, < 18 year", "≥ 1 个月, < 18 岁", "≥ 1 months, < 18 years"),
        ("B03", "work_injury", "工伤", "work injury"), ("B05", "inpatient|emergency", "住院或急诊", "inpatient or emergency"),
        ("B09", "alone", "单味使用", "alone"), ("D05", "≥ 65", "≥ 65 岁", "≥ 65 years"), ("O02", "3 / 7 d", "7 天内 3 次", "3 in 7 days"),
        ("E13", "removed_twice:appendix", "器官重复切除(阑尾)", "removed twice(appendix)"), ("O06", "round 43.33%", "整数金额占 43.33%", "round sums 43.33%"),
        ("C01", "6小时", "6小时", "6 hours"), ("C01", "单日", "单日", "a day"), ("B16", "特殊", "特殊", "special"),
        ("C05", "round", "round", "round"),  # the word of another rule: here it is what a hospital calls an item
    ],
)  # fmt: skip
def test_words_of_codes(rule: str, text: str, zh: str, en: str) -> None:
    assert (fact_word(rule, text, "zh"), fact_word(rule, text, "en")) == (zh, en)


def test_signs_of_a_sum_are_said_in_words() -> None:
    assert formula_words("E06", "exam_share 2 + low_cost 2", "zh") == "检查检验占比高 2 + 费用偏低 2"
    assert formula_words("E07", "E03 5 + no_cash 2", "zh") == "E03 5 + 个人无现金支付 2"
    assert formula_words("C02", "3 − 2", "zh") == "3 − 2"


def test_numbers_lose_the_zeros_of_their_scale_and_codes_keep_theirs() -> None:
    assert plain_numbers("(1.9000 − 0.7000) × 8000 = 672.00") == "(1.9 − 0.7) × 8000 = 672.00"
    assert (
        plain_numbers("(25.005000 − 25.000000) × 4.0000; 45.4300x010, 54.51001")
        == "(25.005 − 25) × 4; 45.4300x010, 54.51001"
    )


def test_money_in_a_sentence_is_in_yuan() -> None:
    """100.00 are charged, of which a tenth is the patient's first share, and 100.00 stand within coverage."""
    lines = [line("1", det_item_fee_sumamt="100.00", inscp_scp_amt="100.00", selfpay_prop="0.1", cnt="1", pric="100")]
    found = screen_rows({"cases": [case()], "fee_lines": lines}, ["B14"]).screened.findings

    assert "has 100.00 within coverage where 90.00 is due" in found[0].sentence.en


def test_a_template_of_a_reason_stands_before_that_of_the_outcome() -> None:
    rule = rules()["A07"]

    assert rule.sentence("bulk", "WARN") == rule.sentences["bulk"]
    assert rule.sentence("late", "WARN") == rule.sentences["default"]
