"""Pages of catalogues in a real browser: nothing is fetched, nothing reaches beyond the paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from drgdip import load_tables
from drgdip.cli import cli
from tests.browser.chromium import Chromium, find
from tests.browser.test_pages import check
from tests.catalogue.city import write_city

pytestmark = [
    pytest.mark.skipif(find() is None, reason="no Chromium on this system: pages are not checked in a browser"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(str(find()), tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "cases"
    write_city(folder, load_tables("dip", "2.0-pingdingshan-2025"), 6_000, dirty="0.01")
    return folder


def run(*arguments: object) -> None:
    result = CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_a_build_and_a_comparison(browser: Chromium, cases: Path, tmp_path: Path, language: str) -> None:
    earlier = "2.0-pingdingshan-2025"
    run("catalogue", "build", "--cases", cases, "--edition", "built", "--year", "2026", "--out", tmp_path / "built",
        "--earlier", earlier, "--lang", language)  # fmt: skip
    assert 8 <= check(browser.open(tmp_path / "built" / "report.html"), landscape=True) <= 14
    write_city(tmp_path / "later", load_tables("dip", earlier), 500)
    compare = ["catalogue", "compare", earlier, tmp_path / "built", "--lang", language, "--cases"]
    run(*compare, tmp_path / "later", "--year", "2025", "--out", tmp_path / "weights")
    assert 3 <= check(browser.open(tmp_path / "weights" / "compare.html"), landscape=True) <= 8
    policy = tmp_path / "policy.yaml"
    text = (Path(__file__).parents[2] / "drgdip/policy/regions/demo_tiny.yaml").read_text(encoding="utf-8")
    policy.write_text(text.replace("2026-01-01, to: 2026-12-31", "2025-01-01, to: 2025-12-31"), encoding="utf-8")
    run(*compare, tmp_path / "later", "--policy", policy, "--out", tmp_path / "settled")
    assert 6 <= check(browser.open(tmp_path / "settled" / "compare.html"), landscape=True) <= 14
