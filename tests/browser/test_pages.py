"""Documents in a real browser: they load without a network, without errors, and fit their paper.

Skipped where the system has no Chromium.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drgdip.base.text import Language, Text
from drgdip.statement import GroupTotal
from drgdip.statement.finished_run import FinishedRun
from drgdip.statement.report import report_html
from drgdip.statement.settlement_form import forms_html
from tests.browser.chromium import Chromium, Page, find
from tests.statement import sample
from tests.statement.conftest import settled
from tests.statement.test_documents import call

__all__ = ["settled"]

pytestmark = [
    pytest.mark.skipif(find() is None, reason="no Chromium on this system: pages are not checked in a browser"),
    pytest.mark.xdist_group("browser"),
]

#: A4 in PostScript points, and what the page's margins leave of it in CSS pixels.
A4 = (595, 842)
LANDSCAPE_WIDTH, PORTRAIT_WIDTH = 1031, 702
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
LONG_NAME = Text(
    "城乡居民基本医疗保险(含大学生、新生儿与灵活就业人员)补充统筹基金" * 2,
    "Residents' supplementary pooling fund, " * 4,
)


#: How many hospital codes there are, or -1 if one of them takes two lines.
ONE_LINE_CODES = """(() => {
  const lines = cell => { const all = document.createRange(); all.selectNodeContents(cell); return all.getClientRects().length };
  const cells = [...document.querySelectorAll('table.payout td.id')];
  return cells.some(cell => lines(cell) > 1) ? -1 : cells.length;
})()"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(str(find()), tmp_path_factory.mktemp("profile")) as running:
        yield running


def opened(browser: Chromium, folder: Path, html: str) -> Page:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8", errors="backslashreplace")
    return browser.open(path)


def check(page: Page, *, landscape: bool) -> int:
    """Nothing fetched or complained of, nothing beyond the right edge on screen and paper; returns the pages."""
    for width, medium in (
        (1280, "screen"),
        (390, "screen"),
        (LANDSCAPE_WIDTH if landscape else PORTRAIT_WIDTH, "print"),
    ):
        page.show(width, 900, medium)
        if width != 390:
            assert page.overflow() == [], (width, medium)
        assert page.run("document.documentElement.scrollWidth") <= width, (width, medium)
    content = page.pdf()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
    sizes = {(round(float(wide)), round(float(high))) for wide, high in boxes}
    assert sizes == {A4[::-1] if landscape else A4}
    assert page.requests() == []
    assert page.complaints() == []
    return len(_PAGE.findall(content))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("hospitals", "pages"), [(0, (3, 6)), (260, (9, 14))], ids=["small", "large"])
def test_month_report(
    browser: Chromium, tmp_path: Path, language: Language, hospitals: int, pages: tuple[int, int]
) -> None:
    report = sample.city(hospitals) if hospitals else sample.month()
    page = opened(browser, tmp_path, report_html(report, language))
    assert pages[0] <= check(page, landscape=True) <= pages[1]
    # What is paid stands at the right end: nobody should have to scroll for it, or read a code in two lines.
    page.show(1280, 900, "screen")
    assert (
        page.run("[...document.querySelectorAll('.wide')].filter(box => box.scrollWidth > box.clientWidth).length") == 0
    )
    assert page.run(ONE_LINE_CODES) > 0


def test_a_long_list_of_inputs_takes_no_page_of_its_own(browser: Chromium, tmp_path: Path) -> None:
    """The charts need most of a page; what the run is based on stands after them, where its rows may break."""
    report = sample.city()
    files = [report.run.inputs[0].model_copy(update={"path": f"lists-{place}.ndjson"}) for place in range(14)]
    longer = report._replace(run=report.run.model_copy(update={"inputs": files}))
    one, many = (opened(browser, tmp_path, report_html(month)).pdf() for month in (report, longer))

    assert len(_PAGE.findall(one)) == len(_PAGE.findall(many))


def test_month_report_with_long_names_and_amounts(browser: Chromium, tmp_path: Path) -> None:
    huge = {name: 10**12 + 7 for name in sample.StatementRow._fields if name.endswith("_fen")}
    rows = [sample.row("H" * 30, pool_name=LONG_NAME, **huge), sample.row("W" * 60, pool_name=LONG_NAME)]
    groups = [GroupTotal("K80.1:51.2300+" * 6, "胆囊结石伴胆囊炎" * 30, 99_999, 10**14, 10**13, 10**14, 10**14)]
    check(opened(browser, tmp_path, report_html(sample.month(rows=rows, groups=groups))), landscape=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_statements(browser: Chromium, tmp_path: Path, language: Language) -> None:
    run = FinishedRun(sample.RUN, sample.ROWS, sample.DEDUCTIONS, {}, [])
    one = opened(browser, tmp_path, forms_html(run, ["H002"], language))
    assert check(one, landscape=False) <= 2
    # Each hospital's statement begins on a page of its own.
    assert check(opened(browser, tmp_path, forms_html(run, ["H001", "H002"], language)), landscape=False) >= 2


def test_a_statement_of_one_pool_is_one_page(browser: Chromium, tmp_path: Path) -> None:
    run = FinishedRun(sample.RUN, [sample.ROWS[2]], (), {}, [])
    assert check(opened(browser, tmp_path, forms_html(run, ["H001"])), landscape=False) == 1


def test_statement_with_many_pools_long_names_and_amounts(browser: Chromium, tmp_path: Path) -> None:
    huge = {name: -(10**12) + 1 for name in sample.StatementRow._fields if name.endswith("_fen")}
    rows = [sample.row("H" * 30, f"pool-{i}", pool_name=LONG_NAME, **huge) for i in range(8)]
    lines = [
        sample.DeductionLine("H" * 30, "pool-1", 99, "2026-01-01", "I" * 40, 10**11, i, 10**11 - i) for i in range(60)
    ]
    run = FinishedRun(sample.RUN, rows, lines, {}, [])
    assert 2 <= check(opened(browser, tmp_path, forms_html(run, ["H" * 30])), landscape=False) <= 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hospital_pages(browser: Chromium, tmp_path: Path, settled: Path, language: Language) -> None:
    from drgdip.cli.report import report

    call(report, "--run", settled, "--all", "-o", tmp_path / "pages", "--lang", language)
    for path in sorted((tmp_path / "pages").iterdir()):
        count = check(browser.open(path), landscape=True)
        assert count == 1 if path.name == "index.html" else 2 <= count <= 5


def test_the_check_sees_what_it_looks_for(browser: Chromium, tmp_path: Path) -> None:
    bad = "<p style='width:3000px'>wide</p><img src='picture.png'><script>console.error('x')</script>"
    page = opened(browser, tmp_path, bad)
    page.show(1280, 900, "screen")
    assert page.overflow()
    assert any(url.endswith("picture.png") for url in page.requests())
    assert page.complaints()
