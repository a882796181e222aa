"""The rules of the catalogue on the lists that are shipped: what lists say and what rules ask for fit together."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.pipeline.screening import CaseScreened, screen_rows
from drgdip.screening.catalogue import rules
from drgdip.tables.knowledge import load_pack
from tests.screening.test_engine import case, line

#: 儿童前牙树脂冠修复: for children, so below 18 years. 职业功能训练: for people of working age, which no list says in years.
CROWN, TRAINING = "003105120040000", "003402000320000"


def screened(items: list[str], **of_case: Any) -> CaseScreened:
    lines = [line(str(number), item) for number, item in enumerate(items)]
    return screen_rows({"cases": [case(**of_case)], "fee_lines": lines}, pack=load_pack("nhsa-2026"))


def test_every_rule_takes_the_shipped_lists() -> None:
    covered = {row.rule for row in screened([CROWN]).screened.coverage}

    assert covered == set(rules())


@pytest.mark.parametrize(("birth", "found"), [("2008-03-11", []), ("2008-03-10", ["< 18 year"])])
def test_an_item_for_children(birth: str, found: list[str]) -> None:
    """Admitted on 10 March 2026: on the eighteenth birthday the patient is no child any more."""
    findings = screened([CROWN], brdy=birth).screened.findings

    assert [finding.hit.facts["limit"] for finding in findings if finding.rule.id == "B02"] == found


def test_findings_cite_the_row_of_the_list() -> None:
    """Rows as the files of the pack have them: of the 900 pairs the one whose main item was charged, not the others of the sub item."""
    monitoring, consultation, glucose = "001103000010000", "001102000030000", "002503020030000"
    lines = [line(str(number), item) for number, item in enumerate((monitoring, consultation, glucose, glucose))]
    found = screen_rows({"cases": [case()], "fee_lines": lines}, ["C01", "C03"], pack=load_pack("nhsa-2026")).screened
    rows = {finding.rule.id: finding.list_rows for finding in found.findings}

    assert rows["C01"] == (
        f"nhsa-2026/duplicate_charge KP-ecc09d0c65ab6f08 {monitoring} 急诊监护费 {consultation} 急诊诊查费 day",
    )
    assert rows["C03"] == (f"nhsa-2026/period_limit KP-16086718019bcd4a {glucose} 糖化血红蛋白测定 1 15 {glucose}",)


def test_a_limit_in_words_alone_is_not_judged() -> None:
    coverage = screened([TRAINING], brdy="1990-01-01").screened.coverage

    assert {(row.state, row.reason) for row in coverage if row.rule == "B02" and row.number} == {
        ("NOT_RUN", "limit_without_ages")
    }
