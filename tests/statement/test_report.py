"""The report: self-contained, escaped, honest about what does not hold."""

from __future__ import annotations

import re

import pytest

from drgdip.base.text import Language
from drgdip.statement import GroupTotal, proof_lines
from drgdip.statement.group_section import GROUP_ROWS
from drgdip.statement.report import PAYOUT_ROWS, report_html
from drgdip.statement.words import WORDS
from tests.statement import sample
from tests.statement.outline import Outline, check_harmless

HOSTILE = '</td><script>alert("1")</script>&$x_1$\u202e\x00\ud800'


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_fetched(language: Language) -> None:
    outline = check_harmless(report_html(sample.city(30), language))
    assert outline.tags.count("svg") == 4
    assert outline.tags.count("meta") == 3


def test_the_reader_of_links_sees_them() -> None:
    assert Outline('<a href="http://x"><img src="y"></a>').links == ["http://x", "y"]


def test_figures_are_those_of_the_month() -> None:
    text = " ".join(Outline(report_html(sample.month())).words)
    for figure in ("129,956.79", "120,001.00", "9,955.79", "122,499.99", "-43.21", "1,000.01", "8.0000"):
        assert figure in text
    for words in ("演示市", "推导", "aaaaaaaaaaaa", "cases.csv", "诊断编码不在医保版诊断编码表中", "1,234.56",
                  "全部 9 项校验相符", "K80.1:51.2300"):  # fmt: skip
        assert words in text
    assert "some/where" not in text
    assert "08:00" not in text


def test_deviations_by_group() -> None:
    groups = [
        GroupTotal("A", "甲", 4, 100_00, 300_00, 10_000_00, 8_000_00, low_cases=1, high_cases=2),
        GroupTotal("", "", 1, 50_00, 0, 100_00, 0, ungrouped_cases=1),
        *(GroupTotal(f"B{i:02d}", "乙", 1, 1, 0) for i in range(GROUP_ROWS)),
    ]
    text = re.sub(r"<[^>]+>", "|", report_html(sample.month(groups=groups)))
    assert re.search(
        r"A\|+甲\|+4\|+1\|+2\|+0\|+0\|+2,500.00\|+2,000.00\|+1.2500\|+0.00\|+100.00\|+300.00\|+-200.00", text
    )
    assert re.search(r"—\|+未入组\|+1\|", text)
    assert "其余 2 个病种" in text
    assert f"共 {GROUP_ROWS + 2} 个病种,逐一列出差额最大的 {GROUP_ROWS} 个;全部见 groups.csv" in text


def test_english_report_has_no_chinese_words_of_its_own() -> None:
    report = sample.month(groups=[GroupTotal("J18.9", "pneumonia", 1, 1)])
    text = " ".join(Outline(report_html(report, "en")).words)
    assert "Demo City" in text
    assert not re.search("[\u4e00-\u9fff]", text)


def test_hostile_text_is_escaped_everywhere() -> None:
    report = sample.month(rows=[sample.row(HOSTILE)], groups=[GroupTotal(HOSTILE, HOSTILE, 1, 1)])
    html = report_html(report)
    assert "script" not in Outline(html).tags
    assert "&lt;script&gt;" in html
    assert not any(mark in html for mark in ("\x00", "\u202e", "\ud800"))


def test_a_line_that_does_not_hold_is_shown_in_words() -> None:
    broken = report_html(sample.month(proof=proof_lines(sample.totals(gross_fen=23_495_680))))
    fine = report_html(sample.month())
    assert 'class="alarm"' in broken
    assert "1 项不符:gross" in broken
    assert "✗ 不符" in broken
    assert "0.01" in broken
    assert 'class="alarm"' not in fine
    assert "✗" not in fine


def test_large_cities_are_cut_and_say_so() -> None:
    html = report_html(sample.city(260))
    table = html[html.index('<table class="payout">') :]
    table = table[: table.index("</table>")]
    codes = re.findall(r"H4401\d{7}", table)
    assert len(codes) == PAYOUT_ROWS
    assert codes == sorted(codes)
    assert "共 520 行,此处列出应付基金最多的 200 行;全部见 statement.xlsx" in html
    assert "其余 240 家机构" in html


def test_an_empty_month_has_a_report() -> None:
    html = report_html(sample.month(rows=[], groups=[], deductions=[]))
    assert "<svg" not in html
    assert "0.00" in html


def test_only_negative_payables_can_be_drawn() -> None:
    row = sample.row(payable_fen=-100, recorded_fen=0, difference_fen=-100)
    assert report_html(sample.month(rows=[row], groups=[GroupTotal("A", "b", 1, -100)])).count("<svg") == 4


def test_every_word_is_in_both_languages() -> None:
    assert all(words.zh and words.en for words in WORDS.values())
