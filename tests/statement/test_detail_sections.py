"""Special cases, denials, methods and the trial mark on every paper that people read, of one small month by hand.

H1: A by group, 2,300, of which 500 are denied; B cost 12,000 and is decided to be paid by item: 11,000 − 4,000 = 7,000. The
ceiling of the month is 6,000: 3,300 of 9,300 are over it. 6,000 less 5 % and 500 is 5,200.
"""

from __future__ import annotations

import re

import pytest
from openpyxl import load_workbook

from drgdip.ledger import SqliteStore, approve, open_keeper
from drgdip.pipeline.finished_run import read_finished_run
from drgdip.policy import load_policy
from drgdip.statement.detail_sections import PAGE_ROWS, SHEET_ROWS, DetailSection, denial_section
from drgdip.statement.hospital_report import hospital_html, index_html
from drgdip.statement.report import report_html
from drgdip.statement.settlement_form import forms_html
from tests.mixed.test_mixed import LINES
from tests.policy.samples import TINY
from tests.sanctions.test_denials import SANCTIONS, denial
from tests.sanctions.test_denials import write as write_denials
from tests.special_cases.sample import H1, SPECIAL, City, decision, stay


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = City(tmp_path_factory.mktemp("city"), TINY + SPECIAL + SANCTIONS + LINES)
    store = SqliteStore(city.folder / "runs.db")
    rows = [stay("2026-01", "A"), stay("2026-01", "B", 12000, 4000)]
    denials = write_denials(city.folder, [denial("N1", "A", denied_fund_yuan="500.00")])
    given = [decision("D1", "B", "by_item", allowed_yuan="11000.00")]
    for name in ("trial", "official"):
        report = city.settle("2026-01", rows, given, denials=denials, keeper=open_keeper(store.name), out=name)
        assert [line.line_id for line in report.proof if not line.holds] == []
        for person in ("甲", "乙"):
            if name == "trial":
                approve(store, load_policy(city.policy), person)
    city.report = report  # type: ignore[attr-defined]
    return city


def table(page: str, title: str) -> list[list[str]]:
    """Cells of the first table after a heading."""
    body = page[page.index(f"<h2>{title}</h2>") :]
    body = body[: body.index("</table>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def test_the_report_lists_what_changes_money(city: City) -> None:
    page = report_html(city.report)  # type: ignore[attr-defined]

    (_, line, total) = table(page, "特例单议")
    assert line[1:6] == ["B", H1, "D1", "按项目", "生效"]
    assert line[7:] == ["7,000.00", "0.00"]
    (_, line, total) = table(page, "审核拒付")
    assert (line[1:6], total[-2]) == (["A", H1, "N1", "扣金额", "已入账"], "500.00")
    (_, groups, items, total) = table(page, "支付方式与总额")
    assert (groups[2], items[2], total[4], total[-1]) == ("按病种", "按项目", "9,300.00", "3,300.00")
    assert "拒付与点值" in page
    heads, own = table(page, "各机构结算与拨付")[:2]
    assert own[heads.index("其他增减")] == "-3,300.00"


def test_the_workbook_has_a_sheet_for_each(city: City) -> None:
    book = load_workbook(city.run("official") / "statement.xlsx")

    assert {
        "特例单议 Special cases",
        "审核拒付 Denials",
        "拒付与点值 Denials and point value",
        "支付方式与总额 Methods",
    } <= set(book.sheetnames)
    heads = [cell.value for cell in book["审核拒付 Denials"][2]]
    (row, total) = (
        [cell.value for cell in found] for found in book["审核拒付 Denials"].iter_rows(min_row=3, max_row=4)
    )
    assert (row[heads.index("mode")], row[heads.index("denied_yuan")], total[heads.index("denied_yuan")]) == (
        "扣金额 amount", 500, 500,
    )  # fmt: skip
    statement = [cell.value for cell in book["结算单 Statement"][2]]
    assert {"denied_yuan", "special_cases", "over_ceiling_yuan"} <= set(statement)


def test_the_form_says_how_its_money_comes_about(city: City) -> None:
    page = forms_html(read_finished_run(city.run("official")), [H1])

    assert table(page, "特例单议")[1][1:4] == ["B", "D1", "按项目"]
    assert table(page, "审核拒付")[1][-2] == "500.00"
    assert "本期应拨 = 应付基金 − 超总额 − 预留金 − 前期已付" in page
    assert re.search(r"超总额</td><td[^>]*>3,300.00", page)
    assert re.search(r"实付</td><td[^>]*>5,200.00", page)


@pytest.mark.parametrize("name", ["trial", "official"])
def test_a_hospitals_pages_say_trial(city: City, name: str) -> None:
    run = read_finished_run(city.run(name))
    ((_, page),) = hospital_html(run, city.run(name), [H1])

    for text in (page, index_html(run, {H1: "x.html"})):
        assert ("试算:所用政策" in text) == (name == "trial")
    assert table(page, "审核拒付")[1][1] == "A"


def test_long_lists_are_cut_and_say_so() -> None:
    section = denial_section(())
    line = denial_line()
    many: DetailSection = section._replace(rows=[line] * (SHEET_ROWS + 1))

    assert len(many.page_rows) == PAGE_ROWS
    assert many.total("denied_fen") == 500 * (SHEET_ROWS + 1)
    assert many.total("before_payable_fen") is None


def denial_line() -> object:
    from drgdip.interface.denial import DenialLine

    text = dict.fromkeys(DenialLine._fields[:12], "")
    return DenialLine(**text, **dict.fromkeys(DenialLine._fields[12:], 0))._replace(group="", denied_fen=500)  # type: ignore[arg-type]
