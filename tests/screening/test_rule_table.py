"""The table of rules in docs is that of the catalogue."""

from __future__ import annotations

from drgdip.screening.catalogue import rules
from drgdip.screening.rule_table import rule_table
from tests.contracts.source import ROOT


def test_the_page_is_current() -> None:
    assert (ROOT / "docs/screening-rules.md").read_text(encoding="utf-8") == rule_table()


def test_readmes_count_the_rules() -> None:
    number = len(rules())

    assert f"{number} rules" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{number} 条" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
