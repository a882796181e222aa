"""Sentences of fact: nothing that a template asks for is missing in the findings of the worked examples."""

from __future__ import annotations

from typing import Any

import pytest

from drgdip.pipeline.screening import screen_rows
from drgdip.screening.catalogue import rules
from tests.screening.test_any_order import RULES, screened
from tests.screening.test_engine import case, line


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["id"]))
def test_every_value_of_a_sentence_is_there(rule: dict[str, Any]) -> None:
    for example in rule["example"]:
        for finding in screened(rule["id"], example["tables"], example["params"])[0]:
            assert "—" not in finding["sentence_zh"] + finding["sentence_en"]


def test_money_in_a_sentence_is_in_yuan() -> None:
    """100.00 are charged, of which a tenth is the patient's first share, and 100.00 stand within coverage."""
    lines = [line("1", det_item_fee_sumamt="100.00", inscp_scp_amt="100.00", selfpay_prop="0.1", cnt="1", pric="100")]
    found = screen_rows({"cases": [case()], "fee_lines": lines}, ["B14"]).screened.findings

    assert "has 100.00 within coverage where 90.00 is due" in found[0].sentence.en


def test_a_template_of_a_reason_stands_before_that_of_the_outcome() -> None:
    rule = rules()["A07"]

    assert rule.sentence("bulk", "WARN") == rule.sentences["bulk"]
    assert rule.sentence("late", "WARN") == rule.sentences["default"]
