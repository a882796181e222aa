"""Statements that hospitals sign: every figure, in figures and capital numerals, with its marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drgdip.base.text import Language
from drgdip.pipeline.finished_run import read_finished_run
from drgdip.statement.finished_run import FinishedRun
from drgdip.statement.form_words import FORM_WORDS
from drgdip.statement.settlement_form import POOLS_ACROSS, forms_html, settlement_form
from tests.statement import sample
from tests.statement.outline import Outline, check_harmless

#: The example's hospital H99010000001, by hand: 13100 + 850 payable, 14100 + 1000 recorded, 5 % retained, 1000 and
#: 11445 deducted from the employees' 12445, so that only the residents' 807.50 are paid.
AMOUNTS = {
    "分值金额": ("20,350.00", "人民币贰万零叁佰伍拾元整"),
    "个人支付": ("6,400.00", "人民币陆仟肆佰元整"),
    "范围外支付": ("0.00", "人民币零元整"),
    "应付基金": ("13,950.00", "人民币壹万叁仟玖佰伍拾元整"),
    "记账金额": ("15,100.00", "人民币壹万伍仟壹佰元整"),
    "差额": ("-1,150.00", "人民币负壹仟壹佰伍拾元整"),
    "预留金": ("697.50", "人民币陆佰玖拾柒元伍角"),
    "本期应拨": ("13,252.50", "人民币壹万叁仟贰佰伍拾贰元伍角"),
    "审核扣款": ("1,000.00", "人民币壹仟元整"),
    "稽核扣款": ("0.00", "人民币零元整"),
    "预付金抵扣": ("11,445.00", "人民币壹万壹仟肆佰肆拾伍元整"),
    "预留金暂扣": ("0.00", "人民币零元整"),
    "其他扣款": ("0.00", "人民币零元整"),
    "实付": ("807.50", "人民币捌佰零柒元伍角"),
}


@pytest.fixture(scope="module")
def run(settled: Path) -> FinishedRun:
    return read_finished_run(settled)


def table_rows(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    return [
        ["".join(Outline(cell).words) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in rows
    ]


def test_every_amount_in_figures_and_capitals(run: FinishedRun) -> None:
    rows = table_rows(forms_html(run, ["H99010000001"]))
    start = rows.index(["项目", "小写", "大写"])
    amounts = {row[0]: (row[1], row[2]) for row in rows[start + 1 : start + 3 + len(AMOUNTS)]}
    assert amounts == {"病例数": ("3", "—"), "病例分值": ("1,250.0000", "—"), **AMOUNTS}
    assert list(amounts)[2:] == list(AMOUNTS)
    assert ["职工", "0.00", "人民币零元整"] in rows
    assert ["居民", "807.50", "人民币捌佰零柒元伍角"] in rows
    assert ["点值(元/点)", "10.0000", "9.0000"] in rows
    assert ["310", "30 预付金抵扣", "2026-01-06", "P-1", "20,000.00", "11,445.00", "8,555.00"] in rows
    assert ["合计", "21,000.00", "12,445.00", "8,555.00"] in rows


def test_head_basis_and_signatures(run: FinishedRun) -> None:
    text = Outline(forms_html(run, ["H99010000001"])).text
    for words in ("DIP-2026-01-H99010000001", "示例市", "2026-01-01 至 2026-01-31", "三级", "医疗保障经办机构(盖章)",
                  "定点医疗机构(盖章)", "对本结算单无异议", run.record.policy.sha256, run.record.tables.sha256,
                  run.record.inputs[0].sha256, "cases.csv (9)", f"drgdip {run.record.engine_version}",
                  run.record.finished_at.replace("T", " "), "仅供参考", "虚构", "demo_tiny 1"):  # fmt: skip
        assert words in text, words


def test_marks_of_values_that_are_not_beyond_dispute() -> None:
    run = FinishedRun(sample.RUN, sample.ROWS, sample.DEDUCTIONS, {}, [])
    assert "存疑:各文件不一致: deviation.basis" in Outline(forms_html(run, ["H001"])).text
    assert "from general knowledge, no text: pools.resident.patients" in Outline(forms_html(run, ["H001"], "en")).text


def test_official_policy_and_tables_need_no_warning() -> None:
    assert sample.RUN.standing
    official = sample.RUN.standing.model_copy(
        update={"policy_status": "official", "tables_status": "official", "marks": {}}
    )
    run = FinishedRun(sample.RUN.model_copy(update={"standing": official}), sample.ROWS, (), {}, [])
    text = Outline(forms_html(run, ["H001"])).text
    assert "仅供参考" not in text
    assert "本期无扣款项目" in text


def test_a_month_below_zero_is_paid_nothing() -> None:
    rows = [sample.ROWS[1]]
    html = forms_html(FinishedRun(sample.RUN, rows, (), {}, []), ["H001"])
    assert ["应付基金", "-43.21", "人民币负肆拾叁元贰角壹分"] in table_rows(html)
    assert ["实付", "0.00", "人民币零元整"] in table_rows(html)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_codes_stay_text(run: FinishedRun, language: Language) -> None:
    html = forms_html(run, run.hospitals, language)
    outline = check_harmless(html)
    assert "49" not in outline.words
    assert html.count("&lt;script&gt;x(&#39;&amp;{{7*7}}&#39;)\ufffd") >= 2
    assert outline.tags.count("article") == 4
    style = html[html.index("<style>") : html.index("</style>")]
    assert "script" not in style


def test_english_has_no_chinese_but_capital_numerals(run: FinishedRun) -> None:
    text = Outline(forms_html(run, ["H99010000001"], "en")).text
    for amount, capitals in AMOUNTS.values():
        assert amount in text
        text = text.replace(capitals, "")
    assert set(re.findall("[\u4e00-\u9fff]+", text)) <= {"人民币零元整"}


def test_clamped_and_paid_before_only_where_there_are_any() -> None:
    plain = settlement_form(FinishedRun(sample.RUN, sample.ROWS, (), {}, []), "H001")
    fields = [column.field for column in plain.money]
    assert "clamped_fen" not in fields
    assert "paid_before_fen" not in fields
    rows = [sample.row(clamped_fen=5, paid_before_fen=7)]
    fields = [column.field for column in settlement_form(FinishedRun(sample.RUN, rows, (), {}, []), "H001").money]
    assert {"clamped_fen", "paid_before_fen"} <= set(fields)


def test_many_pools_take_further_tables() -> None:
    rows = [sample.row(pool=f"p{i}") for i in range(POOLS_ACROSS + 1)]
    form = settlement_form(FinishedRun(sample.RUN, rows, (), {}, []), "H001")
    assert [len(table) for table in form.tables] == [POOLS_ACROSS, 1]
    assert form.total.cases == 10 * (POOLS_ACROSS + 1)


def test_many_inputs_stand_under_one_hash() -> None:
    file = sample.RUN.inputs[0]
    record = sample.RUN.model_copy(update={"inputs": [file] * 4})
    text = Outline(forms_html(FinishedRun(record, sample.ROWS, (), {}, []), ["H001"])).text
    assert "4 个文件,132 行" in text
    assert file.sha256 not in text


def test_every_word_is_in_both_languages() -> None:
    assert all(words.zh and words.en for words in FORM_WORDS.values())
